"""The clock: who is due goes into the queue, a moment's work at a time."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

from dramatiq import Broker
from redis.exceptions import ConnectionError as RedisConnectionError

from service import log, metrics
from service.store import Store, StoreDown
from service.worker.jobs import LEASE
from service.worker.queue import hand_out, queued

ROUND: Final = 0.5
QUEUE_SECONDS: Final = 2.0
LEAST_QUEUE: Final = 16
_WORTHWHILE: Final = 4
"""A round asks every shard: it is not made for a few jobs, but when a quarter of the queue is free."""
PROBE_SECONDS: Final = 30.0
LOUD_SECONDS: Final = 60.0
MOST_PAUSE: Final = 5.0


@dataclass(slots=True)
class Clock:
    """Claims who is due and enqueues them, `rate` sends a second; as many clocks as you like, at once."""

    store: Store
    queue: Broker
    rate: float
    now: Callable[[], float]
    _loud: float = float("-inf")
    _probed: float = float("-inf")

    def run(self, stop: Event) -> None:
        """Rounds until `stop`. Nothing ends it: after a fault it waits longer and longer, at most 5 s."""
        faults = 0
        while not stop.is_set():
            try:
                pause, faults = self.round(), 0
            except (StoreDown, RedisConnectionError) as fault:
                faults += 1
                log.warning("clock stranded", reason=str(fault))
            except Exception:  # noqa: BLE001 - a clock that ends reminds nobody
                faults += 1
                metrics.ERRORS.inc()
                log.error("clock failed")
            stop.wait(_backed_off(faults) if faults else pause)

    def round(self) -> float:
        """Claim and enqueue once; the seconds to wait before the next round."""
        now = self.now()
        most = self._most(now, queued(self.queue))
        ids = self.store.claim(now, most, LEASE)
        if ids:
            first = self.store.reserve(len(ids), self.rate, now)
            hand_out(self.queue, [(id, first + place / self.rate) for place, id in enumerate(ids)])
        return 0.0 if len(ids) == most > 0 else ROUND

    def _most(self, now: float, waiting: int) -> int:
        """How many to claim: what keeps the workers busy for a moment. A backlog waits in the due index, oldest first."""
        reason = self.store.halted()
        if reason is None:
            wanted = min(self.rate * LEASE / 2, max(self.rate * QUEUE_SECONDS, LEAST_QUEUE))
            missing = max(1, int(wanted)) - waiting
            return missing if missing >= wanted / _WORTHWHILE else 0
        if now - self._loud >= LOUD_SECONDS:
            self._loud = now
            log.warning("SENDING IS HALTED", reason=reason, overdue=self.store.overdue(now))
        probe = now - self._probed >= PROBE_SECONDS
        self._probed = now if probe else self._probed
        return int(probe)


def _backed_off(faults: int) -> float:
    """Seconds; not the same for all clocks, so that a Redis that comes back does not get them all at once."""
    return min(MOST_PAUSE, 0.25 * 2.0 ** min(faults, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
