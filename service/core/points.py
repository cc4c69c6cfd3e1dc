"""Points: what the words of a text speak for, learned from examples of what people text.

Phrases know what somebody thought of. Points know what thousands of examples have in common, and so hear a red flag, a goodbye or a
question in words that nobody thought of. It is a log-linear model (logistic regression): each word, pair of words and sense of a
word has points, they are added up, and who asks why is told the words that brought the most. `learn/` makes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt
from typing import Final

from service.core.lanes import pack, unpack
from service.core.words import MARKS

SCALE: Final = 100
"""Points are whole numbers in the file, and this many are one unit of log-odds."""
ALWAYS: Final = "*"
"""What every text has: the points from which the others are counted."""
_TELLING: Final = 3


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one language. `senses`: what words mean ("trembling": shake); `alarm` and `leave`: how much each feature speaks
    for a red flag, and for leaving; `topics`: the same for each of the things a text may want, `names`, as a row (see `lanes`)."""

    senses: Mapping[str, tuple[str, ...]]
    alarm: Mapping[str, int]
    leave: Mapping[str, int]
    names: tuple[str, ...]
    topics: Mapping[str, int]

    def features(self, words: Sequence[str]) -> list[str]:
        """What speaks in the words of a text (as a reader gives them): words, words beside each other, one apart, and senses."""
        found = {word for word in words if word not in MARKS}
        found.update([f"{a} {b}" for a, b in pairwise(words)])
        found.update([f"{a} ~ {b}" for a, b in zip(words, words[2:], strict=False)])
        senses = self.senses
        for word in words:
            found.update(senses.get(word) or (_NUMBER if word[0].isdigit() else ()))
        return [*found]


_NUMBER: Final = ("{number",)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text weighed by the points of one language: the log-odds that it is a red flag, and that it means leaving."""

    points: Points
    features: tuple[str, ...]
    alarm: float
    leave: float

    def topics(self) -> dict[str, float]:
        """How likely each thing a text may want is; together 1. Empty where nothing was learned."""
        topics, names, each = self.points.topics, self.points.names, _weight(self.features) / SCALE
        base = unpack(topics.get(ALWAYS, 0), len(names))
        added = unpack(sum([topics[f] for f in self.features if f in topics]), len(names))
        shares = [exp(start / SCALE + points * each) for start, points in zip(base, added, strict=True)]
        total = sum(shares)
        return {name: share / total for name, share in zip(names, shares, strict=True)}

    def why_topic(self, topic: str) -> str:
        """The features that spoke most for something a text may want."""
        names, rows = self.points.names, self.points.topics
        place = names.index(topic)
        return self.why({f: unpack(rows[f], len(names))[place] for f in self.features if f in rows})

    def why(self, of: Mapping[str, int]) -> str:
        """The features that spoke most for it."""
        loud = sorted((f for f in self.features if of.get(f, 0) > 0), key=lambda f: (-of[f], f))
        return "points: " + ", ".join(f.strip("{^$. ~") for f in loud[:_TELLING])


def weigh(points: Points, words: Sequence[str]) -> Weighed:
    """A text as its points have it. `words`: as a reader gives them."""
    features = points.features(words)
    return Weighed(points, tuple(features), _odds(points.alarm, features), _odds(points.leave, features))


def _odds(of: Mapping[str, int], features: Sequence[str]) -> float:
    return (of.get(ALWAYS, 0) + _weight(features) * sum([of[f] for f in features if f in of])) / SCALE


def _weight(features: Sequence[str]) -> float:
    """What the points of one feature count for: in a long text each says less."""
    return 4 / sqrt(len(features) or 1)


_OF: Final = "# of "
_TOPICS: Final = "# topics "

# ---- the file: a line a feature, its points for a red flag, for leaving, and for each topic


def read(text: str, senses: Mapping[str, Sequence[str]]) -> Points:
    """Points as `write` gives them; none of an empty text. `senses`: the words of each sense. Raises ValueError."""
    meant: dict[str, tuple[str, ...]] = {}
    for sense, row in senses.items():
        for word in row:
            meant[word] = (*meant.get(word, ()), f"{{{sense}")
    alarm, leave, topics = dict[str, int](), dict[str, int](), dict[str, int]()
    names = tuple(_said(text, _TOPICS).split())
    try:
        for line in (line for line in text.split("\n") if line and not line.startswith("#")):
            feature, for_alarm, for_leave, for_topics = line.split("\t")
            if for_alarm:
                alarm[feature] = int(for_alarm)
            if for_leave:
                leave[feature] = int(for_leave)
            if for_topics:
                cells = {int(number): int(points) for number, _, points in (cell.partition("=") for cell in for_topics.split(" "))}
                topics[feature] = pack([cells.pop(n, 0) for n in range(len(names))])
    except (ValueError, IndexError) as fault:
        raise ValueError(f"the points in *.points.tsv cannot be read ({fault}); make them again: make learn") from fault
    return Points(meant, alarm, leave, names, topics)


def write(points: Points, of: str) -> Iterator[str]:
    """The lines of the file; `of` tells what it was learned from."""
    yield f"# Made by `make learn`, not by hand. Feature, points for a red flag, for leaving, for topics; {SCALE} are 1 log-odds."
    yield f"{_OF}{of}"
    yield f"{_TOPICS}{' '.join(points.names)}"
    for feature in sorted({*points.alarm, *points.leave, *points.topics}):
        numbers = unpack(points.topics.get(feature, 0), len(points.names))
        row = " ".join(f"{n}={number}" for n, number in enumerate(numbers) if number)
        yield f"{feature}\t{points.alarm.get(feature, '')}\t{points.leave.get(feature, '')}\t{row}"


def learned_from(text: str) -> str:
    """What a file of points says it was learned from; "" where it does not say."""
    return _said(text, _OF)


def _said(text: str, head: str) -> str:
    return next((line.removeprefix(head) for line in text.split("\n", 3) if line.startswith(head)), "")
