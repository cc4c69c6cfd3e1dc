"""Phrases people use, and finding all of them in a text at once.

A phrase is written as somebody would say it, with a few signs:

    a|b         one of these words             word*  *word   a word that begins / ends so
    {set}       one of a named set             a?  {set}?     there or not
    ~           up to three other words        ~~             up to six
    ^  $        the text begins / ends here     a & b        both, anywhere and in any order

All phrases of all families are compiled into one automaton over words, held in one big integer (the
Shift-And method): a text costs the same few operations a word whatever it says, so no text is slow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Final

from service.core.words import BREAK, END, START

ANY: Final = "~"
_GAPS: Final = {"~": 3, "~~": 6}
_MOST_VARIANTS: Final = 4000

Slot = frozenset[str]
"""What one word may be: whole words, "begin*", "*end", or `ANY`."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: where it stands (word from, to exclusive; one pair a part), and how many of its words say something."""

    family: str
    spans: tuple[tuple[int, int], ...]
    weight: int
    phrase: str

    @property
    def start(self) -> int:
        return self.spans[0][0]

    def overlaps(self, other: "Match") -> bool:
        return any(a < d and c < b for a, b in self.spans for c, d in other.spans)


@dataclass(frozen=True, slots=True)
class _Ending:
    family: str
    phrase: str
    length: int
    weight: int
    part: int = 0
    parts: int = 1


@dataclass(slots=True)
class Phrasebook:
    """Compiled phrases. Build with `compile_phrases`; `find` is all there is to it."""

    _masks: dict[str, int] = field(default_factory=dict)
    _heads: dict[str, int] = field(default_factory=dict)
    _tails: dict[str, int] = field(default_factory=dict)
    _any: int = 0
    _first: int = 0
    _last: int = 0
    _endings: dict[int, _Ending] = field(default_factory=dict)
    _parts: dict[tuple[str, str], int] = field(default_factory=dict)

    def find(self, words: Sequence[str]) -> list[Match]:
        """Every phrase that stands in `words` (as `words.split` gives them), in the order in which they end."""
        found: list[Match] = []
        parts: dict[tuple[str, str], dict[int, tuple[tuple[int, int], int]]] = {}
        state = 0
        for place, word in enumerate(words):
            state = (state << 1 | self._first) & self._mask(word)
            hits = state & self._last
            while hits:
                low = hits & -hits
                ending = self._endings[low.bit_length() - 1]
                span = (place + 1 - ending.length, place + 1)
                if ending.parts == 1:
                    found.append(Match(ending.family, (span,), ending.weight, ending.phrase))
                else:
                    parts.setdefault((ending.family, ending.phrase), {})[ending.part] = (span, ending.weight)
                hits ^= low
        return found + _whole(parts, self._parts)

    def _mask(self, word: str) -> int:
        known = self._masks.get(word)
        if known is not None:
            return known
        mask = self._any
        for size in range(2, len(word) + 1):
            mask |= self._heads.get(word[:size], 0) | self._tails.get(word[-size:], 0)
        return mask

    def _add(self, ending: _Ending, slots: Sequence[Slot], bit: int) -> None:
        self._first |= 1 << bit
        for offset, slot in enumerate(slots):
            for word in slot:
                self._accept(word, 1 << (bit + offset))
        self._last |= 1 << (bit + len(slots) - 1)
        self._endings[bit + len(slots) - 1] = ending

    def _accept(self, word: str, bit: int) -> None:
        if word == ANY:
            self._any |= bit
        elif word.endswith("*"):
            self._heads[word[:-1]] = self._heads.get(word[:-1], 0) | bit
        elif word.startswith("*"):
            self._tails[word[1:]] = self._tails.get(word[1:], 0) | bit
        else:
            self._masks[word] = self._masks.get(word, 0) | bit

    def _close(self) -> None:
        """A word with a mask of its own is also any word, and may begin or end as another phrase wants."""
        words = [w for w in self._masks if w not in (START, END, BREAK)]
        own = {w: self._masks.pop(w) for w in words}
        full = {w: mask | self._mask(w) for w, mask in own.items()}
        self._masks.update(full)
        for mark in (START, END, BREAK):
            self._masks.setdefault(mark, 0)


def _whole(parts: dict[tuple[str, str], dict[int, tuple[tuple[int, int], int]]], wanted: dict[tuple[str, str], int]) -> list[Match]:
    """The phrases of several parts ("a & b") of which every part was found."""
    return [
        Match(family, tuple(sorted(span for span, _ in got.values())), sum(weight for _, weight in got.values()), phrase)
        for (family, phrase), got in parts.items()
        if len(got) == wanted[family, phrase]
    ]


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says which and why. Only compiling raises it, at start."""


def compile_phrases(families: Mapping[str, Iterable[str]], sets: Mapping[str, Sequence[str]]) -> Phrasebook:
    """One `Phrasebook` of all families. Raises `PhraseError` naming family and phrase."""
    book = Phrasebook()
    bit = 0
    for family, phrase in ((f, p) for f, phrases in families.items() for p in phrases):
        parts = phrase.split(" & ")
        book._parts[family, phrase] = len(parts)
        for number, part in enumerate(parts):
            for slots in variants(part, sets, family):
                weight = sum(ANY not in slot for slot in slots) - (slots[0] == {START}) - (slots[-1] == {END})
                book._add(_Ending(family, phrase, len(slots), weight, number, len(parts)), slots, bit)
                bit += len(slots)
    book._close()
    return book


def variants(phrase: str, sets: Mapping[str, Sequence[str]], family: str = "") -> list[tuple[Slot, ...]]:
    """Every fixed-length form of a phrase, each a tuple of what its words may be."""
    parts = [_choices(part, sets, f"{family}: {phrase!r}") for part in phrase.split()]
    count = prod(map(len, parts))
    if count > _MOST_VARIANTS:
        raise PhraseError(f"{family}: {phrase!r} stands for {count} phrases; split it up")
    forms: set[tuple[Slot, ...]] = {sum(form, ()) for form in product(*parts)} - {()}
    if not forms:
        raise PhraseError(f"{family}: an empty phrase")
    if any(ANY in form[0] or ANY in form[-1] for form in forms):
        raise PhraseError(f"{family}: {phrase!r} begins or ends with a gap")
    return sorted(forms, key=repr)


def _choices(part: str, sets: Mapping[str, Sequence[str]], where: str, depth: int = 0) -> list[tuple[Slot, ...]]:
    """The forms one part of a phrase may take: () where it may be left out."""
    if part in _GAPS:
        return [(frozenset((ANY,)),) * n for n in range(_GAPS[part] + 1)]
    optional, part = part.endswith("?"), part.removesuffix("?")
    singles: set[str] = set()
    longer: list[tuple[Slot, ...]] = [()] if optional else []
    for choice in part.split("|"):
        if choice.startswith("{"):
            single, multi = _members(choice, sets, where, depth)
            singles |= single
            longer += multi
        else:
            _must_be_a_word(choice, where)
            singles.add(choice)
    return [*longer, (frozenset(singles),)] if singles else longer


def _members(name: str, sets: Mapping[str, Sequence[str]], where: str, depth: int) -> tuple[Slot, list[tuple[Slot, ...]]]:
    members = sets.get(name.strip("{}"))
    if members is None or not name.endswith("}") or depth > 3:
        raise PhraseError(f"{where}: there is no set {name}")
    singles: set[str] = set()
    longer: list[tuple[Slot, ...]] = []
    for member in members:
        parts = [_choices(part, sets, where, depth + 1) for part in member.split()]
        for form in product(*parts):
            slots: tuple[Slot, ...] = sum(form, ())
            if len(slots) == 1:
                singles |= slots[0]
            else:
                longer.append(slots)
    return frozenset(singles), longer


def _must_be_a_word(word: str, where: str) -> None:
    bare = word.strip("*")
    if word not in (START, END, BREAK) and not (bare.isascii() and bare.isalnum() and bare == bare.lower()):
        raise PhraseError(f"{where}: {word!r} is no plain word (lower case, no accents, no apostrophes)")
