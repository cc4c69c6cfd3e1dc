"""A day somebody names: "monday", "dec 3", "in 3 days" -> the date, today or later."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from service.core.answers.pieces import Item
from service.core.answers.vocabulary import Vocabulary, day_readings

MOST_DAYS: Final = 366
_UNIT_DAYS: Final = {"d": 1, "w": 7, "M": 30}


def read_day(vocabulary: Vocabulary, text: str, today: date, lang: str | None = None) -> date | None:
    """The one day a text names, `today` to `today` + 366 days; None if it names none, several or one that cannot be."""
    for items in day_readings(vocabulary, text, lang):
        days = days_in(items, today)
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def days_in(items: Sequence[Item], today: date) -> set[date | None]:
    """All days that some items name; None among them for one that cannot be."""
    symbols = "".join(i.symbol for i in items)
    found: set[date | None] = set()
    for pattern, day in _RULES:
        found |= {_near(day([i.value for i in items[m.start() : m.end()]], m[0], today), today) for m in pattern.finditer(symbols)}
        symbols = pattern.sub(lambda m: "_" * len(m[0]), symbols)
    return found


def _near(day: date | None, today: date) -> date | None:
    return day if day and 0 <= (day - today).days <= MOST_DAYS else None


def _calendar(year: float, month: float, day: float, today: date) -> date | None:
    """A day by its numbers; without a year (0) the next one: this year's, or next year's if that is past."""
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(int(candidate), int(month), int(day))
        except (ValueError, OverflowError):
            continue
        if year or found >= today:
            return found
    return None


def _after(days: float, today: date) -> date | None:
    return date.fromordinal(today.toordinal() + int(days)) if days <= min(MOST_DAYS, (date.max - today).days) else None


def _by_signs(values: list[float], _: str, today: date) -> date | None:
    rest, day = divmod(int(values[0]), 100)
    return _calendar(*divmod(rest, 100), day, today)


def _by_month(values: list[float], form: str, today: date) -> date | None:
    numbers = [v for v, symbol in zip(values, form, strict=True) if symbol == "n"]
    month = values[form.index("J")]
    year = next((n for n in numbers[1:] if n >= 2000), 0)
    return _calendar(year, month, numbers[0], today)


def _by_weekday(values: list[float], _: str, today: date) -> date | None:
    """The next day of that name; today's own name is a week from now."""
    return _after((int(values[-1]) - today.weekday() - 1) % 7 + 1, today)


def _by_count(values: list[float], form: str, today: date) -> date | None:
    return _after(values[0] * _UNIT_DAYS[form[-1]], today)


def _by_ordinal(values: list[float], _: str, today: date) -> date | None:
    """ "The 15th": this month's, or the next month's that has one."""
    months = ((today.year + (today.month - 1 + n) // 12, (today.month - 1 + n) % 12 + 1) for n in range(3))
    days: Iterator[date | None] = (_calendar(year, month, values[0], today) for year, month in months)
    return next((d for d in days if d and d >= today), None)


_Rule = tuple[re.Pattern[str], Callable[[list[float], str, date], date | None]]
_RULES: Final[tuple[_Rule, ...]] = (
    (re.compile("s"), _by_signs),
    (re.compile("WJno?n?|Jno?(?:n(?![dwMhmoPJ]))?|no?Jn?"), _by_month),
    (re.compile("[na][dwM]"), _by_count),
    (re.compile("no"), _by_ordinal),
    (re.compile("X?W"), _by_weekday),
    (re.compile(r"^[^nP]*D$"), lambda values, _, today: _after(1, today) if values[-1] else None),
    (re.compile("T"), lambda values, _, today: _after(values[0], today)),
)
