"""One reading of a text: its words and every phrase found in them. Triage, leaving and routing all look at this."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from service.core import words
from service.core.menu import Menu
from service.core.model import Message
from service.core.phrases import Match

_UNDOES: Final = "not:"
_MOST_UNDOING: Final = 40
"""Undoing phrases looked at; nobody says more of them, and a text made of them must not be slow."""
_NUMBERS: Final = {w: n for n, w in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as understood: `words` with their end marks, `bare` without, and the matches that nothing took back, in `groups`.

    `number` is the number that the text is, if it is nothing else: "1", "１", "2.", "#3", "option 1", "one please".
    """

    message: Message
    words: tuple[str, ...]
    bare: tuple[str, ...]
    groups: Mapping[str, list[Match]]
    number: int | None

    def of(self, group: str) -> Iterator[Match]:
        """The matches of a group of families, such as "alarm"."""
        return iter(self.groups.get(group, ()))

    def best(self, family: str) -> Match | None:
        """The weightiest match of one family."""
        return max((m for m in self.of(family.partition(":")[0]) if m.family == family), key=lambda m: m.weight, default=None)

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
    groups: dict[str, list[Match]] = {}
    for match in standing:
        groups.setdefault(match.family.partition(":")[0], []).append(match)
    return Heard(message, spoken, bare, groups, _number(bare, standing))


def _number(bare: Sequence[str], matches: Iterable[Match]) -> int | None:
    if not any(m.family == "is:number" for m in matches):
        return None
    last = [w for w in bare if w.isdigit() or w in _NUMBERS][-1]
    return _NUMBERS[last] if last in _NUMBERS else int(last[:6])


def _standing(said: list[Match], undoing: list[Match], spoken: tuple[str, ...]) -> list[Match]:
    """What is left of the matches once those are taken back that an undoing phrase touches.

    "not:alarm:breathing" takes back matches of that family; "not:alarm:any" those of the whole group.
    """
    undone: dict[str, int] = {}  # the places touched, a bit each
    for match in undoing:
        family = match.family.removeprefix(_UNDOES)
        undone[family] = undone.get(family, 0) | _places(match, spoken)
    return [m for m in said if not _touched(m, undone, spoken)]


def _touched(match: Match, undone: dict[str, int], spoken: tuple[str, ...]) -> bool:
    touched = undone.get(match.family, 0) | undone.get(f"{match.family.partition(':')[0]}:any", 0)
    if not touched or any(touched >> end - 1 & 1 for _, end in match.ends):
        return touched > 0
    near = any(touched & (1 << end) - (1 << max(0, end - len(form))) for form, end in match.ends)
    return near and bool(touched & _places(match, spoken))


def _places(match: Match, spoken: tuple[str, ...]) -> int:
    """The places of a match, a bit each."""
    return reduce(or_, ((1 << end) - (1 << start) for start, end in match.spans(spoken)), 0)
