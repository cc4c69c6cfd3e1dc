"""What Twilio says became of a text: how far it came, or why it did not arrive."""

from dataclasses import replace
from typing import Final

from service.core import doses
from service.core.model import Contact, Entry, Outgoing, Receipt, Turn
from service.core.outbox import ONCE, SHUT, SID, about, closing, find, gone, put, refused, sent, wanted
from service.core.schedule import coming_of

RANKS: Final = {
    "accepted": 1,
    "scheduled": 2,
    "queued": 3,
    "sending": 4,
    "sent": 5,
    "delivered": 6,
    "undelivered": 6,
    "failed": 6,
    "canceled": 6,
    "partially_delivered": 6,
    "read": 7,
}
"""How far a message has come. Receipts arrive in any order; one that ranks no higher than the last changes nothing."""
_UNDELIVERED: Final = ("undelivered", "failed", "canceled")
_MOST_FAILURES: Final = 2
_NO_HANDSET: Final = 30005
_TRY_AGAIN: Final = 300.0


def receipt(contact: Contact, event: Receipt, now: float) -> Turn:
    """What became of a message. Any receipt proves that Twilio has it; only a higher rank is news."""
    if event.kind == "opted_out":
        return gone(contact, now, f"carrier {event.code}")
    contact = closing(contact, event.shut)
    entry, rank = find(contact, event.entry), RANKS.get(event.status, 0)
    if entry is None or not rank:
        return Turn(contact, verdict="receipt", why="not known any more")
    if entry.state == "sending" and event.kind == SHUT:
        # Which try it is about is not known: another may be on its way. The wake after the quiet time asks Twilio.
        return Turn(put(contact, replace(entry, sid=event.sid[-SID:])), verdict="receipt", why=event.kind)
    if entry.state == "sending":
        contact = sent(contact, entry.id, event.sid, now, event.way)
        entry = find(contact, event.entry) or entry
    if rank <= entry.rank or entry.state != "sent" or (entry.sid and event.sid[-SID:] != entry.sid):
        return Turn(contact, verdict="receipt", why="no news")
    contact = put(contact, replace(entry, rank=rank))
    if event.status in _UNDELIVERED:
        return _again(contact, entry, event, now) or _undelivered(contact, entry, event, now)
    if rank >= RANKS["delivered"]:
        contact = put(contact, replace(entry, rank=rank, text="", until=0.0))
    if event.status == "delivered" and contact.plan and contact.plan.failures:
        contact = replace(contact, plan=replace(contact.plan, failures=0))
    return Turn(contact, verdict="receipt", why=event.status)


def _again(contact: Contact, entry: Outgoing, event: Receipt, now: float) -> Turn | None:
    """Its way was shut after all, so it surely did not arrive: it waits for another way, while it is true and wanted."""
    if event.kind != SHUT or not entry.text or now >= entry.until or not wanted(contact, entry):
        return None
    dose = doses.of_slot(contact, entry.slot)
    if dose and dose.state == "open" and entry.kind in ONCE:
        contact = doses.put(contact, replace(dose, state="sending", told=0.0))
    # Twilio is asked all the same: the store may have forgotten that it went by another way already.
    waiting = replace(entry, state="waiting", at=now + 1.0, since=entry.at, rank=0, way="")
    contact = closing(put(contact, waiting), (entry.way,))
    line = Entry(now, "undelivered", f"{about(entry)} {event.code}")
    return Turn(contact, journal=(line,), verdict="undelivered", why=event.kind)


def _undelivered(contact: Contact, entry: Outgoing, event: Receipt, now: float) -> Turn:
    """It did not reach the phone. A phone that was off is tried once more, in the words that are true by then."""
    if contact.plan:
        contact = replace(contact, plan=replace(contact.plan, failures=contact.plan.failures + 1))
    turn = Turn(
        contact, journal=(Entry(now, "undelivered", f"{about(entry)} {event.code}"),), verdict="undelivered", why=event.kind
    )
    dose = doses.of_slot(contact, entry.slot)
    for_good = event.kind == "bad_number" or (contact.plan and contact.plan.failures > _MOST_FAILURES and event.code == _NO_HANDSET)
    if for_good:
        paused = refused(contact, "bad_number", event.code, now)
        return replace(paused, journal=(*turn.journal, *paused.journal), verdict="undelivered")
    if dose is None or dose.state != "open" or entry.kind not in ONCE:
        return turn
    if event.kind == "unreachable" and entry.tries == 1 and now < coming_of(contact, dose).closes:
        return replace(turn, contact=doses.put(contact, replace(dose, again=now + _TRY_AGAIN)))
    missed = doses.notice(doses.put(contact, replace(dose, state="dropped", again=0.0)), "dropped", dose.slot)
    return replace(turn, contact=missed)
