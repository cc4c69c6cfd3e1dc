"""Where somebody is -> IANA time zones: by the place they name, by what time it is there, by the number they text from."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from typing import Final
from zoneinfo import ZoneInfo

from service.core import words
from service.core.answers.times import read_clock
from service.core.answers.vocabulary import Places, Vocabulary

_NEAR: Final = 25 * 60
"""Seconds that a person's clock may be off, and what they type may take."""
_DAY: Final = 86_400
_MOST_WORDS: Final = 60
_MOST_CHARACTERS: Final = 400

_IANA: Final = re.compile(r"[A-Za-z]+(?:/[A-Za-z_+-]+){1,2}")
_DOTS: Final = re.compile(r"(?<=\b[a-z])\.\s?(?=[a-z]\b)|(?<=\bst)\.|(?<=\bft)\.|(?<=\b[a-z])\.(?=\s|$)")
_WORDS: Final = re.compile(r"[a-z]+")


def read_zone(vocabulary: Vocabulary, text: str, now: float, lang: str | None = None) -> tuple[str, ...]:
    """The IANA zones a person's answer may mean, best first; () if none. `now`: seconds since 1970, for "its 3 pm here"."""
    named = text.strip()
    if _IANA.fullmatch(named[:64]):
        zone = _known("/".join(_titled(part) for part in named.split("/")))
        return (zone,) if zone else ()
    found = _by_place(vocabulary.places, named)
    return found or _by_time(vocabulary.places, read_clock(vocabulary, _without(vocabulary.places, named), lang), now)


def _titled(part: str) -> str:
    return "_".join(word if word.isupper() else word[:1].upper() + word[1:].lower() for word in part.split("_"))


def _known(name: str) -> str | None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    return name


# ---- places


def _by_place(places: Places, text: str) -> tuple[str, ...]:
    said = _said(places, text)
    matter = [w for w in said if w not in places.filler]
    alone = next((w for w in (" ".join(said), " ".join(matter)) if w in places.shy), None)
    if alone:
        return _joined((places.regions.get(alone, ()), places.cities.get(alone, ())))
    rows = [(places.cities.get(name) or places.regions[name], name not in places.cities) for name in _names(places, said)]
    return reduce(_agreeing, rows)[0] if rows else ()


def _said(places: Places, text: str) -> list[str]:
    plain = f" {words.plain(text[:_MOST_CHARACTERS])}"
    for short, name in places.spelled.items():
        plain = plain.replace(f" {short}", f" {name} ")
    return _WORDS.findall(_DOTS.sub("", plain))[:_MOST_WORDS]


def _names(places: Places, said: list[str]) -> Iterator[str]:
    """The names of places in some words, the longest first at each word."""
    at = 0
    while at < len(said):
        sizes = range(min(places.longest, len(said) - at), 0, -1)
        name, size = next(((n, s) for s in sizes if _is_name(places, n := " ".join(said[at : at + s]), said, at)), ("", 1))
        if name:
            yield name
        at += size


def _is_name(places: Places, name: str, said: list[str], at: int) -> bool:
    """A shy word is a place only at the end, after another: "portland me", "new orleans la"."""
    after_another = (
        at > 0
        and at == len(said) - 1
        and any(w in places.cities for w in (said[at - 1], " ".join(said[:at]), " ".join(said[at - 2 : at])))
    )
    return (name in places.cities or name in places.regions) and (name not in places.shy or after_another)


def _agreeing(one: tuple[tuple[str, ...], bool], other: tuple[tuple[str, ...], bool]) -> tuple[tuple[str, ...], bool]:
    """Two places, each with its zones and whether it is a region: the zones of both, else the region's ("paris texas")."""
    both = tuple(z for z in one[0] if any(same_clock(z, o) for o in other[0]))
    if both:
        return both, one[1] or other[1]
    regions = [zones for zones, region in (one, other) if region]
    return _joined(regions or (one[0], other[0])), bool(regions)


def _joined(rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for row in rows for zone in row))


# ---- what time it is there


def _without(places: Places, text: str) -> str:
    """A text without the words around a time: "its 3 pm here" -> "3 pm"."""
    plain = words.plain(text[:120])
    return " ".join(w for w in plain.split() if w not in places.filler)


def _by_time(places: Places, minutes: tuple[int, ...], now: float) -> tuple[str, ...]:
    fits = [tuple(z for z in order if any(_is_there(z, m, now) for m in minutes)) for order in (places.here, places.abroad)]
    return fits[0] or fits[1]


def _is_there(zone: str, minute: int, now: float) -> bool:
    try:
        there = datetime.fromtimestamp(now, ZoneInfo(zone))
    except (KeyError, ValueError, OSError, OverflowError):
        return False
    off = (there.hour * 3600 + there.minute * 60 + there.second - minute * 60) % _DAY
    return min(off, _DAY - off) <= _NEAR


# ---- numbers and zones

_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_PROBES: Final = tuple(_FROM + timedelta(days=5 * n) for n in range(220))
"""Three years, every 5 days: a clock change that two zones do not share lasts longer."""


@lru_cache(maxsize=1024)
def _offsets(zone: str) -> tuple[timedelta | None, ...]:
    try:
        there = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return ()
    return tuple(there.utcoffset(probe.astimezone(there)) for probe in _PROBES)


def same_clock(one: str, other: str) -> bool:
    """Whether two zones show the same time, always, as far as their rules are known."""
    return one == other or (_offsets(one) == _offsets(other) != ())


@lru_cache(maxsize=1024)
def _zones_of_area(prefix: str) -> tuple[str, ...]:
    """All zones of an area code of +1, such as "1208". Exchanges are known more closely, but people keep their number."""
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415

    return _joined(
        zones for start, zones in TIMEZONE_DATA.items() if len(start) >= 4 and start[0] == "1" and start.startswith(prefix)
    )


def zone_of_number(number: str) -> str | None:
    """The one zone of an E.164 number such as "+12125550100"; None if several or none: toll-free, split, invalid."""
    # Its tables take a moment to read, and only a person's first reminder needs them.
    from phonenumbers import NumberParseException, is_valid_number, parse  # noqa: PLC0415
    from phonenumbers.timezone import time_zones_for_number  # noqa: PLC0415

    try:
        parsed = parse(number)
    except NumberParseException:
        return None
    if not is_valid_number(parsed) or number.startswith("+1555"):
        return None
    named = _zones_of_area(number[1:5]) or time_zones_for_number(parsed)
    zones = [zone for zone in named if _known(zone) and not zone.startswith("Etc/")]
    return zones[0] if zones and all(same_clock(zones[0], zone) for zone in zones) else None


_AMERICAN_FAMILIES: Final = ("US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/")
_AMERICAN: Final = frozenset(
    (
        *(
            "America/" + city
            for city in ("New_York", "Detroit", "Chicago", "Menominee", "Denver", "Boise", "Phoenix", "Los_Angeles")
        ),
        *("America/" + city for city in ("Anchorage", "Juneau", "Sitka", "Metlakatla", "Yakutat", "Nome", "Adak", "Puerto_Rico")),
        *(
            "America/" + city
            for city in ("St_Thomas", "Virgin", "Indianapolis", "Fort_Wayne", "Louisville", "Shiprock", "Knox_IN", "Atka")
        ),
        *("Pacific/" + island for island in ("Honolulu", "Johnston", "Guam", "Saipan", "Pago_Pago", "Samoa", "Midway", "Wake")),
        *("EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "Navajo"),
    )
)


def american(zone: str) -> bool:
    """Whether an IANA zone is in the US or its territories, where 911 answers."""
    return zone in _AMERICAN or zone.startswith(_AMERICAN_FAMILIES)
