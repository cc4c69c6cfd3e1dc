"""Red flags: before anything else, from every place, also after leaving."""

from dataclasses import dataclass

from service.core.hearing import Heard
from service.core.menu import Menu


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag found: the alarm text to send, whether it is about somebody else, and the phrase that decided."""

    text: str
    someone_else: bool
    why: str

    @property
    def kind(self) -> str:
        """The kind people are told of: "overdose-child" is a text of its own of the kind "overdose"."""
        return self.text.split("-")[0]


def red_flag(menu: Menu, heard: Heard) -> Flag | None:
    """The red flag of a text. Where there are several, the one that stands first in the menu's alarms wins."""
    found = {m.family.removeprefix("alarm:"): m for m in reversed([*heard.of("alarm")])}
    for text in menu.alarms:
        if text in found:
            other = next(heard.of("someone"), None)
            return Flag(text, other is not None, found[text].phrase)
    return None
