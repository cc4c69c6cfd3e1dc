"""The queue: dramatiq over the store's own connections, on one Redis or on a cluster, or in this process."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final
from uuid import uuid4

from dramatiq import Broker, Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Middleware, TimeLimit
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError

from service.config import Settings
from service.store import FAULTS, Script, connect

TIME_LIMIT: Final = 50.0
"""Seconds a job may take, the wait for its ticket included; less than the lease."""
HEARTBEAT: Final = 15.0
"""Seconds without a sign of life after which a worker's jobs are given to another."""
QUEUE: Final = "wake"
# Who looks after dead workers looks through every key of the database, which stops Redis for a fifth of a second for every
# million keys and dead worker. There is one queue, so it is enough to look whether the dead worker has jobs of that one.
_LOOKS: Final = b'redis.call("keys", dead_worker_acks .. "*")'
_GLANCES: Final = b'(redis.call("exists", dead_worker_acks .. ".wake") == 1 and {1} or {})'
_EVERY_COMMAND: Final = 1_000_000


class _Scripts:
    """All that `RedisBroker` asks of a client: scripts. Every fault is a lost connection to it, which it gets over by itself."""

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._held: list[tuple[Any, ...]] | None = None

    def register_script(self, text: bytes) -> Callable[..., Any]:
        script = Script.of(text.replace(_LOOKS, _GLANCES).decode())
        return lambda args=(), keys=(): self._run(script, len(keys), *keys, *args)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Jobs enqueued meanwhile are sent at the end, in two trips. For one thread at a time."""
        held = self._held = []
        try:
            yield
        finally:
            self._held = None
        if held:
            self._guarded(lambda: self._send(held))

    def _run(self, script: Script, *args: Any) -> Any:
        call = (script, "EVALSHA", script.sha, *args)
        if self._held is not None and "enqueue" in args:
            return self._held.append(call)
        return self._guarded(lambda: self._given(*call))

    def _given(self, script: Script, command: str, sha: str, *args: Any) -> Any:
        """A script by its hash; a Redis that does not know it yet is given it."""
        try:
            return self._client.execute_command(command, sha, *args)
        except NoScriptError:
            return self._client.execute_command("EVAL", script.text, *args)

    def _send(self, calls: list[tuple[Any, ...]]) -> None:
        self._given(*calls[0])  # so that Redis knows the script, which a pipeline could not give it
        pipeline = self._client.pipeline(transaction=False)
        for _, *call in calls[1:]:
            pipeline.execute_command(*call)
        pipeline.execute()

    def _guarded(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except FAULTS as fault:
            raise RedisConnectionError(f"{type(fault).__name__}: the queue does not answer") from fault


class _Broker(RedisBroker):
    """dramatiq on one Redis or on a cluster."""

    client: Any

    def do_fetch(self, *args: Any) -> Any:
        """Jobs. When the answer is lost, their owner dies: others take them over; a living one would keep them for ever."""
        try:
            return self._dispatch("fetch")(*args)  # type: ignore[no-untyped-call]
        except RedisConnectionError:
            self.broker_id = str(uuid4())
            raise


def broker(settings: Settings) -> Broker:
    """The queue of these settings, in Redis or in this process. It connects at the first use.

    Nothing is retried (the lease does) and nothing waits in the queue for later (the due index does).
    """
    middleware: list[Middleware] = [TimeLimit(time_limit=TIME_LIMIT * 1000)]
    made = StubBroker(middleware) if settings.redis_url == "embedded" else _on_redis(settings.redis_url, middleware)
    made.declare_queue(QUEUE)
    return made


def _on_redis(url: str, middleware: list[Middleware]) -> Broker:
    return _Broker(  # type: ignore[no-untyped-call]
        client=_Scripts(url),
        middleware=middleware,
        namespace="{dramatiq}",  # all its keys in one slot of a cluster
        heartbeat_timeout=int(HEARTBEAT * 1000),
        maintenance_chance=_EVERY_COMMAND,  # by default a dead worker's jobs come back after minutes
    )


def queued(queue: Broker) -> int:
    """How many jobs wait or are being done."""
    return int(queue.do_qsize(QUEUE)) if isinstance(queue, RedisBroker) else queue.queues[QUEUE].qsize()


def hand_out(queue: Broker, tickets: Iterable[tuple[str, float]]) -> None:
    """Enqueue a job for each contact id and the instant before which nothing may be sent. One trip."""
    with queue.client.together() if isinstance(queue, _Broker) else nullcontext():
        for ticket in tickets:
            queue.enqueue(Message[None](QUEUE, QUEUE, ticket, {}, {}))
