"""One reading of a text: its words and every phrase found in them. Triage, leaving and routing all look at this."""

from collections.abc import Iterable, Iterator, Sequence
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
    """A message as understood: `words` with their end marks, `bare` without, and `matches` that nothing took back.

    `number` is the number that the text is, if it is nothing else: "1", "１", "2.", "#3", "option 1", "one please".
    """

    message: Message
    words: tuple[str, ...]
    bare: tuple[str, ...]
    matches: tuple[Match, ...]
    number: int | None

    def of(self, group: str) -> Iterator[Match]:
        """The matches of a group of families, such as "alarm"."""
        return (m for m in self.matches if m.family.startswith(f"{group}:"))

    def best(self, family: str) -> Match | None:
        """The weightiest match of one family."""
        return max((m for m in self.matches if m.family == family), key=lambda m: m.weight, default=None)

    @property
    def empty(self) -> bool:
        """Nothing to read: blank, a picture, or signs that are no words."""
        return not self.bare


def hear(menu: Menu, message: Message) -> Heard:
    """Read a message once, for everything that wants to know what it says."""
    spoken = words.split(message.text, menu.same, menu.signs)
    bare = words.bare(spoken)
    found = menu.book.find(spoken)
    undoing = [m for m in found if m.family.startswith(_UNDOES)]
    said = [m for m in found if not m.family.startswith(_UNDOES)] if undoing else found
    standing = _standing(said, undoing[:_MOST_UNDOING], spoken) if undoing else said
    return Heard(message, spoken, bare, tuple(standing), _number(bare, standing))


def _number(bare: Sequence[str], matches: Iterable[Match]) -> int | None:
    if not any(m.family == "is:number" for m in matches):
        return None
    last = [w for w in bare if w.isdigit() or w in _NUMBERS][-1]
    return _NUMBERS[last] if last in _NUMBERS else int(last[:6])


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
