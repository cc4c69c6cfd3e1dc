"""Texts that we start: made, marked as being sent, settled by what Twilio says. Never twice comes before never late."""

from dataclasses import replace
from typing import Final

from service.core import doses
from service.core.guest import CONFIRM
from service.core.model import TEXT, Contact, Entry, Failed, Outgoing, Question, Slot, Turn
from service.core.schedule import QUIET, coming_of

KEEP_SENT: Final = 12 * 3600
"""Seconds that a sent entry is remembered, for its receipts."""
SID: Final = 8
"""So much of a message's SID is kept: enough to tell it from another, when that is all it is for."""
_MOST_TRIES: Final = 40
_REFUSED: Final = ("bad_number", "program", "expired")
REMINDERS: Final = ("reminder", "late", "again", "nudge")
UNSENT: Final = "unsent"
"""The kind of a failure when Twilio was asked and does not know the text."""
SHUT: Final = "closed"
"""The kind of a failure when it surely did not go out, because its way to them is shut: it may go by another."""
NO_WAY: Final = "no_way"
"""The kind of a failure when there is no way to them at present."""
ONCE: Final = ("reminder", "late")
"""Kinds of which a slot has only one."""


def add(contact: Contact, kind: str, text: str, until: float, *, now: float, slot: Slot | None = None) -> Contact:
    """The contact with one more text to send."""
    serial = contact.serial + 1
    entry = Outgoing(f"{int(now):x}.{serial}", kind, text, until, now, slot=slot)
    return replace(contact, outbox=(*contact.outbox, entry), serial=serial)


def put(contact: Contact, entry: Outgoing) -> Contact:
    """The contact with one entry changed."""
    return replace(contact, outbox=tuple(entry if o.id == entry.id else o for o in contact.outbox))


def _remove(contact: Contact, entry: Outgoing) -> Contact:
    return replace(contact, outbox=tuple(o for o in contact.outbox if o.id != entry.id))


def drop_waiting(contact: Contact) -> Contact:
    """The contact without what is not being sent yet."""
    return replace(contact, outbox=tuple(o for o in contact.outbox if o.state != "waiting"))


def called_off(contact: Contact) -> Contact:
    """The contact with nothing left to send for the doses there were: they are not missed, they are gone.

    One that is being sent this moment is not tried again; if it went out, it is told all the same.
    """
    gone = (replace(d, state="dropped" if d.state == "sending" else d.state, again=0.0, nudged=True) for d in contact.doses)
    return drop_waiting(replace(contact, doses=tuple(gone)))


def take(contact: Contact, now: float, *, doubt: bool) -> tuple[Contact, tuple[Outgoing, ...]]:
    """The contact with all that is to be sent now marked as being sent, and those entries.

    What was tried before, or what the store may have forgotten (`doubt`), is looked up first: `Outgoing.ask`.
    """
    taken: list[Outgoing] = []
    for entry in contact.outbox:
        if entry.at <= now if entry.state == "waiting" else entry.state == "sending" and entry.at + QUIET <= now:
            since = entry.since or (_first_possible(contact, entry, now) if doubt else 0.0)
            taken.append(replace(entry, state="sending", at=now, since=since, tries=entry.tries + 1))
            contact = put(contact, replace(taken[-1], since=since or now))
    return contact, tuple(taken)


def _first_possible(contact: Contact, entry: Outgoing, now: float) -> float:
    """The earliest instant at which an entry that the store forgot may have been sent."""
    dose = doses.of_slot(contact, entry.slot)
    return dose.at if dose else now - 1800


def prune(contact: Contact, now: float) -> tuple[Contact, tuple[Entry, ...]]:
    """The contact without what is not true any more, and the lines about what never went out, or may have."""
    journal: list[Entry] = []
    for entry in contact.outbox:
        if entry.state == "sent":
            keep = now - entry.at <= KEEP_SENT
        elif entry.state == "sending" and now < entry.at + QUIET:
            keep = True
        else:
            keep = wanted(contact, entry) and now < _last(contact, entry) and entry.tries < _MOST_TRIES
        if keep:
            continue
        contact = _remove(contact, entry)
        if entry.state != "sent" and (entry.since or entry.kind != "reminder"):
            contact = _given_up(contact, entry)
            journal.append(Entry(now, "unknown" if entry.since else "dropped", about(entry)))
    return contact, tuple(journal)


def wanted(contact: Contact, entry: Outgoing) -> bool:
    """Whether a text is still to be sent: they have a plan, and its dose was not answered meanwhile."""
    if contact.left is not None or (contact.plan is None and entry.kind not in _WITHOUT_PLAN):
        return False
    if entry.slot is None:
        return not (entry.kind == "check" and contact.plan is not None and contact.plan.paused)
    dose = doses.of_slot(contact, entry.slot)
    return dose is not None and dose.state in doses.PENDING


_WITHOUT_PLAN: Final = ("invite", CONFIRM, "tip")


def _last(contact: Contact, entry: Outgoing) -> float:
    """From when on a text is given up. One that Twilio may have is asked for as long as its dose's window is open."""
    dose = doses.of_slot(contact, entry.slot)
    return max(entry.until, coming_of(contact, dose).closes) if dose and entry.since else entry.until


def _given_up(contact: Contact, entry: Outgoing) -> Contact:
    """A text that will not go out any more: its dose was not told, and the next text says so."""
    dose = doses.of_slot(contact, entry.slot)
    if dose is None or dose.state != "sending":
        return contact
    return doses.notice(doses.put(contact, replace(dose, state="dropped")), "dropped", dose.slot)


def about(entry: Outgoing) -> str:
    return entry.kind if entry.slot is None else f"{entry.kind} {entry.slot[0]}:{entry.slot[1]}"


def sent(contact: Contact, entry_id: str, sid: str, now: float, way: str = "") -> Contact:
    """Twilio has it. What it asks is an open question from now on, and what it tells is told.

    Not so the message that Twilio took and, as is known already, refused.
    """
    entry = find(contact, entry_id)
    if entry is None or entry.state == "sent" or (entry.sid and sid[-SID:] == entry.sid):
        return contact
    took = replace(entry, state="sent", at=now, sid=sid[-SID:], since=0.0)
    contact = put(contact, replace(took, text="", until=0.0) if way in ("", TEXT) else replace(took, way=way))
    dose = doses.of_slot(contact, entry.slot)
    if dose:
        state = "open" if dose.state in ("sending", "dropped") else dose.state
        contact = doses.put(contact, replace(dose, state=state, told=now))
    if entry.kind in _ASKS and contact.left is None:
        contact = replace(contact, asking=Question(_ASKS[entry.kind], now))
    guest = contact.guest
    if entry.kind == CONFIRM and contact.left is None and guest and guest.offered:
        contact = replace(contact, asking=replace(guest.offered, at=now), guest=replace(guest, offered=None))
    return contact


_ASKS: Final = {"check": "still", "invite": "invite"}


def find(contact: Contact, entry_id: str) -> Outgoing | None:
    return next((o for o in contact.outbox if o.id == entry_id), None)


def failed(contact: Contact, event: Failed, now: float) -> Turn:
    """An entry did not go out, or nobody knows: what to do about it stands with the kind of the error."""
    entry = find(contact, event.entry)
    if entry is None or entry.state != "sending" or event.kind == "ambiguous" or event.tries not in (None, entry.tries):
        return Turn(contact, verdict="failed", why=event.kind)
    if event.kind == "opted_out":
        return gone(contact, now, f"carrier {event.code}")
    contact = closing(contact, event.shut)
    if event.kind in _REFUSED:
        return refused(_given_up(_remove(contact, entry), entry), event.kind, event.code, now)
    if event.kind == NO_WAY:
        given_up = _given_up(_remove(contact, entry), entry)
        return Turn(given_up, journal=(Entry(now, "dropped", about(entry)),), verdict="failed", why=event.kind)
    if not wanted(contact, entry):
        return Turn(_remove(contact, entry), verdict="failed", why="not wanted any more")
    # It surely did not go out, so it waits again as if it had not been tried. One that was tried before keeps its doubt,
    # until Twilio itself does not know it.
    since = entry.since if entry.since < entry.at and event.kind != UNSENT else 0.0
    waiting = replace(entry, state="waiting", at=now + max(event.wait, 1.0), since=since)
    return Turn(put(contact, waiting), verdict="failed", why=event.kind)


def closing(contact: Contact, ways: tuple[str, ...]) -> Contact:
    """The contact with these ways known to be shut."""
    return replace(contact, shut=tuple(dict.fromkeys((*contact.shut, *ways)))) if ways else contact


def refused(contact: Contact, kind: str, code: int | None, now: float) -> Turn:
    """It will never go out. A number that cannot get texts gets no more of them until its owner texts again."""
    if kind == "bad_number" and contact.plan:
        contact = called_off(replace(contact, plan=replace(contact.plan, paused=True), supply=None))
        contact = doses.notice(contact, "paused")
    return Turn(contact, journal=(Entry(now, "refused", f"{kind} {code}"),), verdict="failed", why=kind)


def gone(contact: Contact, now: float, how: str) -> Turn:
    """Opted out, as the carrier tells us: no word is said, and no plan is left."""
    if contact.left is not None:
        return Turn(contact, verdict="opt_out", why=how)
    return Turn(ended(contact, now), journal=(Entry(now, "left", how),), verdict="opt_out", why=how)


def ended(contact: Contact, now: float) -> Contact:
    """Out: nothing is left of a plan, of doses and answers, nothing waits. What is being sent this moment cannot be called back.

    Their zone stays: it says whose emergency number is theirs.
    """
    kept = {"alarm": contact.alarm, "pace": contact.pace, "zone": contact.zone, "channels": contact.channels}
    left = Contact(contact.since, contact.welcomed, now, **kept)  # type: ignore[arg-type]
    return drop_waiting(replace(left, outbox=contact.outbox, serial=contact.serial))
