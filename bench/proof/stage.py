"""The processes of a scene: Redis, a stub Twilio, clocks, workers, the web; all ours, on loopback, each ended by its own pid."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from redis import Redis
from redis.exceptions import RedisError

from bench.web import free_port
from service import config
from service.config import ROOT, Settings

ACCOUNT: Final = "AC" + "b" * 32
NUMBER: Final = "+15550100000"
TOKEN: Final = "bench-token-that-signs-nothing-real"
PUBLIC_URL: Final = "https://bench.invalid"
START_SECONDS: Final = 40.0

_LIMIT: Final = re.compile("TimeLimitExceeded|Time limit exceeded|_bootstrap")
"""The last of it is a thread that ended by its limit, outside of a wake: its lines are torn apart by those of others."""
_FAULTS: Final = (
    re.compile(r'^.*"level": "error".*', re.MULTILINE),
    re.compile(r"^Traceback .*\n(?:(?:[ \t{].*)?\n)*.*", re.MULTILINE),  # lines of others may stand between its own
)

Process = subprocess.Popen[bytes]


class Stage(ExitStack):
    """Processes of our own. `hurry`: by how much sends, quiet times and leases are shorter than in service; 1: as they are.

    `receipts`: the port of the web that gets Twilio's receipts, some twice and in any order; 0: there are none.
    """

    def __init__(self, *, rate: float = 200.0, hurry: float = 1.0, appendfsync: str = "everysec", receipts: int = 0) -> None:
        super().__init__()
        self.hurry, self._sync = hurry, appendfsync
        self.folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="proof")))
        self.redis_port, self.stub_port = free_port(), free_port()
        (self.folder / "metrics").mkdir()
        self.env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": f"http://127.0.0.1:{self.stub_port}",
            "PUBLIC_URL": PUBLIC_URL,
            "ID_KEY": b64encode(b"i" * 32).decode(),
            "SECRET_KEYS": b64encode(b"s" * 32).decode(),
            "CLINIC_PHONE": "555-010-0100",
            "SEND_RATE": f"{rate:g}",
            "LOG_LEVEL": "WARNING",
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
        }
        self.redis = self.start_redis()
        posted = ["--receipts", f"http://127.0.0.1:{receipts}", "--auth-token", TOKEN, "--receipt-chaos"] if receipts else []
        self.run("tests.twilio_stub", "--port", str(self.stub_port), "--account", ACCOUNT, *posted)
        wait_for(lambda: self.ask("/stats") is not None, what="the stub")

    @property
    def settings(self) -> Settings:
        """The settings of all processes; our own look at the store goes past a proxy."""
        return config.read({**self.env, "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0"})

    # ---- starting and ending

    def start_redis(self) -> Process:
        """A Redis that keeps what it acknowledged, as far as `appendfsync` goes; again on the same port after it was killed."""
        port = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        keep = ["--save", "", "--appendonly", "yes", "--appendfsync", self._sync]
        self.redis = self._started(["redis-server", *port, *keep], "redis")
        wait_for(self._redis_answers, what="redis-server")
        return self.redis

    def run(self, module: str, *arguments: str) -> Process:
        """`python -m module ...`, with what it says kept in a file."""
        return self._started([sys.executable, "-m", module, *arguments], module.rpartition(".")[2])

    def workers(
        self,
        processes: int,
        threads: int,
        *,
        steps: str = "",
        act: str = "kill",
        every: int = 20,
        most: int = 1000,
        marks: bool = False,
    ) -> Process:
        """Worker processes: the service's own, or with `steps` those of `bench.proof.worker`, which kill or stop themselves."""
        size = ["--processes", str(processes), "--threads", str(threads)]
        if not steps and not marks and self.hurry == 1:
            return self.run("service", "worker", *size)
        if marks:
            size += ["--marks", str(self.folder / "marks")]
        return self._own("worker", *size, "--steps", steps, "--act", act, "--every", str(every), "--most", str(most))

    def clock(self, *, steps: str = "", every: int = 20, most: int = 1000) -> Process:
        """A clock, the service's own or one that kills itself."""
        if not steps and self.hurry == 1:
            return self.run("service", "clock")
        return self._own("clock", "--steps", steps, "--every", str(every), "--most", str(most))

    def web(self, port: int) -> Process:
        """The web as in production, by granian."""
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
        rest = ["--http", "1", "--no-ws", "--workers-kill-timeout", "5", "--backlog", "1024"]
        return self.run("granian", *options, *rest, "wsgi:app")

    def proxy(self) -> Callable[[str], None]:
        """From now on the service reaches Redis through a proxy; tells it what to do to replies."""
        port = free_port()
        command = [sys.executable, "-m", "bench.proof.proxy", str(port), str(self.redis_port)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.callback(end, process)
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        self.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"

        def tell(what: str) -> None:
            process.stdin.write(f"{what}\n".encode())
            process.stdin.flush()

        return tell

    def _own(self, role: str, *arguments: str) -> Process:
        log = ("--log", str(self.folder / "steps"), "--hurry", f"{self.hurry:g}")
        return self.run("bench.proof.worker", role, *log, *arguments)

    def _started(self, command: list[str], name: str) -> Process:
        with (self.folder / f"{name}.log").open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=out, stderr=out)
        self.callback(end, process)
        return process

    # ---- looking

    def _redis_answers(self) -> bool:
        if self.redis.poll() is not None:
            raise RuntimeError("redis-server ended: " + (self.folder / "redis.log").read_text(errors="replace")[-500:])
        try:
            with Redis(port=self.redis_port, retry=None) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def ask(self, path: str, body: Any = None) -> Any:
        """What the stub answers; None while it is not up."""
        request = Request(f"http://127.0.0.1:{self.stub_port}{path}", None if body is None else json.dumps(body).encode())
        with suppress(ConnectionRefusedError, OSError), urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def steps(self) -> Counter[str]:
        """How often processes killed or stopped themselves, by the step."""
        log = self.folder / "steps"
        return Counter(line.split()[0] for line in log.read_text().splitlines()) if log.exists() else Counter()

    def errors(self) -> tuple[list[str], list[str]]:
        """What the logs tell of faults of the service's own: wakes cut off at their time limit, and all others."""
        said = [log.read_text(errors="replace") for log in self.folder.glob("*.log")]
        faults = [found for text in said for fault in _FAULTS for found in fault.findall(text)]
        limits = [fault for fault in faults if _LIMIT.search(fault)]
        return limits, [fault for fault in faults if fault not in limits]


def end(process: Process) -> None:
    """Kill a process and the children it has; each by its pid."""
    if process.poll() is None:
        below = children(process.pid)
        process.kill()
        for child in below:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    process.wait()


def children(pid: int) -> list[int]:
    """The children of a process of ours."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def stopped(pid: int) -> bool:
    """Whether a process stands still, by SIGSTOP."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except FileNotFoundError:
        return False


def wait_for(true: Callable[[], Any], seconds: float = START_SECONDS, *, what: str = "it", pause: float = 0.05) -> Any:
    """Poll until something holds. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(pause)
    raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
