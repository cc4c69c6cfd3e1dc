"""What is held in the hand: a phone with its texts; and what stands beside it."""

from dataclasses import dataclass, field

from service.core.model import Contact, Entry
from service.simulator.call import Call, Heard, Said
from service.simulator.twilio import Arrived


class Wrong(Exception):
    """What cannot be done; the message says why, and what can. `where`: the part of the page it stands in."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(why)


@dataclass(slots=True)
class Bubble:
    """A line of a phone's log. `who`: "them", "us", or "note" for what nobody texted. `sent`: where the service started it."""

    number: int
    who: str
    at: float
    text: str
    sent: Arrived | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of a call. `who`: "them" with what they did, "us" with what was read out, or "note"."""

    number: int
    who: str
    at: float
    did: str
    said: tuple[Said, ...] = ()


@dataclass(slots=True)
class Line:
    """A phone's line: the `call` that is going on, what was `heard` last in it, and all calls, turn by turn.

    `draft`: what was to be said and could not be.
    """

    call: Call | None = None
    heard: Heard | None = None
    turns: list[Turn] = field(default_factory=list)
    draft: str = ""


@dataclass(slots=True)
class Held:
    """One phone. `draft`: what was typed and could not be sent."""

    id: int
    number: str
    bubbles: list[Bubble] = field(default_factory=list)
    draft: str = ""
    line: Line = field(default_factory=Line)


@dataclass(frozen=True, slots=True)
class Known:
    """What the service keeps of a phone's number."""

    contact: Contact | None
    journal: list[Entry]
    due: float | None
