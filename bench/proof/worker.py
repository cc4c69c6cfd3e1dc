"""Workers and clocks that end or stand still by themselves at a step: `python -m bench.proof.worker worker --steps marked,request`.

They are built of the service's own parts and know nothing more; only around the store and around the request to Twilio there is
somebody who counts, and at the count kills the process (SIGKILL: nothing is tidied up) or stops it (SIGSTOP).
"""

import argparse
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

from service import handle, processes, runtime, worker
from service.config import Settings
from service.core import due, outbox, schedule
from service.runtime import Runtime
from service.store import SharedClock, Store, connect
from service.vault import Vault
from service.worker import clock, jobs, queue

STEPS: Final = {
    "claim": "the clock, before it claims",
    "claimed": "the clock, after it claimed and before it enqueues",
    "load": "before the record is loaded",
    "loaded": "after that, before anything is kept",
    "marked": "after the commit that marks a text as being sent",
    "request": "right before the request to Twilio",
    "accepted": "after Twilio's answer, before it is used",
    "keeping": "before the last commit",
    "kept": "after the last commit",
}
CLOCK_STEPS: Final = ("claim", "claimed")
_ENDS: Final = (signal.SIGTERM, signal.SIGINT)
_ACTS: Final = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def shorten(by: float) -> None:
    """All the waits that hang together, shorter by one factor; in every process of a scene alike."""
    for module, names in (
        (schedule, ("SEND_SECONDS", "QUIET")),
        (outbox, ("QUIET",)),
        (due, ("QUIET",)),
        (handle, ("SEND_SECONDS",)),
        (clock, ("LEASE",)),
        (jobs, ("LEASE", "EARLY")),
        (queue, ("HEARTBEAT", "TIME_LIMIT")),
    ):
        for name in names:
            setattr(module, name, getattr(module, name) / by)


class Fate:
    """What a process is to come to: at the n-th time that it comes to a step, it kills or stops itself."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._steps = options.steps.split(",") if options.steps else []
        self._act, self._every, self._most = _ACTS[options.act], options.every, options.most
        self._record, self._marks = options.log, options.marks
        self._random, self._lock = random.Random(os.urandom(8)), Lock()
        self._draw()

    def _draw(self) -> None:
        """The next step to come to grief at: one of those that had the least of it, as long as there is not enough of it."""
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        had = Counter(step for line in lines if (step := line.split()[0]) in self._steps)
        least = [step for step in self._steps if had[step] == min(had[other] for other in self._steps)]
        self._step = self._random.choice(least) if least and had.total() < self._most else ""
        self._left = self._random.randint(1, self._every)

    def at(self, step: str, id: str = "", begun: float = 0.0) -> None:
        """A thread has come to a step."""
        if self._marks and step == "marked":
            with self._marks.open("a") as marks:
                marks.write(f"{id} {begun:.6f}\n")
        if step != self._step:
            return
        with self._lock:
            self._left -= 1
            if self._left or step != self._step:
                return
            with self._record.open("a") as record:
                record.write(f"{step} {os.getpid()}\n")
            os.kill(os.getpid(), self._act)
            self._draw()


def watch(built: Runtime, at: Callable[..., None]) -> None:
    """Have `at` called with each step of a wake; with whose it is and when it began, where a text is marked as being sent."""
    store: Any = built.store
    wire: Any = built.gateway._http.connections  # type: ignore[attr-defined]
    load, advance, ask = store.load, store.advance, wire.ask

    def loading(id: str, message_id: str = "") -> Any:
        at("load")
        found = load(id, message_id)
        at("loaded")
        return found

    def advancing(id: str, version: str, turn: Any, *, wake: bool = False) -> Any:
        if not wake:
            at("keeping")
        begun = time.time()
        kept = advance(id, version, turn, wake=wake)
        if kept is not None and (turn.send or not wake):
            at("marked" if wake else "kept", id, begun)
        return kept

    def asking(method: str, *rest: Any) -> Any:
        if method != "POST":
            return ask(method, *rest)
        at("request")
        answer = ask(method, *rest)
        at("accepted")
        return answer

    store.load, store.advance, wire.ask = loading, advancing, asking


def watch_clock(store: Any, at: Callable[[str], None]) -> None:
    """The same for the two steps of a clock."""
    claim = store.claim

    def claiming(*rest: Any) -> Any:
        at("claim")
        ids = claim(*rest)
        if ids:
            at("claimed")
        return ids

    store.claim = claiming


def _work(settings: Settings, options: argparse.Namespace, parent: int) -> None:
    """As the service's own worker process, watched."""
    built, jobs_queue, stop = runtime.build(settings, deaf=True), worker.broker(settings), Event()
    watch(built, Fate(options).at)
    worker.actor(jobs_queue, built.store, partial(handle.wake, built), built.now, stop)
    processes.serve(jobs_queue, options.threads, stop, lambda: os.getppid() == parent)


def _tick(settings: Settings, options: argparse.Namespace, parent: int) -> None:
    """As the service's own clock, watched."""
    store = Store(Vault(settings.id_key, settings.secret_keys), lambda: connect(settings.redis_url))
    watch_clock(store, Fate(options).at)
    ticking = worker.Clock(store, worker.broker(settings), settings.send_rate, SharedClock(store))
    thread = Thread(target=ticking.run, args=(Event(),), daemon=True)
    thread.start()
    while thread.is_alive() and os.getppid() == parent and not signal.sigtimedwait(_ENDS, processes.POLL):
        pass


def main() -> None:
    """Run a crew of processes; one that ends is replaced, until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=("worker", "clock"))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--steps", default="", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--act", choices=tuple(_ACTS), default="kill")
    parser.add_argument("--every", type=int, default=20, help="at most so many times at the step before it happens")
    parser.add_argument("--most", type=int, default=1000, help="not more often than this, by all processes together")
    parser.add_argument("--hurry", type=float, default=1.0)
    parser.add_argument("--log", type=Path, required=True, help="gets a line each time it happens")
    parser.add_argument("--marks", type=Path, help="gets a line for each text marked as being sent: whose, and when that began")
    options = parser.parse_args()
    shorten(options.hurry)
    settings = processes._settings()
    work = _work if options.role == "worker" else _tick
    crew = processes.Crew(options.processes, partial(work, settings, options, os.getpid()))
    while crew.replace_the_dead() and not signal.sigtimedwait(_ENDS, processes.POLL):
        pass
    crew.stop()


if __name__ == "__main__":
    main()
