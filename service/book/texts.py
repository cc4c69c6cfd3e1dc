"""Every text that people read, by its place in the book, as it stands on a phone; and what its placeholders become."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from service.core import render, wording
from service.core.menu import HOME, Menu

CLINIC: Final = "555-010-0100"
EXAMPLES: Final = {
    "en": {
        "dose": "Mon 8:00 AM",
        "time": "2:05 PM",
        "next": "today 2:00 PM",
        "times": "8:00 AM, 2:00 PM, 8:00 PM",
        "close": "Mon 2:00 PM",
        "word": "taken",
        "day": "Fri Dec 4",
        "weekday": "Fri",
        "month": "Dec",
        "zone": "Chicago",
        "history": "Mon 8:00 AM taken, Mon 2:00 PM skipped",
    },
    "es": {
        "dose": "lun 8:00 AM",
        "time": "2:05 PM",
        "next": "hoy 2:00 PM",
        "times": "8:00 AM, 2:00 PM, 8:00 PM",
        "close": "lun 2:00 PM",
        "word": "tomada",
        "day": "vie 4 dic",
        "weekday": "vie",
        "month": "dic",
        "zone": "Chicago",
        "history": "lun 8:00 AM tomada, lun 2:00 PM omitida",
    },
}
"""What a placeholder may become, by language; what is in none is in _ALIKE, the same in all."""
_ALIKE: Final = {
    "clinic": CLINIC,
    "number": "4",
    "count": "2",
    "most": "8",
    "days": "7",
    "taken": "36",
    "skipped": "2",
    "silent": "3",
    "unsent": "1",
}
OPENS, CLOSES = "\ue000", "\ue001"
"""Around what was filled in, so that it can be shown as such."""


def values(menu: Menu) -> dict[str, str]:
    """What each placeholder is filled in with: something it may well be."""
    own = EXAMPLES.get(menu.language, EXAMPLES["en"])
    first = next((menu.label(target) for home in [menu.screens.get(HOME)] if home for target in menu.standing(home.options)), "")
    return {**_ALIKE, **own, "brand": menu.name, "name": menu.discreet_name, "label": first}


def filled(menu: Menu, text: str, *, marked: bool = False) -> str:
    """A text as somebody may get it; `marked`: what was filled in stands between `OPENS` and `CLOSES`."""
    chosen = values(menu)
    return wording.fill(text, {name: f"{OPENS}{v}{CLOSES}" for name, v in chosen.items()} if marked else chosen)


def everything(menu: Menu) -> dict[str, str]:
    """All texts of a menu in its language: "screen:missed" -> the whole text, placeholders still in it."""
    return dict(_all(menu))


def _all(menu: Menu) -> Iterator[tuple[str, str]]:
    yield from (("name:brand", menu.name), ("name:discreet", menu.discreet_name))
    yield from _screens(menu)
    yield from _alarms(menu)
    yield from ((f"say:{id}", text) for id, text in menu.sayings.items() if not id.startswith("signs_"))
    yield from ((f"abroad:{ours}", theirs if theirs == again else f"{theirs} / {again}") for ours, theirs, again in menu.abroad)
    for channel, own in menu.channels.items():
        yield from _channel(channel, own)


def _screens(menu: Menu) -> Iterator[tuple[str, str]]:
    for id, screen in menu.screens.items():
        yield f"label:{id}", screen.label
        yield f"screen:{id}", render.show(menu, screen, home=True).text
        elsewhere = render.localise(menu, render.told(screen, home=False), home=False)
        if elsewhere != screen.text:
            yield f"elsewhere:{id}", elsewhere
    if first := menu.screens.get(HOME):
        yield "first:home", render.first_text(menu, first, home=True).text


def _alarms(menu: Menu) -> Iterator[tuple[str, str]]:
    for id in menu.alarms:
        ours, other, elsewhere = (
            render.alarm(menu, id, someone_else=someone_else, home=home)
            for someone_else, home in ((False, True), (True, True), (False, False))
        )
        yield f"alarm:{id}", ours
        if other != ours:
            yield f"other:{id}", other
        if elsewhere != ours:
            yield f"elsewhere:alarm.{id}", elsewhere
        if label := menu.alarms[id].label:
            yield f"label:alarm.{id}", label


def _channel(channel: str, own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a channel says of its own, and its tables: what is said in place of something else."""
    for key, said in own.items():
        if is_table(said):
            yield from ((f"{channel}:{key}:{row[0]}", str(row[-1])) for row in said)
        else:
            yield f"{channel}:{key}", said if isinstance(said, str) else " / ".join(said)


def is_table(said: Any) -> bool:
    """Whether it says what is said in place of something, row by row."""
    return isinstance(said, list) and all(isinstance(row, list) for row in said)


def fingerprint(languages: Mapping[str, Menu]) -> str:
    """A short sign of all texts, of where their numbers lead and what they rest on: the same sign, the same book.

    Who signed and when is not in it: signing a text does not change it.
    """
    whole = sha256()
    for code, menu in sorted(languages.items()):
        tree = [(s.id, s.options, s.more, s.sources, s.stay) for s in (*menu.screens.values(), *menu.alarms.values())]
        whole.update(repr((code, sorted(everything(menu).items()), tree)).encode())
    sign = whole.hexdigest()[:12]
    return " ".join(sign[at : at + 4] for at in range(0, len(sign), 4))
