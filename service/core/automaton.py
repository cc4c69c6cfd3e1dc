"""Where forms of phrases end in a text: a form is run over all places of the text at once, a bit for each place.

The Shift-And method with optional places (G. Navarro, M. Raffinot, "Flexible Pattern Matching in Strings", 2002, 4.2), turned
round: texts are short and forms are many, so the bits are the text's. A form that the text does not hold is given up after a place
or two.
"""

from collections.abc import Sequence
from typing import Final

from service.core.grammar import ANY, Form
from service.core.words import MARKS

Tokens = Sequence[str]
"""A word of a text as the phrases may have it: "constipated", and "constipat*"."""
Steps = tuple[tuple[int, bool], ...]
"""A form as numbers of word sets, and whether each may be left out."""


class WordSets:
    """The sets of words that stand in the places of forms, each with a number; `of`: the sets that a word is in."""

    def __init__(self) -> None:
        self._numbers: dict[frozenset[str], int] = {}
        self.all: list[frozenset[str]] = []
        self.of: dict[str, list[int]] = {}

    def number(self, words: frozenset[str]) -> int:
        if words not in self._numbers:
            number = self._numbers[words] = len(self.all)
            self.all.append(words)
            for word in words:
                self.of.setdefault(word, []).append(number)
        return self._numbers[words]

    def steps(self, form: Form) -> Steps:
        return tuple([(self.number(slot.words), slot.optional) for slot in form])


class Laid:
    """A text laid out for forms to be run over. `said`: its tokens, each with the places it stands at, a bit each; `sets`: the word
    sets that it holds a word of."""

    def __init__(self, text: Sequence[Tokens], sets: WordSets) -> None:
        self._sets: Final = sets.all
        self.sets: Final[set[int]] = set()
        self._places: Final[dict[int, int]] = {}
        self._everywhere: Final = (1 << len(text) + 1) - 1
        self.said: Final[dict[str, int]] = {}
        said = self.said
        for place, tokens in enumerate(text):
            for token in tokens:
                said[token] = said.get(token, 0) | 1 << place
        marks = sum([said.get(mark, 0) for mark in MARKS])
        self._words: Final = (1 << len(text)) - 1 & ~marks
        self._tokens: Final = frozenset(said)
        for token in said:
            self.sets.update(sets.of.get(token, ()))

    def _holds(self, number: int) -> int:
        """The places where a word of a set stands, a bit each."""
        places = self._places.get(number)
        if places is None:
            words, places = self._sets[number], 0
            for word in words & self._tokens:
                places |= self.said[word]
            if ANY in words:
                places |= self._words
            self._places[number] = places
        return places

    def ends(self, steps: Steps) -> int:
        """The places after the last word of a form, a bit each."""
        state, holds, known = self._everywhere, self._holds, self._places
        for number, optional in steps:
            places = known.get(number)
            if places is None:
                places = holds(number)
            moved = (state & places) << 1
            state = state | moved if optional else moved
            if not state:
                return 0
        return state


def bits(places: int) -> list[int]:
    """The places that are set, lowest first."""
    found = []
    while places:
        low = places & -places
        found.append(low.bit_length() - 1)
        places ^= low
    return found
