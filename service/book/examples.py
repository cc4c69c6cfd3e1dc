"""Readable examples of what people text to come to a screen. Each was tried: the service answers it with that screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Final

from service.core.dialogue import step
from service.core.grammar import divided
from service.core.menu import HOME, Menu
from service.core.model import Contact, Message, Place
from service.core.reader import Reader

MOST: Final = 12
_TRIES: Final = 40
_VARIANTS: Final = 6
_PLAINEST: Final = 4
_WORDS: Final = range(1, 10)
_NOW: Final = 1_800_000_000.0
"""Any instant: what a text means does not hang on it."""
_HELD: Final = "^$."
_GAP: Final = "…"


@dataclass(frozen=True, slots=True)
class Said:
    """What people text for one screen in one language: how many phrases stand for it, and some examples."""

    phrases: int
    examples: tuple[str, ...]


def said(menu: Menu, family: str) -> Said:
    """What leads to a family such as "screen:missed", in the language of the menu."""
    phrases = menu.reader.families.get(family, ())
    alone = menu.only(menu.language)
    tried = (text for text in islice(_candidates(menu.reader, phrases), _TRIES) if _leads(alone, text, family))
    return Said(len(phrases), tuple(sorted(islice(tried, MOST), key=len)))


def _candidates(reader: Reader, phrases: Sequence[str]) -> Iterator[str]:
    """One form of each phrase, spread over all of them, then other forms; each text once."""
    apart = max(1, len(phrases) // MOST)
    spread = [phrase for first in range(apart) for phrase in phrases[first::apart]]
    seen: set[str] = set()
    for variant in range(_VARIANTS):
        for phrase in spread:
            text = _form(reader, phrase, variant)
            if len(text.replace(_GAP, "").split()) in _WORDS and text not in seen and "*" not in text:
                seen.add(text)
                yield text


def _leads(menu: Menu, text: str, family: str) -> bool:
    """Whether a stranger who texts this from the main menu comes to the family's screen."""
    home = Place(HOME, menu.standing(menu.screens[HOME].options), (), _NOW)
    contact = replace(Contact(since=_NOW), welcomed=True, place=home)
    group, _, id = family.partition(":")
    turn = step(menu, contact, Message("", "+15550001111", text.replace(_GAP, "")), _NOW)
    if group == "alarm":
        return turn.verdict.startswith("red_flag:") and menu.alarms[id].text in "".join(turn.replies)
    return turn.verdict == family


def _form(reader: Reader, phrase: str, variant: int) -> str:
    """A phrase as somebody might type it; the variant tells which of its alternatives. Other words may stand at `_GAP`."""
    sides = [" ".join(_sequence(reader, side, variant)) for side in phrase.split(" & ")]
    return f" {_GAP} ".join(side.strip(f"{_GAP} ") for side in sides)


def _sequence(reader: Reader, text: str, variant: int) -> list[str]:
    return [word for part in divided(text, " ") for word in _part(reader, part, variant)]


def _part(reader: Reader, part: str, variant: int) -> list[str]:
    """What may be left out is; so is where a text begins and ends."""
    if part.endswith("?") or part in _HELD:
        return []
    if part.strip("~") == "":
        return [_GAP]
    if part.startswith("("):
        choices = divided(part[1:-1], "|")
        return _sequence(reader, choices[variant % len(choices)], variant)
    return _choice(reader, part.split("|"), variant)


def _choice(reader: Reader, choices: Sequence[str], variant: int) -> list[str]:
    choice = choices[variant % len(choices)]
    if not choice.startswith("{"):
        return [_whole(reader, choice)]
    return _sequence(reader, _typical(reader, choice[1:-1], variant), 0)


def _typical(reader: Reader, name: str, variant: int) -> str:
    """A member of a set. The first ones are the plainest, and the commonest of those is no slip of the thumb."""
    members = sorted(reader.sets[name][:_PLAINEST], key=lambda member: -reader.share(member))
    return members[variant % len(members)]


def _whole(reader: Reader, word: str) -> str:
    """ "lactan*" as the commonest word that begins so."""
    if "*" not in word:
        return word
    return _commonest(_Words(reader.speller.real), word)


class _Words:
    """The words of a language, as a key of a cache: the same mapping is the same key."""

    def __init__(self, real: Mapping[str, float]) -> None:
        self.real = real

    def __hash__(self) -> int:
        return id(self.real)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Words) and other.real is self.real


@cache
def _commonest(words: _Words, star: str) -> str:
    bare = star.strip("*")
    fits = str.startswith if star.endswith("*") else str.endswith
    found = [word for word in words.real if fits(word, bare) and word.isalpha()]
    return max(found, key=words.real.__getitem__, default=star)
