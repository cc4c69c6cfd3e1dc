"""How fast inbound texts are answered: `python -m bench.web`. One line a figure: name, value, unit. See README.md here."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from shutil import which
from statistics import median
from typing import Final

from bench import load
from service import content
from service.config import DEFAULT_MENU, ROOT
from service.core.dialogue import step
from service.core.menu import Menu
from service.core.model import Contact, Message

SERVER: Final = (
    "--interface",
    "wsgi",
    "--workers",
    "2",
    "--blocking-threads",
    "4",
    "--http",
    "1",
    "--no-ws",
    "--workers-kill-timeout",
    "5",
)
"""Both servers run with these, and so does the service in docker-compose.yml."""
START_SECONDS: Final = 30
STOP_SECONDS: Final = 15
WARM_REQUESTS: Final = 1000
TURN_REQUESTS: Final = 500
"""Short enough that what else the machine does hits both servers alike."""
WORST_FIRST: Final = 12

Drive = Callable[[list[bytes]], load.Round]


# ---- processes of our own, on loopback, ended whatever happens


@contextmanager
def running(command: list[str], port: int, log: Path, env: dict[str, str]) -> Iterator[None]:
    """A server while it is needed. It is up once its port is open."""
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out) as server:
        try:
            _wait(server, port, log)
            yield
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{' '.join(server.args)} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis(port: int, folder: Path) -> list[str]:
    """A Redis that keeps nothing: what a disk takes would be the same for both, and is none of this."""
    return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]


def granian(app: str, port: int) -> list[str]:
    return [sys.executable, "-m", "granian", *SERVER, "--host", "127.0.0.1", "--port", str(port), app]


def settings(redis_port: int, folder: Path) -> dict[str, str]:
    """The environment of both servers, and nothing of this one's own but the path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "TWILIO_ACCOUNT_SID": load.ACCOUNT,
        "TWILIO_AUTH_TOKEN": load.TOKEN,
        "TWILIO_FROM": "+15550100000",
        "PUBLIC_URL": load.PUBLIC_URL,
        "ID_KEY": b64encode(b"i" * 32).decode(),
        "SECRET_KEYS": b64encode(b"s" * 32).decode(),
        "CLINIC_PHONE": "555-010-0100",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }


# ---- the two servers in turn


@dataclass(frozen=True, slots=True)
class Pair:
    """What both servers did with the same texts at about the same time."""

    ours: load.Round
    bare: load.Round


def measure(rounds: int, requests: int, seconds: float) -> list[Pair]:
    """Start everything, warm both up, measure them in alternation for about `seconds` at most, end everything."""
    turn_seconds = seconds / (rounds * 2 * ceil(requests / TURN_REQUESTS))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pool = stack.enter_context(ProcessPoolExecutor(1, get_context("spawn")))
        ports = {name: free_port() for name in ("redis", "wsgi:app", "bench.bare:app")}
        env = settings(ports["redis"], folder)
        stack.enter_context(running(redis(ports["redis"], folder), ports["redis"], folder / "redis.log", env))
        drives: list[Drive] = []
        for app in ("wsgi:app", "bench.bare:app"):
            stack.enter_context(running(granian(app, ports[app]), ports[app], folder / f"{app}.log", env))
            drives.append(partial(_drive, pool, ports[app], turn_seconds))
        return [_pair(drives, load.batch(WARM_REQUESTS, 0)), *(_pair(drives, load.batch(requests, n + 1)) for n in range(rounds))][
            1:
        ]


def _pair(drives: list[Drive], requests: list[bytes]) -> Pair:
    """One round of both, in short turns."""
    pair = Pair(load.Round(), load.Round())
    for at in range(0, len(requests), TURN_REQUESTS):
        for round, drive in zip((pair.ours, pair.bare), drives, strict=True):
            round.add(drive(requests[at : at + TURN_REQUESTS]))
    return pair


def _drive(pool: ProcessPoolExecutor, port: int, seconds: float, requests: list[bytes]) -> load.Round:
    done = pool.submit(load.drive, port, requests, seconds).result(timeout=seconds + 60)
    if done.wrong:
        sys.exit(f"a wrong answer: {done.wrong[0]!r}")
    return done


def web_figures(pairs: list[Pair]) -> Iterator[tuple[str, float, str]]:
    """Medians over the rounds; of the ratios, the median of each pair's own, so that a noisy minute weighs on both sides."""
    for name, rounds in (("web", [p.ours for p in pairs]), ("bare", [p.bare for p in pairs])):
        yield f"{name}_rate", median(r.rate for r in rounds), "requests/s"
        yield f"{name}_p50", median(r.percentile(50) for r in rounds), "ms"
        yield f"{name}_p99", median(r.percentile(99) for r in rounds), "ms"
    yield "web_rate_ratio", median(p.ours.rate / p.bare.rate for p in pairs), "x"
    yield "web_p99_ratio", median(p.ours.percentile(99) / p.bare.percentile(99) for p in pairs), "x"
    rounds = [r for p in pairs for r in (p.ours, p.bare)]
    yield "load_own_time", median(r.own_seconds / len(r.millis) for r in rounds) * 1e6, "us/request"


# ---- understanding alone, without any server


def understand_figures(menu: Menu) -> Iterator[tuple[str, float, str]]:
    """`step` for somebody new and for somebody in the menu. Of a text the median of many tries counts, not its luck."""
    usual = [_millis(menu, text, tries=50) for text in (*load.NUMBERS, *load.SENTENCES)]
    yield "understand_median", median(usual), "ms"
    slow_first = sorted(load.worst_texts(menu), key=lambda text: _millis(menu, text, tries=3, of=min), reverse=True)
    yield "understand_worst", max(_millis(menu, text, tries=50) for text in slow_first[:WORST_FIRST]), "ms"


def _millis(menu: Menu, text: str, tries: int, of: Callable[[Iterable[float]], float] = median) -> float:
    new = Contact(since=0.0)
    home = step(menu, new, Message("SM0", "+15550001111", "0"), 1.0).contact
    return max(of(_seconds(menu, contact, text) for _ in range(tries)) for contact in (new, home)) * 1000


def _seconds(menu: Menu, contact: Contact, text: str) -> float:
    message = Message("SM1", "+15550001111", text)
    begun = time.perf_counter()
    step(menu, contact, message, 2.0)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="how often both are measured (5)")
    options.add_argument("--requests", type=int, default=3000, help="requests to each in a round (3000)")
    options.add_argument("--seconds", type=float, default=60, help="at most, for all rounds together (60)")
    chosen = options.parse_args()
    if not which("redis-server"):
        sys.exit("redis-server is missing. Install it: apt-get install redis-server")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name, value, unit in web_figures(measure(chosen.rounds, chosen.requests, chosen.seconds)):
        print(f"{name}\t{value:.4g}\t{unit}", flush=True)
    for name, value, unit in understand_figures(content.load(ROOT / DEFAULT_MENU, None, "555-010-0100")):
        print(f"{name}\t{value:.4g}\t{unit}", flush=True)


if __name__ == "__main__":
    main()
