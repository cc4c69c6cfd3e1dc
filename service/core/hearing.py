"""One reading of a text: its words and every phrase found in them. Triage, leaving and routing all look at this."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from service.core import words
from service.core.menu import Menu
from service.core.model import Message
from service.core.phrases import Match
from service.core.points import Weighed, weigh
from service.core.reader import Reader

_UNDOES: Final = "not:"
_FAR_MORE: Final = 4
_MOST_UNDOING: Final = 40
"""Undoing phrases looked at; nobody says more of them, and a text made of them must not be slow."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as understood: the words as `typed`, the same as the phrases have them, `bare`, and the matches that nothing took
    back, in `groups`.

    `number` is the number that the text is, if it is nothing else: "1", "１", "2.", "#3", "option 1", "one please".
    `language` is the one it is written in, where its words tell. `weighed`: the points of its words, in each language it may be in.
    `undone`: the families of which nothing is left, since all was taken back.
    """

    message: Message
    language: str
    typed: tuple[str, ...]
    bare: tuple[str, ...]
    groups: Mapping[str, list[Match]]
    number: int | None
    weighed: tuple[Weighed, ...] = ()
    undone: frozenset[str] = frozenset()

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
    """Read a message once, in each language it may be in, for everything that wants to know what it says."""
    pieces = words.pieces(message.text)
    language, readings = _readings(menu, message.text, pieces)
    groups: dict[str, list[Match]] = {}
    number = None
    undone = set[str]()
    for reader, spoken in readings:
        said, standing = _found(reader, spoken)
        undone.update({m.family for m in said} - {m.family for m in standing} if len(said) > len(standing) else ())
        for match in standing:
            groups.setdefault(match.family.partition(":")[0], []).append(match)
        if number is None and any(m.family == "is:number" for m in standing):
            number = _number(reader, spoken)
    weighed = tuple([weigh(reader.points, spoken) for reader, spoken in readings if reader.points.alarm])
    return Heard(message, language, words.bare(pieces), words.bare(readings[0][1]), groups, number, weighed, frozenset(undone))


def _readings(menu: Menu, text: str, pieces: list[str]) -> tuple[str, list[tuple[Reader, tuple[str, ...]]]]:
    """The language a text is written in, "" where its words do not tell, and its words in each language it may be in, best first.

    A language is passed over only where another one has far more words of its own in the text.
    """
    own = {reader: sum(map(menu.own_words[reader.language].__contains__, pieces)) for reader in menu.readers}
    ranked = sorted(menu.readers, key=lambda reader: -own[reader])
    told = own[ranked[0]] > (own[ranked[1]] if len(ranked) > 1 else 0)
    shown = pieces if text.isascii() else words.pieces(words.pictured(text, menu.readers[0].signs))
    spoken = [reader for reader in ranked if own[reader] * _FAR_MORE >= own[ranked[0]]]
    return ranked[0].language if told else "", [(reader, reader.read(shown)) for reader in spoken]


def _found(reader: Reader, spoken: tuple[str, ...]) -> tuple[list[Match], list[Match]]:
    """The phrases of one language in a text, and those of them that nothing takes back."""
    found = reader.book.find(spoken)
    undoing = [m for m in found if m.family.startswith(_UNDOES)]
    said = [m for m in found if not m.family.startswith(_UNDOES)] if undoing else found
    return said, _standing(said, undoing[:_MOST_UNDOING], spoken) if undoing else said


def _number(reader: Reader, spoken: Sequence[str]) -> int:
    last = [w for w in spoken if w.isdigit() or w in reader.numbers][-1]
    return reader.numbers[last] if last in reader.numbers else int(last[:6])


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
