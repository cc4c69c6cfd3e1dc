"""Clock, queue and workers: real processes on a real Redis; time that passes is an argument."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import dramatiq
import fakeredis
import pytest
from dramatiq.brokers.redis import _scripts  # type: ignore[attr-defined]
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from service import config, log, processes, store, worker
from service.core.model import Consent, Contact, Turn
from service.store import Store, StoreDown
from service.worker import LEASE, PUT_OFF
from service.worker.clock import LOUD_SECONDS, PROBE_SECONDS, ROUND
from service.worker.jobs import EARLY
from tests.conftest import NOW, SERVING, Server, until
from tests.test_store import VAULT

IDS = [VAULT.contact_id(f"+1555000{n:04}") for n in range(60)]
ID = IDS[0]
MEMBER = Contact(NOW, consent=Consent(NOW, 4, "x"))
SETTINGS = config.simulated()


@pytest.fixture
def kept() -> Store:
    client = fakeredis.FakeRedis()
    return Store(VAULT, lambda: client)


@pytest.fixture
def redis(redis_server: Server) -> Iterator[Any]:
    with Redis(port=redis_server.port, decode_responses=True) as client:
        client.flushall()
        yield client


def enrol(kept: Store, ids: list[str], due: float) -> None:
    for id in ids:
        kept.advance(id, kept.load(id).version, Turn(MEMBER, due=due))


def told(queue: dramatiq.Broker) -> list[tuple[str, float]]:
    """The jobs in a queue of this process, taken out."""
    held = queue.queues[worker.QUEUE]
    jobs = [dramatiq.Message.decode(held.get()) for _ in range(held.qsize())]
    return [(job.args[0], job.args[1]) for job in jobs]


# ---- a job


def job(kept: Store, wake: Callable[[str], None], now: float, stopping: Event | None = None) -> Callable[[str, float], None]:
    return worker.actor(worker.broker(SETTINGS), kept, wake, lambda: now, stopping or Event())


def test_a_ticket_counts_from_its_instant_to_the_end_of_the_lease(kept: Store) -> None:
    enrol(kept, [ID], NOW + LEASE)
    stopping = Event()
    stopping.set()
    cases = {
        "on time": (NOW, None, True, None),
        "a moment early": (NOW + 0.05, None, True, None),
        "late": (NOW - LEASE + 1, None, True, None),
        "void": (NOW - LEASE - 1, None, False, None),
        "far too early": (NOW + EARLY + 1, None, False, NOW + EARLY + 1),
        "the worker ends": (NOW + 5, stopping, False, NOW + 5),
    }
    for case, (at, stop, woken, due) in cases.items():
        kept.postpone(ID, NOW + LEASE)
        woke: list[str] = []
        job(kept, woke.append, NOW, stop)(ID, at)
        assert (woke == [ID], kept.due_of(ID)) == (woken, due or NOW + LEASE), case


def test_a_wake_that_fails_is_put_off_and_tells_nothing(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(kept, [ID], NOW + LEASE)
    log.set_up("INFO")

    def poison(id: str) -> None:
        raise ValueError("+15550001111 wrote: hello")

    job(kept, poison, NOW)(ID, NOW)
    assert kept.due_of(ID) == NOW + PUT_OFF
    said = capsys.readouterr().err
    assert json.loads(said)["error"] == "ValueError"
    assert "5550001111" not in said
    assert "hello" not in said


def test_while_the_store_is_away_the_lease_is_all_there_is(kept: Store) -> None:
    enrol(kept, [ID], NOW + LEASE)

    def away(id: str) -> None:
        raise StoreDown("Redis did not answer")

    job(kept, away, NOW)(ID, NOW)
    assert kept.due_of(ID) == NOW + LEASE
    nowhere = Store(VAULT, lambda: store.connect("redis://127.0.0.1:1"))
    job(nowhere, int, NOW)(ID, NOW)  # no contact id is a number


# ---- the clock


def clock(kept: Store, rate: float = 10.0) -> tuple[worker.Clock, list[float]]:
    now = [NOW]
    return worker.Clock(kept, worker.broker(SETTINGS), rate, lambda: now[0]), now


def test_a_backlog_waits_in_the_index_and_not_in_the_queue(kept: Store) -> None:
    for n, id in enumerate(IDS):
        enrol(kept, [id], NOW - 100 + n)
    held, now = clock(kept)
    assert held.round() == 0.0, "there may be more"
    assert held.round() == ROUND, "the queue is full"
    first = told(held.queue)
    assert [id for id, _ in first] == IDS[:20], "two seconds of sends, the oldest first"
    assert [at for _, at in first] == pytest.approx([NOW + n / 10 for n in range(20)])

    now[0] += 0.5
    held.round()
    second = told(held.queue)
    assert [id for id, _ in second] == IDS[20:40]
    assert second[0][1] == pytest.approx(NOW + 2.0), "after those of before"
    held.round()
    assert held.round() == ROUND


@pytest.mark.parametrize(("rate", "most"), [(0.01, 1), (0.2, 6), (1.0, 16), (400.0, 60)])
def test_no_more_than_the_workers_can_send_in_half_a_lease(kept: Store, rate: float, most: int) -> None:
    enrol(kept, IDS, NOW)
    held, _ = clock(kept, rate)
    held.round()
    assert worker.queued(held.queue) == most


def test_while_halted_one_is_tried_now_and_then(kept: Store, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(kept, IDS, NOW)
    log.set_up("INFO")
    held, now = clock(kept)
    kept.halt("20003", 600)
    for _ in range(3):
        held.round()
    assert len(told(held.queue)) == 1
    now[0] += PROBE_SECONDS
    held.round()
    assert len(told(held.queue)) == 1
    assert capsys.readouterr().err.count("SENDING IS HALTED") == 1
    now[0] += LOUD_SECONDS
    held.round()
    assert capsys.readouterr().err.count("SENDING IS HALTED") == 1


class Pauses(Event):
    """A stop that comes after the last fault; instead of waiting it notes how long it was asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.noted.append(timeout or 0.0)
        return self.is_set()


def test_a_clock_outlives_whatever_goes_wrong(kept: Store) -> None:
    stop, faults = Pauses(), [StoreDown("away"), RedisConnectionError(), ZeroDivisionError()] * 4
    held, _ = clock(kept)

    def now() -> float:
        if faults:
            raise faults.pop()
        stop.set()
        return NOW

    held.now = now
    held.run(stop)
    assert 0.2 < stop.noted[0] < stop.noted[2] < stop.noted[4], "longer and longer"
    assert 2.5 <= min(stop.noted[5:12]) <= max(stop.noted) <= 5.0
    assert stop.noted[12] == ROUND


# ---- the queue


@pytest.fixture(params=["embedded", "server", "cluster"])
def queue(request: pytest.FixtureRequest) -> dramatiq.Broker:
    url = request.param
    if request.param == "server":
        request.getfixturevalue("redis")
        url = request.getfixturevalue("redis_server").url
    elif request.param == "cluster":
        url = request.getfixturevalue("cluster")[0].url.replace("redis://", "redis+cluster://")
    return worker.broker(replace(SETTINGS, redis_url=url))


def test_jobs_get_to_a_worker(queue: dramatiq.Broker, kept: Store) -> None:
    woke: list[str] = []
    worker.actor(queue, kept, woke.append, lambda: NOW, Event())
    assert worker.queued(queue) == 0
    worker.hand_out(queue, [(id, NOW) for id in IDS[:9]])
    assert worker.queued(queue) == 9
    workers = dramatiq.Worker(queue, worker_threads=2, worker_timeout=50)
    workers.start()
    try:
        until(lambda: len(woke) == 9 and worker.queued(queue) == 0, what="every job")
    finally:
        workers.stop()
    assert sorted(woke) == sorted(IDS[:9])


def test_a_queue_that_is_away_says_so(kept: Store) -> None:
    queue = worker.broker(replace(SETTINGS, redis_url="redis://127.0.0.1:1"))
    for ask in (lambda: worker.queued(queue), lambda: worker.hand_out(queue, [(ID, NOW)])):
        with pytest.raises(RedisConnectionError):
            ask()


def test_jobs_whose_answer_was_lost_go_to_another(redis: Any, redis_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who fetched them lives on, so they would be his for ever: he takes another name, and the old one is dead."""
    queue: Any = worker.broker(replace(SETTINGS, redis_url=redis_server.url))
    worker.hand_out(queue, [(ID, NOW)])
    send = queue.client._client.execute_command

    def lose(*command: Any) -> Any:
        send(*command)
        raise RedisConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(queue.client._client, "execute_command", lose)
        with pytest.raises(RedisConnectionError):
            queue.do_fetch(worker.QUEUE, 5)
    assert queue.do_fetch(worker.QUEUE, 5) == []
    queue.heartbeat_timeout = 0
    assert until(lambda: queue.do_fetch(worker.QUEUE, 5), what="the job")


def test_nobody_looks_through_every_key(redis: Any, redis_server: Server) -> None:
    assert _scripts["dispatch"].count(worker.queue._LOOKS) == 1, "dramatiq does it another way now"
    redis.config_resetstat()
    for _ in range(3):
        queue: Any = worker.broker(replace(SETTINGS, redis_url=redis_server.url))
        queue.heartbeat_timeout = -1
        worker.queued(queue)
        queue.do_fetch(worker.QUEUE, 5)
    assert "cmdstat_keys" not in redis.info("commandstats")
    assert redis.zcard("{dramatiq}:__heartbeats__") <= 1, "the dead are forgotten"


# ---- processes

PROCESS = """
import os, sys, time
from dataclasses import replace
from threading import Event
import redis
from service import config, log, processes, store, worker
from service.vault import Vault

url, size = sys.argv[1], int(sys.argv[2])
worker.queue.HEARTBEAT = 1.0
settings = replace(config.simulated(), redis_url=url)
parent = os.getpid()

def wake(id):
    client = redis.Redis.from_url(url)
    client.rpush("began", f"{os.getpid()}:{id}")
    while client.exists(f"hold:{id}"):
        time.sleep(0.02)
    client.rpush("ended", id)

def work():
    kept = store.Store(Vault(settings.id_key, settings.secret_keys), lambda: store.connect(url))
    queue, stop = worker.broker(settings), Event()
    worker.actor(queue, kept, wake, time.time, stop)
    processes.serve(queue, 4, stop, lambda: os.getppid() == parent)

log.set_up("ERROR")
processes.signal.pthread_sigmask(processes.signal.SIG_BLOCK, processes._ENDS)
crew = processes.Crew(size, work)
processes._told(crew.replace_the_dead)
sys.exit(crew.stop())
"""


@pytest.fixture
def crew(redis: Any, redis_server: Server) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(size: int = 1) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", PROCESS, redis_server.url, str(size)], cwd=config.ROOT))
        return started[-1]

    yield start
    redis.flushall()
    for process in started:
        process.terminate()
        process.wait(20)  # with its children: they would take the jobs of the next test


def began(redis: Any) -> dict[str, int]:
    """Who began what: contact id to process id, the last one."""
    return {id: int(process) for process, id in (line.split(":") for line in redis.lrange("began", 0, -1))}


def test_a_job_whose_worker_was_killed_is_done_by_another(redis: Any, redis_server: Server, crew: Any) -> None:
    queue = worker.broker(replace(SETTINGS, redis_url=redis_server.url))
    redis.set(f"hold:{ID}", 1)
    crew()
    worker.hand_out(queue, [(ID, time.time())])
    first = until(lambda: began(redis).get(ID), what="the job")
    os.kill(first, signal.SIGKILL)
    redis.delete(f"hold:{ID}")
    until(lambda: redis.lrange("ended", 0, -1) == [ID], 10, "the job of the dead one")
    assert began(redis)[ID] != first, "its place was taken by another"
    until(lambda: worker.queued(queue) == 0, what="the end of it")


def test_a_stop_finishes_what_is_being_sent_and_gives_back_the_rest(redis: Any, redis_server: Server, crew: Any) -> None:
    queue = worker.broker(replace(SETTINGS, redis_url=redis_server.url))
    kept = Store(VAULT, lambda: store.connect(redis_server.url))
    at = time.time() + 25
    enrol(kept, IDS[:3], at + LEASE)
    redis.set(f"hold:{ID}", 1)
    process = crew(2)
    worker.hand_out(queue, [(ID, time.time()), (IDS[1], at), (IDS[2], at)])
    until(lambda: began(redis), what="the job")
    process.send_signal(signal.SIGTERM)
    until(lambda: [kept.due_of(id) for id in IDS[1:3]] == pytest.approx([at, at]), what="the rest, given back")
    assert process.poll() is None
    redis.delete(f"hold:{ID}")
    assert process.wait(5) == 0
    assert redis.lrange("ended", 0, -1) == [ID]
    assert worker.queued(queue) == 0


def test_workers_end_with_who_started_them(redis: Any, redis_server: Server, crew: Any) -> None:
    queue = worker.broker(replace(SETTINGS, redis_url=redis_server.url))
    process = crew()
    worker.hand_out(queue, [(ID, time.time())])
    child = until(lambda: began(redis).get(ID), what="the job")
    process.kill()
    process.wait()
    until(lambda: gone(child), what="the end of the worker")


def gone(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stat:
            return stat.read().split()[2] == "Z"
    except FileNotFoundError:
        return True


def run(command: str, url: str) -> subprocess.Popen[str]:
    code = f"import argparse, sys\nfrom service import processes\nsys.exit(processes.{command})"
    env = {"PATH": os.environ["PATH"], "REDIS_URL": url, **SERVING}
    return subprocess.Popen([sys.executable, "-c", code], cwd=config.ROOT, env=env, text=True, stdout=-1, stderr=-1)


@pytest.mark.parametrize("away", [False, True], ids=["Redis there", "Redis away"])
def test_the_clock_enqueues_until_it_is_told_to_stop(redis: Any, redis_server: Server, away: bool) -> None:
    kept = Store(VAULT, lambda: store.connect(redis_server.url))
    enrol(kept, IDS[:3], time.time() - 1)
    process = run("run_clock(argparse.Namespace())", "redis://127.0.0.1:1" if away else redis_server.url)
    assert process.stderr
    if away:
        assert "clock stranded" in process.stderr.readline()
    else:
        until(lambda: redis.llen("{dramatiq}:wake") == 3, what="three jobs")
        assert kept.overdue(time.time()) == 0
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert process.returncode == 0
    assert time.monotonic() - began < 1


@pytest.fixture
def here(redis: Any, redis_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings for a command in this process, which afterwards listens to signals again."""
    for name, value in {"REDIS_URL": redis_server.url, **SERVING}.items():
        monkeypatch.setenv(name, value)
    engine = logging.getLogger("dramatiq")
    before = engine.handlers[:], engine.propagate, engine.level
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, processes._ENDS)
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    engine.handlers[:], engine.propagate = before[:2]
    engine.setLevel(before[2])


def test_due_says_who_waits_and_puts_the_index_right(here: None, redis: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert processes.run_due(Namespace(rebuild=False)) == 0
    assert "0 enrolled\n0 overdue\nnothing is planned\nsending is not halted\n" in capsys.readouterr().out
    redis.zadd(f"due:{{{ID[:2]}}}", {ID: time.time() - 1000})
    assert processes.run_due(Namespace(rebuild=False)) == 1
    assert "1 overdue since 20" in capsys.readouterr().out
    redis.set("halt:{pace}", "20003")
    assert processes.run_due(Namespace(rebuild=False)) == 0, "somebody knows why"
    assert processes.run_due(Namespace(rebuild=True)) == 0
    assert "1 entries of nobody removed\n0 enrolled" in capsys.readouterr().out


def test_a_clock_that_is_told_to_stop_at_once(here: None) -> None:
    signal.raise_signal(signal.SIGTERM)
    assert processes.run_clock(Namespace()) == 0


def test_workers_that_are_told_to_stop_at_once(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_work", lambda *_: None)
    signal.raise_signal(signal.SIGTERM)
    assert processes.run_worker(Namespace(processes=2, threads=1)) == 0
