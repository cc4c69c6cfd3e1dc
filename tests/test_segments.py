"""Segments as Twilio counts them."""

import json

import pytest

from service.core.segments import gsm7, odd_characters, segments
from tests.conftest import SHARED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_what_is_not_gsm7_is_named() -> None:
    assert odd_characters("a–b “c” é") == "–“”"
    assert gsm7("¿ñ é ü? {[€]}")


def test_as_twilio_counts() -> None:
    """Against Twilio's own calculator; it keeps a picture joined of several together, which no text of ours holds."""
    path = SHARED / "practice" / "segments.jsonl"
    if not path.is_file():
        pytest.skip("the practice data is not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    wrong = [r for r in rows if segments(r["text"]) != r["segments"] or gsm7(r["text"]) != (r["encoding"] == "GSM-7")]

    assert [r for r in wrong if r["src"] != "edge" or r["text"].isascii()] == []
