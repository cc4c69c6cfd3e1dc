"""Items -> the clock times among them. One time is one pattern of symbols; what is no part of a time stays as it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from service.core.answers.pieces import MOST_PIECES, Item, read
from service.core.answers.vocabulary import OF_THE_CLOCK, Language, Part

DAY: Final = 1440
NOON: Final = 720
_MOST_FOUND: Final = 16
"""Times that are looked at; those behind them are left over, so the text is asked about."""
_MORE: Final = 100
"""Unknown words that a text counts for which is longer than what is read of it."""

# What is no time though it has a number: amounts ("2 tablets", "1 1/2 tabs"), how often, how long.
_AMOUNT: Final = re.compile(r"(?<!@)(?:[nwzb]i)?(?:[nw]&?)?(?:[nw]/[nw]|[nbzwlvdDtf#]f?|&f)x?U")
_OFTEN: Final = re.compile(
    r"L|S[Ei]?E?|(?<![@,;&y<>])(?:[nbwlv]iE?|i?[nbwlv]E)|V[nbwlv]?[hrj]|V[nbwlv]M|V[nbwlv]?(?:-|<)[nbwlv][hr]|E"
)
_LONG: Final = re.compile(r"(?<![@p])[nbzwlv]r|[nbzwlv]m(?!-?[><p])")

_TIME: Final = re.compile(
    r"(?:(?P<early>P)[,;]?)?"
    r"(?P<at>[@p]{0,3})"
    r"(?:(?P<less>q|f|[bv]|[nwl](?=[mp>]))-?m?(?P<way>[<>p])@{0,2}|(?P<british>f)(?=[nwl]))?"
    r"(?:(?P<noon>N)|(?P<whole>[cCtTdD])|(?P<hour>[nbzwlv])(?:-?o-?(?P<ones>[nwl])|(?P<minute>-?v|[zlb]))?)"
    r"(?P<sure>[Oh]|(?<=[cCdD])r|(?<=@[bnz])r|(?<=@[wlv])r)?"
    r"(?P<half>A)?"
    r"(?:y(?P<plus>[qf]|(?<!Ay)[bvl])|k(?P<minus>[qf]|(?<!Ak)[bvlnw]))?"
    r"O?(?P<late>A)?O?"
    r"(?(early)|(?P<part>P)?)"
)
_QUARTERS: Final = {"q": 15, "f": 30}


@dataclass(frozen=True, slots=True)
class Found:
    """One time: the minutes of the day it may mean (none: no such time).

    `sure`: it cannot be just a number. `half`: am, pm or a part of the day is said. `amount`: see `_amount`.
    `whole_day`: it counts 24 hours. `colon`: it is written 8:30, 8.30 or 0830.
    """

    minutes: tuple[int, ...]
    sure: bool
    half: bool
    amount: int
    whole_day: bool
    colon: bool


@dataclass(frozen=True, slots=True)
class Often:
    """How often: `times` a day (0: said in another way), or every so many `hours`; both 0 for "every day"."""

    times: int
    hours: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read in one language. `rest`: its symbols, "K" for each time, "F" for how often, "_" for amounts, "R" for how long."""

    found: tuple[Found, ...]
    often: tuple[Often, ...]
    rest: str
    strange: int
    amounts: bool


def reading(language: Language, text: str) -> Reading:
    """Everything about times in a text."""
    items = read(text, language.clock)
    symbols = "".join(i.symbol for i in items)
    symbols, amounts = _AMOUNT.subn(lambda m: "_" * len(m[0]), symbols)
    often = tuple(_often(m, items) for m in _OFTEN.finditer(symbols))
    symbols = _OFTEN.sub(lambda m: "F" + "_" * (len(m[0]) - 1), symbols)
    symbols = _LONG.sub("R_", symbols)
    matches = list(islice(_TIME.finditer(symbols), _MOST_FOUND))
    found = tuple(_found(m, items, language.parts) for m in matches)
    return Reading(found, often, _rest(symbols, matches), symbols.count("x") + _MORE * (len(items) >= MOST_PIECES), amounts > 0)


def _rest(symbols: str, matches: Sequence[re.Match[str]]) -> str:
    rest, end = [], 0
    for match in matches:
        rest += [symbols[end : match.start()], "K"]
        end = match.end()
    return "".join((*rest, symbols[end:])).replace("_", "")


def _often(match: re.Match[str], items: Sequence[Item]) -> Often:
    said, values = match[0], items[match.start() : match.end()]
    number = next((int(i.value) for i in values if i.symbol in "nbwlvSL"), 0)
    if said[0] == "V":
        return Often(0, (number or 1) * (said[-1] in "hr") * (len(said) <= 3), plain=False)
    return Often(number, 0, plain=said == "E")


def _value(match: re.Match[str], items: Sequence[Item], group: str) -> int:
    """The value of the last item of a group; 0 if it is not there."""
    return int(items[match.end(group) - 1].value) if match[group] else 0


def _found(match: re.Match[str], items: Sequence[Item], parts: Sequence[Part]) -> Found:
    symbol = match["whole"] or ""
    hour, minute = _hour_and_minute(match, items)
    halves = [_value(match, items, g) for g in ("half", "late") if match[g]]
    places = [_value(match, items, g) for g in ("early", "part") if match[g]]
    whole_day = symbol.isupper() or hour > 12 or (match["hour"] == "z" and (hour == 0 or match["minute"] is not None))
    spoken = [parts[p % OF_THE_CLOCK] for p in places]
    bases = (minute,) if match["noon"] else _minutes(hour, minute, halves, spoken, whole_day=whole_day)
    shift = _shift(match, items)
    said = bool(halves or spoken or match["noon"])
    minutes = () if _no_time(match, hour, shift) else tuple(sorted({(b + shift) % DAY for b in bases}))
    only_a_part = (
        bool(places) and max(places) < OF_THE_CLOCK and not halves and not match["at"] and match["hour"] and len(match[0]) == 2
    )
    of_24_and_half = halves and hour > 12 and match["hour"] and not (match["minute"] or match["ones"])  # "10 am 20 pm": milligrams
    return Found(
        minutes,
        sure=bool(said or match["at"] or match["sure"] or match["way"] or match["british"] or symbol in ("c", "C")),
        half=said,
        amount=_amount(hour) if only_a_part or of_24_and_half else 0,
        whole_day=whole_day and not said,
        colon=bool(symbol),
    )


def _amount(hour: int) -> int:
    """How much a bare number and a part of the day may be an amount: 3 surely ("20 at night"), 2 if alone, 1 among others alike."""
    return 3 if hour > 12 else 2 if hour <= 2 else 1 if hour in (3, 4, 5, 10) else 0


def _hour_and_minute(match: re.Match[str], items: Sequence[Item]) -> tuple[int, int]:
    """As written; noon and midnight are minutes alone."""
    if match["whole"]:
        hour, minute = divmod(_value(match, items, "whole"), 100)
        return hour, minute
    minutes = ("noon", "ones", "minute")
    return _value(match, items, "hour"), next((_value(match, items, g) for g in minutes if match[g]), 0)


def _no_time(match: re.Match[str], hour: int, shift: int) -> bool:
    """ "For 18 dollars"; "14 y 20" may be two hours; "2 para las 8" tablets."""
    counts_things = match["hour"] and hour > 12 and match.end() == match.end("hour") and match.string[match.end() :][:1] == "x"
    return bool(counts_things or (match["plus"] and 12 < hour < shift <= 24) or (match["way"] == "p" and shift % 5))


def _shift(match: re.Match[str], items: Sequence[Item]) -> int:
    """Minutes to add for "quarter to", "half past", "y media", "menos cuarto"."""

    def quarter(group: str) -> int:
        return _QUARTERS.get(match[group] or "", int(items[match.start(group)].value) if match[group] else 0)

    before = quarter("less") * (1 if match["way"] == ">" else -1)
    return before + quarter("british") + quarter("plus") - quarter("minus")


def _minutes(hour: int, minute: int, halves: Sequence[int], parts: Sequence[Part], *, whole_day: bool) -> tuple[int, ...]:
    """The minutes an hour on the clock may mean; none where the words contradict each other."""
    if hour > 24 or minute > 59 or (hour == 24 and minute) or len(set(halves)) > 1:
        return ()
    both = (hour % 12 * 60 + minute, hour % 12 * 60 + minute + NOON)
    allowed = [set(halves), *({half for half, hours in enumerate((p.am, p.pm)) if (hour % 12 or 12) in hours} for p in parts)]
    said = [a for a in allowed if a]
    if hour > 12 or hour == 0:
        exact = hour % 24 * 60 + minute
        return (exact,) if all(exact // NOON in a for a in said) else ()
    halves_left = set.intersection(*said) if said else {0, 1}
    if not said and whole_day:
        return (both[hour == 12],)
    return tuple(both[h] for h in sorted(halves_left))
