"""Faults of one language held against the other: a text must say the same, with the same signs and the same numbers to call."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from service.core.check.rules import PLACEHOLDER, UNSIGNED
from service.core.menu import Menu, Screen

_NUMBER = re.compile(r"\d[\d-]*")
_NOT_TEXTS: Final = ("signs_", "weekdays", "months", "welcome_short")


def differences(menu: Menu, other: Menu, *, release: bool) -> Iterator[str]:
    """What the texts of `other` say and those of `menu`, its model, do not, or the other way round."""
    if release and other.signed_by in ("", UNSIGNED):
        yield f"not signed off; a native speaker reads it beside {menu.language} and writes their name as signed_by"
    for name, text, theirs in _pairs(menu, other):
        for what, found, there in (
            ("number", _numbers(text), _numbers(_without_own(theirs, other))),
            ("placeholder", _holders(text), _holders(theirs)),
        ):
            if found != there:
                yield f"{name}: its {what}s are {_list(there)}, in {menu.language} {_list(found)}"
        for signs, translated in other.alike.items():
            said, said_there = (
                _sign(one).search(there) for one, there in ((tuple(signs.split(" / ")), text), (translated, theirs))
            )
            if bool(said) != bool(said_there):
                missing = other.language if said else menu.language
                yield f"{name}: {signs!r} ({' / '.join(translated)}) is missing in {missing}"


def _without_own(text: str, menu: Menu) -> str:
    """A text without what only this language has, such as a key to press for it."""
    return text.replace(menu.sayings.get("signs_own", "\n"), "")


def _pairs(menu: Menu, other: Menu) -> Iterator[tuple[str, str, str]]:
    """Every text of the one that the other has too: its name, and both. What is missing altogether is another check's."""
    for prefix, ours, theirs in (("", menu.screens, other.screens), ("alarm.", menu.alarms, other.alarms)):
        for id, screen in ours.items():
            if id in theirs:
                yield from _screens(f"{prefix}{id}", screen, theirs[id])
    for id, text in menu.sayings.items():
        if id not in other.sayings:
            yield f"say.{id}: missing", text, ""
        elif not id.startswith(_NOT_TEXTS):
            yield f"say.{id}", text, other.sayings[id]


def _screens(name: str, screen: Screen, theirs: Screen) -> Iterator[tuple[str, str, str]]:
    yield name, screen.text, theirs.text
    if screen.abroad and theirs.abroad:
        yield f"{name} (abroad)", screen.abroad, theirs.abroad


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _holders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@cache
def _sign(signs: tuple[str, ...]) -> re.Pattern[str]:
    """Finds one of some signs at the beginning of a word."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, signs))})", re.IGNORECASE)


def _list(found: set[str]) -> str:
    return ", ".join(sorted(found)) or "none"
