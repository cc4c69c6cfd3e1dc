"""Examples -> points: logistic regression (scikit-learn), once for red flags, once for leaving, once for what is wanted."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from learn.examples import NONE
from service.core.lanes import pack
from service.core.points import ALWAYS, SCALE, Points

_FEWEST: Final = 2
"""A pair of words that stands in one example only says nothing."""
_LEAST: Final = 8
"""Points below this, and above minus this, are left out."""
_CHAT_TOPICS: Final = 1500
"""Texts of chat among those that tell topics apart: a few, or everything would look like chat."""


class Fitted:
    """Features of examples and of chat as numbers. Only features that examples have count."""

    def __init__(self, examples: Sequence[Sequence[str]], wants: Sequence[str], chat: Sequence[Sequence[str]]) -> None:
        seen = Counter(feature for row in examples for feature in row)
        self.names: Final = sorted(f for f, count in seen.items() if count >= _FEWEST or " " not in f)
        self._number: Final = {name: n for n, name in enumerate(self.names)}
        self._examples: Final = self._matrix([*examples, *chat])
        self._some: Final = len(examples) + min(len(chat), _CHAT_TOPICS)
        self._wants: Final = [*wants, *[NONE] * len(chat)]

    def points(self, senses: dict[str, tuple[str, ...]], *, strength: float) -> Points:
        alarm = self._binary(lambda want: want.startswith("alarm"), strength)
        leave = self._binary(lambda want: want == "leave", strength)
        names, topics = self._topics(2 * strength)
        return Points(senses, alarm, leave, names, topics)

    def _matrix(self, rows: Sequence[Sequence[str]]) -> Any:
        found = [sorted(self._number[f] for f in row if f in self._number) for row in rows]
        values = np.concatenate([np.full(len(known), 4 / sqrt(len(row) or 1)) for row, known in zip(rows, found, strict=True)])
        ends = np.cumsum([0, *map(len, found)], dtype=np.int32)
        return csr_matrix((values, np.concatenate(found).astype(np.int32), ends), shape=(len(rows), len(self.names)))

    def _binary(self, wanted: Callable[[str], bool], strength: float) -> dict[str, int]:
        model = LogisticRegression(C=strength, max_iter=1000)
        model.fit(self._examples, np.array([wanted(want) for want in self._wants]))
        return self._kept(model.intercept_[0], model.coef_[0])

    def _topics(self, strength: float) -> tuple[tuple[str, ...], dict[str, int]]:
        model = LogisticRegression(C=strength, max_iter=300)
        model.fit(self._examples[: self._some], np.array(self._wants[: self._some]))
        rows = [self._kept(base, row) for base, row in zip(model.intercept_, model.coef_, strict=True)]
        features = {feature for row in rows for feature in row}
        return tuple(map(str, model.classes_)), {f: pack([row.get(f, 0) for row in rows]) for f in features}

    def _kept(self, base: float, row: Any) -> dict[str, int]:
        points = np.rint(row * SCALE).astype(int)
        kept = {self.names[n]: int(points[n]) for n in np.flatnonzero(abs(points) >= _LEAST)}
        return {ALWAYS: round(base * SCALE), **kept}
