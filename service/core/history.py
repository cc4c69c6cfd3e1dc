"""Doses that are over, packed: a day and three characters a dose, fourteen days long.

A packed day is its ordinal, ":", then for each dose its minute in two digits and its code; days are joined by ";". Numbers are in
base 62. "36LB:7Kt" is 8:00 taken.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from service.core.model import Dose, Slot

DAYS: Final = 14
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_BASE: Final = len(_DIGITS)
_CODES: Final = {"taken": "t", "skipped": "s", "unanswered": "u", "dropped": "d", "merged": "m"}
_STATES: Final = {code: state for state, code in _CODES.items()}


def add(packed: str, doses: Iterable[Dose], today: int) -> str:
    """The packed history with some more doses in it, and without what is older than fourteen days."""
    rows = packed.split(";") if packed else []
    for dose in doses:
        rows = _with(rows, dose)
    first = next((n for n, row in enumerate(rows) if today - DAYS < _number(row.partition(":")[0])), len(rows))
    return ";".join(rows[first:])


def _with(rows: list[str], dose: Dose) -> list[str]:
    """The rows with one more dose. It nearly always is the latest: its row is the last one, or a new one."""
    day, last = _packed_number(dose.day), rows[-1].partition(":")[0] if rows else ""
    cell = f"{_packed_number(dose.minute):0>2}{_CODES.get(dose.state, 'u')}"
    if not rows or _number(last) < dose.day:
        return [*rows, f"{day}:{cell}"]
    if last == day and _number(rows[-1][-3:-1]) < dose.minute:
        return [*rows[:-1], rows[-1] + cell]
    days = unpack(";".join(rows))
    days.setdefault(dose.day, {})[dose.minute] = _STATES[cell[2]]
    return [f"{_packed_number(known)}:{_pack_day(found)}" for known, found in sorted(days.items())]


def unpack(packed: str) -> dict[int, dict[int, str]]:
    """{day: {minute: state}}; what cannot be read is passed over."""
    days: dict[int, dict[int, str]] = {}
    for row in filter(None, packed.split(";")):
        day, _, doses = row.partition(":")
        cells = (doses[at : at + 3] for at in range(0, len(doses) // 3 * 3, 3))
        days[_number(day)] = {_number(cell[:2]): _STATES[cell[2]] for cell in cells if cell[2] in _STATES}
    return days


def knows(packed: str, slot: Slot) -> bool:
    """Whether a slot is among the packed ones: a clock that went ahead and came back may have packed what is young again."""
    if f"{_packed_number(slot[0])}:" not in packed:
        return False
    return slot[1] in unpack(packed).get(slot[0], ())


def all_doses(packed: str, doses: Iterable[Dose]) -> list[tuple[Slot, str]]:
    """Every slot we know with its state, oldest first."""
    found = {(day, minute): state for day, rows in unpack(packed).items() for minute, state in rows.items()}
    found |= {dose.slot: dose.state for dose in doses}
    return sorted(found.items())


def _pack_day(rows: dict[int, str]) -> str:
    return "".join(f"{_packed_number(minute):0>2}{_CODES[state]}" for minute, state in sorted(rows.items()))


@lru_cache(4096)
def _packed_number(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, _BASE)
        digits = _DIGITS[rest] + digits
    return digits or "0"


def _number(digits: str) -> int:
    """The number of some digits; a sign that is none counts as 0."""
    number = 0
    for digit in digits:
        number = number * _BASE + _VALUES.get(digit, 0)
    return number
