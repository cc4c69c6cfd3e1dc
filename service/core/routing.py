"""Free text -> the screen that answers it, a short "did you mean", another medicine, or nothing."""

from dataclasses import dataclass
from math import log
from typing import Final

from service.core.hearing import Heard
from service.core.menu import Menu
from service.core.phrases import Match

MOST_OFFERED: Final = 3
CLOSE: Final = 1.2
"""A screen that is so little less likely than the best (log-odds) is offered beside it; a topic is not offered beside its own
screens, which say more."""
# What a phrase found adds to the log-odds that the points give its screen: any phrase, and the weightiest one of a text besides.
# Chosen on examples that neither phrases nor points had seen.
_FOUND: Final = 2.0
_WEIGHT: Final = 3.0
_NOTHING: Final = -0.5
"""Added to the log-odds that a text wants nothing of us: a tip too many is a smaller fault than none."""
SHORT: Final = 6
"""Words of a text in which a phrase is answered whatever the points say: "i have a headache", to friends, wants nothing."""
_LEAST: Final = 1e-3
_TOLD: Final = 0.1
"""The share of all it may want from which the points alone tell what a text is about."""
_SCREEN: Final = "screen:"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text leads: one screen, up to three to choose from, or none. `other` tells another medicine was meant."""

    screens: tuple[str, ...]
    why: str
    other: bool = False


def route(menu: Menu, heard: Heard) -> Route:
    """The screens a text is about, best first, by the phrases found and the points of its words."""
    said = {m.family.removeprefix(_SCREEN): m for m in sorted(heard.of("screen"), key=lambda m: m.weight)}
    best = {id: match for id, match in said.items() if id in menu.screens}
    ours, other = heard.best("is:drug"), heard.best("is:other_medicine")
    if other and not ours and not any(id.startswith("mixing") for id in best):
        return Route((), other.phrase, other=True)
    if other and ours and not best:
        return Route(("mixing",), f"{ours.phrase} + {other.phrase}")
    likely, nothing = _likely(menu, heard, best)
    ranked = sorted(likely, key=lambda screen: (-likely[screen], screen))
    asked = bool(best) and len(heard.bare) <= SHORT
    if not ranked or (likely[ranked[0]] < nothing and not asked):
        return Route((), "")
    near = [id for id in ranked if likely[id] >= likely[ranked[0]] - CLOSE]
    offered = [id for id in near if not any(child.startswith(f"{id}-") for child in near)][:MOST_OFFERED]
    return Route(tuple(offered), " + ".join(_why(heard, id, best) for id in offered))


def _likely(menu: Menu, heard: Heard, best: dict[str, Match]) -> tuple[dict[str, float], float]:
    """The log-odds of each screen that a phrase or a point speaks for, and of none. Weight is the number of words of a phrase that
    say something, times what its screen weighs: that something has happened to somebody comes before a general question."""
    topics = heard.weighed[0].topics() if heard.weighed else {}
    nothing = log(topics.get("none", 0.0) + _LEAST) + _NOTHING
    likely = {id: _log(topics, id, nothing) for id in {*best, *_screens(menu, topics)}}
    weights = {id: match.weight * menu.screens[id].weighs for id, match in best.items()}
    for id, weight in weights.items():
        likely[id] += _FOUND + _WEIGHT * weight / max(weights.values())
    return likely, nothing


def _log(topics: dict[str, float], id: str, nothing: float) -> float:
    """The log-odds of a screen by the points alone; of one that they do not know, those of nothing."""
    return log(topics[_SCREEN + id] + _LEAST) if _SCREEN + id in topics else nothing


def _screens(menu: Menu, topics: dict[str, float]) -> set[str]:
    return {id for topic, share in topics.items() if share > _TOLD and (id := topic.removeprefix(_SCREEN)) in menu.screens}


def _why(heard: Heard, id: str, best: dict[str, Match]) -> str:
    if id in best:
        return best[id].phrase
    return heard.weighed[0].why_topic(_SCREEN + id)
