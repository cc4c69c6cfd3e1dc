"""Red flags: before anything else, from every place, also after leaving."""

from dataclasses import dataclass
from math import log
from typing import Final

from service.core.hearing import Heard
from service.core.menu import Menu
from service.core.points import Weighed

SURE: Final = 3.5
"""Log-odds from which the points alone raise an alarm. Two models must agree (is it a red flag; what of all there is does it want),
so their log-odds are added. About one of 3,000 texts between friends reaches it."""
LEANING: Final = 1.0
"""The same, where a phrase found a red flag and another took it back."""
STORY: Final = 25
"""Words of a text in which a phrase alone is no red flag where the points speak against it: a story holds everything somewhere."""
AGAINST: Final = -2.0
"""Log-odds under which they do."""
_NEVER: Final = 1e-4
_WORTH_ASKING: Final = -1.5
"""Log-odds of the first model under which the second one is not asked."""


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
    """The red flag of a text: what a phrase finds, else what the points of its words do. Where there are several phrases, the one
    that stands first in the menu's alarms wins."""
    loudest = max(heard.weighed, key=lambda one: one.alarm, default=None)
    found = {m.family.removeprefix("alarm:"): m for m in reversed([*heard.of("alarm")])}
    if loudest and len(heard.bare) >= STORY and loudest.alarm < AGAINST:
        return None
    for text in menu.alarms:
        if text in found:
            return Flag(text, _other(heard), found[text].phrase)
    return _weighed(menu, heard, loudest) if loudest else None


def _weighed(menu: Menu, heard: Heard, loudest: Weighed) -> Flag | None:
    """The red flag that the points tell, of the likeliest kind. An answer to us ("took it at 7") is none. Where a phrase found one
    and another took it back, points that lean to it are enough: "not kidding, i cant breathe"."""
    if loudest.alarm < _WORTH_ASKING or any(heard.of("do")):
        return None
    kinds = {topic: share for topic, share in loudest.topics().items() if topic.startswith("alarm")}
    enough = LEANING if any(family.startswith("alarm") for family in heard.undone) else SURE
    if loudest.alarm + _log_odds(sum(kinds.values())) < enough:
        return None
    likeliest = max(menu.alarms, key=lambda text: kinds.get(f"alarm:{text}", 0.0))
    return Flag(likeliest, _other(heard), loudest.why(loudest.points.alarm))


def _other(heard: Heard) -> bool:
    return next(heard.of("someone"), None) is not None


def _log_odds(share: float) -> float:
    return log((share + _NEVER) / (1 - share + _NEVER))
