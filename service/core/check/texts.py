"""Faults of what people read: missing words, characters, length, reading grade, and what a medicine text must and may not say."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from service.core import render, wording
from service.core.check.reading import grade
from service.core.check.rules import (
    CLOSE_HOURS,
    DOSE,
    HOURS,
    KNOWN_PLACEHOLDERS,
    LONGEST_BRAND,
    LONGEST_CLINIC,
    LONGEST_URL,
    MOST_GRADE,
    NEVER_STOP,
    NEVER_STOP_SAYINGS,
    ONE_SEGMENT,
    PLACEHOLDER,
    Rules,
    concerns,
)
from service.core.check.tree import everything
from service.core.menu import ALARM, HOME, Menu, Screen, fill
from service.core.segments import odd_characters, segments

_ALARM_HEAD: Final = 60
"""Characters within which an emergency text has said whom to call."""


def written(menu: Menu) -> Iterator[tuple[str, str]]:
    """Every text people read, with the name a fault gives it."""
    for name, screen in everything(menu):
        yield name, screen.text
        if screen.abroad:
            yield f"{name} (abroad)", screen.abroad
        if screen.label:
            yield f"{name} (label)", screen.label
    yield from ((f"say.{id}", text) for id, text in menu.sayings.items())


def missing(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, screen in everything(menu):
        if not screen.text:
            yield f"{name}: missing translation: no text in {menu.language}.toml"
        if not screen.label and not name.startswith("alarm."):
            yield f"{name}: missing translation: no label in {menu.language}.toml"
    for option in sorted({o for s in menu.screens.values() for o in menu.standing(s.options)}):
        if option.startswith(ALARM) and not menu.label(option):
            yield f"{option}: is an option and has no label"


def characters(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, text in written(menu):
        if odd := odd_characters(text):
            yield f"{name}: {odd!r} is not in GSM-7; the text would cost three times as much"
        elif menu.language == "en" and not text.isascii():
            yield f"{name}: English is plain ASCII, not {''.join(sorted(c for c in set(text) if not c.isascii()))!r}"
        for placeholder in PLACEHOLDER.findall(text):
            if placeholder not in KNOWN_PLACEHOLDERS:
                yield f"{name}: {placeholder} is no placeholder; there are {', '.join(KNOWN_PLACEHOLDERS)}"


def _sent(menu: Menu) -> Iterator[tuple[str, str, int]]:
    """Every text as it can go out at its longest, here and abroad: name, text, segments it may have."""
    for home in (True, False):
        where = "" if home else " (abroad)"
        for id, screen in menu.screens.items():
            most = 1 if id == HOME and home else render.MOST_SEGMENTS
            yield f"{id}{where}", render.show(menu, screen, home=home).text, most
            yield f"{id}{where} as a first text", render.first_text(menu, screen, home=home).text, render.MOST_SEGMENTS
            again = Screen(id, menu.sayings["miss"], options=screen.options, more=screen.more)
            yield f"say.miss at {id}{where}", render.show(menu, again, home=home).text, render.MOST_SEGMENTS
        for id in menu.alarms:
            text = render.alarm(menu, id, someone_else=True, home=home)
            yield f"alarm.{id}{where} for somebody else", text, render.MOST_SEGMENTS
        for id, text in menu.sayings.items():
            yield f"say.{id}{where}", render.localise(menu, text, home=home), 1 if id in ONE_SEGMENT else render.MOST_SEGMENTS
    yield from ((f"say.{' + '.join(ids)}", "\n".join(menu.sayings[id] for id in ids), render.MOST_SEGMENTS) for ids in _TOGETHER)
    yield from ((f"say.{id}", f"{menu.sayings[id]}\n{menu.sayings['way_home']}", render.MOST_SEGMENTS) for id in _WITH_WAY_HOME)


_TOGETHER: Final = (
    ("welcome_short", "agreed"),
    ("agreed", "ask_times"),
    ("supply_saved", "ask_still"),
    ("supply_soon", "ask_still"),
)
_WITH_WAY_HOME: Final = ("notice_silent_tip", "notice_silent_many")
"""Texts that go out as one."""


def _at_longest(menu: Menu) -> Menu:
    """The menu with the longest that each placeholder may become. What signs a text is the menu's own."""
    whole = fill(menu, LONGEST_BRAND, LONGEST_CLINIC, LONGEST_URL)
    longest = {**wording.LONGEST, "{name}": max(menu.discreet_name, menu.name, key=len)}
    values = {placeholder.strip("{}"): value for placeholder, value in longest.items()}
    return replace(whole, sayings={id: wording.fill(text, values) for id, text in whole.sayings.items()})


def length(menu: Menu, rules: Rules) -> Iterator[str]:
    longest = _at_longest(menu)
    for name, text, most in _sent(longest):
        if segments(text) > most:
            yield f"{name}: {segments(text)} segments ({len(text)} characters), at most {most}"
    tips = [render.show(longest, s, home=True).text for id, s in longest.screens.items() if id != HOME]
    if 2 * sum(segments(tip) == 1 for tip in tips) <= len(tips):
        yield f"only {sum(segments(t) == 1 for t in tips)} of {len(tips)} tips are one segment; most must be"


def readable(menu: Menu, rules: Rules) -> Iterator[str]:
    names = fill(menu, "Tips", "us", "")
    elsewhere = (
        (f"{name} (abroad)", render.localise(names, render.told(s, home=False), home=False)) for name, s in everything(names)
    )
    for name, text in (*written(names), *elsewhere):
        if len(text.split()) > 5 and (hard := grade(text, menu.language)) > MOST_GRADE:
            yield f"{name}: reading grade {hard:.1f}, at most {MOST_GRADE:.0f}: shorter sentences, shorter words"


def never_stop(menu: Menu, rules: Rules) -> Iterator[str]:
    signs = [s.strip() for s in menu.sayings.get("signs_never_stop", "").split("/") if s.strip()]
    wanted = [(id, [s.text, s.abroad or s.text]) for id, s in menu.screens.items() if concerns(id, NEVER_STOP)]
    wanted += [(f"say.{id}", [menu.sayings.get(id, "")]) for id in NEVER_STOP_SAYINGS]
    for name, texts in wanted:
        if not all(any(sign in text for sign in signs) for text in texts):
            yield f"{name}: does not say never to stop suddenly"


def doses(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, text in written(menu):
        if found := DOSE.search(text):
            yield f"{name}: {found[0]!r} reads as a dose; no dose is ever given"
        for hours in HOURS.findall(text):
            if hours != CLOSE_HOURS:
                yield f"{name}: {hours} hours; the one number of closeness between doses is {CLOSE_HOURS}"


def alarms(menu: Menu, rules: Rules) -> Iterator[str]:
    nobody = menu.sayings.get("signs_nobody", "?")
    for id, alarm in menu.alarms.items():
        for text in filter(None, (alarm.text, alarm.abroad)):
            if menu.sayings.get("signs_emergency", "?") not in text[:_ALARM_HEAD]:
                yield f"alarm.{id}: does not begin with whom to call"
            if nobody not in text:
                yield f"alarm.{id}: does not say that {nobody.lower()} texts here"


CHECKS: Final[tuple[Callable[[Menu, Rules], Iterator[str]], ...]] = (
    missing,
    characters,
    length,
    readable,
    never_stop,
    doses,
    alarms,
)
