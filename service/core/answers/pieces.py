"""A text -> items: each a symbol, one letter that says what kind of word stands there, and its value.

The other files look for patterns in the symbols ("nA" is an hour and am or pm), so a form of writing is one row of a table.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.core import words

MOST_PIECES: Final = 100
MOST_CHARACTERS: Final = 800
"""What is read of a text. Nobody writes more as an answer, and a long text must not be slow."""

_HALF = re.compile("\u00bd")
_SIGNS: Final = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2044": "/",
        "\u3001": ",",
        "\uff61": ".",
        "\u3002": ".",
    }
)

# Clock: 8:30 (:15), 8h30, 8.30, numbers, words, signs. A dot between more digits is no clock time: 479.277, 1.2.3
CLOCK_PIECES: Final = re.compile(
    r"(?<![\d:])\d{1,2}[:h]\d\d(?!\d)(?:[:]\d\d(?![\d:]))?|(?<![\d.])\d{1,2}\.\d\d(?![\d]|\.\d)|\d+(?:\.\d+)+|\d+(?:,\d{3})+(?!\d)|\d+|[a-z]+|[^\sa-z0-9]|\n"
)
DAY_PIECES: Final = re.compile(
    r"\d{4}-\d\d?-\d\d?(?!\d)|\d{1,2}/\d{1,2}(?:/(?:\d{4}|\d\d))?(?![\d/])|\d+[.,]\d{1,2}(?!\d)|\d+|[a-z]+|[^\sa-z0-9]|\n"
)
_SEPARATORS: Final = {",": ",", ".": ",", ";": ",", "\n": ";", "|": ",", "/": "/", "&": "&", "+": "&", "-": "-", "@": "@", "$": "x"}


class Item(NamedTuple):
    """One word, number or sign: its symbol and value. Values of clock times are hour * 100 + minute."""

    symbol: str
    value: float


class Piece(NamedTuple):
    """A piece of text; `glued`: nothing stands between it and the piece before; `joined`: a hyphen between two words does."""

    text: str
    glued: bool
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their first piece, the longest first: (further pieces, symbol, value). `letters`: am, pm beside a number only."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, float], ...]]
    letters: Mapping[str, int]
    pieces: re.Pattern[str]
    number: Callable[[str], Item]


def lexicon(
    rows: Iterable[tuple[str, str, float]], pieces: re.Pattern[str], letters: Mapping[str, int], number: Callable[[str], Item]
) -> Lexicon:
    """Rows of (phrase, symbol, value), taken apart the way texts are; of two rows with the same phrase the first stands."""
    found: dict[tuple[str, ...], tuple[str, float]] = {}
    for phrase, symbol, value in rows:
        found.setdefault(tuple(pieces.findall(phrase)), (symbol, value))
    phrases: dict[str, list[tuple[tuple[str, ...], str, float]]] = {}
    for key in sorted(found, key=len, reverse=True):
        phrases.setdefault(key[0], []).append((key[1:], *found[key]))
    return Lexicon({first: tuple(rest) for first, rest in phrases.items()}, letters, pieces, number)


def number_symbol(value: int) -> str:
    """What a number in words may be: an hour, an hour or minutes (ten), minutes, or neither."""
    return "l" if value == 10 else "w" if 1 <= value <= 12 else "v" if value < 60 else "#"


def cut(text: str, pieces: re.Pattern[str]) -> list[Piece]:
    """The pieces of a text, plain."""
    plain = words.plain(_HALF.sub(" 1/2", text[:MOST_CHARACTERS]).translate(_SIGNS))[:MOST_CHARACTERS]
    found: list[Piece] = []
    end = -1
    for match in pieces.finditer(plain):
        piece = Piece(match[0], match.start() == end)
        if piece.text.isalpha() and _hyphen_between_words(found, piece):
            found[-1] = piece._replace(joined=True)
        else:
            found.append(piece)
        end = match.end()
        if len(found) >= MOST_PIECES:
            break
    return found


def _hyphen_between_words(before: Sequence[Piece], piece: Piece) -> bool:
    """ "ten-thirty", "mid-day": one phrase maybe; "8am - 2pm" and "8-10" keep their hyphen."""
    return len(before) > 1 and before[-1].text == "-" and before[-1].glued and piece.glued and before[-2].text.isalpha()


def read(text: str, known: Lexicon) -> list[Item]:
    """The items of a text: the longest phrases first, then numbers and signs; what is neither is an "x"."""
    pieces = cut(text, known.pieces)
    items: list[Item] = []
    at = 0
    while at < len(pieces):
        if pieces[at].joined:
            items.append(Item("-", 0))
        item, after = _phrase(pieces, at, known) or (_single(pieces, at, known), at + 1)
        if item.symbol:
            items.append(item)
        at = after
    return items


def _phrase(pieces: Sequence[Piece], at: int, known: Lexicon) -> tuple[Item, int] | None:
    half = known.letters.get(pieces[at].text)
    if half is not None and _beside_number(pieces, at):
        return Item("A", half), at + 1
    for rest, symbol, value in known.phrases.get(pieces[at].text, ()):
        after = at + 1 + len(rest)
        if all(p.text == r for p, r in zip(pieces[at + 1 : after], rest, strict=False)) and after <= len(pieces):
            return Item(symbol, value), after
    return None


def _beside_number(pieces: Sequence[Piece], at: int) -> bool:
    """ "8a", "8:30 p" at an end: but not "8 a day", "8 a 10"."""
    last = at + 1 == len(pieces) or not pieces[at + 1].text[0].isalnum()
    return at > 0 and pieces[at - 1].text[0].isdigit() and (pieces[at].glued or last) and not _dotted_m(pieces, at)


def _dotted_m(pieces: Sequence[Piece], at: int) -> bool:
    """An "a" of "a.m." or "a m", which is a phrase of its own."""
    following = [p.text for p in pieces[at + 1 : at + 3]]
    return following[:1] == ["m"] or following == [".", "m"]


def _single(pieces: Sequence[Piece], at: int, known: Lexicon) -> Item:
    text = pieces[at].text
    if text[0].isdigit():
        return Item("x", 0) if _in_a_code(pieces, at, known) else known.number(text)
    return Item(_SEPARATORS.get(text, "x" if text.isalnum() and text.isascii() else ""), 0)


_MAY_TOUCH: Final = frozenset(("am", "pm", "a", "p", "at", "q", "x", "m", "h", "las"))


def _in_a_code(pieces: Sequence[Piece], at: int, known: Lexicon) -> bool:
    """A number inside a word that is none of ours, such as "b12" or "21st", is no number."""
    before = pieces[at - 1].text if at and pieces[at].glued else ""
    after = pieces[at + 1].text if at + 1 < len(pieces) and pieces[at + 1].glued else ""
    return (before.isalpha() and before not in _MAY_TOUCH) or (
        after.isalpha() and after not in known.phrases and after not in known.letters
    )


def clock_number(text: str) -> Item:
    """A number among clock times: n, z 8, 08; b 13 to 59; c 8:30, t 8.30, d 830, capital if of 24 hours; "#" if none."""
    for form, symbol in _FORMS:
        if match := form.fullmatch(text):
            return _shaped(symbol, [int(g) for g in match.groups() if g], text)
    return Item("#", 0)


_FORMS: Final = (
    (re.compile(r"(\d{1,2})[:h](\d\d)(?:[:]\d\d)?"), "c"),
    (re.compile(r"(\d{1,2})\.(\d\d)"), "t"),
    (re.compile(r"(\d{1,2})(\d\d)"), "d"),
    (re.compile(r"(\d{1,2})"), "n"),
)


def _shaped(symbol: str, numbers: list[int], text: str) -> Item:
    """A capital letter is a clock time with 24 hours: 08:30, 0:30, 20:15."""
    hour, minute = numbers[0], (numbers[1:] or [0])[0]
    if symbol == "n":
        return Item("z" if text[0] == "0" else "n" if hour <= 12 else "b" if hour < 60 else "#", hour)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return Item("#", hour * 100 + minute)
    whole_day = text[0] == "0" or hour > 12
    return Item(symbol.upper() if whole_day and (symbol != "d" or len(text) == 4) else symbol, hour * 100 + minute)


def day_number(text: str) -> Item:
    """A number among days: n any; s 2026-12-03 as 20261203, 12/3 as 1203."""
    parts = re.split(r"[-/]", text)
    if len(parts) == 1:
        return Item("n", float(text.replace(",", ".")[:9]))
    numbers = [int(p) for p in parts]
    year, month, day = numbers if len(parts[0]) == 4 else ([*numbers, 0][2], *numbers[:2])
    return Item("s", (year + 2000 * (0 < year < 100)) * 10_000 + month * 100 + day)


_HALF_BY_SIGNS: Final = Item("s", 102)


def halved(items: Iterable[Item]) -> list[Item]:
    """The items with "1/2" as a half: where no dates are looked for, it is not the second of January."""
    return [Item("f", 0.5) if item == _HALF_BY_SIGNS else item for item in items]
