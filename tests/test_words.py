"""What somebody typed, as plain words."""

import time

import pytest

from service.core.words import MAX_TEXT, pictured, pieces

SIGNS = {"👍": "thanks"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't BREATHE!!", "i cant breathe"),
        ("I can’t breathe", "i cant breathe"),
        ("Ｃａｎ’ｔ", "cant"),
        ("１", "1"),
        ("1️⃣", "1"),
        ("café", "cafe"),
        ("z̸̡̛a̷͜l̶̀g̵o", "zalgo"),
        ("\u202eoverride\u202c", "override"),
        ("zero\u200bwidth", "zerowidth"),
        ("opt-out", "opt out"),
        ("👍", "thanks"),
        ("one. two", "one . two"),
        ("...one...", "one"),
        ("I can´t", "i cant"),
        ("can′t can‛t can;t can,t CAN;T", "cant cant cant cant cant"),
        ("i cant... breathe", "i cant breathe"),
        ("i cant\nbreathe", "i cant breathe"),
        ("👍👍👍 ok", "thanks ok"),
        ("one! two? three; four", "one . two . three . four"),
        ("", ""),
        ("\x00\x1b\ufffe\ud800", ""),
        ("不要", ""),
    ],
)
def test_split(text: str, expected: str) -> None:
    assert " ".join(pieces(pictured(text, SIGNS))) == expected


def test_only_so_much_is_read() -> None:
    assert pieces("a" * 5000) == ["a" * MAX_TEXT]


@pytest.mark.parametrize("text", ["\u0591\u0300" * 800, "\u05bf\u0fb1\u302a" * 533, "ﷺ" * 1600, "a" * 1600, ". " * 800])
def test_no_text_is_slow(text: str) -> None:
    """Normalising is quadratic on long runs of marks: a second for 40,000, so they go first and the text is cut before."""
    began = time.process_time()
    pieces(pictured(text, SIGNS))

    assert time.process_time() - began < 0.05
