"""How a phrase is written, and every form it stands for.

a|b         one of these words             word*  *word   a word that begins / ends so
{set}       one of a named set             (a b | c)      one of these, of any length
a?  {set}?  (a b)?  there or not           ~  ~~          up to three / six other words
^  $        the text begins / ends here
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Final

from service.core.words import BREAK, END, START

ANY: Final = "~"
_GAPS: Final = {"~": 3, "~~": 6}
_MOST_FORMS: Final = 2000
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class Slot:
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
    """Reads phrases that use some named sets. What it has read once, a set or one side of an "&", it knows."""

    sets: Sets
    _read: dict[str, list[Form]] = field(default_factory=dict)
    _named: dict[str, list[Form]] = field(default_factory=dict)

    def forms(self, phrase: str, family: str = "") -> list[Form]:
        """Every form of a phrase without "&", and without what may be left out at its ends. Raises `PhraseError`."""
        if phrase not in self._read:
            where = f"{family}: {phrase!r}"
            found = {_trimmed(form) for form in self._sequence(phrase, where, 0)} - {()}
            if not found:
                raise PhraseError(f"{where} says nothing")
            self._read[phrase] = sorted(found, key=lambda form: [(sorted(slot.words), slot.optional) for slot in form])
        return self._read[phrase]

    def _sequence(self, text: str, where: str, depth: int) -> list[Form]:
        """The forms of parts that follow each other."""
        parts = [self._alternatives(part, where, depth) for part in divided(text, " ")]
        count = prod(map(len, parts))
        if count > _MOST_FORMS:
            raise PhraseError(f"{where} stands for {count} phrases; split it up")
        return [sum(form, ()) for form in product(*parts)]

    def _alternatives(self, part: str, where: str, depth: int) -> list[Form]:
        """The forms one part may take."""
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
            self._named[name] = [form for member in self.sets[name] for form in self._sequence(member, where, depth + 1)]
        return self._named[name]


def _trimmed(form: Form) -> Form:
    said = [place for place, slot in enumerate(form) if not slot.optional]
    return form[said[0] : said[-1] + 1] if said else ()


def divided(text: str, sign: str) -> list[str]:
    """The pieces of a text between signs that stand in no brackets."""
    if "(" not in text:
        return [piece for piece in text.split(sign) if piece.strip()]
    pieces, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == sign and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece for piece in pieces if piece.strip()]


def _joined(found: Iterable[Form], *, optional: bool) -> list[Form]:
    """The same forms, all single words as one slot."""
    found = list(found)
    singles = frozenset(word for form in found if len(form) == 1 for word in form[0].words)
    longer = [form for form in found if len(form) > 1]
    left_out: list[Form] = [()] if optional and not singles else []
    return [*longer, *([(Slot(singles, optional),)] if singles else left_out)]


def _must_be_a_word(word: str, where: str) -> None:
    bare = word.strip("*")
    if word not in (START, END, BREAK) and not (bare.isascii() and bare.isalnum() and bare == bare.lower()):
        raise PhraseError(f"{where}: {word!r} is no plain word (lower case, no accents, no apostrophes)")
