"""What a text offers to answer with a number, as buttons to tap."""

import re
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r"(\d|MORE|MAS) (\S.*)")
_PAIR: Final = re.compile(r"(\d) (\D+?)(?= \d |$)")
_THREE: Final = re.compile(r"\b1 ([^\W\d][^\d.\n]*) 2 ([^\d.\n]+) 3 ([^\d.\n]+?)(?=[.\n]|$)")
_AGREE: Final = re.compile(r"(?:\.|\w:?) 1 ((?:to|si) \w+)(?:, 0 ([^\W\d][\w ]*))?\.", re.IGNORECASE)
_HOME: Final = re.compile(r"[.?] 0 ([^\W\d]+)$")


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: what it sends, and what it says."""

    sends: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text, or the buttons that stand in its place."""

    words: str
    taps: tuple[Tap, ...] = ()


def lines(text: str) -> list[Line]:
    """A text line by line. Of "Reply 1 taken 2 later 3 skip" the words stay, and the buttons stand in a line of their own."""
    found = [Line(line, _standing(line)) for line in text.split("\n")]
    inside = tuple(_inside(text))
    return [*found, Line("", inside)] if inside else found


def _standing(line: str) -> tuple[Tap, ...]:
    """The options that a line is made of."""
    pairs = tuple(Tap(n, f"{n} {label.strip()}") for n, label in _PAIR.findall(line))
    if pairs and " ".join(tap.says for tap in pairs) == line:
        return pairs
    whole = _LINE.fullmatch(line)
    return (Tap(whole[1], line),) if whole else ()


def _inside(text: str) -> list[Tap]:
    """The options in the last sentences of a text."""
    sentences = [line for line in text.split("\n") if not _standing(line)]
    taps: list[Tap] = []
    for line in sentences:
        three, agree, home = _THREE.search(line), _AGREE.search(line), _HOME.search(line)
        taps += [Tap(str(n), f"{n} {label.strip()}") for n, label in enumerate(three.groups(), 1)] if three else []
        taps += [Tap(n, f"{n} {label}") for n, label in zip("10", agree.groups(), strict=True) if label] if agree else []
        taps += [Tap("0", f"0 {home[1]}")] if home else []
    return taps
