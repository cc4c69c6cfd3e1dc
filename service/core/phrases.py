"""Phrases people use, and finding all of them in a text at once.

`grammar` tells how a phrase is written; "a & b" is two phrases that both stand somewhere in the text, in any order.

All phrases of all families are one automaton over words, held in a few big integers: the Shift-And method with optional places
(G. Navarro, M. Raffinot, "Flexible Pattern Matching in Strings", 2002, 4.2). A text costs the same few operations a word
whatever it says, so no text is slow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.core.grammar import ANY, Form, Sets, forms
from service.core.words import BREAK, END, START

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found. `weight`: how many of its words say something. `ends`: its parts, each with the place after its last word."""

    family: str
    phrase: str
    weight: int
    ends: tuple[tuple[Form, int], ...]

    @property
    def end(self) -> int:
        return self.ends[-1][1]

    def spans(self, words: Sequence[str]) -> list[Span]:
        """Where the parts stand in the words they were found in: from, to (exclusive)."""
        return [(_start(form, words, end), end) for form, end in self.ends]


@dataclass(frozen=True, slots=True)
class _Ending:
    family: str
    phrase: str
    form: Form
    weight: int
    part: int
    parts: int


@dataclass(slots=True)
class Phrasebook:
    """Compiled phrases. Build with `compile_phrases`; `find` is all there is to it.

    A bit is a place in a form; it is set when all up to there was said. Each form has a bit before its first place that is
    always set. Runs of optional places are passed over by one subtraction: `_before` the run, its `_last`, all its places.
    """

    _masks: dict[str, int] = field(default_factory=dict)
    _heads: dict[str, int] = field(default_factory=dict)
    _tails: dict[str, int] = field(default_factory=dict)
    _any: int = 0
    _always: int = 0
    _before: int = 0
    _last: int = 0
    _optional: int = 0
    _final: int = 0
    _endings: dict[int, _Ending] = field(default_factory=dict)

    def find(self, words: Sequence[str]) -> list[Match]:
        """Every phrase that stands in `words` (as `words.split` gives them), in the order in which they end."""
        found: list[Match] = []
        parts: dict[tuple[str, str], dict[int, tuple[_Ending, int]]] = {}
        always, final, optional, last, before = self._always, self._final, self._optional, self._last, self._before
        state = always
        for place, word in enumerate(words, 1):
            moved = (state << 1) & self._mask(word)
            state = moved | always
            if not moved:
                continue
            reached = state | last
            state |= optional ^ (optional & ((reached - before) ^ reached))
            hits = state & final
            while hits:
                low = hits & -hits
                ending = self._endings[low.bit_length() - 1]
                if ending.parts == 1:
                    found.append(Match(ending.family, ending.phrase, ending.weight, ((ending.form, place),)))
                else:
                    parts.setdefault((ending.family, ending.phrase), {})[ending.part] = (ending, place)
                hits ^= low
        return found + [_whole(got) for got in parts.values() if len(got) == next(iter(got.values()))[0].parts]

    def _mask(self, word: str) -> int:
        known = self._masks.get(word)
        if known is not None:
            return known
        mask = self._any
        for size in range(2, len(word) + 1):
            mask |= self._heads.get(word[:size], 0) | self._tails.get(word[-size:], 0)
        return mask

    def _add(self, ending: _Ending, bit: int) -> int:
        """Lay a form out from `bit` on; the first bit after it."""
        self._always |= 1 << bit
        before_optional = False
        for place, slot in enumerate(ending.form, bit + 1):
            for word in slot.words:
                self._accept(word, 1 << place)
            if slot.optional:
                self._optional |= 1 << place
                self._before |= 0 if before_optional else 1 << place - 1
            elif before_optional:
                self._last |= 1 << place - 1
            before_optional = slot.optional
        end = bit + len(ending.form)
        self._final |= 1 << end
        self._endings[end] = ending
        return end + 1

    def _accept(self, word: str, bit: int) -> None:
        if word == ANY:
            self._any |= bit
            return
        masks, key = self._masks, word
        if word.endswith("*"):
            masks, key = self._heads, word[:-1]
        elif word.startswith("*"):
            masks, key = self._tails, word[1:]
        masks[key] = masks.get(key, 0) | bit

    def _close(self) -> None:
        """A word with a mask of its own is also any word, and may begin or end as another phrase wants; a mark is neither."""
        marks = {mark: self._masks.pop(mark, 0) for mark in (START, END, BREAK)}
        own = dict(self._masks)
        self._masks.clear()
        self._masks.update({word: mask | self._mask(word) for word, mask in own.items()}, **marks)


def compile_phrases(families: Mapping[str, Iterable[str]], sets: Sets) -> Phrasebook:
    """One `Phrasebook` of all families. Raises `PhraseError` naming family and phrase."""
    book = Phrasebook()
    bit = 0
    for family, phrase in ((f, p) for f, phrases in families.items() for p in phrases):
        parts = phrase.split(" & ")
        for number, part in enumerate(parts):
            for form in forms(part, sets, family):
                bit = book._add(_Ending(family, phrase, form, _weight(form), number, len(parts)), bit)
    book._close()
    return book


def _weight(form: Form) -> int:
    """How many places of a form say something: neither a gap, nor left out, nor an end of the text."""
    return sum(not slot.optional and not slot.words <= {START, END} for slot in form)


def _whole(parts: Mapping[int, tuple[_Ending, int]]) -> Match:
    """The match of a phrase of several parts ("a & b") of which every one was found."""
    first = parts[0][0]
    ends = sorted(((ending.form, place) for ending, place in parts.values()), key=lambda end: end[1])
    return Match(first.family, first.phrase, sum(ending.weight for ending, _ in parts.values()), tuple(ends))


def _start(form: Form, words: Sequence[str], end: int) -> int:
    """Where a form that ends before `end` begins: the latest place from which it can be read."""
    places = {end}
    for slot in reversed(form):
        taken = {place - 1 for place in places if place and _fits(slot.words, words[place - 1])}
        places = taken | places if slot.optional else taken
    return max(places, default=end)


def _fits(wanted: frozenset[str], word: str) -> bool:
    if word in wanted:
        return True
    if word in (START, END, BREAK):
        return False
    return ANY in wanted or any(word.startswith(w[:-1]) if w[-1] == "*" else w[0] == "*" and word.endswith(w[1:]) for w in wanted)
