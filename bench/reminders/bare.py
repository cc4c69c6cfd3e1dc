"""The floor beneath the workers: dramatiq with the service's own settings, and jobs that only wait as long as Twilio takes.

    REDIS_URL=... python -m bench.reminders.bare --processes 2 --threads 128

The same engine, queue, processes and threads; no record, no text, no trip to Redis but the engine's own.
"""

import argparse
import logging
import os
import signal
import time
from functools import partial
from threading import Event
from typing import Final

from dramatiq import Actor

from service import config, processes, worker
from service.config import Settings

SECONDS: Final = 0.1


def _wait(_id: str, _at: float) -> None:
    time.sleep(SECONDS)


def _work(settings: Settings, threads: int, parent: int) -> None:
    queue = worker.broker(settings)
    Actor(_wait, broker=queue, actor_name=worker.QUEUE, queue_name=worker.QUEUE, priority=0, options={})
    processes.serve(queue, threads, Event(), lambda: os.getppid() == parent)


def main() -> None:
    """Work until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=128)
    options = parser.parse_args()
    logging.getLogger("dramatiq").setLevel(logging.WARNING)
    ends = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    crew = processes.Crew(options.processes, partial(_work, config.read(os.environ), options.threads, os.getpid()))
    while crew.replace_the_dead() and not signal.sigtimedwait(ends, processes.POLL):
        pass
    crew.stop()


if __name__ == "__main__":
    main()
