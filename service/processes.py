"""The processes beside the web: the clock, the workers, and a look at who is due."""

import argparse
import logging
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Final

import dramatiq

from service import config, handle, log, runtime, worker
from service.config import Settings
from service.core.due import due
from service.core.localtime import utc
from service.store import SharedClock, Store, connect
from service.vault import Vault

STOP_SECONDS: Final = 12.0
"""How long a worker may finish what it is sending; then it is killed, and the record says that its fate is not known."""
LATE_SECONDS: Final = 300.0
"""Somebody due who is not even claimed for so long: the clock or the workers do not keep up."""
POLL: Final = 0.25
_ENDS: Final = (signal.SIGTERM, signal.SIGINT)


def run_clock(_: argparse.Namespace) -> int:
    """The clock, until SIGTERM; it ends within a second."""
    settings = _settings()
    store = _store(settings)
    clock = worker.Clock(store, worker.broker(settings), settings.send_rate, SharedClock(store))
    stop = Event()
    thread = Thread(target=clock.run, args=(stop,), daemon=True)
    thread.start()
    told = _told(thread.is_alive)
    stop.set()
    thread.join(POLL)
    return 0 if told else 1


def run_worker(options: argparse.Namespace) -> int:
    """`options.processes` workers of `options.threads` threads each, until SIGTERM; one that dies is replaced."""
    settings = _settings()
    runtime.build(settings, deaf=True)  # what is wrong with the content is said once, before there is anybody to replace
    crew = Crew(options.processes, partial(_work, settings, options.threads, os.getpid()))
    _told(crew.replace_the_dead)
    return crew.stop()


def run_due(options: argparse.Namespace) -> int:
    """Print how many are enrolled and who waits; exit 1 when somebody waits too long and sending is not halted."""
    store = _store(_settings())
    now = SharedClock(store)()
    if options.rebuild:
        found = store.rebuild(lambda contact: due(contact, now), now)
        print(f"{found.records} records, {found.unreadable} of them unreadable; {found.restored} entries put right")
        print(f"{found.removed} entries of nobody removed")
    waiting, ahead, halted = store.soonest(now, 1), store.next_due(), store.halted()
    print(f"{store.enrolled()} enrolled")
    print(f"{store.overdue(now)} overdue{_since(waiting[0][0], now) if waiting else ''}")
    print(f"next due {utc(ahead)}" if ahead is not None else "nothing is planned")
    print(f"sending is halted: {halted}" if halted else "sending is not halted")
    return int(not halted and bool(waiting) and now - waiting[0][0] > LATE_SECONDS)


class Crew:
    """Child processes, each doing the same work. Made before there is any thread or connection."""

    def __init__(self, size: int, work: Callable[[], None]) -> None:
        self._work = work
        self._children = {self._fork() for _ in range(size)}

    def replace_the_dead(self) -> bool:
        """New children for those that ended by themselves; always true: there is somebody to wait for."""
        for child in self._ended():
            log.warning("worker died", process=child)
            time.sleep(POLL)  # one that cannot start must not fill the log
            self._children.add(self._fork())
        return True

    def stop(self) -> int:
        """SIGTERM for all, SIGKILL for who does not end in time; 1 if any had to be killed."""
        self._tell(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS + 2
        while self._children and time.monotonic() < deadline:
            self._ended()
            time.sleep(0.02)
        self._tell(signal.SIGKILL)
        return int(bool(self._children))

    def _tell(self, sign: signal.Signals) -> None:
        for child in self._children:
            os.kill(child, sign)

    def _ended(self) -> list[int]:
        """Children that have ended, and are none any more."""
        ended = [child for child in self._children if os.waitpid(child, os.WNOHANG)[0]]
        self._children.difference_update(ended)
        return ended

    def _fork(self) -> int:
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            self._work()
            code = 0
        except BaseException:  # noqa: BLE001 - a child must never come back into its parent's code
            log.error("worker failed")
        os._exit(code)


def serve(queue: dramatiq.Broker, threads: int, stop: Event, alive: Callable[[], bool]) -> None:
    """Do the jobs of a queue until SIGTERM, or until nobody is `alive` to say so. What is being sent is finished."""
    workers = dramatiq.Worker(queue, worker_threads=threads, worker_timeout=int(POLL * 1000))
    queue.emit_after("process_boot")  # starts the time limit
    workers.start()
    # A thread whose time limit ends between two jobs is gone for good: the process ends then too, and is replaced whole.
    _told(lambda: alive() and all(thread.is_alive() for thread in workers.workers))
    stop.set()
    workers.stop(timeout=int(STOP_SECONDS * 1000))


def _work(settings: Settings, threads: int, parent: int) -> None:
    built, queue, stop = runtime.build(settings, deaf=True), worker.broker(settings), Event()
    worker.actor(queue, built.store, partial(handle.wake, built), built.now, stop)
    serve(queue, threads, stop, lambda: os.getppid() == parent)


def _settings() -> Settings:
    """The settings, with logs as they say; from here on a SIGTERM waits until it is asked for."""
    settings = config.read(os.environ)
    log.set_up(settings.log_level)
    engine = logging.getLogger("dramatiq")
    engine.handlers[:], engine.propagate = log.LOGGER.handlers, False
    engine.setLevel(logging.WARNING)
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    return settings


def _told(alive: Callable[[], bool]) -> bool:
    """Wait for a SIGTERM or Ctrl-C, at most as long as `alive`; whether there was one. They must be blocked."""
    while alive():
        if signal.sigtimedwait(_ENDS, POLL):
            return True
    return False


def _store(settings: Settings) -> Store:
    return Store(Vault(settings.id_key, settings.secret_keys), lambda: connect(settings.redis_url))


def _since(at: float, now: float) -> str:
    return f" since {utc(at)}, {now - at:.0f} s"
