"""How texts of one language are read: its spellings, its phrases, and the words that are its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.core.phrases import Phrasebook, compile_phrases
from service.core.points import Points
from service.core.spelling import Speller, speller
from service.core.words import BREAK, END, START

Files = Sequence[Mapping[str, Any]]
_LEAST_TELLING: Final = 4
_FAR: Final = 10
_NOT_FAMILIES: Final = ("same", "signs", "sets", "carrier", "numbers")


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """`families` of phrases by name ("screen:missed", "not:alarm:pump"); `carrier` and `numbers`: words, and what they mean."""

    language: str
    signs: Mapping[str, str]
    carrier: Mapping[str, str]
    numbers: Mapping[str, int]
    families: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[str, ...]]
    book: Phrasebook
    points: Points
    speller: Speller

    def share(self, word: str) -> float:
        """How much of what people write in this language is this word."""
        return self.speller.real.get(word, 0.0)

    def read(self, pieces: Iterable[str]) -> tuple[str, ...]:
        """The pieces of a text (see `words.pieces`) as this language's words, between `START` and `END`."""
        spell = self.speller.spell
        return (START, *(word for piece in pieces for word in ((piece,) if piece == BREAK else spell(piece))), END)


def reader(language: str, files: Files, real: Mapping[str, float], points: Points) -> Reader:
    """The reader of some word files. `real`: words, and how common they are. Raises `PhraseError`, `KeyError` and the like."""
    families, sets = _families(files), _merged(files, "sets")
    same = _spellings(files, "same")
    carrier = {word: kind for kind, row in _merged(files, "carrier").items() for word in row}
    numbers = {word: int(number) for number, row in _merged(files, "numbers").items() for word in row}
    book = compile_phrases(families, sets, real)
    uses = {word: 1 for words in (*carrier, *numbers) for word in words.split()} | book.uses()
    spell = speller(same, uses, book.stars(), real)
    return Reader(language, _spellings(files, "signs"), carrier, numbers, families, sets, book, points, spell)


def _families(files: Files) -> dict[str, tuple[str, ...]]:
    """{"screen:missed": phrases, "not:screen:missed": what undoes them, ...} from the word files.

    A table is a group of families, its own table `not` undoes them.
    """
    families: dict[str, tuple[str, ...]] = {}
    for file in files:
        groups = {name: rows for name, rows in file.items() if isinstance(rows, dict) and name not in _NOT_FAMILIES}
        for group, rows in groups.items():
            undone = rows.get("not", {})
            for family, row in [(f"{group}:{n}", r) for n, r in rows.items() if n != "not"] + [
                (f"not:{group}:{n}", r) for n, r in undone.items()
            ]:
                families[family] = (*families.get(family, ()), *row)
    return families


def _merged(files: Files, table: str) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name, row in ((n, r) for file in files for n, r in file.get(table, {}).items()):
        merged[name] = (*merged.get(name, ()), *row)
    return merged


def _spellings(files: Files, table: str) -> dict[str, str]:
    return {spelling: word for word, row in _merged(files, table).items() for spelling in row}


def own_words(readers: tuple[Reader, ...]) -> dict[str, frozenset[str]]:
    """By language the words that tell it: far commoner in it than in any other, or slang that no other reader knows.

    Short ones do not tell: Los Angeles and El Paso are no Spanish.
    """
    own = {}
    for one in readers:
        others = [other for other in readers if other is not one]
        known = (word for word in one.speller.uses if len(word) >= _LEAST_TELLING)
        own[one.language] = frozenset(word for word in known if all(_tells(word, one, other) for other in others))
    return own


def _tells(word: str, one: Reader, other: Reader) -> bool:
    here, there = one.share(word), other.share(word)
    return here > _FAR * there if here or there else word not in other.speller.uses
