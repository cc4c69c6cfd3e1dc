"""A screen -> the text that goes out: its words, its numbered options, the way back, in the reader's part of the world."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.core.answers.zones import american
from service.core.menu import HOME, Menu, Screen
from service.core.segments import segments

MOST_OPTIONS: Final = 8
MOST_SEGMENTS: Final = 2


def option_lines(menu: Menu, options: Iterable[str]) -> list[str]:
    """ "1 Missed a dose", "2 Side effects", ...: numbers are made here and nowhere else."""
    return [f"{n} {menu.label(target)}" for n, target in enumerate(menu.standing(options), 1)]


def way_back(menu: Menu, screen: str) -> list[str]:
    """The last line: nothing at home, the menu from a topic, back and menu from deeper down."""
    if screen == HOME:
        return []
    return [menu.sayings["way_back" if "-" in screen else "way_home"]]


def screen_lines(menu: Menu, screen: Screen, *, text: str) -> list[str]:
    """A screen as it is shown, line by line, with `text` as its words."""
    more = [f"{menu.sayings['more']} {menu.label(screen.more)}"] if screen.more and screen.more in menu.screens else []
    lines = [text, *option_lines(menu, screen.options), *more]
    return [*filter(None, lines), *way_back(menu, screen.id)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it goes out, and the targets its numbers stand for: only what the reader sees can be picked."""

    text: str
    options: tuple[str, ...]


def show(menu: Menu, screen: Screen, *, home: bool) -> Shown:
    """A whole screen as one text. `home`: the reader's emergency number is the menu's own (see `at_home`)."""
    text = "\n".join(screen_lines(menu, screen, text=told(screen, home=home)))
    return Shown(localise(menu, text, home=home), menu.standing(screen.options))


def told(screen: Screen, *, home: bool) -> str:
    """The words of a screen for this reader's part of the world."""
    return screen.text if home or not screen.abroad else screen.abroad


def at_home(address: str, zone: str = "") -> bool:
    """Whether the emergency numbers of the menu are somebody's: +1 and short codes, unless their clock tells otherwise."""
    return (address.startswith("+1") or not address.startswith("+")) and (not zone or american(zone))


def localise(menu: Menu, text: str, *, home: bool) -> str:
    """A text with the emergency numbers that are true for its reader."""
    if not home:
        for ours, theirs, again in menu.abroad:
            text = text.replace(ours, theirs, 1).replace(ours, again)
    return text


def first_text(menu: Menu, screen: Screen, *, home: bool) -> Shown:
    """The first text to somebody new: who we are, then the screen, within two segments.

    A long screen gives up its options before its words, but the main menu is nothing without them.
    """
    tip = told(screen, home=home)
    whole, bare = screen_lines(menu, screen, text=tip), [tip, *way_back(menu, screen.id)]
    bodies: list[tuple[list[str], tuple[str, ...]]] = [(whole, menu.standing(screen.options))]
    bodies += [] if screen.id == HOME else [(bare, ()), ([tip], ())]
    for hello in ("welcome", "welcome_short"):
        for body, numbers in bodies:
            text = localise(menu, "\n".join([menu.sayings[hello], *body]), home=home)
            if segments(text) <= MOST_SEGMENTS:
                return Shown(text, numbers)
    return Shown(text, ())


def alarm(menu: Menu, id: str, *, someone_else: bool, home: bool) -> str:
    """An emergency text; about somebody else it begins with staying with them."""
    screen, stay = menu.alarms[id], menu.sayings["stay"]
    text = told(screen, home=home)
    if someone_else and screen.stay and not text.startswith(stay):
        text = f"{stay} {text}"
    return localise(menu, text, home=home)
