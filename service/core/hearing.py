"""One reading of a text: its words and every phrase found in them. Triage, leaving and routing all look at this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.core import words
from service.core.menu import Menu
from service.core.model import Message
from service.core.phrases import Match

_NUMBERS: Final = {w: n for n, w in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as understood: `words` with their end marks, and `matches` that nothing took back."""

    message: Message
    words: tuple[str, ...]
    matches: tuple[Match, ...]

    def of(self, group: str) -> Iterator[Match]:
        """The matches of a group of families, such as "alarm"."""
        return (m for m in self.matches if m.family.startswith(f"{group}:"))

    def best(self, family: str) -> Match | None:
        """The weightiest match of one family."""
        return max((m for m in self.matches if m.family == family), key=lambda m: m.weight, default=None)

    @property
    def empty(self) -> bool:
        """Nothing to read: blank, a picture, or signs that are no words."""
        return not any(w[0].isalnum() for w in self.words)

    @property
    def bare(self) -> tuple[str, ...]:
        """The words without the marks."""
        return tuple(w for w in self.words if w[0].isalnum())

    @property
    def number(self) -> int | None:
        """The number that the text is, if it is nothing else: "1", "１", "2.", "#3", "option 1", "one please"."""
        said = [m for m in self.of("is") if m.family == "is:number"]
        if not said:
            return None
        last = [w for w in self.bare if w.isdigit() or w in _NUMBERS][-1]
        return _NUMBERS[last] if last in _NUMBERS else int(last[:6])


def hear(menu: Menu, message: Message) -> Heard:
    """Read a message once, for everything that wants to know what it says."""
    spoken = words.split(message.text, menu.same, menu.signs)
    found = menu.book.find(spoken)
    undone = [m for m in found if m.family.startswith("not:")]
    kept = [m for m in found if not m.family.startswith("not:") and not any(_undoes(n, m) for n in undone)]
    return Heard(message, spoken, tuple(kept))


def _undoes(veto: Match, match: Match) -> bool:
    """ "not:alarm:breathing" takes back matches of that family it touches; "not:alarm:any" those of the whole group."""
    family = veto.family.removeprefix("not:")
    same = family == match.family or family == f"{match.family.split(':')[0]}:any"
    return same and veto.overlaps(match)
