"""The words of the service: a contact, an event, a turn. Plain frozen values; `record` keeps them.

An instant is a float: seconds since 1970-01-01T00:00Z. A day is a proleptic Gregorian ordinal of the person's own calendar, a
minute one of their local day. A slot is the pair of both: one dose of the plan, with an id of its own that is never used again.
"""

from service.core.model.contact import (
    STRANGER_DAYS,
    TEXT,
    Alarm,
    Consent,
    Contact,
    Dose,
    Guest,
    Outgoing,
    Pace,
    Place,
    Plan,
    Question,
    Slot,
    Supply,
)
from service.core.model.events import Due, Enrol, Event, Failed, Message, Receipt, Sent
from service.core.model.turn import Answer, Entry, Turn

__all__ = [
    "STRANGER_DAYS",
    "TEXT",
    "Alarm",
    "Answer",
    "Consent",
    "Contact",
    "Dose",
    "Due",
    "Enrol",
    "Entry",
    "Event",
    "Failed",
    "Guest",
    "Message",
    "Outgoing",
    "Pace",
    "Place",
    "Plan",
    "Question",
    "Receipt",
    "Sent",
    "Slot",
    "Supply",
    "Turn",
]
