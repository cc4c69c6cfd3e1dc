"""menus/common/*.clock.toml and zones.toml -> `Vocabulary`: the words people use for times, days and places, ready to look up."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.core.answers.pieces import (
    CLOCK_PIECES,
    DAY_PIECES,
    Item,
    Lexicon,
    clock_number,
    day_number,
    lexicon,
    number_symbol,
    read,
)

File = Mapping[str, Any]

_CLOCK_SYMBOLS: Final = {
    "at": "@",
    "para": "p",
    "oclock": "O",
    "ish": "O",
    "h": "h",
    "hours": "r",
    "minutes": "m",
    "zero": "o",
    "quarter": "q",
    "half": "f",
    "past": ">",
    "minus": "k",
    "to": "<",
    "every": "V",
    "day_letter": "j",
    "day": "E",
    "times": "i",
    "dose": "U",
    "meal": "B",
    "vague": "W",
    "both_halves": "Y",
    "matters": "M",
    "filler": "",
}
_DAY_SYMBOLS: Final = {
    "half": "f",
    "quarter": "q",
    "and": "&",
    "minutes": "m",
    "hours": "h",
    "days": "d",
    "weeks": "w",
    "months": "M",
    "next": "X",
    "tablets": "P",
    "dose": "g",
    "a_day": "D",
    "times": "t",
    "none": "Z",
    "ends": "e",
    "past": "p",
    "about": "~",
    "polite": "",
    "filler": "",
    "other": "O",
}
_DAY_VALUES: Final = {"relative": "T", "several": "n", "weekday": "W", "month": "J", "ordinal": "o"}


OF_THE_CLOCK: Final = 100
"""Added to the value of a "P" that only a clock time has beside it: "una de la tarde", while "una por la tarde" may be a tablet."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the hours of a 12-hour clock that it makes morning or afternoon ones."""

    am: frozenset[int]
    pm: frozenset[int]


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language: `clock` for times of day, `days` for spans and amounts. A "P" of `clock` is a place in `parts`."""

    clock: Lexicon
    days: Lexicon
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Zones by what people call a place, best first. `shy` names count only as the whole text; `here` and `abroad` are in the order
    of the people who live there; `longest` counts words; `spelled` are short forms with dots.
    """

    cities: Mapping[str, tuple[str, ...]]
    regions: Mapping[str, tuple[str, ...]]
    shy: frozenset[str]
    filler: frozenset[str]
    here: tuple[str, ...]
    abroad: tuple[str, ...]
    longest: int
    spelled: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words the answers are read with; `languages` by code: "en", "es"."""

    languages: Mapping[str, Language]
    places: Places

    def spoken(self, lang: str | None) -> tuple[Language, ...]:
        """The languages to read a text in: the one named, else all."""
        named = self.languages.get(lang or "")
        return (named,) if named else tuple(self.languages.values())


def parse(toml_text_en: str, toml_text_es: str, zones_text: str) -> Vocabulary:
    """The vocabulary of the three files' texts. Raises `TOMLDecodeError` or `KeyError` on faults of the content, at start."""
    languages = {code: _language(tomllib.loads(text)) for code, text in (("en", toml_text_en), ("es", toml_text_es))}
    return Vocabulary(languages, _places(tomllib.loads(zones_text)))


def day_readings(vocabulary: Vocabulary, text: str, lang: str | None) -> list[list[Item]]:
    """A text as items of days, spans and amounts in each language, the one with the fewest unknown words first."""
    return sorted(
        (read(text, language.days) for language in vocabulary.spoken(lang)), key=lambda items: sum(i.symbol == "x" for i in items)
    )


def _language(file: File) -> Language:
    parts = tuple(Part(frozenset(p["am"]), frozenset(p["pm"])) for p in file["parts"].values())
    letters = {word: half for half, name in enumerate(("am_letter", "pm_letter")) for word in file["clock"][name]}
    return Language(
        lexicon(_clock_rows(file), CLOCK_PIECES, letters, clock_number), lexicon(_day_rows(file), DAY_PIECES, {}, day_number), parts
    )


def _clock_rows(file: File) -> Iterator[tuple[str, str, float]]:
    clock = file["clock"]
    yield from ((phrase, symbol, 0) for name, symbol in _CLOCK_SYMBOLS.items() for phrase in clock.get(name, ()))
    yield from ((phrase, "A", half) for half, name in enumerate(("am", "pm")) for phrase in clock[name])
    # "y" is also how Spanish adds minutes to an hour, English "and" never is.
    yield from ((word, "y" if word == "y" else "&", 0) for word in clock["and"])
    yield from ((phrase, "N", minute) for minute, name in ((0, "midnight"), (720, "noon")) for phrase in clock["minute"][name])
    yield from ((phrase, "P", place) for place, part in enumerate(file["parts"].values()) for phrase in part["words"])
    yield from (
        (phrase, "P", place + OF_THE_CLOCK)
        for place, part in enumerate(file["parts"].values())
        for phrase in part.get("of_the_clock", ())
    )
    yield from ((phrase, "S", count) for phrase, count in clock["several"].items())
    yield from ((phrase, "L", count) for phrase, count in clock["latin"].items())
    yield from ((phrase, number_symbol(value), value) for phrase, value in _numbers(file) if phrase not in clock["several"])


def _day_rows(file: File) -> Iterator[tuple[str, str, float]]:
    days = file["days"]
    yield from ((phrase, "n", value) for phrase, value in _numbers(file))
    yield from ((word, "a", 1) for word in days["a"])
    yield from ((phrase, "D", 1) for phrase in days.get("one_day", ()))
    yield from ((phrase, symbol, 0) for name, symbol in _DAY_SYMBOLS.items() for phrase in days.get(name, ()))
    yield from ((phrase, symbol, value) for name, symbol in _DAY_VALUES.items() for phrase, value in days[name].items())


def _numbers(file: File) -> Iterator[tuple[str, int]]:
    """Number words, also the ones made of two: "twenty five", "treinta y cinco"."""
    numbers: dict[str, int] = file["numbers"]
    yield from numbers.items()
    tens = {word: n for word, n in numbers.items() if n % 10 == 0 and n >= 20}
    ones = {word: n for word, n in numbers.items() if n < 10}
    for ten, one in ((t, o) for t in tens for o in ones):
        yield from ((form.format(ten=ten, one=one), tens[ten] + ones[one]) for form in file["joined"])


def _places(file: File) -> Places:
    cities: dict[str, tuple[str, ...]] = {}
    for zone, names in file["cities"].items():
        for name in names:
            cities[name] = (*cities.get(name, ()), zone)
    cities |= {name: tuple(zones) for name, zones in file["several"].items()}
    regions = {name: tuple(zones) for name, zones in file["regions"].items()}
    regions |= {code: regions[name] for code, name in file["codes"].items()}
    regions |= {name: (zone,) for zone, names in file["words"].items() for name in names}
    longest = max(len(name.split()) for name in (*cities, *regions))
    shy, filler = frozenset(file["shy"]), frozenset(file["filler"])
    return Places(
        cities, regions, shy, filler, tuple(file["order"]["here"]), tuple(file["order"]["abroad"]), longest, file["spelled"]
    )
