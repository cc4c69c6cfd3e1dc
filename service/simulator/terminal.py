"""The phone in a terminal: a conversation for a person, or texts on stdin and replies on stdout."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TextIO

from service.core.segments import segments
from service.simulator.phone import Clock, Embedded, Phone, PhoneError
from service.simulator.transcript import FIRST_NUMBER, TEXT_SECONDS

_WAIT = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)")
_FIRST: Final = 0.0
_LAST: Final = 32_503_680_000.0
_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as it would be sent. `line` is the input line it answers, from 1; `at` in seconds since 1970."""

    line: int
    at: float
    to: str
    kind: str
    text: str


class Terminal:
    """One simulator: its clock, and the phone being held. A line is a text, or a command that starts with "/"."""

    def __init__(self, phone: Phone, clock: Clock | None, service: Embedded | None = None) -> None:
        self._phone = phone
        self._clock = clock
        self._service = service
        self.sender = FIRST_NUMBER

    def feed(self, number: int, line: str) -> list[Sent]:
        """Take one input line; what is sent because of it. Raises `PhoneError` with what to type instead."""
        if not line.strip():
            return []
        if line.startswith("/"):
            command, _, argument = line.strip().partition(" ")
            act = {"/from": self._become, "/at": self._set, "/wait": self._wait}.get(command)
            if not act:
                raise PhoneError(f"there is no {command}; there are /from +15550001111, /at 2026-03-08T07:59, /wait 2h")
            return act(number, argument.strip())
        at = self._clock.at if self._clock else datetime.now(UTC).timestamp()
        replies = self._phone.text(self.sender, line)
        sent = [Sent(number, at, self.sender, "reply", text) for text in replies]
        return [*sent, *self._pass(number, self._clock.at + TEXT_SECONDS)] if self._clock else sent

    def _become(self, _: int, number: str) -> list[Sent]:
        if not re.fullmatch(r"\+[1-9]\d{6,14}|\d{5,6}", number):
            raise PhoneError(f"{number!r} is no number such as +15550001111")
        self.sender = number
        return []

    def _set(self, number: int, moment: str) -> list[Sent]:
        """Another time at once, as if the service had been down meanwhile."""
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            raise PhoneError(f"{moment!r} is no time such as 2026-03-08T07:59 (UTC)") from None
        clock, to = self._movable((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
        if to < clock.at and self._service and self._service.next_due() is not None:
            raise PhoneError("the clock does not go back once something is planned")
        clock.at = to
        return self._pass(number, to)

    def _wait(self, number: int, span: str) -> list[Sent]:
        """On, with all that is sent meanwhile."""
        found = _WAIT.fullmatch(span.strip().lower())
        if not found:
            raise PhoneError(f"{span!r} is no span such as 30m, 2h or 1d")
        _, to = self._movable(float(found[1]) * _UNITS[found[2]] + (self._clock.at if self._clock else 0))
        return self._pass(number, to)

    def _movable(self, at: float) -> tuple[Clock, float]:
        if self._clock is None:
            raise PhoneError("the clock of a running service cannot be moved; leave --url out")
        if not _FIRST <= at <= _LAST:
            raise PhoneError("the clock goes from 1970 to 2999")
        return self._clock, at

    def _pass(self, number: int, to: float) -> list[Sent]:
        """Time passes: whatever the service has to do by itself it does at its own moment."""
        if self._clock is None or self._service is None:
            return []
        return [Sent(number, a.at, a.to, "reminder", a.text) for a in self._service.pass_to(to)]


def as_json(sent: Sent) -> str:
    """One object a message, as documented in `chat --help`."""
    at = datetime.fromtimestamp(sent.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"line": sent.line, "at": at, "to": sent.to, "kind": sent.kind, "text": sent.text}, ensure_ascii=False)


def piped(terminal: Terminal, lines: Iterable[str], out: TextIO, *, json_lines: bool) -> int:
    """Texts in, replies out: one blank line between replies, or one JSON object each. Returns the exit code."""
    first, failed = True, False
    for number, line in enumerate(lines, 1):
        try:
            for sent in terminal.feed(number, line):
                gap = "" if first or json_lines else "\n"
                print(gap + (as_json(sent) if json_lines else sent.text), file=out, flush=True)
                first = False
        except PhoneError as fault:
            failed = True
            print(f"line {number}: {fault}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def interactive(terminal: Terminal, brand: str, read: Callable[[str], str] = input) -> int:
    """A conversation with somebody at the keyboard, until Ctrl-D."""
    print(f"You hold a phone and text {brand}. Try HELLO. Ctrl-D ends.")
    print("/wait 2h moves the clock, /at 2026-03-08T07:59 sets it (UTC), /from +15550002222 is another phone.")
    for number, line in enumerate(_asked(terminal, read), 1):
        try:
            sent = terminal.feed(number, line)
        except PhoneError as fault:
            print(f"    {fault}")
            continue
        for message in sent:
            print(bubble(message.text))
        if not sent and line.strip() and not line.startswith("/"):
            print("    (no answer)")
    return 0


def bubble(text: str) -> str:
    """A reply as it stands on the phone, with what it costs to send."""
    lines = "\n".join(f"    | {line}" for line in text.splitlines())
    count = segments(text)
    return f"\n{lines}\n      {len(text)} characters, {count} segment{'s' if count > 1 else ''}\n"


def _asked(terminal: Terminal, read: Callable[[str], str]) -> Iterator[str]:
    while True:
        try:
            yield read(f"{terminal.sender}> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return
