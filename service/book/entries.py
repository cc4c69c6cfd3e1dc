"""What the book tells about one screen or emergency text besides its words: reviews, sources, links, limits, what people text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from service.book.examples import Said, said
from service.core.check.reading import grade
from service.core.check.rules import MOST_GRADE, REVIEW_DAYS, UNSIGNED
from service.core.menu import ALARM, LEAVE, Menu, Screen
from service.core.segments import gsm7, segments

_FEW_WORDS: Final = 5
"""A grade of so few words says nothing; the check leaves them out too."""


@dataclass(frozen=True, slots=True)
class Review:
    """When somebody last read it, who, and in words what that is worth. `good`: signed off and not too old."""

    day: str
    age: str
    by: str
    state: str
    good: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A row of SOURCES.md; the cells are empty where it has no such row."""

    id: str
    statement: str = ""
    says: str = ""
    ours: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way from or to a screen: what to text, and the entry at the other end."""

    number: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """How a text goes out and how hard it is to read. `grade` is "" where there are too few words to tell."""

    characters: int
    parts: int
    plain: bool
    grade: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One screen or emergency text. `name` is how the check calls it; `keys` are its texts' places in `texts.everything`."""

    name: str
    anchor: str
    number: str
    titles: Mapping[str, str]
    keys: tuple[tuple[str, str], ...]
    review: Review
    sources: tuple[Source, ...]
    comes: tuple[Link, ...]
    leads: tuple[Link, ...]
    said: Mapping[str, Said]
    findings: tuple[str, ...]


def anchor(name: str) -> str:
    """What a name is called in an address: "alarm.overdose" -> "alarm-overdose"."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "text"


def review(screen: Screen, today: date) -> Review:
    """What the review of a screen is worth today."""
    if not isinstance(screen.reviewed, date) or not screen.reviewed_by:
        return Review("never", "", screen.reviewed_by or "nobody", "Has no review", good=False)
    days = (today - screen.reviewed).days
    age = "today" if days == 0 else f"{days} day{'s' * (days != 1)} ago" if days > 0 else "in the future"
    state = "Signed off"
    if screen.reviewed_by == UNSIGNED:
        state = "Not signed off"
    if days > REVIEW_DAYS:
        state += f", and the review has expired: older than {REVIEW_DAYS} days"
    elif days < -1:
        state += ", and the review lies in the future"
    return Review(screen.reviewed.isoformat(), age, screen.reviewed_by, state, good=state == "Signed off")


def facts(menu: Menu, text: str, words: str) -> Facts:
    """Of a text as it goes out, and of its own words, still with placeholders, as the check reads them."""
    hard = grade(words.replace("{brand}", "Tips").replace("{clinic}", "us"), menu.language)
    told = len(words.split()) > _FEW_WORDS
    return Facts(len(text), segments(text), gsm7(text), _graded(hard) if told else "", told and hard > MOST_GRADE)


def _graded(hard: float) -> str:
    """Rounded up, so that what is over the limit by a little does not read as the limit."""
    return f"{ceil(hard * 10) / 10:.1f}" if hard >= 1 else "below 1"


def sources(text: str) -> dict[str, Source]:
    """The table of SOURCES.md by id."""
    rows = ([cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|"))
    kept = (row for row in rows if re.fullmatch(r"[A-Za-z]+\d*", row[0]) and row[0].lower() != "id")
    return {row[0]: Source(*(row + [""] * 4)[:4]) for row in kept}


@dataclass(frozen=True, slots=True)
class Known:
    """What all entries are made from. `findings`: faults of the content by the name of what they are about."""

    languages: Mapping[str, Menu]
    today: date
    sources: Mapping[str, Source]
    findings: Mapping[str, Sequence[str]]

    @property
    def menu(self) -> Menu:
        return next(iter(self.languages.values()))


def entries(known: Known) -> tuple[list[Entry], list[Entry]]:
    """The tips, and the emergency texts in the order in which they win."""
    menu = known.menu
    tips = [_entry(known, screen, id, f"Tip {n}") for n, (id, screen) in enumerate(menu.screens.items(), 1)]
    alarms = [_entry(known, alarm, f"{ALARM}{id}", f"Emergency {n}") for n, (id, alarm) in enumerate(menu.alarms.items(), 1)]
    return tips, alarms


def _entry(known: Known, screen: Screen, name: str, number: str) -> Entry:
    urgent = name.startswith(ALARM)
    family = f"alarm:{screen.id}" if urgent else f"screen:{screen.id}"
    keys = [(family, "")]
    keys += [(f"other:{screen.id}", "About somebody else")] if urgent else []
    keys += [("first:home", "As the first text to somebody new")] if name == "home" else []
    return Entry(
        name,
        anchor(name),
        number,
        {code: _title(menu, name) for code, menu in known.languages.items()},
        (*keys, (f"elsewhere:{name}", "Outside North America")),
        review(screen, known.today),
        tuple(known.sources.get(id, Source(id)) for id in screen.sources),
        tuple(_comes(known.menu, name)),
        tuple(_leads(known.menu, screen)),
        {code: said(menu, family) for code, menu in known.languages.items() if menu.readers},
        tuple(known.findings.get(name, ())),
    )


def _title(menu: Menu, name: str) -> str:
    """A screen's label; an emergency text has none, so its id in plain words."""
    if name.startswith(ALARM):
        return name.removeprefix(ALARM).replace("_", " ").replace("-", ": ").capitalize()
    screen = menu.screens.get(name)
    return screen.label if screen and screen.label else name


def _leads(menu: Menu, screen: Screen) -> Iterator[Link]:
    for number, target in enumerate(menu.standing(screen.options), 1):
        yield Link(str(number), "" if target == LEAVE else anchor(target), menu.label(target) or target)
    if screen.more in menu.screens:
        yield Link(menu.sayings["more"], anchor(str(screen.more)), _title(menu, str(screen.more)))


def _comes(menu: Menu, name: str) -> Iterator[Link]:
    """The screens whose numbers, or MORE, lead here."""
    for id, screen in menu.screens.items():
        ways = [str(n) for n, target in enumerate(menu.standing(screen.options), 1) if target == name]
        ways += [menu.sayings["more"]] if screen.more == name else []
        yield from (Link(way, anchor(id), _title(menu, id)) for way in ways)
