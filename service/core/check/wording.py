"""Faults of what people text (the phrases), of names, and of numbers to call."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from service.core import render
from service.core.check.rules import STARTED, Rules
from service.core.check.texts import written
from service.core.menu import Menu

_LONG_NUMBER = re.compile(r"\b\d[\d-]*\d{2,}\b")


def reserved(menu: Menu, rules: Rules) -> Iterator[str]:
    """A carrier acts on STOP, YES, HELP and the like before we see them: none may be an option's word or a screen's."""
    for id, screen in menu.screens.items():
        first = screen.label.lower().split(" ")[0].strip(",.")
        if screen.label.lower() in menu.reader.carrier or (first in menu.reader.carrier and len(screen.label.split()) == 1):
            yield f"{id}: its label {screen.label!r} is a carrier word"
    for (family, phrase), words in menu.reader.book.alone().items():
        for word in sorted(words & menu.reader.carrier.keys()) if family.startswith(("screen:", "go:")) else ():
            yield f"{family}: {word!r} in {phrase!r} is a carrier word"


def families(menu: Menu, rules: Rules) -> Iterator[str]:
    known = {f"screen:{id}" for id in menu.screens} | {f"alarm:{id}" for id in menu.alarms}
    for family in menu.reader.families:
        if family.startswith(("screen:", "alarm:")) and family not in known:
            yield f"words: {family} has phrases and is no screen or alarm"
    for id in menu.alarms:
        if f"alarm:{id}" not in menu.reader.families:
            yield f"alarm.{id}: no words lead to it"


def twice(menu: Menu, rules: Rules) -> Iterator[str]:
    seen: dict[str, str] = {}
    for family, phrases in menu.reader.families.items():
        for phrase in phrases if family.startswith("screen:") else ():
            if seen.setdefault(phrase, family) != family:
                yield f"words: {phrase!r} stands for {seen[phrase]} and for {family}"


def numbers(menu: Menu, rules: Rules) -> Iterator[str]:
    allowed = set(menu.sayings.get("signs_numbers", "").split())
    for name, text in written(menu):
        for number in _LONG_NUMBER.findall(text) if not name.startswith("say.signs_") else ():
            if number not in allowed:
                yield f"{name}: {number} is none of the numbers people may be given ({' '.join(sorted(allowed))})"
    for name, text in written(menu):
        left = render.localise(menu, text, home=False)
        if any(number in left for number in allowed if number.isdigit() or number.startswith("1-")) and not name.startswith(
            "say.signs_"
        ):
            yield f"{name}: abroad it still gives a number that is not theirs: {left!r}"


def discreet(menu: Menu, rules: Rules) -> Iterator[str]:
    """What may be seen on a locked phone, or by who has the number now, names no medicine."""
    told = {"discreet_name": menu.discreet_name}
    told |= {f"say.{id}": menu.sayings[id] for id in ("left_wrong_number", *STARTED)}
    for name, text in told.items():
        for word in menu.reader.sets.get("drug", ()):
            if word in text.lower():
                yield f"{name}: names the medicine ({word})"
    for id in ("left_wrong_number", *STARTED):
        if "{brand}" in menu.sayings[id]:
            yield f"say.{id}: names the service, whose name may tell the medicine"


OF_TEXTS: Final[tuple[Callable[[Menu, Rules], Iterator[str]], ...]] = (numbers,)
OF_PHRASES: Final[tuple[Callable[[Menu, Rules], Iterator[str]], ...]] = (reserved, families, twice, discreet)
