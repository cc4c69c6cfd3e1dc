"""Phrases people use, and finding all of them in a text at once.

`grammar` tells how a phrase is written; "a & b" is two phrases that both stand in the text, near each other, in any order.

Of thousands of forms a text holds the words of only a few. So a form is looked at only where its rarest place has a word in the
text, and run only where all its places have one (`automaton`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import chain
from operator import or_
from typing import Final

from service.core.automaton import ends
from service.core.grammar import ANY, Form, Grammar, Sets
from service.core.words import END, MARKS, START

Span = tuple[int, int]
_EDGES: Final = frozenset((START, END))
NEAR: Final = 40
"""Words within which the parts of "a & b" must stand: a long story holds everything somewhere."""


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
class _Part:
    """What a form is a part of: the whole phrase, or one side of an "&"."""

    family: str
    phrase: str
    weight: int
    part: int
    parts: int


_Phrase = tuple[str, str]


@dataclass(slots=True)
class Phrasebook:
    """Compiled phrases. Build with `compile_phrases`; `find` is all there is to it.

    A form has a number. `_needs`: the slots of a form that must have a word in the text, as bits; `_said`: the slots a word stands
    in; `_keyed`: the forms to look at where a word is in the text; `_stars`: the "begin*" and "*end" that phrases hold.
    """

    _forms: list[Form] = field(default_factory=list)
    _parts: list[list[_Part]] = field(default_factory=list)
    _needs: list[int] = field(default_factory=list)
    _said: dict[str, int] = field(default_factory=dict)
    _keyed: dict[str, list[int]] = field(default_factory=dict)
    _stars: frozenset[str] = frozenset()

    def find(self, words: Sequence[str]) -> list[Match]:
        """Every phrase that stands in `words` (as a reader gives them), in the order in which they end."""
        found: list[Match] = []
        parts: dict[_Phrase, dict[int, tuple[_Part, Form, int]]] = {}
        whole: dict[_Phrase, Match] = {}
        text = [tuple(self._tokens(word)) for word in words]
        there = frozenset(token for tokens in text for token in tokens)
        for place, number in ends(((n, self._forms[n]) for n in self._likely(there)), text, there):
            form = self._forms[number]
            for part in self._parts[number]:
                if part.parts == 1:
                    found.append(Match(part.family, part.phrase, part.weight, ((form, place),)))
                    continue
                phrase = (part.family, part.phrase)
                got = parts.setdefault(phrase, {})
                got[part.part] = (part, form, place)
                if len(got) == part.parts and place - min(end for _, _, end in got.values()) <= NEAR:
                    whole[phrase] = _joined(got.values())
        return [*found, *whole.values()]

    def uses(self) -> dict[str, int]:
        """The words in the phrases, each with the number of slots it stands in."""
        return {word: slots.bit_count() for word, slots in self._said.items() if word not in MARKS}

    def alone(self) -> dict[tuple[str, str], set[str]]:
        """The words that are a phrase by themselves, by family and phrase."""
        found: dict[_Phrase, set[str]] = {}
        for form, parts in zip(self._forms, self._parts, strict=True):
            for part in parts if len(form) == 1 else ():
                if part.parts == 1:
                    found.setdefault((part.family, part.phrase), set()).update(form[0].words)
        return found

    def stars(self) -> frozenset[str]:
        """The "begin*" and "*end" that stand in the phrases."""
        return self._stars

    def _likely(self, there: frozenset[str]) -> list[int]:
        """The forms all of whose places have a word in the text."""
        said, keyed = self._said, self._keyed
        missing = ~reduce(or_, (said.get(token, 0) for token in there), 0)
        needs = self._needs
        return [n for n in {n for token in there for n in keyed.get(token, ())} if not needs[n] & missing]

    def _tokens(self, word: str) -> Iterator[str]:
        """A word as phrases may have it: whole, "begin*" and "*end"."""
        yield word
        for size in range(2, len(word) + 1):
            if (head := f"{word[:size]}*") in self._stars:
                yield head
            if (tail := f"*{word[-size:]}") in self._stars:
                yield tail


def compile_phrases(families: Mapping[str, Iterable[str]], sets: Sets, real: Mapping[str, float] | None = None) -> Phrasebook:
    """One `Phrasebook` of all families. `real`: how common words are. Raises `PhraseError` naming family and phrase."""
    grammar, parts = Grammar(sets), dict[Form, list[_Part]]()
    for family, phrase in ((f, p) for f, phrases in families.items() for p in phrases):
        sides = phrase.split(" & ")
        for number, side in enumerate(sides):
            for form in grammar.forms(side, family):
                parts.setdefault(form, []).append(_Part(family, phrase, _weight(form), number, len(sides)))
    book = Phrasebook(list(parts), list(parts.values()))
    return _indexed(book, real or {})


def _indexed(book: Phrasebook, real: Mapping[str, float]) -> Phrasebook:
    """The book with each form under the words of its rarest slot: the one whose words people write least."""
    bits: dict[frozenset[str], int] = {}

    @cache
    def common(words: frozenset[str]) -> float:
        return sum([1.0 if word in MARKS else real.get(word, 0.0) for word in words])

    for number, form in enumerate(book._forms):
        needed = [slot.words for slot in form if not slot.optional]
        for words in needed:
            if words not in bits:
                bits[words] = 1 << len(bits)
        book._needs.append(reduce(or_, map(bits.__getitem__, needed)))
        for word in min(needed, key=common):
            book._keyed.setdefault(word, []).append(number)
    for words, bit in bits.items():
        for word in words:
            book._said[word] = book._said.get(word, 0) | bit
    every = frozenset(chain.from_iterable({slot.words for form in book._forms for slot in form})) - {ANY}
    book._said.update({word: 0 for word in every if word not in book._said})
    book._stars = frozenset(word for word in every if "*" in word)
    return book


def _weight(form: Form) -> int:
    """How many places of a form say something: neither a gap, nor left out, nor an end of the text."""
    return sum([not slot.optional and not slot.words <= _EDGES for slot in form])


def _joined(got: Iterable[tuple[_Part, Form, int]]) -> Match:
    """The match of a phrase of several parts ("a & b") of which every one was found."""
    sides = sorted(got, key=lambda side: side[2])
    first = sides[0][0]
    return Match(first.family, first.phrase, sum(part.weight for part, _, _ in sides), tuple((form, end) for _, form, end in sides))


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
    if word in MARKS:
        return False
    return ANY in wanted or any(word.startswith(w[:-1]) if w[-1] == "*" else w[0] == "*" and word.endswith(w[1:]) for w in wanted)
