"""Redis away, hanging, full, losing answers: everybody is still answered within 3 s, and nothing is done twice."""

import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import NoScriptError

from service import config, runtime, store
from service.breaker import REST_SECONDS, Breaker
from service.runtime import Runtime
from service.store import calls
from service.vault import Vault
from service.web import create_app
from tests.conftest import NOW, PHONE, Server, need_redis
from tests.test_web import form_of, replies, signed

LIMIT = 3.0


def build(url: str) -> Runtime:
    return runtime.build(config.simulated(), client=lambda: store.connect(url), now=lambda: NOW)


def post(built: Runtime, client: FlaskClient, text: str, sid: str = "SM" + "0" * 32) -> tuple[int, list[str], float]:
    """Status, replies, and seconds it took."""
    form = form_of(built, text, sid=sid)
    began = time.monotonic()
    response = client.post("/sms", data=form, headers=signed(built, form))
    took = time.monotonic() - began
    return response.status_code, replies(response) if response.status_code == 200 else [], took


def must_be_safe(built: Runtime) -> None:
    """What everybody gets while the store is away."""
    client = create_app(built).test_client()
    cases = {
        "hello": "Never stop",
        "1": "911",
        "I can't breathe": "Call 911 now",
        "stop texting me": "one word STOP",
        "HELP": "555-010-0100",
    }
    for text, expected in cases.items():
        status, answer, took = post(built, client, text)
        assert (status, took < LIMIT) == (200, True), (text, took)
        assert expected in answer[0]
    assert post(built, client, "stop")[0] == 503


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    need_redis()
    started = Server(tmp_path / "redis", "--appendonly", "yes", "--appendfsync", "always").start()
    yield started
    if started.process and started.process.poll() is None:
        os.kill(started.process.pid, signal.SIGCONT)
    started.stop()


def test_redis_is_not_there() -> None:
    must_be_safe(build("redis://127.0.0.1:1"))


def test_redis_hangs(server: Server) -> None:
    built = build(server.url)
    client = create_app(built).test_client()
    assert "not a doctor" in post(built, client, "HELLO")[1][0]
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        must_be_safe(built)
        with ThreadPoolExecutor(10) as threads:
            times = list(threads.map(lambda n: post(built, client, "hello", f"SM{n:032x}")[2], range(1, 21)))
        assert max(times) < LIMIT
        assert client.get("/ready").status_code == 503
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    time.sleep(REST_SECONDS)  # the breaker's own rest, the one real wait of the suite
    assert "Missed a dose?" in post(built, client, "1", "SM" + "9" * 32)[1][0]


def test_a_cluster_whose_nodes_all_hang(cluster: list[Server]) -> None:
    built = build(cluster[0].url.replace("redis://", "redis+cluster://"))
    client = create_app(built).test_client()
    assert post(built, client, "HELLO")[1]
    for node in cluster:
        assert node.process
        os.kill(node.process.pid, signal.SIGSTOP)
    try:
        must_be_safe(built)
    finally:
        for node in cluster:
            assert node.process
            os.kill(node.process.pid, signal.SIGCONT)


def test_redis_is_killed_and_comes_back_with_everything(server: Server) -> None:
    built = build(server.url)
    client = create_app(built).test_client()
    first = post(built, client, "HELLO")[1]
    server.stop()
    must_be_safe(built)
    server.start()

    assert post(built, client, "HELLO")[1] == first
    assert "Missed a dose?" in post(built, client, "1", "SM" + "1" * 32)[1][0]


def test_redis_is_full(server: Server) -> None:
    built = build(server.url)
    with Redis(port=server.port) as admin:
        admin.config_set("maxmemory", "100kb")
    must_be_safe(built)


def test_redis_is_loading_or_read_only(server: Server) -> None:
    """Any error of Redis is a store that is away."""
    with Redis(port=server.port) as admin:
        admin.config_set("min-replicas-to-write", "1")
    must_be_safe(build(server.url))


class Proxy:
    """Stands before a Redis; drops the answer to the next command that holds `mark`, after Redis has executed it."""

    def __init__(self, port: int, mark: bytes) -> None:
        self.port, self.mark, self.dropped = port, mark, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.port)) as redis:
            while command := client.recv(65536):
                redis.sendall(command)
                answer = redis.recv(65536)
                if self.mark in command and not self.dropped:
                    self.dropped += 1
                    return
                client.sendall(answer)


def test_an_answer_lost_after_the_commit(server: Server) -> None:
    """The turn is kept once, and its reply is given: trying again finds the message answered."""
    proxy = Proxy(server.port, b"EVALSHA")
    built = build(proxy.url)
    client = create_app(built).test_client()
    with Redis(port=server.port) as admin:
        admin.script_load(store.COMMIT.text)

    status, answer, _ = post(built, client, "HELLO")
    proxy.listener.close()
    assert (status, proxy.dropped) == (200, 1)
    assert "not a doctor" in answer[0]
    direct = build(server.url)
    kept = store.Store(built.vault, lambda: store.connect(server.url)).load(built.vault.contact_id(PHONE), "SM" + "0" * 32)
    assert kept.answered
    assert kept.answered.texts == tuple(answer)
    assert kept.contact
    assert kept.contact.pace.same == 1
    assert direct.store.ready()


def test_the_breaker_lets_one_caller_a_rest_try_again() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    assert breaker.may_try()
    breaker.failed(0.01)
    assert breaker.may_try()

    breaker.failed(0.7)
    assert not breaker.may_try()
    now[0] += REST_SECONDS
    assert [breaker.may_try(), breaker.may_try()] == [True, False]
    breaker.worked()
    assert [breaker.may_try(), breaker.may_try()] == [True, True]


def test_a_script_that_is_not_known_yet_is_an_answer_however_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The breaker stays shut, and the script is sent whole. Each look at the clock is a second later."""
    clock = itertools.count()
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))

    class Forgetful:
        def execute_command(self, command: str, *_: object) -> str:
            if command == "EVALSHA":
                raise NoScriptError
            return command

    kept = calls.Calls(Forgetful)
    assert kept._run(calls.Script.of("return 1"), ("contact:{00}:one",)) == "EVAL"


def test_who_wants_to_leave_can_also_when_the_record_cannot_be_opened(server: Server) -> None:
    """A key was dropped from SECRET_KEYS: nothing else is written over the record."""
    built, other = build(server.url), build(server.url)
    post(built, create_app(built).test_client(), "HELLO")
    vault = Vault(built.settings.id_key, other.settings.secret_keys)  # the same ids, another seal
    renamed = replace(other, vault=vault, store=store.Store(vault, lambda: store.connect(server.url)))
    client = create_app(renamed).test_client()

    assert "Never stop" in post(renamed, client, "hello", "SM" + "1" * 32)[1][0]
    assert "no more texts" in post(renamed, client, "stop texting me", "SM" + "2" * 32)[1][0]
    assert post(renamed, client, "hello", "SM" + "3" * 32)[1] == []


@pytest.mark.parametrize("url", ["redis+cluster://127.0.0.1:1,127.0.0.1:2", "redis://localhost.invalid:1"])
def test_whatever_the_client_says_is_a_store_that_is_away(url: str) -> None:
    must_be_safe(build(url))


def test_a_single_redis_is_no_cluster(server: Server) -> None:
    built = build(server.url.replace("redis://", "redis+cluster://"))

    must_be_safe(built)
    assert create_app(built).test_client().get("/ready").status_code == 503
