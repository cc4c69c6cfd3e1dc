"""Every fault of the content, named: what `python -m service check` prints and what keeps a service from starting."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from service.core.check import texts, tree, wording
from service.core.check.rules import Rules
from service.core.menu import Menu

Check = Callable[[Menu, Rules], Iterator[str]]

CHECKS: Final[tuple[Check, ...]] = (*tree.CHECKS, *texts.CHECKS, *wording.CHECKS)


def problems(menu: Menu, today: date | None, sources: str, *, release: bool = False) -> list[str]:
    """All faults of a menu, each naming its screen; {brand} and {clinic} are still unfilled in it.

    `today` None leaves the age of reviews alone. `sources` is the text of SOURCES.md. `release`: also what must be done
    before a clinic may use it.
    """
    rules = Rules(today, tree.source_ids(sources), release)
    return [fault for check in CHECKS for fault in check(menu, rules)]
