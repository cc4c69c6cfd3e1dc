"""A person with reminders, for tests: their phone, their clock, and a Twilio that answers as it is told."""

from collections.abc import Callable
from datetime import UTC, datetime

from service.core import record
from service.core.dialogue import step
from service.core.menu import Menu
from service.core.model import Contact, Dose, Due, Event, Failed, Outgoing, Receipt, Sent, Turn
from tests.conftest import message

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()
"""7:00 AM in New York, where the phone is."""
NEW_YORK = "+12125551234"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

Twilio = Callable[["Person", Outgoing], Event | None]
"""What becomes of a text that is sent: the event that comes of it, None where the worker dies."""


def takes(person: "Person", entry: Outgoing) -> Event | None:
    return Sent(entry.id, f"SM{entry.id}")


def dies(person: "Person", entry: Outgoing) -> Event | None:
    return None


def fails(kind: str, wait: float = 0.0, code: int | None = None) -> Twilio:
    return lambda _, entry: Failed(entry.id, kind, wait, code)


class Person:
    """One contact, written and read again between any two events."""

    def __init__(self, menu: Menu, now: float = MONDAY, phone: str = NEW_YORK) -> None:
        self.menu, self.now, self.phone = menu, now, phone
        self.contact: Contact | None = None
        self.due: float | None = None
        self.twilio: Twilio = takes
        self.got: list[tuple[float, Outgoing]] = []
        self.journal: list[str] = []
        self.unsent: set[str] = set()
        self.texts = 0

    def step(self, event: Event) -> Turn:
        turn = step(self.menu, self.contact, event, self.now)
        kept = record.read(record.dump(turn.contact))
        assert kept == turn.contact
        assert turn.due is None or turn.due > self.now
        self.contact, self.due = kept, turn.due
        self.journal += [f"{entry.what}: {entry.how}" for entry in turn.journal]
        return turn

    def says(self, *texts: str) -> str:
        """Texts, ten seconds apart; the last reply."""
        for text in texts:
            self.texts += 1
            turn = self.step(message(text, sender=self.phone, sid=f"SM{self.texts:032x}"))
            self.now += 10
        return turn.replies[0] if turn.replies else ""

    def wake(self, twilio: Twilio | None = None, *, doubt: bool = False, after: float = 0.0) -> list[Outgoing]:
        """A wake, due or not: what it sends, each with what becomes of it `after` so many seconds."""
        turn = self.step(Due(doubt))
        for entry in turn.send:
            self.got.append((self.now, entry))
            self.unsent.discard(entry.id)
        self.now += after
        for entry in turn.send:
            event = (twilio or self.twilio)(self, entry)
            if isinstance(event, Failed) and event.kind != "ambiguous":
                self.unsent.add(entry.id)
            if event is not None:
                self.step(event)
        return list(turn.send)

    def waits(self, seconds: float) -> list[str]:
        """Time passes, and they are woken whenever they are due; "Mon 8:00 kind" of each text sent meanwhile."""
        before, until = len(self.got), self.now + seconds
        for _ in range(1000):
            if self.due is None or self.due > until:
                break
            self.now = max(self.now, self.due)
            self.wake()
        else:
            raise AssertionError("woken again and again")
        self.now = max(self.now, until)
        return self.told(before)

    def sleeps(self, seconds: float) -> list[str]:
        """Downtime: time passes, and only then a wake; what is sent within a minute of it."""
        self.now += seconds
        before = len(self.got)
        if self.due is not None and self.due <= self.now:
            self.wake()
        return [*self.told(before), *self.waits(MINUTE)]

    def at(self, day: int, hour: int, minute: int = 0) -> "Person":
        """Time passes until so and so on a November day in New York; nothing is said about what is sent."""
        self.waits(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp() + 5 * HOUR - self.now)
        return self

    def firsts(self, since: int = 0) -> list[tuple[float, Outgoing]]:
        """Reminders that went out, or may have, each the first of its slot; not those that surely did not, nor what only asks."""
        found = self.got[since:]
        return [(at, o) for at, o in found if o.kind in ("reminder", "late") and not o.ask and o.id not in self.unsent]

    def told(self, since: int = 0) -> list[str]:
        return [f"{self.clock(at)} {entry.kind}" for at, entry in self.got[since:]]

    def clock(self, at: float | None = None) -> str:
        """New York in winter: "Mon 8:00"."""
        return datetime.fromtimestamp((self.now if at is None else at) - 5 * HOUR, UTC).strftime("%a %-H:%M")

    def dose(self, minute: int, day: int = 0) -> Dose | None:
        """The dose of a slot, days after Monday."""
        found = self.contact.doses if self.contact else ()
        return next((d for d in found if d.slot == (739943 + day, minute)), None)

    def receipt(self, entry: Outgoing, status: str, kind: str = "", code: int | None = None) -> Turn:
        return self.step(Receipt(entry.id, f"SM{entry.id}", status, kind, code))


def enrolled(menu: Menu, times: str = "8am 2pm 8pm", *, nudge: bool = False, now: float = MONDAY, phone: str = NEW_YORK) -> Person:
    """Somebody who has joined: Monday, a minute past seven in New York."""
    person = Person(menu, now, phone)
    person.says("reminders", "1", times)
    for _ in range(6):  # close together, right, that clock, one more text, more than eight a day: as far as they are asked
        asked = person.contact.asking if person.contact else None
        if asked is None:
            break
        person.says("2" if asked.kind == "nudge" and not nudge else "1")
    assert person.contact is not None
    assert person.contact.plan is not None, times
    return person
