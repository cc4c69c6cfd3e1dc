"""A record and its journal in plain words: for who looks after the service, and for who tries it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from service.core import history, receipts
from service.core.menu import Menu
from service.core.model import Alarm, Contact, Entry, Outgoing, Place, Slot

Row = tuple[str, str]
"""What it is about, and the words."""
_LATEST: Final = 6
LANGUAGES: Final = {"en": "English", "es": "Spanish"}
_STATES: Final = {
    "sending": "its reminder is being sent",
    "open": "reminded, no answer yet",
    "taken": "taken",
    "skipped": "skipped",
    "unanswered": "no answer",
    "dropped": "no reminder was sent",
    "merged": "one text for two doses",
    "ahead": "answered ahead of its time",
}
_QUESTIONS: Final = {
    "consent": "whether they agree to reminders",
    "invite": "whether they want reminders",
    "times": "at what times they take their doses",
    "read_back": "whether these times are right",
    "zone": "whether our guess of their clock is right",
    "where": "where they are",
    "nudge": "whether to text twice when they do not answer",
    "pause": "how long to pause",
    "supply": "how many days their medicine lasts",
    "still": "whether the times are still right",
    "which_dose": "which dose they mean",
    "late": "when they took a dose",
    "meant": "what their number was for",
    "confirm": "whether the reminders set up by phone call are theirs",
}
_WAYS: Final = {"sms": "text message", "voice": "phone call"}
_SENDING: Final = {"waiting": "waits to be sent at", "sending": "being sent since", "sent": "sent at"}
_RANKS: Final = (
    (receipts.RANKS["read"], "read"),
    (receipts.RANKS["delivered"], "and its last receipt came"),
    (receipts.RANKS["sent"], "and with the carrier"),
)
_NOTICES: Final = {"dropped": "a reminder that was not sent", "unanswered": "a dose nobody answered about", "paused": "a pause"}
_EVENTS: Final = {
    "agreed": "agreed to at most",
    "asked to confirm": "asked by text to confirm a set-up by",
    "dropped": "not sent:",
    "refused": "refused by the carrier:",
    "undelivered": "not delivered:",
    "unknown": "may have been sent:",
}
_SLOT: Final = re.compile(r"\b(\d{6}):(\d{1,4})\b")


def moment(at: float, zone: str = "") -> str:
    """ "Mon Nov 23, 2026, 8:00 AM EST": by somebody's own clock, or UTC."""
    there = _there(at, zone)
    return f"{there:%a %b} {there.day}, {there.year}, {_clock(there.hour * 60 + there.minute)} {there:%Z}"


def short(at: float, zone: str = "") -> str:
    """ "Mon Nov 23, 8:00 AM EST"."""
    there = _there(at, zone)
    return f"{there:%a %b} {there.day}, {_clock(there.hour * 60 + there.minute)} {there:%Z}"


def both(at: float, zone: str) -> str:
    """An instant by their own clock where that is known, and in UTC."""
    return f"{moment(at, zone)} ({short(at)})" if zone and zone != "UTC" else moment(at)


def _there(at: float, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone or "UTC"))


def _clock(minute: int) -> str:
    hour = minute // 60
    return f"{(hour - 1) % 12 + 1}:{minute % 60:02} {'AM' if hour < 12 else 'PM'}"


def _dose(slot: Slot) -> str:
    day = date.fromordinal(slot[0])
    return f"{day:%a %b} {day.day}, {_clock(slot[1])}"


def record(menu: Menu, contact: Contact) -> list[Row]:
    """All that is kept of somebody, but for their number."""
    return [row for part in _PARTS for row in part(menu, contact)]


def _person(menu: Menu, contact: Contact) -> Iterator[Row]:
    yield "Known since", moment(contact.since, contact.zone)
    yield "Leaving", f"has left, {moment(contact.left, contact.zone)}" if contact.left else "has not left"
    code = contact.language or menu.language
    yield "Language", LANGUAGES.get(code, code) + (", chosen by word" if contact.language_chosen else "")
    yield "Their clock", contact.zone or "not known"
    for way, at in contact.channels:
        yield f"Last {_WAYS.get(way, way)}", moment(at, contact.zone)


def _talk(menu: Menu, contact: Contact) -> Iterator[Row]:
    if contact.place:
        yield "In the menu at", _screen(menu, contact.place, contact.zone)
    if contact.alarm:
        yield "Emergency text", _alarm(contact.alarm, contact.zone)
    if contact.asking:
        yield "We asked", _question(contact.asking.kind)
    for what, day, minute in contact.notices:
        yield "The next text also tells", _NOTICES.get(what, what) + (f", {_dose((day, minute))}" if day else "")


def _calls(menu: Menu, contact: Contact) -> Iterator[Row]:
    """What is kept of their phone calls, apart from their texts."""
    guest = contact.guest
    if guest is None:
        return
    if guest.place:
        yield "On the phone, at", _screen(menu, guest.place, contact.zone)
    if guest.alarm:
        yield "Emergency told by phone", _alarm(guest.alarm, contact.zone)
    if guest.asking:
        yield "Asked on the phone", _question(guest.asking.kind)
    if guest.offered:
        yield "Set up by phone", f"{', '.join(map(_clock, guest.offered.times))}; nothing begins before they say yes to a text"


def _screen(menu: Menu, place: Place, zone: str) -> str:
    screen = menu.screens.get(place.screen)
    return f"{(screen and screen.label) or 'the main menu'}, since {moment(place.at, zone)}"


def _alarm(alarm: Alarm, zone: str) -> str:
    return f"about {alarm.text.replace('_', ' ').replace('-', ', ')}, {moment(alarm.at, zone)}"


def _question(kind: str) -> str:
    return _QUESTIONS.get(kind, kind.replace("_", " "))


def _agreement(menu: Menu, contact: Contact) -> Iterator[Row]:  # noqa: ARG001 - one shape for all parts
    if contact.consent:
        yield "Consent", f"agreed to at most {contact.consent.most} texts a day, {moment(contact.consent.at, contact.zone)}"
    else:
        yield "Consent", "to no reminders"


def _reminders(menu: Menu, contact: Contact) -> Iterator[Row]:
    plan = contact.plan
    if plan is None:
        yield "Reminders", "none"
        return
    yield "Reminders", f"{', '.join(map(_clock, plan.times))}; {_standing(contact)}"
    yield "Reminders say", (menu.name if plan.named else menu.discreet_name) + (", twice when unanswered" if plan.nudge else "")
    for day, times in plan.steps:
        yield f"From {date.fromordinal(day):%a %b %d} on", ", ".join(map(_clock, times))
    if plan.failures:
        yield "Not delivered in a row", str(plan.failures)
    yield "Supply", f"lasts to {date.fromordinal(contact.supply.ends):%a %b %d, %Y}" if contact.supply else "not told"


def _standing(contact: Contact) -> str:
    plan = contact.plan
    if plan is None or plan.paused:
        return "paused until they text RESUME"
    if plan.until > plan.heard:
        return f"paused until {moment(plan.until, contact.zone)}"
    return f"on since {moment(plan.start, contact.zone)}"


def _doses(menu: Menu, contact: Contact) -> Iterator[Row]:  # noqa: ARG001 - one shape for all parts
    for slot, state in history.all_doses(contact.history, contact.doses)[-_LATEST:]:
        yield f"Dose {_dose(slot)}", _STATES.get(state, state)


def _texts(menu: Menu, contact: Contact) -> Iterator[Row]:  # noqa: ARG001 - one shape for all parts
    for entry in contact.outbox:
        yield f"Outbox: {_about(entry)}", f"{_SENDING[entry.state]} {moment(entry.at, contact.zone)}{_became(entry)}"


def _about(entry: Outgoing) -> str:
    return entry.kind + (f" for {_dose(entry.slot)}" if entry.slot else "")


def _became(entry: Outgoing) -> str:
    """How far its receipts have come."""
    return next((f", {words}" for rank, words in _RANKS if entry.rank >= rank), "")


_PARTS: Final = (_person, _talk, _calls, _agreement, _reminders, _doses, _texts)


def journal(entries: list[Entry], zone: str = "") -> list[Row]:
    """What we may have to prove, oldest first: when, and what happened."""
    return [
        (moment(e.at, zone), f"{_EVENTS.get(e.what, e.what)} {_WAYS.get(e.how) or _SLOT.sub(_dated, e.how)}".strip())
        for e in entries
    ]


def _dated(found: re.Match[str]) -> str:
    return _dose((int(found[1]), int(found[2])))
