"""Where forms of phrases end in a text: the Shift-And method with optional places, in a few integers.

G. Navarro, M. Raffinot, "Flexible Pattern Matching in Strings", 2002, 4.2. It is laid out anew for each text, from the few forms
that may stand in it and with the words of the text only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.core.grammar import ANY, Form
from service.core.words import MARKS

Tokens = tuple[str, ...]
"""A word of a text as the phrases may have it: "constipated", and "constipat*"."""


@dataclass(slots=True)
class Automaton:
    """Some forms laid out side by side.

    A bit is a place in a form; it is set when all up to there was said. Each form has a bit before its first place that is
    always set. Runs of optional places are passed over by one subtraction: `_before` the run, its `_last`, all its places.
    """

    _masks: dict[str, int] = field(default_factory=dict)
    _any: int = 0
    _always: int = 0
    _before: int = 0
    _last: int = 0
    _optional: int = 0
    _ends: dict[int, int] = field(default_factory=dict)

    def run(self, text: Sequence[Tokens]) -> Iterator[tuple[int, int]]:
        """(place after its last word, number of the form) for each form that ends somewhere, in the order in which they end."""
        always, optional, last, before, ends = self._always, self._optional, self._last, self._before, self._ends
        final, masks, anything = sum(ends), self._masks, self._any
        state = always
        for place, tokens in enumerate(text, 1):
            mask = 0 if tokens[0] in MARKS else anything
            for token in tokens:
                mask |= masks.get(token, 0)
            moved = (state << 1) & mask
            state = moved | always
            if not moved:
                continue
            reached = state | last
            state |= optional ^ (optional & ((reached - before) ^ reached))
            hits = state & final
            while hits:
                low = hits & -hits
                yield place, ends[low]
                hits ^= low

    def _add(self, number: int, form: Form, bit: int, said: frozenset[str]) -> int:
        """Lay a form out from `bit` on; the first bit after it."""
        self._always |= 1 << bit
        before_optional = False
        masks = self._masks
        for place, slot in enumerate(form, bit + 1):
            for word in slot.words & said:
                masks[word] = masks.get(word, 0) | 1 << place
            if ANY in slot.words:
                self._any |= 1 << place
            if slot.optional:
                self._optional |= 1 << place
                self._before |= 0 if before_optional else 1 << place - 1
            elif before_optional:
                self._last |= 1 << place - 1
            before_optional = slot.optional
        self._ends[1 << bit + len(form)] = number
        return bit + len(form) + 1


def ends(forms: Iterable[tuple[int, Form]], text: Sequence[Tokens], said: frozenset[str]) -> Iterator[tuple[int, int]]:
    """(place after its last word, number of the form) for each form that ends in a text. `said`: all its tokens."""
    built, bit = Automaton(), 0
    for number, form in forms:
        bit = built._add(number, form, bit, said)
    return built.run(text) if bit else iter(())
