"""How a phrase is written, and every form it stands for.

a|b         one of these words             word*  *word   a word that begins / ends so
{set}       one of a named set             (a b | c)      one of these, of any length
a?  {set}?  (a b)?  there or not           ~  ~~          up to three / six other words
^  $        the text begins / ends here
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product
from math import prod
from typing import Final, NamedTuple

from service.core.words import BREAK, END, START

ANY: Final = "~"
_GAPS: Final = {"~": 3, "~~": 6}
_MOST_FORMS: Final = 2000
_DEEPEST: Final = 4


class Slot(NamedTuple):
    """One place of a form: the words it may be ("begin*", "*end", or `ANY`), and whether it may be left out."""

    words: frozenset[str]
    optional: bool = False


Form = tuple[Slot, ...]
Sets = Mapping[str, Sequence[str]]
_GAP: Final = Slot(frozenset((ANY,)), optional=True)


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says which and why. Only reading the content raises it, at start."""


@dataclass(slots=True)
class Grammar:
    """Reads phrases that use some named sets. What it has read once, a set, one side of an "&" or a part of it, it knows."""

    sets: Sets
    _read: dict[str, list[Form]] = field(default_factory=dict)
    _named: dict[str, list[Form]] = field(default_factory=dict)
    _parts: dict[tuple[str, int], list[Form]] = field(default_factory=dict)
    _keys: dict[Slot, tuple[list[str], bool]] = field(default_factory=dict)

    def forms(self, phrase: str, family: str = "") -> list[Form]:
        """Every form of a phrase without "&", and without what may be left out at its ends. Raises `PhraseError`."""
        if phrase not in self._read:
            where = f"{family}: {phrase!r}"
            found = {_trimmed(form) for form in self._sequence(phrase, where, 0)} - {()}
            if not found:
                raise PhraseError(f"{where} says nothing")
            self._read[phrase] = sorted(found, key=self._order) if len(found) > 1 else list(found)
        return self._read[phrase]

    def _order(self, form: Form) -> list[tuple[list[str], bool]]:
        """What forms are sorted by: the same every time, while sets have no order of their own."""
        for slot in form:
            if slot not in self._keys:
                self._keys[slot] = (sorted(slot.words), slot.optional)
        return [self._keys[slot] for slot in form]

    def _sequence(self, text: str, where: str, depth: int) -> list[Form]:
        """The forms of parts that follow each other."""
        parts = [self._alternatives(part, where, depth) for part in divided(text, " ")]
        count = prod(map(len, parts))
        if count > _MOST_FORMS:
            raise PhraseError(f"{where} stands for {count} phrases; split it up")
        return parts[0] if len(parts) == 1 else [tuple(chain.from_iterable(form)) for form in product(*parts)]

    def _alternatives(self, part: str, where: str, depth: int) -> list[Form]:
        """The forms one part may take."""
        if (part, depth) not in self._parts:
            self._parts[part, depth] = self._parsed(part, where, depth)
        return self._parts[part, depth]

    def _parsed(self, part: str, where: str, depth: int) -> list[Form]:
        if part in _GAPS:
            return [(_GAP,) * _GAPS[part]]
        bare, optional = part.removesuffix("?"), part.endswith("?")
        if bare.startswith("("):
            found = [form for choice in divided(bare[1:-1], "|") for form in self._sequence(choice, where, depth)]
        else:
            found = [form for choice in bare.split("|") for form in self._choice(choice, where, depth)]
        return _joined(found, optional=optional)

    def _choice(self, choice: str, where: str, depth: int) -> list[Form]:
        """The forms of a word or of a {set}."""
        if not choice.startswith("{"):
            _must_be_a_word(choice, where)
            return [(Slot(frozenset((choice,))),)]
        name = choice[1:-1]
        if name not in self.sets or not choice.endswith("}") or depth > _DEEPEST:
            raise PhraseError(f"{where}: there is no set {choice}")
        if name not in self._named:
            members = [form for member in self.sets[name] for form in self._sequence(member, where, depth + 1)]
            self._named[name] = _joined(members, optional=False)
        return self._named[name]


def _trimmed(form: Form) -> Form:
    said = [place for place, slot in enumerate(form) if not slot.optional]
    return form[said[0] : said[-1] + 1] if said else ()


def divided(text: str, sign: str) -> list[str]:
    """The pieces of a text between signs that stand in no brackets."""
    if "(" not in text:
        return [piece for piece in text.split(sign) if piece.strip()]
    pieces, held = list[str](), ""
    for cut in text.split(sign):
        piece = f"{held}{sign}{cut}" if held else cut
        held = piece if piece.count("(") != piece.count(")") else ""
        if not held:
            pieces.append(piece)
    return [piece for piece in (*pieces, held) if piece.strip()]


def _joined(found: Sequence[Form], *, optional: bool) -> list[Form]:
    """The same forms, all single words as one slot."""
    singles = frozenset(chain.from_iterable(form[0].words for form in found if len(form) == 1))
    longer = [form for form in found if len(form) > 1]
    left_out: list[Form] = [()] if optional and not singles else []
    return [*longer, *([(Slot(singles, optional),)] if singles else left_out)]


def _must_be_a_word(word: str, where: str) -> None:
    bare = word.strip("*")
    if word not in (START, END, BREAK) and not (bare.isascii() and bare.isalnum() and bare == bare.lower()):
        raise PhraseError(f"{where}: {word!r} is no plain word (lower case, no accents, no apostrophes)")
