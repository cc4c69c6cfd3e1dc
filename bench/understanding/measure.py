"""Rows that were judged, the shares they make, and what reading them took."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Final, Generic, TypeVar

Figure = tuple[str, float, str]
Verdict = tuple[str, str]
"""What a text is read as, and why."""
Hit = Callable[[str, str], bool]
"""Whether a verdict is what a measure counts, of a row that wants this."""
_SLOWEST: Final = 0.03
"""The part of all texts, the slowest, that is read again: what else the machine did is none of a text's cost."""
_AGAIN: Final = 4

T = TypeVar("T")


@dataclass(slots=True)
class Timed(Generic[T]):
    """Reads each text once, and knows how long that took."""

    read: Callable[[str], T]
    heard: dict[str, T] = field(default_factory=dict)
    millis: dict[str, float] = field(default_factory=dict)

    def __call__(self, text: str) -> T:
        if text not in self.heard:
            self.heard[text], self.millis[text] = self._once(text)
        return self.heard[text]

    def _once(self, text: str) -> tuple[T, float]:
        begun = time.perf_counter()
        heard = self.read(text)
        return heard, (time.perf_counter() - begun) * 1000

    def figures(self, name: str) -> Iterator[Figure]:
        """Median, 99th percentile and worst of all texts; of the slowest ones the best of some tries counts."""
        if not self.millis:
            return
        took = dict(self.millis)
        for text in sorted(took, key=took.__getitem__, reverse=True)[: ceil(_SLOWEST * len(took))]:
            took[text] = min(took[text], *(self._once(text)[1] for _ in range(_AGAIN)))
        yield f"{name}_texts", len(took), "texts"
        yield f"{name}_median", median(took.values()), "ms"
        yield f"{name}_p99", sorted(took.values())[ceil(0.99 * len(took)) - 1], "ms"
        yield f"{name}_worst", max(took.values()), "ms"


@dataclass(frozen=True, slots=True)
class Readers:
    """The service and the keywords: each its texts, and its clock times."""

    understood: Timed[Verdict]
    keywords: Timed[dict[str, str]]
    times: Timed[Verdict]
    clock: Timed[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: what the service said, and whether it and the keywords said what the measure counts."""

    text: str
    want: str
    got: str
    why: str
    hit: bool
    keyword_hit: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """One share. `fewer`: it counts what is wrong, so less of it is better. `aim`: at least this, or at most."""

    set: str
    what: str
    rows: tuple[Judged, ...]
    aim: float | None = None
    fewer: bool = False

    @property
    def hits(self) -> int:
        return sum(row.hit for row in self.rows)

    @property
    def share(self) -> float:
        return share(self.rows)

    @property
    def good(self) -> float:
        """The share that is right, also of a measure that counts what is wrong."""
        return 1 - self.share if self.fewer else self.share

    @property
    def keywords(self) -> float:
        return sum(row.keyword_hit for row in self.rows) / len(self.rows)

    @property
    def ratio(self) -> float | None:
        """The service's share by that of the keywords."""
        return self.share / self.keywords if self.keywords else None

    @property
    def reached(self) -> bool:
        return self.aim is None or (self.share <= self.aim if self.fewer else self.share >= self.aim)

    def wrong(self) -> list[Judged]:
        return [row for row in self.rows if row.hit == self.fewer]


def share(rows: Iterable[Judged]) -> float:
    hits = [row.hit for row in rows]
    return sum(hits) / len(hits)


def judge(readers: Readers, rows: Iterable[tuple[str, str]], hit: Hit, by: str) -> tuple[Judged, ...]:
    """Rows of text and want, as texts people send. `by`: which list of keywords stands against the service."""
    judged = []
    for text, want in rows:
        got, why = readers.understood(text)
        judged.append(Judged(text, want, got, why, hit(got, want), hit(readers.keywords(text)[by], want)))
    return tuple(judged)


def judge_times(readers: Readers, rows: Iterable[tuple[str, str]], hit: Hit) -> tuple[Judged, ...]:
    """The same, as answers to the question when somebody takes their doses."""
    judged = []
    for text, want in rows:
        got, why = readers.times(text)
        judged.append(Judged(text, want, got, why, hit(got, want), hit(readers.clock(text), want)))
    return tuple(judged)


def pooled(set: str, measures: Iterable[Measure]) -> list[Measure]:
    """One measure of all rows for each thing that is measured in several sets."""
    rows: dict[tuple[str, bool], list[Judged]] = {}
    for measure in measures:
        rows.setdefault((measure.what, measure.fewer), []).extend(measure.rows)
    return [Measure(set, what, tuple(found), None, fewer) for (what, fewer), found in rows.items()]


# ---- what a verdict says


def alarmed(got: str, _: str = "") -> bool:
    return got.startswith("red_flag")


def left(got: str, _: str = "") -> bool:
    return got == "opt_out"


def reminders_end(got: str, _: str = "") -> bool:
    return got in ("do:reminders_off", "do:one_reminder")


def offered(got: str) -> tuple[str, ...]:
    """What an answer that asks which one lets choose."""
    return tuple(got.removeprefix("ask:").split(",")) if got.startswith("ask:") else ()


def forced(got: str, _: str = "") -> bool:
    """A tip, or a choice, for somebody who asked for none of ours."""
    return got.startswith(("screen:", "ask:"))
