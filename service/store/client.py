"""Connections to Redis that never repeat a command, and never wait for long."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry

COMMAND_SECONDS: Final = 0.7
"""No answer within this: Redis is away. Two commands and a second try still leave a webhook its 3 s."""
_MOST_CALLS: Final = 32


def connect(url: str) -> Any:
    """A client for `redis://`, `rediss://` or `redis+cluster://host:port,host:port`, which never repeats a command by itself.

    redis-py tries every command ten times more by default, also when only the answer was lost. It also begins a connection
    with four questions of its own; RESP2 without client info asks none.
    """
    options: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "socket_timeout": COMMAND_SECONDS,
        "socket_connect_timeout": COMMAND_SECONDS,
        "protocol": 2,
        "driver_info": None,
    }
    if not url.startswith("redis+cluster://"):
        return _PerThread(lambda: Redis.from_url(url, single_connection_client=True, **options))
    first, *others = url.removeprefix("redis+cluster://").split(",")
    seeds = [ClusterNode(*_host(other)) for other in others]  # type: ignore[no-untyped-call]
    return Cluster(lambda: RedisCluster.from_url(f"redis://{first}", startup_nodes=seeds, **options))


def _host(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition("@")[2].partition(":")
    return host, int(port or 6379)


class _PerThread:
    """A client with one connection for each thread: asking a pool about each costs half as much as the command."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._own = local()

    def execute_command(self, *command: Any) -> Any:
        return self._client().execute_command(*command)

    def pipeline(self, transaction: bool) -> Any:
        return self._client().pipeline(transaction=transaction)

    def scan_iter(self, match: str, count: int) -> Iterator[bytes]:
        return iter(self._client().scan_iter(match=match, count=count))

    def _client(self) -> Any:
        if not hasattr(self._own, "client"):
            self._own.client = self._make()
        return self._own.client


class Cluster:
    """A cluster client with a deadline over all: when a node hangs, redis-py asks the others one by one, a timeout each."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._threads = ThreadPoolExecutor(_MOST_CALLS, thread_name_prefix="cluster")

    def execute_command(self, *command: Any) -> Any:
        try:
            return self._threads.submit(lambda: self._client().execute_command(*command)).result(2 * COMMAND_SECONDS)
        except TimeoutError:
            raise RedisTimeout("the cluster did not answer in time") from None

    def pipeline(self, transaction: bool) -> Any:
        return self._client().pipeline(transaction=transaction)

    def scan_iter(self, match: str, count: int) -> Iterator[bytes]:
        return iter(self._client().scan_iter(match=match, count=count))

    def node(self, key: str) -> str:
        """Which node holds a key: one that hangs must not make the others' people wait."""
        return str(self._made.get_node_from_key(key).name) if self._made and key else ""

    def _client(self) -> Any:
        self._made = self._made or self._make()
        return self._made
