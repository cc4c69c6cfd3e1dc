"""What a rung of the ladder looks at: the menu, the contact, what was said, and when."""

from dataclasses import dataclass, replace
from typing import Final

from service.core.hearing import Heard
from service.core.menu import HOME, Menu
from service.core.model import Contact, Place
from service.core.render import at_home

SCREEN_SECONDS: Final = 1800
"""A screen stays open this long; then a number means home."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One text to one contact. `now` in seconds since 1970, UTC."""

    menu: Menu
    contact: Contact
    heard: Heard
    now: float

    @property
    def place(self) -> Place | None:
        """Where they are in the menu, if it is still open and the menu still has it."""
        place = self.contact.place
        known = place is not None and place.screen in self.menu.screens
        return place if place and known and 0 <= self.now - place.at <= SCREEN_SECONDS else None

    @property
    def home(self) -> bool:
        """Whether the emergency numbers of the menu are the reader's."""
        return at_home(self.heard.message.address)

    @property
    def trail(self) -> tuple[str, ...]:
        """The way back from whatever is shown next."""
        return (*self.place.trail, self.place.screen) if self.place else ()

    def home_place(self) -> Place:
        """The main menu as it is shown now."""
        return Place(HOME, self.menu.standing(self.menu.screens[HOME].options), (), self.now)

    def of(self, contact: Contact) -> "Scene":
        """The same moment with another state of the contact."""
        return replace(self, contact=contact)
