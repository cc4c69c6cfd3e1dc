"""What tests share: the menu, a clock that is an argument, and Redis in three forms."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fakeredis
import pytest
from redis import Redis
from redis.exceptions import RedisError

from service import config, runtime
from service.core.menu import Menu
from service.core.model import Message
from service.runtime import Runtime
from tests.menus import loaded

NOW = 1_772_000_000.0
PHONE = "+15550001111"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

SERVING = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "f" * 32,
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
    "PUBLIC_URL": "https://texts.example",
    "ID_KEY": "A" * 43 + "=",
    "SECRET_KEYS": "B" * 42 + "A=",
    "CLINIC_PHONE": "555-010-0100",
}
"""Settings to serve with, but for where Redis is."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the transcripts again; their diff is the clinical sign-off")


LONGEST = (
    *("test_proof", "test_browser", "test_cli", "test_deploy", "test_check", "test_worker", "test_voice", "test_wake"),
    *("test_due", "test_public", "test_simulator_page", "test_campaign", "test_web", "test_faults"),
)
"""Files that take long go first, so that both processes of `make test` end at the same time; the proof waits most of its time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.fixture(scope="session")
def menu() -> Menu:
    return loaded()


@pytest.fixture
def embedded() -> Runtime:
    """A whole runtime on a store in this process."""
    server = fakeredis.FakeServer()
    return runtime.build(config.simulated(), client=lambda: fakeredis.FakeRedis(server=server), now=lambda: NOW)


def message(text: str, *, sender: str = PHONE, sid: str = "SM" + "0" * 32, keyword: str = "") -> Message:
    return Message(sid, sender, text, keyword)


def free_port() -> int:
    """A port nobody listens on; also free 10000 above, where a cluster node has its bus."""
    while True:
        with socket.socket() as probe, socket.socket() as bus:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port > 55535:
                continue
            try:
                bus.bind(("127.0.0.1", port + 10000))
            except OSError:
                continue
            return port


def until(true: Callable[[], Any], seconds: float = 10, what: str = "it") -> Any:
    """Poll until something holds; the one way tests wait."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := true():
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Server:
    """A redis-server of our own, on loopback, with what it writes in a folder of the test's."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options, self.port = folder, options, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        self.folder.mkdir(exist_ok=True)
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([*command, *self.options], stdout=subprocess.DEVNULL)
        until(self._answers, what="redis-server")
        return self

    def _answers(self) -> bool:
        try:
            with Redis(port=self.port, retry=None) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def need_redis() -> None:
    """Skip where no redis-server is installed; on CI its absence is a failure."""
    if shutil.which("redis-server"):
        return
    if os.environ.get("CI"):
        pytest.fail("redis-server is missing on CI")
    pytest.skip("redis-server is not installed: apt-get install redis-server")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    need_redis()
    server = Server(tmp_path_factory.mktemp("redis"), "--appendonly", "yes", "--appendfsync", "always").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """A Redis Cluster of three masters, each with a third of the slots."""
    need_redis()
    folder = tmp_path_factory.mktemp("cluster")
    nodes = [Server(folder / str(n), "--cluster-enabled", "yes").start() for n in range(3)]
    addresses = [f"127.0.0.1:{node.port}" for node in nodes]
    create = ["redis-cli", "--cluster", "create", *addresses, "--cluster-yes"]
    subprocess.run(create, check=True, capture_output=True, timeout=60)
    until(lambda: all(_joined(node) for node in nodes), 30, "the cluster")
    yield nodes
    for node in nodes:
        node.stop()


def _joined(node: Server) -> bool:
    with Redis(port=node.port) as client:
        info = client.execute_command("CLUSTER INFO")
        return "cluster_state:ok" in str(info) or (isinstance(info, dict) and info.get("cluster_state") == "ok")
