"""Leaving: carrier words, and leaving in other words, told apart from questions about stopping the medicine."""

from dataclasses import dataclass
from typing import Final

from service.core.hearing import Heard
from service.core.menu import Menu

SURE: Final = 1.0
"""Log-odds from which the points alone tell leaving."""
AGAINST: Final = -3.0
LONG: Final = 10
"""Log-odds under which a phrase in a text of so many words is asked back: "don't call me again, I'm fed up with your arguments"."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a text says about leaving: `how` is "plain", "wrong_number", or "unsure" (it may mean the medicine)."""

    how: str
    why: str


def carrier_word(menu: Menu, heard: Heard) -> str | None:
    """ "stop", "start", "help" or "yes" if the whole text is one such word, however it is written; or the carrier's own mark."""
    if heard.message.keyword:
        return heard.message.keyword
    said = " ".join(heard.bare)
    return next((reader.carrier[said] for reader in menu.readers if said in reader.carrier), None)


def leaving(heard: Heard) -> Leaving | None:
    """Whether somebody leaves in words that are no bare carrier word: by a phrase, else by the points of the words."""
    loudest = max(heard.weighed, key=lambda one: one.leave, default=None)
    for how in ("wrong_number", "plain", "unsure"):
        match = heard.best(f"leave:{how}")
        if match:
            doubted = how == "plain" and len(heard.bare) >= LONG and loudest is not None and loudest.leave < AGAINST
            return Leaving("unsure" if doubted else how, match.phrase)
    if loudest and loudest.leave >= SURE and "leave:plain" not in heard.undone and not _answers(heard):
        return Leaving("plain", loudest.why(loudest.points.leave))
    return None


def _answers(heard: Heard) -> bool:
    """Whether a phrase hears an answer to us, or a courtesy: "no gracias" is never leaving."""
    return any(next(heard.of(group), None) for group in ("do", "courtesy", "go"))
