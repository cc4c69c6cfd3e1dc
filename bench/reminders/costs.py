"""What a person costs to keep, and a reminder to send, however many are enrolled."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.proof.people import minute_before
from bench.proof.stage import wait_for
from bench.reminders import crowd
from bench.reminders.rates import Figure
from bench.reminders.stand import Stand, spent
from service.store import Store, connect, keys
from service.vault import Vault

_CLAIMS: Final = 20
_CLAIM: Final = 500
_SAMPLE: Final = 500
_BATCH: Final = 2000
_AHEAD: Final = 6.0
"""Seconds from writing people down until they are due: the writing is none of what a reminder costs."""
_REST: Final = 1.0
_LATER: Final = 4 * 3600.0
_MOST_MEMORY: Final = 0.6
"""The part of the machine's free memory that the enrolled may take."""


def keeping(people: int) -> Iterator[Figure]:
    """Bytes of Redis for each person, and how fast they are claimed when all are due."""
    with Stand() as stand:
        store = Store(Vault(stand.settings.id_key, stand.settings.secret_keys), lambda: connect(stand.settings.redis_url))
        empty = stand.client.info("memory")["used_memory"]
        ids = crowd.write(stand.settings, range(people), minute_before(time.time()))
        yield "person_bytes", (stand.client.info("memory")["used_memory"] - empty) / people, f"bytes, of {people} people"
        yield from _keys(stand, ids)
        yield "claim_rate", max(_claims(store) for _ in range(3)), f"ids/s, {_CLAIM} at once"


def _keys(stand: Stand, ids: list[str]) -> Iterator[Figure]:
    """MEMORY USAGE of each kind of key. It counts neither the table of all keys nor what the allocator rounds up."""
    sample = random.Random(1).sample(ids, min(_SAMPLE, len(ids)))
    for name in ("contact", "journal"):
        used = [stand.client.memory_usage(getattr(keys.of(id), name)) or 0 for id in sample]
        yield f"person_{name}_bytes", sum(used) / len(used), "bytes, MEMORY USAGE"
    indexes = (stand.client.memory_usage(key, samples=0) or 0 for key in keys.EVERY_DUE)
    yield "person_due_bytes", sum(indexes) / len(ids), "bytes, MEMORY USAGE"


def _claims(store: Store) -> float:
    """Ids a second. Their leases end at once, so that all are due again."""
    begun, claimed = time.monotonic(), 0
    for _ in range(_CLAIMS):
        claimed += len(store.claim(time.time(), _CLAIM, 0.0))
    return claimed / (time.monotonic() - begun)


def growing(sizes: list[int], batches: int) -> Iterator[Figure]:
    """CPU milliseconds of worker, Redis and clock for each of 2,000 reminders, while more and more others are enrolled."""
    with Stand() as stand, stand.reminding(1):
        there = 0
        for size in sizes:
            batch = min(_BATCH, size)
            if not _room(stand, there, size - batch):
                return  # no room in memory for so many
            now = time.time()
            crowd.enrol(stand.settings, range(there, size - batch), minute_before(now) + _LATER, now + _LATER)
            there = max(there, size - batch)
            costs = [_batch(stand, range(there + n * batch, there + (n + 1) * batch)) for n in range(batches)]
            there += batch * batches
            least = min(costs, key=lambda cost: sum(cost.values()))
            yield f"reminder_cpu_{size}", sum(least.values()), f"ms/reminder, {size} enrolled, {batch} due"
            for name, value in least.items():
                yield f"reminder_cpu_{size}_{name}", value, "ms/reminder"


def _batch(stand: Stand, numbers: range) -> dict[str, float]:
    """CPU milliseconds for each of these people, from before they are due until all are reminded."""
    at, first = time.time() + _AHEAD, stand.sent()
    crowd.write(stand.settings, numbers, minute_before(time.time()), at)
    if time.time() > at - _REST:
        raise TimeoutError("they were due before they were written down")
    time.sleep(max(0.0, at - _REST / 2 - time.time()))
    before = stand.cpu()
    wait_for(lambda: stand.sent() >= first + len(numbers), what="the reminders", pause=0.2)
    time.sleep(_REST / 2)  # their last commits
    cost = spent(before, stand.cpu(), len(numbers))
    return {name: cost[name] for name in ("worker", "redis", "clock")}


def _room(stand: Stand, there: int, size: int) -> bool:
    """Whether memory suffices for so many, as far as those who are there tell."""
    if not there:
        return True
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    free = int(lines["MemAvailable"].split()[0]) * 1024
    return (size - there) * stand.client.info("memory")["used_memory"] / there < free * _MOST_MEMORY
