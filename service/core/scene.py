"""What a rung of the ladder looks at: the menu, the contact, what was said, and when."""

from dataclasses import dataclass, replace
from typing import Final

from service.core import localtime
from service.core.guest import CONFIRM
from service.core.hearing import Heard
from service.core.menu import HOME, Menu
from service.core.model import Contact, Dose, Place, Question
from service.core.render import at_home
from service.core.schedule import coming_of

SCREEN_SECONDS: Final = 1800
"""A screen stays open this long; then a number means home."""
_SKEW: Final = 5.0
"""Clocks of two machines may differ by this; what was told later than that was told by a clock that has gone back since."""
QUESTION_SECONDS: Final = 7200
"""A question stays open longer: somebody may have to look for the bottle, or ask."""
_LASTS: Final = {
    **dict.fromkeys(("still", "consent", "consent_new", "consent_more"), localtime.DAY),
    **dict.fromkeys(("invite", CONFIRM), 7 * localtime.DAY),
}


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
    def asking(self) -> Question | None:
        """The open question, if it is not too old."""
        asked = self.contact.asking
        fresh = asked is not None and 0 <= self.now - asked.at <= _LASTS.get(asked.kind, QUESTION_SECONDS)
        return asked if fresh else None

    @property
    def told(self) -> Dose | None:
        """The dose that was told last."""
        known = (d for d in self.contact.doses if 0 < d.told <= self.now + _SKEW) if self.contact.plan else ()
        return max(known, key=lambda d: d.told, default=None)

    @property
    def last_told(self) -> Dose | None:
        """The dose whose text is the last thing they were shown."""
        shown = max(self.place.at if self.place else 0.0, self.asking.at if self.asking else 0.0, self.contact.shown)
        return self.told if self.told and self.told.told >= shown else None

    @property
    def reminded(self) -> Dose | None:
        """The dose that a number is about: its text is the last thing they were shown, and its window is open."""
        return self.last_told if self.last_told and self.is_open(self.last_told) else None

    def is_open(self, dose: Dose) -> bool:
        """Whether a dose's window is open: an answer is about it, and it may be told once more."""
        return self.now < coming_of(self.contact, dose).closes

    @property
    def home(self) -> bool:
        """Whether the emergency numbers of the menu are the reader's: by their number, and by their clock where we know it."""
        return at_home(self.heard.message.address, self.contact.zone)

    @property
    def today(self) -> int:
        """Their local day. Only where their zone is known."""
        return localtime.local(self.contact.zone, self.now)[0]

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

    def change(self, **fields: object) -> "Scene":
        """The same moment with some fields of the contact changed."""
        return self.of(replace(self.contact, **fields))  # type: ignore[arg-type]
