"""Free text -> the screen that answers it, a short "did you mean", another medicine, or nothing."""

from dataclasses import dataclass
from typing import Final

from service.core.hearing import Heard
from service.core.menu import Menu

MOST_OFFERED: Final = 3
CLOSE: Final = 0.67
"""A screen whose phrases weigh at least this share of the best one's is offered beside it; a topic is not offered beside
its own screens, which say more."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text leads: one screen, up to three to choose from, or none. `other` tells another medicine was meant."""

    screens: tuple[str, ...]
    why: str
    other: bool = False


def route(menu: Menu, heard: Heard) -> Route:
    """The screens a text is about, best first. Weight is the number of words that say something in the phrase found, times what the
    screen weighs: that something has happened to somebody comes before a general question."""
    said = {m.family.removeprefix("screen:"): m for m in sorted(heard.of("screen"), key=lambda m: m.weight)}
    best = {id: match for id, match in said.items() if id in menu.screens}
    ours, other = heard.best("is:drug"), heard.best("is:other_medicine")
    if other and not ours and not any(id.startswith("mixing") for id in best):
        return Route((), other.phrase, other=True)
    if other and ours and not best:
        return Route(("mixing",), f"{ours.phrase} + {other.phrase}")
    weights = {id: match.weight * menu.screens[id].weighs for id, match in best.items()}
    ranked = sorted(best, key=lambda screen: (-weights[screen], best[screen].end))
    near = [id for id in ranked if weights[id] >= CLOSE * weights[ranked[0]]]
    offered = [id for id in near if not any(child.startswith(f"{id}-") for child in near)][:MOST_OFFERED]
    return Route(tuple(offered), " + ".join(best[id].phrase for id in offered))
