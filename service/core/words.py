"""What somebody typed -> the plain words in it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

MAX_TEXT: Final = 1600
"""Characters of a text that are read. Twilio's own limit; also keeps normalising cheap."""

START, END, BREAK = "^", "$", "."
MARKS: Final = frozenset((START, END, BREAK))
"""Marks beside the words: the ends of the text, and the end of a sentence."""

# Combining marks, joiners, direction overrides, variation selectors: they change how a text looks, not
# what it says. They go before normalising, which takes quadratic time on long runs of marks.
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u00ad]+"
)
# Also a key beside the right one: "can;t". They go before normalising, which takes some of them apart.
_APOSTROPHES = re.compile("['\u2018\u2019\u201b\u02bc\u00b4\u2032`]+|(?<=n)[,;:\"](?=t\\b)", re.IGNORECASE)
# A lone stop ends a sentence; dots in a row and a new line are how people pause in one.
_PIECES = re.compile(r"[a-z0-9]+|(?<![.])[.](?![.])|[!?;]+")


def plain(text: str) -> str:
    """Lower case, ASCII where Unicode knows an equal, no apostrophes: "Ｃａｎ’ｔ" -> "cant"."""
    text = _APOSTROPHES.sub("", text)
    if not text.isascii():
        marks_gone = _INVISIBLE.sub("", text)
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", marks_gone))
    return text.lower()


def pieces(text: str) -> list[str]:
    """The words of a text in order as they were typed, with `BREAK` between sentences. `MAX_TEXT` characters are read.

    Letters without an ASCII equal are no words and are dropped.
    """
    found = [piece if piece[0].isalnum() else BREAK for piece in _PIECES.findall(plain(text[:MAX_TEXT]))]
    while found and found[-1] == BREAK:
        found.pop()
    while found and found[0] == BREAK:
        found.pop(0)
    return found


def pictured(text: str, signs: Mapping[str, str]) -> str:
    """A text with its pictures as words, once for a row of the same: `signs` maps them."""
    if not signs or text.isascii():
        return text
    text = text[:MAX_TEXT]
    return "".join(f" {signs[c]} " if c in signs else c for c, after in pairwise(f"{text} ") if c != after or c not in signs)


def bare(words: Iterable[str]) -> tuple[str, ...]:
    """The words without the marks."""
    return tuple(w for w in words if w[0].isalnum())
