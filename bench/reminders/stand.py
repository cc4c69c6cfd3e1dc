"""What is measured: the processes of `bench.proof.stage`, with an eye on the CPU time that each takes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from redis import Redis

from bench.proof.stage import Process, Stage, children
from bench.reminders.bare import SECONDS

RATE: Final = 1000.0
THREADS: Final = 128
_STOP_SECONDS: Final = 20.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Stand(Stage):
    """Redis and a stub Twilio that answers in 100 ms. Redis keeps nothing on disk: what a disk takes is none of this."""

    def __init__(self) -> None:
        self.pids: dict[str, int] = {}
        super().__init__(rate=RATE)
        self.env["LOG_LEVEL"] = "INFO"  # as in production: a line a turn
        self.pids["redis"] = self.redis.pid
        self.client = self.enter_context(Redis(port=self.redis_port))
        self.client.config_set("appendonly", "no")
        self.ask("/control", {"delay": SECONDS})

    def run(self, module: str, *arguments: str) -> Process:
        """As any stage does; and whose process it is can be asked for by `cpu`."""
        process = super().run(module, *arguments)
        self.pids[arguments[0] if module == "service" else module.rpartition(".")[2]] = process.pid
        return process

    @contextmanager
    def reminding(self, processes: int) -> Iterator[None]:
        """The service's own clock and workers at work; stopped as an operator stops them."""
        with self.ending(self.run("service", "clock"), self.workers(processes, THREADS)):
            yield

    @contextmanager
    def ending(self, *running: Process) -> Iterator[None]:
        """These processes are told to end afterwards, and waited for."""
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(_STOP_SECONDS)

    def sent(self) -> int:
        """How many texts the stub took."""
        stats: dict[str, Any] = self.ask("/stats") or {}
        return int(stats.get("ok", 0))

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, of each process by its name."""
        return {name: sum(map(_cpu, (pid, *children(pid)))) for name, pid in self.pids.items()}


def _cpu(pid: int) -> float:
    """CPU seconds of a process and of those of its children that have ended; 0 when it has ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def busy() -> float:
    """CPU seconds so far of everything on this machine."""
    user, nice, system, _idle, _waiting, *interrupts = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / _TICKS


def spent(before: dict[str, float], after: dict[str, float], over: int) -> dict[str, float]:
    """CPU milliseconds between two looks, of each process, for each of `over` things done."""
    return {name: (after[name] - before[name]) * 1000 / max(1, over) for name in after if name in before}
