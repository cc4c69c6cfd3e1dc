"""The words of the service: a contact, an event, a turn. Plain frozen values, saved as JSON.

An instant is a float: seconds since 1970-01-01T00:00Z. A contact holds no phone number and no text.
"""

import json
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

T = TypeVar("T")
RECORD_VERSION: Final = 1
STRANGER_DAYS: Final = 90
"""Somebody we owe nothing (no leaving on record) is forgotten after this many quiet days."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text came. `address` is the sender ("+15550001111"), `keyword` what the carrier says it is: stop, start, help."""

    id: str
    address: str
    text: str
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the menu: the screen, the options as they were shown, and the way back."""

    screen: str
    options: tuple[str, ...]
    trail: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """The last red flag: which emergency text was sent (an id of the menu's alarms), and when."""

    text: str
    at: float
    someone_else: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """What the loop guard knows. Instants of the last replies and of the last text; how often the same text came in a row.

    `print` is of the last text, `reply` of our last reply with the number of its words: enough to know
    them again, not to read them.
    """

    replies: tuple[float, ...] = ()
    print: int = 0
    same: int = 0
    at: float = 0.0
    reply: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Contact:
    """One person, one record. `left` is the instant they opted out; `welcomed` that they read who we are."""

    since: float
    welcomed: bool = False
    left: float | None = None
    place: Place | None = None
    alarm: Alarm | None = None
    pace: Pace = Pace()

    @property
    def keep_days(self) -> int | None:
        """Days to keep the record after this turn; None: for ever, because they left and we must know it."""
        return None if self.left is not None else STRANGER_DAYS


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what we may have to prove later."""

    at: float
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one event: the new contact, what to say, what to keep; and for `understand` what it was taken for."""

    contact: Contact
    replies: tuple[str, ...] = ()
    journal: tuple[Entry, ...] = ()
    verdict: str = "miss"
    why: str = ""


_NAMES: Final[dict[type[Any], tuple[str, ...]]] = {
    kind: tuple(f.name for f in fields(kind)) for kind in (Contact, Place, Alarm, Pace)
}
"""The fields of what a record is made of; `dataclasses.asdict` would look them up, and copy, at every text."""


def dump(contact: Contact) -> bytes:
    """A contact as JSON, the record version first."""
    return json.dumps({"v": RECORD_VERSION, **_plain(contact)}).encode()


def _plain(value: Any) -> Any:
    names = _NAMES.get(type(value))
    return {name: _plain(getattr(value, name)) for name in names} if names else value


def read(record: bytes) -> Contact:
    """A contact from `dump`, also of an older or newer version: what is unknown is left out, what is missing is at rest."""
    found = json.loads(record)
    return Contact(
        float(found["since"]),
        bool(found.get("welcomed")),
        found.get("left"),
        _part(Place, found.get("place")),
        _part(Alarm, found.get("alarm")),
        _part(Pace, found.get("pace")) or Pace(),
    )


def _part(kind: type[T], found: Any) -> T | None:
    """One of the values in a contact, or None where the record has none that can be read."""
    names = _NAMES[kind]
    try:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in found.items() if name in names})
    except (AttributeError, TypeError):
        return None
