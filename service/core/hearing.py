"""One reading of a text: its words and every phrase found in them. Triage, leaving and routing all look at this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.core import words
from service.core.menu import Menu
from service.core.model import Message
from service.core.phrases import Match, Span

_UNDOES: Final = "not:"
_MOST_UNDOING: Final = 40
"""Undoing phrases looked at; nobody says more of them, and a text made of them must not be slow."""
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
    undoing = [m for m in found if m.family.startswith(_UNDOES)]
    said = [m for m in found if not m.family.startswith(_UNDOES)]
    return Heard(message, spoken, tuple(_standing(said, undoing[:_MOST_UNDOING], spoken) if undoing else said))


def _standing(said: list[Match], undoing: list[Match], spoken: tuple[str, ...]) -> list[Match]:
    """What is left of the matches once those are taken back that an undoing phrase touches.

    "not:alarm:breathing" takes back matches of that family; "not:alarm:any" those of the whole group.
    """
    undone: dict[str, list[Span]] = {}
    for match in undoing:
        undone.setdefault(match.family.removeprefix(_UNDOES), []).extend(match.spans(spoken))
    return [m for m in said if not _touched(m, undone, spoken)]


def _touched(match: Match, undone: dict[str, list[Span]], spoken: tuple[str, ...]) -> bool:
    spans = undone.get(match.family, []) + undone.get(f"{match.family.partition(':')[0]}:any", [])
    return bool(spans) and any(a < d and c < b for a, b in match.spans(spoken) for c, d in spans)
