"""Leaving: carrier words, and leaving in other words, told apart from questions about stopping the medicine."""

from dataclasses import dataclass

from service.core.hearing import Heard
from service.core.menu import Menu


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
    """Whether somebody leaves in words that are no bare carrier word."""
    for how in ("wrong_number", "plain", "unsure"):
        match = heard.best(f"leave:{how}")
        if match:
            return Leaving(how, match.phrase)
    return None
