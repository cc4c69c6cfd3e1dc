"""Phrases people use, and finding all of them in a text at once.

`grammar` tells how a phrase is written; "a & b" is two phrases that both stand in the text, near each other, in any order.

Of thousands of forms a text holds the words of only a few. So a form is run (`automaton`) only where its two rarest places have a
word in the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Final

from service.core.automaton import Laid, Steps, WordSets, bits
from service.core.grammar import ANY, Form, Grammar, Sets
from service.core.words import END, MARKS, START

Span = tuple[int, int]
_EDGES: Final = frozenset((START, END))
_MOST_KNOWN: Final = 8192
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
_Side = tuple[_Part, Form, int]
"""One side of an "&" that stands in a text, and the places after its last word, a bit each."""


@dataclass(slots=True)
class Phrasebook:
    """Compiled phrases. Build with `compile_phrases`; `find` is all there is to it.

    A form has a number. `_keyed`: where a word is in the text, the forms to look at, each with its other rare place; `_stars`: the
    "begin*" and "*end" that phrases hold.
    """

    _forms: list[Form] = field(default_factory=list)
    _parts: list[list[_Part]] = field(default_factory=list)
    _steps: list[Steps] = field(default_factory=list)
    _sets: WordSets = field(default_factory=WordSets)
    _keyed: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _stars: frozenset[str] = frozenset()
    _known: dict[str, list[str]] = field(default_factory=dict)

    def find(self, words: Sequence[str]) -> list[Match]:
        """Every phrase that stands in `words` (as a reader gives them), in the order in which they end."""
        found: list[tuple[int, int, Match]] = []
        sides: dict[_Phrase, list[_Side]] = {}
        for number, places in self._ends(words):
            form = self._forms[number]
            for part in self._parts[number]:
                if part.parts > 1:
                    sides.setdefault((part.family, part.phrase), []).append((part, form, places))
                    continue
                found += [(end, number, Match(part.family, part.phrase, part.weight, ((form, end),))) for end in bits(places)]
        found.sort(key=itemgetter(0, 1))
        together = [match for got in sides.values() if (match := _together(got))]
        return [*[match for _, _, match in found], *together]

    def _ends(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """The number of each form that ends in a text, and the places after its last word, a bit each."""
        laid = Laid([self._tokens(word) for word in words], self._sets)
        keyed, sets, ends, steps = self._keyed, laid.sets, laid.ends, self._steps
        likely = {n for token in laid.said if token in keyed for n, other in keyed[token] if other in sets}
        return [(n, places) for n in likely if (places := ends(steps[n]))]

    def uses(self) -> dict[str, int]:
        """The words in the phrases, each with the number of slots it stands in."""
        needed = {number for steps in self._steps for number, optional in steps if not optional}
        used = dict.fromkeys(chain.from_iterable(self._sets.all), 0)
        for word in chain.from_iterable(self._sets.all[number] for number in needed):
            used[word] += 1
        return {word: slots for word, slots in used.items() if word not in MARKS and word != ANY}

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

    def _tokens(self, word: str) -> list[str]:
        """A word as phrases may have it: whole, "begin*" and "*end". Most words come again and again, so they are kept."""
        if word in self._known:
            return self._known[word]
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        sizes, stars = range(2, len(word) + 1), self._stars
        heads = [head for size in sizes if (head := word[:size] + "*") in stars]
        found = self._known[word] = [word, *heads, *[tail for size in sizes if (tail := "*" + word[-size:]) in stars]]
        return found


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

    @cache
    def common(words: frozenset[str]) -> float:
        return sum([1.0 if word in MARKS else real.get(word, 0.0) for word in words])

    for number, form in enumerate(book._forms):
        book._steps.append(book._sets.steps(form))
        rarest, *others = sorted([slot.words for slot in form if not slot.optional], key=common)
        key = (number, book._sets.number(others[0] if others else rarest))
        for word in rarest:
            book._keyed.setdefault(word, []).append(key)
    every = chain.from_iterable(book._sets.all)
    book._stars = frozenset(word for word in every if "*" in word)
    return book


def _weight(form: Form) -> int:
    """How many places of a form say something: neither a gap, nor left out, nor an end of the text."""
    return sum([not slot.optional and not slot.words <= _EDGES for slot in form])


def _together(sides: Sequence[_Side]) -> Match | None:
    """The match of a phrase of several parts ("a & b"), the last that stands near each other; None where there is none."""
    if len({part.part for part, _, _ in sides}) < sides[0][0].parts:
        return None
    got: dict[int, tuple[_Part, Form, int]] = {}
    best: list[tuple[_Part, Form, int]] = []
    for part, form, place in sorted([(p, f, place) for p, f, places in sides for place in bits(places)], key=itemgetter(2)):
        got[part.part] = (part, form, place)
        if len(got) == part.parts and place - min(end for _, _, end in got.values()) <= NEAR:
            best = list(got.values())
    if not best:
        return None
    best.sort(key=itemgetter(2))
    one = best[0][0]
    return Match(one.family, one.phrase, sum(part.weight for part, _, _ in best), tuple((form, end) for _, form, end in best))


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
