"""Twilio as the simulator has it: every text arrives at once, unless it is switched to behave as Twilio does on a bad day."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from service.gateway import Found, Kind, SendError
from service.gateway.errors import refusal

LATE: Final = "late"
NONE: Final = "none"
UNREACHABLE: Final = "unreachable"
RECEIPTS: Final = ("at once", LATE, NONE, UNREACHABLE)
WELL: Final = "well"
OPTED_OUT: Final = "opted out"
SLOW: Final = "slow"
DOWN: Final = "down"
SENDING: Final = (WELL, OPTED_OUT, SLOW, DOWN)
_NO_HANDSET: Final = 30003
_SLACK: Final = 60.0
_REFUSED: Final = {OPTED_OUT: "refused it: error 21610, the carrier says they opted out", DOWN: "is down: 503, it took nothing"}


@dataclass(slots=True)
class Switches:
    """How Twilio behaves from now on. `twice`: each text of a phone is delivered to the service twice."""

    twice: bool = False
    receipts: str = RECEIPTS[0]
    sending: str = WELL


@dataclass(slots=True)
class Arrived:
    """A text that the service started and Twilio took. `at` in seconds since 1970; `status` and `code` are its last receipt's.

    `receipts` are those still to come. `unanswered`: Twilio took it, but the service waited in vain for the answer.
    """

    at: float
    to: str
    text: str
    sid: str
    entry: str
    unanswered: bool
    receipts: list[tuple[str, int | None]]
    late: bool
    status: str = "accepted"
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that Twilio did not take. `why` goes on from "Twilio"."""

    at: float
    to: str
    why: str


class Air:
    """Takes texts, knows all it took, and keeps those that nobody has looked at yet."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.forget()

    def forget(self) -> None:
        """Everything, as at the start."""
        self.switches = Switches()
        self.all: list[Arrived] = []
        self._seen = 0
        self.refused: list[Refused] = []

    def send(self, to: str, text: str, *, entry: str, validity: int, deadline: float, template: str | None = None) -> str:  # noqa: ARG002 - nothing is late here
        """As `gateway.Gateway.send`, with the same errors."""
        if self.switches.sending in _REFUSED:
            self.refused.append(Refused(self._now(), to, _REFUSED[self.switches.sending]))
        if self.switches.sending == OPTED_OUT:
            raise refusal(400, '{"code": 21610}', None)
        if self.switches.sending == DOWN:
            _unavailable()
        slow = self.switches.sending == SLOW
        receipts, late = _receipts(self.switches.receipts), self.switches.receipts == LATE
        self.all.append(Arrived(self._now(), to, text, "SM" + secrets.token_hex(16), entry, slow, receipts, late))
        if slow:
            raise SendError(Kind.AMBIGUOUS, reason="no answer in time")
        return self.all[-1].sid

    def find(self, to: str, texts: tuple[str, ...], since: float, deadline: float) -> Found | None:  # noqa: ARG002
        """As `gateway.Gateway.find`: the newest of what was really taken."""
        if self.switches.sending == DOWN:
            _unavailable()
        known = (a for a in reversed(self.all) if a.to == to and a.text in texts and a.at >= since - _SLACK)
        return next((Found(a.sid, a.status, a.code, a.text) for a in known), None)

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> list[Arrived]:
        """What has arrived since the last look."""
        taken, self._seen = self.all[self._seen :], len(self.all)
        return taken

    def turned_down(self) -> list[Refused]:
        """What was not taken since the last look."""
        refused, self.refused = self.refused, []
        return refused

    def receipts(self, *, late: bool) -> list[Arrived]:
        """Texts with receipts to tell now: with `late` also those that were to wait."""
        return [a for a in self.all if a.receipts and (late or not a.late)]


def _receipts(switch: str) -> list[tuple[str, int | None]]:
    if switch == NONE:
        return []
    return [("sent", None), ("undelivered", _NO_HANDSET) if switch == UNREACHABLE else ("delivered", None)]


def _unavailable() -> NoReturn:
    raise refusal(503, "Service Unavailable", None)
