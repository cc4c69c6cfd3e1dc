"""What becomes of a dose: it comes up, is told, answered, put off, or its window closes. Pure changes of a contact."""

from dataclasses import replace
from typing import Final

from service.core import history, localtime
from service.core.model import Contact, Dose, Entry, Slot
from service.core.schedule import BACK, CLOSE, Coming, coming, coming_of, fresh, next_dose

KEEP: Final = BACK
"""Doses younger than this are kept with all their instants; older ones are packed."""
UNDO_SECONDS: Final = localtime.DAY
ANSWERED: Final = ("taken", "skipped")
PENDING: Final = ("sending", "open")


def of_slot(contact: Contact, slot: Slot | None) -> Dose | None:
    """The dose of a slot, if it has come up."""
    return next((dose for dose in contact.doses if dose.slot == slot), None)


def put(contact: Contact, dose: Dose) -> Contact:
    """The contact with a dose added, or changed."""
    others = [d for d in contact.doses if d.slot != dose.slot]
    return replace(contact, doses=tuple(sorted((*others, dose), key=lambda d: d.at)))


def come_up(contact: Contact, now: float) -> tuple[Contact, tuple[Entry, ...]]:
    """The contact with every slot that has come up as a dose to be told, and lines about those that never will be.

    Before any event: a text that comes between the time of a dose and its wake is about that dose too.
    """
    if contact.plan is None or contact.left is not None:
        return contact, ()
    passed = (found for found in coming(contact.plan, contact.zone, now - BACK) if found.at <= now)
    journal: list[Entry] = []
    for found in fresh(contact, passed):
        contact = put(contact, Dose(*found.slot, found.at, "merged" if found.merged else "sending"))
        if found.merged:
            journal.append(Entry(now, "dropped", f"two doses within two hours {found.slot[0]}:{found.slot[1]}"))
    return contact, tuple(journal)


def untold(contact: Contact) -> list[Dose]:
    """Doses that are to be told and have no text in the outbox yet."""
    if contact.plan is None or contact.left is not None:
        return []
    return [dose for dose in contact.doses if dose.state == "sending" and not _being_sent(contact, dose)]


def settle(contact: Contact, now: float) -> Contact:
    """The contact as time has made it: closed windows are unanswered, old doses packed."""
    if not contact.doses:
        return contact
    for dose in contact.doses:
        if dose.state == "open" and now >= coming_of(contact, dose).closes and not _being_sent(contact, dose):
            contact = notice(put(contact, replace(dose, state="unanswered", again=0.0)), "unanswered", dose.slot)
    old = [dose for dose in contact.doses if dose.at < now - KEEP]
    if not old:
        return contact
    today = localtime.local(contact.zone, now)[0]
    kept = tuple(dose for dose in contact.doses if dose.at >= now - KEEP)
    return replace(contact, doses=kept, history=history.add(contact.history, old, today))


def _being_sent(contact: Contact, dose: Dose) -> bool:
    return any(o.slot == dose.slot and o.state != "sent" for o in contact.outbox)


def notice(contact: Contact, what: str, slot: Slot = (0, 0)) -> Contact:
    """The contact with something to tell in the next text; the newest of a kind replaces older ones."""
    return replace(contact, notices=(*told_of(contact, what).notices, (what, *slot)))


def told_of(contact: Contact, what: str) -> Contact:
    """The contact with nothing more to tell of a kind."""
    return replace(contact, notices=tuple(n for n in contact.notices if n[0] != what))


def without_notice(contact: Contact, slot: Slot) -> Contact:
    """The contact with nothing more to tell about a slot."""
    return replace(contact, notices=tuple(n for n in contact.notices if n[1:] != slot))


def answer(contact: Contact, found: Dose, state: str, at: float, now: float) -> Contact:
    """The contact with a dose answered: taken at an instant, or skipped. A text about it that is not being sent yet is dropped."""
    unsure = found.state == "sending" and any(o.slot == found.slot and o.ask for o in contact.outbox)
    before = "open" if unsure else found.state  # one that may have gone out is not told anew by an UNDO
    dose = replace(found, state=state, done=at, noted=now, again=0.0, before=before)
    outbox = tuple(o for o in contact.outbox if not (o.slot == dose.slot and o.state == "waiting"))
    return without_notice(replace(put(contact, dose), outbox=outbox), dose.slot)


def undone(contact: Contact, now: float) -> Dose | None:
    """The dose that an UNDO is about: the one answered last, within a day."""
    answered = [d for d in contact.doses if d.state in ANSWERED and now - d.noted <= UNDO_SECONDS]
    return max(answered, key=lambda d: d.noted, default=None)


def undo(contact: Contact, dose: Dose, now: float) -> Contact:
    """The contact as if a dose had not been answered. What was held back because of it, or answered ahead, comes up again."""
    contact = replace(contact, doses=tuple(d for d in contact.doses if not (d.state == "dropped" and d.noted == dose.noted)))
    if dose.before == "ahead" and dose.at > now:
        return replace(contact, doses=tuple(d for d in contact.doses if d.slot != dose.slot))
    before = dose.before if dose.before in (*PENDING, "unanswered", "dropped") else "open"
    return put(contact, replace(dose, state=before, done=0.0, noted=0.0, nudged=True, before=""))


def open_doses(contact: Contact) -> list[Dose]:
    """Doses that wait for an answer, oldest first. `settle` first."""
    return [dose for dose in contact.doses if dose.state in PENDING]


def ahead(contact: Contact, now: float) -> Coming | None:
    """The next slot, when it is near enough to be meant: within two hours."""
    found = next_dose(contact, now)
    return found if found and found.at - now <= CLOSE else None


def ahead_of_time(found: Coming) -> Dose:
    """The dose of a slot nothing is known of yet."""
    return Dose(*found.slot, found.at, "ahead")
