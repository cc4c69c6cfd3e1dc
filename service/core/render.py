"""A screen -> the text that goes out: its words, its numbered options, the way back, in the reader's part of the world."""

from collections.abc import Iterable
from typing import Final

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


def screen_lines(menu: Menu, screen: Screen, *, text: str | None = None) -> list[str]:
    """A screen as it is shown, line by line; `text` stands in for the screen's own."""
    more = [f"{menu.sayings['more']} {menu.label(screen.more)}"] if screen.more else []
    lines = [screen.text if text is None else text, *option_lines(menu, screen.options), *more]
    return [*filter(None, lines), *way_back(menu, screen.id)]


def show(menu: Menu, screen: Screen, *, home: bool) -> str:
    """A whole screen as one text. `home`: the reader's emergency number is the menu's own (see `at_home`)."""
    own = screen.abroad if not home else None
    return localise(menu, "\n".join(screen_lines(menu, screen, text=own)), home=home)


def at_home(address: str) -> bool:
    """Whether a number is served by the emergency numbers of the menu: +1 and short codes. Others may be anywhere."""
    return address.startswith("+1") or not address.startswith("+")


def localise(menu: Menu, text: str, *, home: bool) -> str:
    """A text with the emergency numbers that are true for its reader."""
    if not home:
        for ours, theirs, again in menu.abroad:
            text = text.replace(ours, theirs, 1).replace(ours, again)
    return text


def first_text(menu: Menu, screen: Screen, *, home: bool) -> str:
    """The first text to somebody new: who we are, then the screen, within two segments.

    A long screen gives up its options before its words, and the welcome gets shorter before a tip is cut.
    """
    tip = screen.abroad if not home and screen.abroad else screen.text
    bare = "\n".join([tip, *way_back(menu, screen.id)])
    whole = "\n".join(screen_lines(menu, screen, text=tip))
    pairs = [(hello, body) for hello in ("welcome", "welcome_short") for body in (whole, bare, tip)]
    texts = [localise(menu, f"{menu.sayings[hello]}\n{body}", home=home) for hello, body in pairs]
    return next((text for text in texts if segments(text) <= MOST_SEGMENTS), texts[-1])


def alarm(menu: Menu, id: str, *, someone_else: bool, home: bool) -> str:
    """An emergency text; about somebody else it begins with staying with them."""
    screen, stay = menu.alarms[id], menu.sayings["stay"]
    text = screen.abroad if screen.abroad and not home else screen.text
    if someone_else and not text.startswith(stay):
        text = f"{stay} {text}"
    return localise(menu, text, home=home)
