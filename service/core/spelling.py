"""A word as somebody typed it -> the words that the phrases know: spellings, slips of the finger, words run together.

Only words that are nothing else are mended: "shaving" is no slip of "shaking". Candidates are found by leaving out letters on both
sides (the symmetric delete index of W. Garbe's SymSpell), so a word costs a few lookups whatever the phrases are.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Final

SHORTEST: Final = 4
"""Letters of a word that may be mended. A word of four is mended only where two letters changed places or one is doubled."""
_TWO_SLIPS: Final = 9
"""Letters of a word that may hold two slips."""
_LONGEST: Final = 18
_TELLING: Final = 6
"""Letters that a "begin*" or "*end" needs to tell that a word is no slip."""
_RUN = re.compile(r"(.)\1{2,}")
_SHORT_PARTS: Final = frozenset(("i", "im", "my", "no", "me", "mi", "se", "la", "lo", "de", "ya"))


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """`same`: a spelling -> the one the phrases use. `uses`: how often the phrases use a word. `real`: words that are no slips.

    `stars`: "begin*" and "*end" as the phrases have them; a word that begins or ends so is none either.
    """

    same: Mapping[str, str]
    uses: Mapping[str, int]
    real: Mapping[str, float]
    stars: Set[str]
    index: Mapping[str, tuple[str, ...]]

    def spell(self, word: str) -> tuple[str, ...]:
        """The words that a typed one stands for: itself, where nothing better is known."""
        if word in self.same:
            return (self.same[word],)
        if _RUN.search(word):
            return self._shortened(word)
        if word in self.uses or word in self.real or not SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return (word,)
        return self._mended(word) or (word,)

    def _shortened(self, word: str) -> tuple[str, ...]:
        """A word with letters held down, such as "heeeelp"."""
        double, single = _RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word)
        return self.spell(double if double in self.uses or double in self.same else single)

    def _mended(self, word: str) -> tuple[str, ...] | None:
        near = self._nearest(word, 1) or self._apart(word) or (self._nearest(word, 2) if len(word) >= _TWO_SLIPS else None)
        if not near or (self._stars_of(word) - self._stars_of(near[0])):
            return None
        return tuple(self.same.get(part, part) for part in near)

    def _stars_of(self, word: str) -> set[str]:
        """The "begin*" and "*end" of the phrases that a word has, and that mending it must not lose."""
        sizes = range(_TELLING, len(word) + 1)
        return {star for size in sizes for star in (f"{word[:size]}*", f"*{word[-size:]}") if star in self.stars}

    def _nearest(self, word: str, slips: int) -> tuple[str, ...] | None:
        """The known word that is so many slips away, the one the phrases use most."""
        found = {known for left in _without(word, slips) for known in self.index.get(left, ()) if _slips(word, known, slips)}
        best = max(found, key=lambda known: (known[0] == word[0], _likely_slip(word, known), self.uses[known], known), default=None)
        return (best,) if best else None

    def _apart(self, word: str) -> tuple[str, ...] | None:
        """Two known words run together, such as "cantbreathe"; "i" may stand before them."""
        starts = ("", "i") if word[0] == "i" else ("",)
        for first in starts:
            rest = word[len(first) :]
            cuts = (n for n in range(2, len(rest) - 2) if self._part(rest[:n]) and self._part(rest[n:]))
            cut = max(cuts, key=lambda n: min(n, len(rest) - n), default=None)
            if cut:
                return tuple(filter(None, (first, rest[:cut], rest[cut:])))
        return None

    def _part(self, word: str) -> bool:
        return word in _SHORT_PARTS or (len(word) > 2 and word in self.uses)


def speller(same: Mapping[str, str], said: Mapping[str, int], stars: Set[str], real: Mapping[str, float]) -> Speller:
    """A speller for words of phrases, each with its uses. `stars`: "begin*" and "*end"; real words that begin so are known too."""
    begun = dict.fromkeys(_begun(sorted(real), (star[:-1] for star in stars if star[-1] == "*")), 1)
    uses = {word: count for word, count in {**dict.fromkeys(same, 1), **begun, **said}.items() if word.isalpha()}
    index: dict[str, tuple[str, ...]] = {}
    for word in uses:
        if SHORTEST <= len(word) <= _LONGEST:
            for left in _without(word, 2 if len(word) >= _TWO_SLIPS and word in said else 1):
                index[left] = (*index.get(left, ()), word)
    return Speller(same, uses, real, stars, index)


def _begun(words: Sequence[str], heads: Iterable[str]) -> Iterator[str]:
    """The sorted words that begin in one of some ways."""
    for head in heads:
        if len(head) >= SHORTEST:
            yield from words[bisect_left(words, head) : bisect_left(words, f"{head}\uffff")]


def _without(word: str, letters: int) -> set[str]:
    """The word, and what is left of it without up to so many letters, which are at most two."""
    places = range(len(word))
    left = {word, *[word[:n] + word[n + 1 :] for n in places]}
    if letters == 2:
        left.update([word[:a] + word[a + 1 : b] + word[b + 1 :] for a, b in combinations(places, 2)])
    return left


def _slips(typed: str, meant: str, most: int) -> bool:
    """Whether a word may have been typed so: at most so many letters left out, added, changed, or changed places."""
    if abs(len(typed) - len(meant)) > most:
        return False
    if len(meant) <= SHORTEST:
        return sorted(typed) == sorted(meant) or _single(typed) == _single(meant)
    return _distance(typed, meant) <= most


def _likely_slip(typed: str, meant: str) -> bool:
    """Whether letters were only left out, typed twice, or changed places: likelier than a wrong one."""
    if sorted(typed) == sorted(meant):
        return True
    short, long = sorted((typed, meant), key=len)
    letters = iter(long)
    return len(short) < len(long) and all(letter in letters for letter in short)


def _single(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _distance(a: str, b: str) -> int:
    """Letters left out, added, changed, or changed places (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
