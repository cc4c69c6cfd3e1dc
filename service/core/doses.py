"""What becomes of a dose: it comes up, is told, answered, put off, or its window closes. Pure changes of a contact."""

from dataclasses import replace
from typing import Final

from service.core import history, localtime
from service.core.model import Contact, Dose, Slot
from service.core.schedule import CLOSE, Coming, coming, coming_of

KEEP: Final = 2 * localtime.DAY
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


def settle(contact: Contact, now: float) -> Contact:
    """The contact as time has made it: closed windows are unanswered, old doses packed."""
    if not contact.doses:
        return contact
    for dose in contact.doses:
        if dose.state in PENDING and now >= coming_of(contact, dose).closes and not _being_sent(contact, dose):
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
    others = tuple(n for n in contact.notices if n[0] != what)
    return replace(contact, notices=(*others, (what, *slot)))


def without_notice(contact: Contact, slot: Slot) -> Contact:
    """The contact with nothing more to tell about a slot."""
    return replace(contact, notices=tuple(n for n in contact.notices if n[1:] != slot))


def answer(contact: Contact, found: Dose, state: str, at: float, now: float) -> Contact:
    """The contact with a dose answered: taken at an instant, or skipped. A text about it that is not being sent yet is dropped."""
    dose = replace(found, state=state, done=at, noted=now, again=0.0, before=found.state)
    outbox = tuple(o for o in contact.outbox if not (o.slot == dose.slot and o.state == "waiting"))
    return without_notice(replace(put(contact, dose), outbox=outbox), dose.slot)


def undone(contact: Contact, now: float) -> Dose | None:
    """The dose that an UNDO is about: the one answered last, within a day."""
    answered = [d for d in contact.doses if d.state in ANSWERED and now - d.noted <= UNDO_SECONDS]
    return max(answered, key=lambda d: d.noted, default=None)


def undo(contact: Contact, dose: Dose, now: float) -> Contact:
    """The contact as if a dose had not been answered. What was held back because of it, or answered ahead, comes up again."""
    contact = replace(contact, doses=tuple(d for d in contact.doses if not (d.state == "dropped" and d.at > now)))
    if not dose.told and dose.at > now:
        return replace(contact, doses=tuple(d for d in contact.doses if d.slot != dose.slot))
    before = dose.before if dose.before in (*PENDING, "unanswered", "dropped") else "open"
    return put(contact, replace(dose, state=before, done=0.0, noted=0.0, before=""))


def open_doses(contact: Contact) -> list[Dose]:
    """Doses that wait for an answer, oldest first. `settle` first."""
    return [dose for dose in contact.doses if dose.state in PENDING]


def ahead(contact: Contact, now: float) -> Coming | None:
    """The next slot, when it is near enough to be meant: within two hours."""
    if contact.plan is None or contact.plan.paused:
        return None
    known = {dose.slot for dose in contact.doses}
    return next((c for c in coming(contact.plan, contact.zone, now) if c.slot not in known and c.at - now <= CLOSE), None)


def fresh(found: Coming) -> Dose:
    """The dose of a slot nothing is known of yet."""
    return Dose(*found.slot, found.at, "ahead")
