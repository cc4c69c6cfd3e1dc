"""The reckoning of a scene: what the stub processed against what was due."""

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bench.proof.people import Person
from service.store import Store

Figure = tuple[str, float, str]
_GIVEN_UP: Final = ("unknown", "dropped", "refused", "left", "paused")
_FEW: Final = 5


@dataclass(slots=True)
class Reckoning:
    """What became of each dose. `lost`, `doubled`, `pending` (a wake is still planned): ids with their doses; `stray`: texts about
    no dose that was due; `untold`: all without a text.
    """

    due: int
    texts: int
    late: int = 0
    lost: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    journalled: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    def figures(self, scene: str) -> Iterator[Figure]:
        """One line a figure; a bound is the highest share that would still show as few as this in one run of twenty."""
        yield f"{scene}_due", self.due, "doses"
        yield f"{scene}_accepted", self.texts, "texts"
        for name, found in (("lost", self.lost), ("doubled", self.doubled)):
            yield f"{scene}_{name}", len(found), "doses"
            yield f"{scene}_{name}_bound", upper(len(found), self.due) * 1000, "per 1000, 95 %"
        yield f"{scene}_pending", len(self.pending), "doses"
        yield f"{scene}_stray", len(self.stray), "texts"
        yield f"{scene}_worded_late", self.late, "texts"
        for what in _GIVEN_UP:
            if self.journalled[what] or what in ("unknown", "dropped"):
                yield f"{scene}_journalled_{what}", self.journalled[what], "doses"
        for percent in (50, 99, 100):
            if self.waits:
                yield f"{scene}_after_due_p{percent}", self.waits[math.ceil(len(self.waits) * percent / 100) - 1], "s"

    def violations(self) -> list[str]:
        """A few of each, in words; empty: all is well."""
        kinds = (("lost", self.lost), ("pending", self.pending), ("doubled", self.doubled), ("stray", self.stray))
        return [f"{name}: {one}" for name, found in kinds for one in found[:_FEW]]


def reckon(store: Store, crowd: Iterable[Person], truth: list[list[Any]], begun: float) -> Reckoning:
    """Match texts to doses by number and by the dose that the text names. `begun`: when the first could be sent at all."""
    known = {person.address: person for person in crowd}
    told: Counter[str] = Counter()
    found = Reckoning(len(known), len(truth))
    for to, body, entry, created, *_ in truth:
        person = known.get(to)
        if person is None or f"your {person.dose} dose" not in body:
            found.stray.append(f"{entry} {body[:60]}")
            continue
        told[to] += 1
        found.late += "late text" in body
        found.waits.append(max(0.0, created - max(person.at, begun)))
        if told[to] == 2:
            found.doubled.append(f"{person.id} {person.dose}")
    found.waits.sort()
    found.untold = [person.id for person in known.values() if not told[person.address]]
    for person in known.values():
        if not told[person.address]:
            _untold(store, person, found)
    return found


def _untold(store: Store, person: Person, found: Reckoning) -> None:
    """A dose without a text: given up on record, or lost."""
    slot = f" {person.slot[0]}:{person.slot[1]}"
    lines = [entry.what for entry in store.journal(person.id) if entry.how.endswith(slot) or entry.what in ("refused", "left")]
    reason = next((what for what in _GIVEN_UP if what in lines), None)
    if reason:
        found.journalled[reason] += 1
    elif (store.due_of(person.id) or math.inf) < time.time() + 1800:
        found.pending.append(f"{person.id} {person.dose}")
    else:
        found.lost.append(f"{person.id} {person.dose}")


def upper(count: int, of: int) -> float:
    """The upper end of the one-sided 95 % interval of a rare share: 3/n where nothing was seen."""
    low, high = 0.0, 20.0 + 3 * count
    while high - low > 1e-6:
        middle = (low + high) / 2
        seen = math.exp(-middle) * sum(middle**k / math.factorial(k) for k in range(min(count, 100) + 1))
        low, high = (middle, high) if seen > 0.05 else (low, middle)
    return low / max(of, 1)
