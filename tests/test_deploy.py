"""docker-compose.yml without Docker: its own commands and health checks, run as processes of this machine.

Only hosts, ports and the folders that Docker mounts are replaced. What Docker alone can do (a read-only root, dropped
capabilities, networks, limits) is read here, not tried.
"""

import compileall
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import mkdtemp
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client.multiprocess import MultiProcessCollector
from redis import AuthenticationError, Redis

from service import config, processes
from service.simulator import phone
from tests.conftest import PHONE, SERVING, free_port, need_redis, until

ROOT = config.ROOT
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
PATIENCE = 60  # seconds: a machine may be busy
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
FILLED = EXAMPLE | SERVING | {"REDIS_PASSWORD": "c0ffee" * 8}


def instructions(kind: str) -> list[str]:
    return re.findall(rf"^{kind} +(.+)$", DOCKERFILE, re.MULTILINE)


class Container:
    """A service of docker-compose.yml as a process here. `swaps`: what is replaced in what compose says, and by what."""

    def __init__(self, name: str, folder: Path, workdir: Path, swaps: dict[str, str], env_file: dict[str, str]) -> None:
        self.service, self.folder, self.workdir, self.swaps, self.env_file = SERVICES[name], folder, workdir, swaps, env_file
        self.log = Path(mkdtemp(dir=folder)) / "log"
        self.process: Any = None

    def said(self, text: str) -> str:
        """A text of docker-compose.yml as compose reads it, with the filled example as .env, and swapped."""
        text = re.sub(r"\$(?:\$|{(\w+):\?[^}]*})", lambda found: FILLED[found[1]] if found[1] else "$", text)
        for what, by in self.swaps.items():
            text = text.replace(what, by)
        return text

    @property
    def environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        image = dict(re.findall(r"(PYTHON\w+)=(\S+)", " ".join(instructions("ENV"))))
        own = {name: self.said(value) for name, value in self.service["environment"].items()}
        return self.env_file | image | own | {"PATH": path}

    def start(self) -> Any:
        """The process, started as Docker does: with every tmpfs empty, and nothing on stdin."""
        for mount in self.service.get("tmpfs", []):
            self.swaps[mount.partition(":")[0]] = mkdtemp(dir=self.folder)
        with self.log.open("wb") as log:
            out: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            command = [self.said(word) for word in self.service["command"]]
            self.process = subprocess.Popen(command, cwd=self.workdir, env=self.environment, **out)
        return self.process

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def healthy(self) -> bool:
        kind, *words = self.service["healthcheck"]["test"]
        check = [*(["/bin/sh", "-c"] if kind == "CMD-SHELL" else []), *map(self.said, words)]
        where: dict[str, Any] = {"cwd": self.workdir, "env": self.environment}
        return subprocess.run(check, check=False, **where, capture_output=True, timeout=PATIENCE).returncode == 0

    def end(self, sign: signal.Signals) -> int:
        """Send a signal to the first process, as Docker does; its exit code."""
        self.process.send_signal(sign)
        return int(self.process.wait(PATIENCE))


class Stack(NamedTuple):
    redis: Container
    web: Container
    port: int
    image: frozenset[Path]

    def up(self) -> "Stack":
        """Both healthy, and both workers so far that they obey a SIGTERM: while it starts, granian's worker ignores one."""
        if not self.redis.running():
            self.redis.start()
            until(self.redis.healthy, PATIENCE, "Redis, healthy,")
        if not self.web.running():
            self.web.start()
        until(lambda: self.said("Started worker") == self.said("Spawning worker") > 0, PATIENCE, "the start of every worker")
        until(self.web.healthy, PATIENCE, "the web, healthy,")
        return self

    def said(self, text: str) -> int:
        return self.web.log.read_text().count(text)

    def text(self, words: str, sender: str = PHONE) -> str:
        """Send a signed SMS as Twilio does; the reply in the TwiML."""
        settings = config.read(self.web.environment)
        (reply,) = phone.Phone(settings, phone.remote(f"http://127.0.0.1:{self.port}")).text(sender, words)
        return reply

    def turns(self) -> float:
        """How many texts /metrics says were answered."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            return sum(float(line.split()[-1]) for line in answer.read().decode().splitlines() if line.startswith("turns_total{"))

    def turns_by_worker(self) -> dict[int, float]:
        """The same, from each worker's own file, by process id."""
        counts = {}
        for file in Path(self.web.swaps["/run/metrics"]).glob("counter_*.db"):
            turns = [metric for metric in MultiProcessCollector.merge([str(file)]) if metric.name == "turns"]
            counts[int(file.stem.partition("_")[2])] = sum(sample.value for metric in turns for sample in metric.samples)
        return counts


def copy_image(folder: Path) -> frozenset[Path]:
    """The files that the Dockerfile copies and .dockerignore lets through, with their bytecode; all there is then."""
    names = [source.rstrip("/") for source in re.findall(r"^COPY ([\w./]+) \S+/$", DOCKERFILE, re.MULTILINE)]
    assert {f"!{name}" for name in names} <= set((ROOT / ".dockerignore").read_text().splitlines())
    others = {entry.name for entry in ROOT.iterdir()} - set(names)
    shutil.copytree(ROOT, folder, ignore=lambda at, _: others if Path(at) == ROOT else {"__pycache__"}, dirs_exist_ok=True)
    assert "RUN python -m compileall -q --invalidation-mode unchecked-hash ." in DOCKERFILE
    compileall.compile_dir(folder, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return frozenset(folder.rglob("*"))


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Redis and the web, this one from the very files that the image gets."""
    need_redis()
    folder, data, app = (tmp_path_factory.mktemp(name) for name in ("deploy", "data", "app"))
    image = copy_image(app)
    store, port = free_port(), free_port()
    redis = {"redis-server -": f"redis-server - --port {store} --bind 127.0.0.1", "redis-cli": f"redis-cli -p {store}"}
    web = {"8000": str(port), "0.0.0.0": "127.0.0.1", "redis:6379": f"127.0.0.1:{store}"}
    server = Container("redis", folder, data, redis | {"/data": str(data)}, {})
    stack = Stack(server, Container("web", folder, app, web, FILLED), port, image)
    yield stack
    for container in filter(Container.running, (stack.web, stack.redis)):
        container.end(signal.SIGTERM)


@pytest.fixture
def stack(containers: Stack) -> Stack:
    return containers.up()


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_container_can_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "devices"}
    user = instructions("USER")[-1] if "build" in service else service["user"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert all(f"uid={user.replace(':', ',gid=')}" in mount for mount in service.get("tmpfs", []))


def test_images_have_a_version_and_packages_a_hash() -> None:
    images = [*(line.split()[0] for line in instructions("FROM")), *(service["image"] for service in SERVICES.values())]
    assert all(re.fullmatch(r"[a-z-]+:(?!latest)[\w.-]+", image) for image in images), images
    assert "--require-hashes" in DOCKERFILE


def test_only_a_proxy_on_this_machine_reaches_the_web_and_only_the_web_reaches_redis() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {"web": ["127.0.0.1:8000:8000"]}
    assert SERVICES["redis"]["networks"] == SERVICES["clock"]["networks"] == ["store"]
    assert COMPOSE["networks"]["store"] == {"internal": True}
    for name in SERVICES.keys() - {"redis"}:
        assert SERVICES[name]["depends_on"] == {"redis": {"condition": "service_healthy"}}


def test_a_container_has_the_time_that_its_processes_take_to_stop() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > processes.STOP_SECONDS + 3
    assert SERVICES["worker"]["healthcheck"]["test"] == SERVICES["clock"]["healthcheck"]["test"]


def test_no_secret_stands_in_a_file() -> None:
    files = " ".join((ROOT / name).read_text() for name in ("docker-compose.yml", "Dockerfile", ".env.example"))
    assert not re.findall(r"[A-Za-z0-9+/]{24,}", files)
    assert not any(EXAMPLE.values())
    given = " ".join(value for service in SERVICES.values() for value in service["environment"].values())
    assert re.findall(r"\${(\w+):\?", given) == ["REDIS_PASSWORD"] * len(SERVICES)


def test_the_example_names_every_required_setting() -> None:
    with pytest.raises(config.ConfigError) as missing:
        config.read({})
    required = [set(re.findall(r"[A-Z_]{5,}", problem.partition(" is missing")[0])) for problem in missing.value.problems]
    assert all(names & (EXAMPLE.keys() | {"REDIS_URL"}) for names in required), required


def test_redis_keeps_every_write_and_asks_for_a_password(stack: Stack) -> None:
    port = int(stack.redis.swaps["redis-cli"].split()[-1])
    for password in (None, "wrong"):
        with Redis(port=port, password=password, retry=None) as stranger, pytest.raises(AuthenticationError):
            stranger.ping()
    with Redis(port=port, password=FILLED["REDIS_PASSWORD"], decode_responses=True) as client:
        options = client.config_get("*")
    expected = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "protected-mode": "yes"}
    assert options.items() >= expected.items()
    assert 0 < int(options["maxmemory"]) * 2 <= int(SERVICES["redis"]["mem_limit"].removesuffix("m")) << 20
    assert FILLED["REDIS_PASSWORD"] not in " ".join(stack.redis.process.args)


def test_texts_are_counted_over_both_workers_also_those_of_one_that_died(stack: Stack) -> None:
    before, sent = stack.turns(), 0
    while not (len(counts := stack.turns_by_worker()) >= 2 and all(counts.values())):
        assert sent < 100, "one worker got nothing to do"
        stack.text("HELLO", f"+1555000{sent:04}")
        sent += 1
    assert stack.turns() == before + sent == sum(counts.values())
    os.kill(max(counts), signal.SIGKILL)
    until(lambda: len(stack.turns_by_worker()) > len(counts), what="a new worker")
    assert stack.turns() == before + sent


def test_a_text_is_remembered_when_redis_is_killed(stack: Stack) -> None:
    welcome, menu = stack.text("HELLO"), stack.text("HELLO")
    assert [("not a doctor" in reply) for reply in (welcome, menu)] == [True, False]
    stack.redis.end(signal.SIGKILL)
    assert not stack.redis.healthy()
    assert stack.web.healthy()
    assert stack.up().text("HELLO") == menu


def test_the_clock_and_the_workers_run_and_stop(stack: Stack) -> None:
    web = stack.web
    others = [Container(name, web.folder, web.workdir, dict(web.swaps), FILLED) for name in ("clock", "worker")]
    port = int(stack.redis.swaps["redis-cli"].split()[-1])
    with Redis(port=port, password=FILLED["REDIS_PASSWORD"]) as client:
        for other in others:
            other.start()
        until(lambda: client.zcard("{dramatiq}:__heartbeats__") == 3, PATIENCE, "a sign of life of a clock and two workers")
    assert all(other.healthy() for other in others)
    assert [other.end(signal.SIGTERM) for other in others] == [0, 0]
    assert [other.log.read_text() for other in others] == ["", ""]


def test_a_stop_is_clean_and_quick_and_the_web_wrote_no_file(stack: Stack) -> None:
    began = time.monotonic()
    assert (stack.web.end(signal.SIGTERM), stack.redis.end(signal.SIGTERM)) == (0, 0)
    assert time.monotonic() - began < 5, "a worker had to be killed"
    assert not stack.web.healthy()
    assert set(stack.web.workdir.rglob("*")) == stack.image


def test_the_web_says_what_is_missing_and_ends(containers: Stack) -> None:
    web = Container("web", containers.web.folder, containers.web.workdir, dict(containers.web.swaps), FILLED | {"ID_KEY": ""})
    assert web.start().wait(PATIENCE) == 1
    assert web.log.read_text().count("ID_KEY is missing") == 1
