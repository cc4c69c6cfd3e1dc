"""Faults of the tree: where options lead, what can be reached, what each screen rests on."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from service.core.check.rules import DEPTH, KINDS, REVIEW_DAYS, TOPICS, UNSIGNED, Rules
from service.core.menu import HOME, Menu, Screen
from service.core.render import MOST_OPTIONS

_ROW = re.compile(r"^\|\s*([A-Za-z]+\d*)\s*\|(.*)\|\s*$", re.MULTILINE)


def source_ids(sources: str) -> dict[str, bool]:
    """The ids of SOURCES.md's table; False where the row says "left out"."""
    return {m[1]: "left out" not in m[2] for m in _ROW.finditer(sources) if m[1].lower() != "id"}


def everything(menu: Menu) -> Iterator[tuple[str, Screen]]:
    """All screens and alarms with the name a fault gives them."""
    yield from menu.screens.items()
    yield from ((f"alarm.{id}", alarm) for id, alarm in menu.alarms.items())


def dangling(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, screen in everything(menu):
        targets = [*screen.options, *([screen.more] if screen.more else [])]
        for target in targets:
            if not menu.standing([target]):
                yield f"{name}: leads to {target!r}, which is no screen"


def ids(menu: Menu, rules: Rules) -> Iterator[str]:
    for id in menu.screens:
        if id != HOME and id.split("-")[0] not in TOPICS:
            yield f"{id}: a screen id is a topic or topic-something; topics are {', '.join(TOPICS)}"
    for topic in (HOME, *TOPICS):
        if topic not in menu.screens:
            yield f"{topic}: this screen is missing"
    kinds = {id.split("-")[0] for id in menu.alarms}
    for kind in KINDS:
        if kind not in kinds:
            yield f"alarm.{kind}: this red flag is missing"
    for kind in sorted(kinds - set(KINDS)):
        yield f"alarm.{kind}: no kind of red flag; kinds are {', '.join(KINDS)}"


def too_many(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, screen in everything(menu):
        if len(screen.options) > MOST_OPTIONS:
            yield f"{name}: {len(screen.options)} options; at most {MOST_OPTIONS} fit, 9 is always back"
        if len(set(screen.options)) < len(screen.options):
            yield f"{name}: an option stands twice"


def reach(menu: Menu) -> dict[str, int]:
    """Replies from home to each screen that options or MORE lead to."""
    steps, edge = {HOME: 0}, [HOME]
    while edge:
        here = menu.screens.get(edge.pop(0))
        for target in (*here.options, *([here.more] if here.more else [])) if here else ():
            if target not in steps and target in menu.screens:
                steps[target] = steps[here.id] + 1 if here else 0
                edge.append(target)
    return steps


def unreachable(menu: Menu, rules: Rules) -> Iterator[str]:
    steps = reach(menu)
    for id in menu.screens:
        if id not in steps and menu.readers and f"screen:{id}" not in menu.reader.families:
            yield f"{id}: unreachable: no option leads here and no words"
        if steps.get(id, 0) > DEPTH:
            yield f"{id}: {steps[id]} replies from home; any tip is at most {DEPTH} away"


def sourced(menu: Menu, rules: Rules) -> Iterator[str]:
    used: set[str] = set()
    for name, screen in everything(menu):
        used |= set(screen.sources)
        if not screen.sources:
            yield f"{name}: has no source"
        for source in screen.sources:
            if not rules.sources.get(source):
                yield f"{name}: source {source} is not in SOURCES.md, or is left out there"
    for source, wanted in rules.sources.items():
        if wanted and source not in used:
            yield f"SOURCES.md: {source} reaches nobody: no screen has it as a source"


def reviewed(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, screen in everything(menu):
        if screen.reviewed is None or not screen.reviewed_by:
            yield f"{name}: has no review (reviewed = date, reviewed_by = who)"
        elif rules.today and screen.reviewed + timedelta(days=REVIEW_DAYS) < rules.today:
            yield f"{name}: review of {screen.reviewed} expired: older than {REVIEW_DAYS} days"
        elif rules.today and screen.reviewed > rules.today + timedelta(days=1):
            yield f"{name}: review of {screen.reviewed} lies in the future"
        if rules.release and screen.reviewed_by == UNSIGNED:
            yield f"{name}: not signed off; a clinician reads it and writes their name as reviewed_by"


CHECKS: Final[tuple[Callable[[Menu, Rules], Iterator[str]], ...]] = (
    dangling,
    ids,
    too_many,
    unreachable,
    sourced,
    reviewed,
)
