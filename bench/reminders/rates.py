"""Reminders a second, beside bare jobs that wait as long: the two in turn, several times, the best of each."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from dramatiq import Broker

from bench.proof.people import minute_before
from bench.proof.stage import wait_for
from bench.reminders import crowd
from bench.reminders.stand import THREADS, Stand, busy, spent
from service import worker

Figure = tuple[str, float, str]
_WARM_SECONDS: Final = 2.0
_BARE_RATE: Final = THREADS * 10
"""Bare jobs a second that the threads of one process can do at most, at 100 ms each."""
_AT_ONCE: Final = 1000


@dataclass(slots=True)
class Window:
    """What was done a second for some seconds, the CPU milliseconds each took, and what share of the cores other work had."""

    rate: float
    cpu: dict[str, float]
    others: float


def figures(people: int, seconds: float, pairs: int) -> Iterator[Figure]:
    """Everybody is due in the same minute; workers of 1 and of 2 processes remind as many as they can meanwhile."""
    with Stand() as stand:
        begun = time.monotonic()
        crowd.enrol(stand.settings, range(people), minute_before(time.time()))
        yield "enrol_time", time.monotonic() - begun, f"s for {people} people"
        for processes in (1, 2):
            yield from _compared(stand, processes, seconds, pairs)


def _compared(stand: Stand, processes: int, seconds: float, pairs: int) -> Iterator[Figure]:
    rounds = [(_reminded(stand, processes, seconds), _bare(stand, processes, seconds)) for _ in range(pairs)]
    ours, bare = max((r[0] for r in rounds), key=lambda w: w.rate), max((r[1] for r in rounds), key=lambda w: w.rate)
    unit = f"{processes} process{'es' if processes > 1 else ''} of {THREADS} threads"
    yield f"reminders_rate_{processes}", ours.rate, f"reminders/s, {unit}"
    yield f"bare_rate_{processes}", bare.rate, f"jobs/s, {unit}"
    yield f"reminders_ratio_{processes}", ours.rate / bare.rate, "x"
    yield f"reminders_others_{processes}", ours.others, "of the cores had other work meanwhile"
    yield f"reminders_rate_{processes}_least", min(r[0].rate for r in rounds), "reminders/s"
    yield f"bare_rate_{processes}_least", min(r[1].rate for r in rounds), "jobs/s"
    for name, key in (("worker", "worker"), ("redis", "redis"), ("clock", "clock"), ("stub", "twilio_stub")):
        yield f"{name}_cpu_{processes}", min(r[0].cpu[key] for r in rounds), "ms/reminder"
    yield f"bare_cpu_{processes}", min(r[1].cpu["bare"] for r in rounds), "ms/job"
    yield f"bare_redis_cpu_{processes}", min(r[1].cpu["redis"] for r in rounds), "ms/job"


def _reminded(stand: Stand, processes: int, seconds: float) -> Window:
    with stand.reminding(processes):
        first = stand.sent()
        wait_for(lambda: stand.sent() > first + THREADS * processes, what="the first reminders")
        time.sleep(min(seconds, _WARM_SECONDS))
        return _window(stand, seconds, stand.sent)


def _bare(stand: Stand, processes: int, seconds: float) -> Window:
    """The same engine on a database of its own, with more jobs than it can do."""
    url = stand.env["REDIS_URL"]
    stand.env["REDIS_URL"] = f"{url.rpartition('/')[0]}/1"
    try:
        queue = worker.broker(replace(stand.settings, redis_url=stand.env["REDIS_URL"]))
        _fill(queue, int(processes * _BARE_RATE * (seconds + 2 * _WARM_SECONDS)))
        with stand.ending(stand.run("bench.reminders.bare", "--processes", str(processes), "--threads", str(THREADS))):
            full = worker.queued(queue)
            wait_for(lambda: worker.queued(queue) < full - THREADS * processes, what="the first bare jobs")
            time.sleep(min(seconds, _WARM_SECONDS))
            return _window(stand, seconds, lambda: full - worker.queued(queue))
    finally:
        stand.env["REDIS_URL"] = url
        stand.client.execute_command("SELECT", 1)
        stand.client.execute_command("FLUSHDB")
        stand.client.execute_command("SELECT", 0)


def _fill(queue: Broker, jobs: int) -> None:
    for first in range(0, jobs, _AT_ONCE):
        worker.hand_out(queue, ((f"{number:032x}", 0.0) for number in range(first, min(jobs, first + _AT_ONCE))))


def _window(stand: Stand, seconds: float, done: Callable[[], int]) -> Window:
    cpu, all, first, begun = stand.cpu(), busy(), done(), time.monotonic()
    time.sleep(seconds)
    count, took = done() - first, time.monotonic() - begun
    own = spent(cpu, stand.cpu(), 1)
    others = busy() - all - sum(own.values()) / 1000
    return Window(count / took, {name: each / max(1, count) for name, each in own.items()}, others / took / (os.cpu_count() or 1))
