"""How long: "half an hour", "1h 30", "an hour and a half" -> minutes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from service.core.answers.pieces import Item, halved
from service.core.answers.vocabulary import Vocabulary, day_readings

MOST_MINUTES: Final = 1440

_Rule = tuple[re.Pattern[str], Callable[[list[float]], float]]
# The longest forms first. What is counted are the values of the numbers in the form: n a number, a "an", f half, q a quarter.
_RULES: Final[tuple[_Rule, ...]] = (
    (re.compile("[na]h&?nm?(?![a-zA-Z])|[na]h&?nm"), lambda n: n[0] * 60 + n[1]),
    (re.compile("[na]&?a?fh|[na]h&?a?f"), lambda n: n[0] * 60 + 30),
    (re.compile("[na]h&?a?q"), lambda n: n[0] * 60 + 15),
    (re.compile("nqh"), lambda n: n[0] * 15),
    (re.compile("a?fa?h"), lambda _: 30),
    (re.compile("a?qa?h"), lambda _: 15),
    (re.compile("[na]h"), lambda n: n[0] * 60),
    (re.compile("[na]m"), lambda n: n[0]),
)


def read_span(vocabulary: Vocabulary, text: str, lang: str | None = None) -> int | None:
    """The minutes, 1 to 1440, of the one span in a text: "later 45 minutes" -> 45; None without one or with several."""
    for items in day_readings(vocabulary, text, lang):
        spans = _spans(halved(items))
        if spans:
            return spans.pop() if len(spans) == 1 else None
    return None


def _spans(items: Sequence[Item]) -> set[int]:
    symbols = "".join(i.symbol for i in items)
    found: set[int] = set()
    for pattern, minutes in _RULES:
        matches = list(pattern.finditer(symbols))
        found |= {_whole(minutes(values)) for m in matches if (values := _values(items[m.start() : m.end()])) is not None}
        symbols = pattern.sub(lambda m: "_" * len(m[0]), symbols)
    return found if all(1 <= minutes <= MOST_MINUTES for minutes in found) else set()


def _values(items: Sequence[Item]) -> list[float]:
    """The numbers in a form; an "an" beside a half or a quarter counts nothing."""
    numbers = [i.value for i in items if i.symbol == "n"]
    return numbers or [i.value for i in items if i.symbol == "a"] or [0]


def _whole(minutes: float) -> int:
    return round(minutes)
