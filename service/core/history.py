"""Doses that are over, packed: a day and three characters a dose, fourteen days long.

A packed day is its ordinal in base 36, ":", then for each dose its minute in two digits of base 36 and its code; days are
joined by ";". "fv1j:d8tmwuxcs" is 8:00 taken, 13:44 unanswered, 20:00 skipped.
"""

from collections.abc import Iterable
from typing import Final

from service.core.model import Dose, Slot

DAYS: Final = 14
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODES: Final = {"taken": "t", "skipped": "s", "unanswered": "u", "dropped": "d", "merged": "m"}
_STATES: Final = {code: state for state, code in _CODES.items()}


def add(packed: str, doses: Iterable[Dose], today: int) -> str:
    """The packed history with some more doses in it, and without what is older than fourteen days."""
    days = {day: dict(rows) for day, rows in unpack(packed).items()}
    for dose in doses:
        days.setdefault(dose.day, {})[dose.minute] = dose.state if dose.state in _CODES else "unanswered"
    return ";".join(f"{_base36(day)}:{_pack_day(rows)}" for day, rows in sorted(days.items()) if today - DAYS < day)


def unpack(packed: str) -> dict[int, dict[int, str]]:
    """{day: {minute: state}}; what cannot be read is passed over."""
    days: dict[int, dict[int, str]] = {}
    for row in filter(None, packed.split(";")):
        day, _, doses = row.partition(":")
        try:
            cut = [doses[at : at + 3] for at in range(0, len(doses) // 3 * 3, 3)]
            days[int(day, 36)] = {int(dose[:2], 36): _STATES[dose[2]] for dose in cut}
        except (ValueError, KeyError):
            continue
    return days


def knows(packed: str, slot: Slot) -> bool:
    """Whether a slot is among the packed ones: a clock that went ahead and came back may have packed what is young again."""
    row = f"{_base36(slot[0])}:"
    if row not in packed:
        return False
    return slot[1] in unpack(packed).get(slot[0], ())


def all_doses(packed: str, doses: Iterable[Dose]) -> list[tuple[Slot, str]]:
    """Every slot we know with its state, oldest first."""
    found = {(day, minute): state for day, rows in unpack(packed).items() for minute, state in rows.items()}
    found |= {dose.slot: dose.state for dose in doses}
    return sorted(found.items())


def _pack_day(rows: dict[int, str]) -> str:
    return "".join(f"{_base36(minute):0>2}{_CODES[state]}" for minute, state in sorted(rows.items()))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
