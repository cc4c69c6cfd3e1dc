"""Every fault of the content, named: what `python -m service check` prints and what keeps a service from starting."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from service.core.check import pages, parity, texts, tree, wording
from service.core.check.rules import Rules
from service.core.menu import Menu

Check = Callable[[Menu, Rules], Iterator[str]]

IN_EACH: Final[tuple[Check, ...]] = (*texts.CHECKS, *wording.OF_TEXTS, *pages.CHECKS)
OF_PHRASES: Final[tuple[Check, ...]] = wording.OF_PHRASES


def problems(menu: Menu, today: date | None, sources: str, *, release: bool = False) -> list[str]:
    """All faults of a menu in each of its languages, each naming its screen; {brand} and {clinic} are still unfilled in it.

    `today` None leaves the age of reviews alone. `sources` is the text of SOURCES.md. `release`: also what must be done
    before a clinic may use it.
    """
    rules = Rules(today, tree.source_ids(sources), release)
    found = [fault for check in tree.CHECKS for fault in check(menu, rules)]
    for language, spoken in menu.languages.items():
        where = "" if spoken is menu else f"{language}: "
        found += [
            f"{where}{fault}" for check in (*IN_EACH, *(OF_PHRASES if menu.readers else ())) for fault in check(spoken, rules)
        ]
        if spoken is not menu:
            apart = [*parity.differences(menu, spoken, release=release), *pages.differences(menu, spoken)]
            found += [f"{where}{fault}" for fault in apart]
    return found
