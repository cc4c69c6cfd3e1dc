"""Days, times and doses in words, in the language of the menu; and the service's own texts with them filled in."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from service.core import localtime
from service.core.menu import Menu
from service.core.model import Contact, Slot

LONGEST: Final = {
    "{name}": "W" * 24,
    "{dose}": "Wed 12:00 AM",
    "{time}": "12:00 AM",
    "{next}": "tomorrow 12:00 AM",
    "{times}": "12:00 AM, 12:10 AM, 12:20 AM, 12:30 AM, 12:40 AM, 12:50 AM",
    "{close}": "Wed 12:00 AM",
    "{word}": "tomada",
    "{number}": "1000",
    "{count}": "12",
    "{day}": "Wed Nov 30",
    "{most}": "14",
    "{days}": "365",
    "{weekday}": "Wed",
    "{month}": "Nov",
    "{zone}": "Northern Mariana Islands",
    "{taken}": "00",
    "{skipped}": "00",
    "{silent}": "00",
    "{unsent}": "00",
    "{history}": "W" * 120,
}
"""What a placeholder may become at its longest, for the check of lengths."""


def fill(text: str, values: dict[str, str]) -> str:
    """A text with its placeholders filled in."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def say(menu: Menu, saying: str, **values: str) -> str:
    """One of the service's own texts."""
    return fill(menu.sayings[saying], values)


def clock(menu: Menu, minute: int) -> str:
    """ "8:00 AM" for 480."""
    hour = minute // 60
    return f"{(hour - 1) % 12 + 1}:{minute % 60:02} {menu.sayings['am' if hour < 12 else 'pm']}"


def times(menu: Menu, minutes: Iterable[int]) -> str:
    """ "8:00 AM, 2:00 PM"."""
    return ", ".join(clock(menu, minute) for minute in minutes)


def dose(menu: Menu, slot: Slot) -> str:
    """ "Mon 8:00 AM"."""
    return f"{menu.sayings['weekdays'].split()[localtime.weekday(slot[0])]} {clock(menu, slot[1])}"


def day(menu: Menu, ordinal: int) -> str:
    """ "Mon Nov 23"."""
    there = date.fromordinal(ordinal)
    weekday = menu.sayings["weekdays"].split()[localtime.weekday(ordinal)]
    return say(menu, "date", weekday=weekday, month=menu.sayings["months"].split()[there.month - 1], number=str(there.day))


def relative(menu: Menu, slot: Slot, today: int) -> str:
    """ "today 2:00 PM", "tomorrow 8:00 AM", else "Mon 8:00 AM", or with the date when that is more than six days off."""
    near = {0: "today", 1: "tomorrow"}.get(slot[0] - today)
    if near:
        return f"{menu.sayings[near]} {clock(menu, slot[1])}"
    return dose(menu, slot) if 0 < slot[0] - today < 7 else f"{day(menu, slot[0])} {clock(menu, slot[1])}"


def moment(menu: Menu, contact: Contact, at: float) -> str:
    """The local time of an instant: "7:30 AM"."""
    return clock(menu, localtime.local(contact.zone, at)[1])


def name(menu: Menu, contact: Contact) -> str:
    """What the texts that we start are signed with: nothing that tells an illness, unless they chose the medicine's name."""
    return menu.name if contact.plan and contact.plan.named else menu.discreet_name
