"""How long the tablets last: days, a day it ends, or tablets and tablets a day. Nothing is derived from what was not said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.core.answers.dates import days_in
from service.core.answers.pieces import Item, halved
from service.core.answers.vocabulary import Vocabulary, day_readings

MOST_DAYS: Final = 366
_UNIT_DAYS: Final = {"d": 1, "w": 7, "M": 30}

_DOSE: Final = re.compile("ng")
_COUNT: Final = r"n&?a?f|n|a?f"
_RATE: Final = re.compile(rf"(?P<rate>{_COUNT})a?P?D")
_TABLETS: Final = re.compile("nP")
_DAYS: Final = re.compile(r"(?P<count>n&?a?f|n|a)(?P<unit>[dwM])(?:&?a?(?P<half>f))?")
_ALONE: Final = re.compile(r"~*n~*")


@dataclass(frozen=True, slots=True)
class Supply:
    """`days` of supply left, rounded down; `ends`: the day it runs out; `tablets` left and taken `a_day`. None: not said."""

    days: int | None = None
    ends: date | None = None
    tablets: int | None = None
    a_day: float | None = None


def read_supply(vocabulary: Vocabulary, text: str, today: date, lang: str | None = None) -> Supply | None:
    """What a text says of the supply: "2 weeks" -> days=14, "90 tablets 3 a day" -> days=30; None if nothing or over 366 days."""
    for items in day_readings(vocabulary, text, lang):
        supply = _supply(items, today)
        if supply:
            return supply if supply.days is None or 0 <= supply.days <= MOST_DAYS else None
    return None


def _supply(items: Sequence[Item], today: date) -> Supply | None:
    items = _without_doses(halved(items))
    symbols = "".join(i.symbol for i in items)
    return _by_tablets(items, symbols) or _by_days(items, symbols) or _by_end(items, symbols, today)


def _without_doses(items: Sequence[Item]) -> list[Item]:
    """The items without "20mg", which says how strong a tablet is."""
    symbols = "".join(i.symbol for i in items)
    gone = {place for m in _DOSE.finditer(symbols) for place in range(m.start(), m.end())}
    return [item for place, item in enumerate(items) if place not in gone]


def _by_tablets(items: Sequence[Item], symbols: str) -> Supply | None:
    rates = [_amount(items, m.span("rate")) for m in _RATE.finditer(symbols)]
    left = _RATE.sub(lambda m: "_" * len(m[0]), symbols)
    tablets = [items[m.start()].value for m in _TABLETS.finditer(left)]
    # "1 pill 3 times a day" beside the tablets left: nothing is multiplied, the caller asks.
    if not tablets or (len(tablets) > 1 and "t" not in symbols) or len(rates) > 1 or max(tablets) % 1:
        return None
    a_day = rates[0] if rates and rates[0] > 0 else None
    days = _days(items, symbols)
    return Supply(int(max(tablets) / a_day) if a_day else days, None, int(max(tablets)), a_day)


def _amount(items: Sequence[Item], span: tuple[int, int]) -> float:
    """ "3", "half", "one and a half", "1 1/2"; "a" alone is one."""
    said = items[slice(*span)]
    counted = [0.5 if item.symbol == "f" else item.value for item in said if item.symbol in "nf"]
    return sum(counted) if counted else 1


def _days(items: Sequence[Item], symbols: str) -> int | None:
    """The one number of days that is said."""
    counts = {
        int((_amount(items, m.span("count")) + 0.5 * bool(m["half"])) * _UNIT_DAYS[m["unit"]]) if items[m.start()].value else 0
        for m in _DAYS.finditer(symbols)
    }
    return counts.pop() if len(counts) == 1 and "p" not in symbols else None


def _by_days(items: Sequence[Item], symbols: str) -> Supply | None:
    days = _days(items, symbols)
    if days is None and _ALONE.fullmatch(symbols):
        days = int(next(item.value for item in items if item.symbol == "n"))
    return None if days is None else Supply(days)


def _by_end(items: Sequence[Item], symbols: str, today: date) -> Supply | None:
    past = "p" in symbols
    days = set() if past else days_in(items, today)
    day = next(iter(days)) if len(days) == 1 else None
    if day:
        return Supply(ends=day)
    out = "Z" in symbols and "O" not in symbols and (past or not (days or "n" in symbols))
    return Supply(0) if out else None
