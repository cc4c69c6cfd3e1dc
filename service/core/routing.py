"""Free text -> the screen that answers it, a short "did you mean", another medicine, or nothing."""

from dataclasses import dataclass
from typing import Final

from service.core.hearing import Heard

MOST_OFFERED: Final = 3
CLOSE: Final = 0.67
"""A screen whose phrases weigh at least this share of the best one's is offered beside it."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a text leads: one screen, up to three to choose from, or none. `other` tells another medicine was meant."""

    screens: tuple[str, ...]
    why: str
    other: bool = False


def route(heard: Heard) -> Route:
    """The screens a text is about, best first. Weight is the number of words that say something in the phrase found."""
    best = {m.family.removeprefix("screen:"): m for m in sorted(heard.of("screen"), key=lambda m: m.weight)}
    ours, other = heard.best("is:drug"), heard.best("is:other_medicine")
    if other and not ours and "mixing" not in best:
        return Route((), other.phrase, other=True)
    if other and ours and not best:
        return Route(("mixing",), f"{ours.phrase} + {other.phrase}")
    ranked = sorted(best.values(), key=lambda m: (-m.weight, m.start))
    near = [m for m in ranked if m.weight >= CLOSE * ranked[0].weight][:MOST_OFFERED]
    return Route(tuple(m.family.removeprefix("screen:") for m in near), " + ".join(m.phrase for m in near))
