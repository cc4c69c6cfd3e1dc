"""Conversations as text, the form of tests/transcripts: said once more by a menu, and written from a phone.

"> " is what the person texts; what follows is the reply, "(silence)" for none. "-- " moves the clock ("-- 31 min later"; "-- 3 h
down" when the service stands still meanwhile) or changes the phone ("-- phone +447700900123"). "< " is what we start, with the
local time.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from service.core import record
from service.core.dialogue import step
from service.core.menu import Menu
from service.core.model import Due, Event, Message, Sent, Turn

BEGIN: Final = 1_772_000_000.0
"""When every transcript begins: 2026-02-25 06:13:20 UTC."""
FIRST_NUMBER: Final = "+15550001111"
TEXT_SECONDS: Final = 10
"""Each text moves the clock on this far."""
_UNITS: Final = {"days": 86400, "h": 3600, "min": 60, "s": 1}
_MOVE: Final = re.compile(r"-- (\d+) (s|min|h|days) (later|down)")
_SID: Final = "SM" + "0" * 32


class _Person:
    """One person. The contact is written and read again between any two events."""

    def __init__(self, menu: Menu, sent: list[str]) -> None:
        self._menu = menu
        self._sent = sent
        self._kept: bytes | None = None
        self._due: float | None = None

    def step(self, event: Event, now: float) -> Turn:
        turn = step(self._menu, record.read(self._kept) if self._kept else None, event, now)
        self._kept, self._due = record.dump(turn.contact), turn.due
        return turn

    def until(self, then: float, now: float) -> Iterator[str]:
        """All that becomes due up to an instant."""
        while self._due is not None and self._due <= then:
            now = max(now, self._due)
            yield from self._wake(now)

    def _wake(self, now: float) -> Iterator[str]:
        """What goes out now, each at its local time; Twilio takes it all."""
        turn = self.step(Due(), now)
        for entry in turn.send:
            self._sent.append(entry.text)
            here = datetime.fromtimestamp(now, ZoneInfo(turn.contact.zone or "UTC"))
            yield f"< [{here:%a} {here.hour}:{here:%M}] {entry.text}"
            yield ""
            self.step(Sent(entry.id, "SM1"), now)


def whole(menu: Menu, script: str, sent: list[str] | None = None) -> str:
    """A transcript with what this menu says, as it stands in a file. `sent` gets every text that is sent."""
    return "\n".join(_replay(menu, script, [] if sent is None else sent)).rstrip() + "\n"


def _replay(menu: Menu, script: str, sent: list[str]) -> Iterator[str]:
    now, sender = BEGIN, FIRST_NUMBER
    people: dict[str, _Person] = {}
    for line in script.splitlines():
        if line.startswith(("# ", "-- ")):
            yield line
        person = people.setdefault(sender, _Person(menu, sent))
        if line.startswith("-- phone "):
            sender = line.removeprefix("-- phone ")
        elif found := _MOVE.fullmatch(line):
            then = now + int(found[1]) * _UNITS[found[2]]
            yield from person.until(then, then if found[3] == "down" else now)
            now = then
        elif line.startswith("> ") or line == ">":
            yield line
            turn = person.step(Message(_SID, sender, line[2:]), now)
            sent += turn.replies
            now += TEXT_SECONDS
            yield "\n".join(turn.replies) or "(silence)"
            yield ""


def script(title: str, number: str, moments: Iterable[tuple[float, str | None]], now: float) -> str:
    """One person's side of a conversation. `moments`: when they texted, and what; None: a text came that we started."""
    lines, at, told = [f"# {title}", *([f"-- phone {number}"] if number != FIRST_NUMBER else [])], BEGIN, False
    for then, text in moments:
        if text is None:
            told = True
            continue
        lines += [*_later(int(then - at), told=told), f"> {text}"]
        at, told = then + TEXT_SECONDS, False
    return "\n".join([*lines, *_later(int(now - at), told=told)])


def _later(seconds: int, *, told: bool) -> list[str]:
    """The lines that move the clock: of 90,000 seconds "1 days" and "1 h". Without a move what is due now is done by one of 0 s."""
    lines = []
    for unit, size in _UNITS.items():
        count, seconds = divmod(seconds, size)
        lines += [f"-- {count} {unit} later"] if count else []
    return lines or (["-- 0 s later"] if told else [])
