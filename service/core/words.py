"""What somebody typed -> the plain words in it."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MAX_TEXT: Final = 1600
"""Characters of a text that are read. Twilio's own limit; also keeps normalising cheap."""

MAX_WORDS: Final = 400
"""Words of a text that are read: as many as 1600 characters of any language have."""

START, END, BREAK = "^", "$", "."
"""Marks beside the words: the ends of the text, and the end of a sentence."""

# Combining marks, joiners, direction overrides, variation selectors: they change how a text looks, not
# what it says. They go before normalising, which takes quadratic time on long runs of marks.
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u00ad]+"
)
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`]+")
_PIECES = re.compile(r"[a-z0-9]+|[.!?;\n]+")


def plain(text: str) -> str:
    """Lower case, ASCII where Unicode knows an equal: "Ｃａｎ’ｔ" -> "can't". At most `MAX_TEXT` characters are read."""
    text = text[:MAX_TEXT]
    if not text.isascii():
        marks_gone = _INVISIBLE.sub("", text)
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", marks_gone))
    return text.lower()


def split(text: str, same: Mapping[str, str], signs: Mapping[str, str]) -> tuple[str, ...]:
    """The words of a text in order, between `START` and `END`, with `BREAK` between sentences.

    `same` maps a spelling to the one the phrases use ("plz" -> "please"); `signs` maps a picture to a
    word. Letters without an ASCII equal are no words and are dropped.
    """
    if signs and not text.isascii():
        text = "".join(f" {signs[c]} " if c in signs else c for c in text[:MAX_TEXT])
    pieces = _PIECES.findall(_APOSTROPHES.sub("", plain(text)))
    words = [same.get(p, p) if p[0].isalnum() else BREAK for p in pieces[:MAX_WORDS]]
    while words and words[-1] == BREAK:
        words.pop()
    while words and words[0] == BREAK:
        words.pop(0)
    return (START, *words, END)
