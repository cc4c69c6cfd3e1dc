"""What all scenes have in common: people, a flow of reminders, the wait until nothing is open any more, the reckoning."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bench.proof.ledger import Figure, reckon
from bench.proof.people import Person, enrol, minute_before, people
from bench.proof.stage import Stage
from service import runtime
from service.runtime import Runtime
from service.store import StoreDown
from tests.twilio_truth import OUTCOMES

NEAR: Final = 120.0
"""Seconds: a lease, a quiet time and a wait after a refusal are shorter; a wake put off after a fault, the next dose are not."""
FAR: Final = 1800.0
"""Seconds: whoever is due later than this has nothing open."""
_PATIENT: Final = 60.0
_POLL: Final = 0.5
_SENDS: Final = re.compile(r'^sends_total\{outcome="(\w+)"\} ([0-9.]+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a scene is. `seconds`: what a scene of restarts lasts; `hurry`: see `Stage`."""

    reminders: int
    workers: int = 10
    hurry: float = 1.0
    seconds: float = 300.0

    @property
    def rate(self) -> float:
        return 200.0


@dataclass(slots=True)
class Outcome:
    """The figures of a scene, and what went wrong in it, in words."""

    begun: float = field(default_factory=time.time)
    figures: list[Figure] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str) -> None:
        self.figures.append((name, value, unit))

    def want(self, name: str, value: float, unit: str) -> None:
        """A figure that has to be 0."""
        self.add(name, value, unit)
        if value:
            self.violations.append(f"{name} is {value:g}")


def built(stage: Stage) -> Runtime:
    """A runtime of this process on the scene's Redis and stub; more patient than the service, on a machine that is all too busy.

    It answers no texts, so it needs no phrases.
    """
    client = Redis(port=stage.redis_port, socket_timeout=_PATIENT, retry=Retry(NoBackoff(), 0))
    return runtime.build(stage.settings, client=lambda: client, deaf=True)


def crowd(kept: Runtime, count: int, *, first: int = 0, at: float | None = None) -> list[Person]:
    """So many people, enrolled, each with a dose due now."""
    found = people(kept.menu, kept.vault, range(first, first + count), minute_before(time.time()) if at is None else at)
    enrol(kept.store, found)
    return found


def sent(stage: Stage) -> int:
    """How many texts the stub has processed, where it was not told to fail."""
    return int((stage.ask("/stats") or {}).get("ok", 0))


def overdue(kept: Runtime, ahead: float = NEAR) -> int:
    """How many are due or leased; -1: Redis does not say."""
    try:
        return kept.store.overdue(time.time() + ahead)
    except StoreDown:
        return -1


def settle(kept: Runtime, seconds: float, doing: Callable[[], None] = lambda: None) -> bool:
    """Wait until nothing is open any more; whether that came in time. `doing` is called now and then."""
    deadline = time.monotonic() + seconds
    while (left := overdue(kept)) and time.monotonic() < deadline:
        doing()
        time.sleep(_POLL)
    return left == 0


def close(scene: str, stage: Stage, kept: Runtime, who: Iterable[Person], outcome: Outcome) -> Outcome:
    """The reckoning of a scene, when everything has come to rest; with what the workers themselves counted."""
    outcome.want(f"{scene}_unsettled", max(0, overdue(kept)), "people")
    outcome.add(f"{scene}_put_off", max(0, overdue(kept, FAR) - overdue(kept)), "people")
    truth, asked = stage.ask("/truth"), stage.ask("/stats")
    found = reckon(kept.store, who, truth, outcome.begun)
    outcome.figures += found.figures(scene)
    outcome.violations += [f"{scene}: {one}" for one in found.violations()]
    counts = counted(stage)
    outcome.add(f"{scene}_looked_up", sum(n for name, n in asked.items() if name.startswith("get-")), "requests")
    outcome.add(f"{scene}_found", counts.get("found", 0), "texts")
    posts = sum(n for name, n in asked.items() if name in OUTCOMES)
    outcome.add(f"{scene}_resent", max(0, posts - found.due + len(found.untold)), "requests")
    for name in ("ambiguous", "retry"):
        outcome.add(f"{scene}_{name}", counts.get(name, 0), "requests")
    for step, times in sorted(stage.steps().items()):
        outcome.add(f"{scene}_at_{step}", times, "times")
    limits, errors = stage.errors()
    outcome.add(f"{scene}_time_limits", len(limits), "wakes")
    outcome.want(f"{scene}_errors", len(errors), "lines")
    outcome.violations += [f"{scene}: {fault[-600:]}" for fault in errors[:5]]
    outcome.add(f"{scene}_took", time.time() - outcome.begun, "s")
    return outcome


def counted(stage: Stage) -> dict[str, float]:
    """What became of sends, as all processes counted it; of those killed too, as far as they came."""
    registry, folder = CollectorRegistry(), stage.folder / "metrics"
    for empty in [file for file in folder.iterdir() if not file.stat().st_size]:
        empty.unlink()  # of one that was killed before it had counted anything
    multiprocess.MultiProcessCollector(registry, path=str(folder))
    return {name: float(count) for name, count in _SENDS.findall(generate_latest(registry).decode())}
