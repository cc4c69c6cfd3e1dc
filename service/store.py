"""What is kept, in Redis: the only module that knows its keys.

    contact:{07}:<id>       a version, then the sealed record
    seen:{07}:<id>:<sid>    the sealed reply to one message, kept 48 h
    journal:{07}:<id>       a list of sealed entries: consents, leavings

{07} is one of 256 shards, from the id: all keys of one person lie in one hash slot, so that one script commits a turn whole on
one Redis and on a Redis Cluster alike. No number and no text stands in a key, and none in clear in a value.
"""

import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha1
from pathlib import Path
from threading import local
from typing import Any, Final, TypeVar

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisClusterException
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry

from service.breaker import PATIENCE_SECONDS, Breaker
from service.core import model
from service.vault import Unreadable, Vault

SEEN_SECONDS: Final = 48 * 3600
COMMAND_SECONDS: Final = 0.7
"""No answer within this: Redis is away. Two commands and a second try still leave a webhook its 3 s."""
_VERSION: Final = 16
_PADDED: Final = 512
_MOST_CALLS: Final = 32
_SCRIPT: Final = (Path(__file__).parent / "commit.lua").read_text(encoding="utf-8")
_SHA: Final = sha1(_SCRIPT.encode()).hexdigest()  # how Redis names a script

Replies = tuple[str, ...]
T = TypeVar("T")


class StoreDown(Exception):
    """Redis does not answer, refuses, or gives back what cannot be opened. `passing`: the next try may well work."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contact as it was found. `answered`: the replies already given to this very message, or None.

    `unreadable`: why there is a record and it cannot be opened; only leaving may be written over it.
    """

    contact: model.Contact | None
    version: str
    answered: Replies | None
    unreadable: str = ""


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
    return _Cluster(lambda: RedisCluster.from_url(f"redis://{first}", startup_nodes=seeds, **options))


def _host(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition("@")[2].partition(":")
    return host, int(port or 6379)


class _PerThread:
    """A client with one connection for each thread: asking a pool about each costs half as much as the command."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._own = local()

    def execute_command(self, *command: Any) -> Any:
        if not hasattr(self._own, "client"):
            self._own.client = self._make()
        return self._own.client.execute_command(*command)


class _Cluster:
    """A cluster client with a deadline over all: when a node hangs, redis-py asks the others one by one, a timeout each."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._threads = ThreadPoolExecutor(_MOST_CALLS, thread_name_prefix="cluster")

    def execute_command(self, *command: Any) -> Any:
        try:
            return self._threads.submit(self._ask, command).result(2 * COMMAND_SECONDS)
        except TimeoutError:
            raise RedisTimeout("the cluster did not answer in time") from None

    def node(self, key: str) -> str:
        """Which node holds a key: one that hangs must not make the others' people wait."""
        return str(self._made.get_node_from_key(key).name) if self._made else ""

    def _ask(self, command: tuple[Any, ...]) -> Any:
        self._made = self._made or self._make()
        return self._made.execute_command(*command)


class Store:
    """Contacts by id. Opens its connection at the first use; safe to share between threads."""

    def __init__(self, vault: Vault, client: Callable[[], Any]) -> None:
        self._vault = vault
        self._connect = client
        self._client: Any = None
        self._breakers: dict[str, Breaker] = {}

    def load(self, id: str, message_id: str) -> Loaded:
        """The contact, and what this message was answered before. One round trip. Raises `StoreDown`."""
        keys = _keys(id, message_id)
        record, seen = self._call("MGET", keys[0], keys[0], keys[1])
        answered = self._opened(lambda: self._replies(id, message_id, seen)) if seen else None
        if record is None:
            return Loaded(None, "", answered)
        version = record[:_VERSION].decode("ascii", "replace")
        try:
            return Loaded(self._opened(lambda: model.read(self._vault.open(record[_VERSION:], f"contact:{id}"))), version, answered)
        except StoreDown as fault:
            return Loaded(None, version, answered, str(fault))

    def commit(self, id: str, message_id: str, version: str, turn: model.Turn) -> Replies | None:
        """Keep a turn, whole or not at all. One round trip. Raises `StoreDown`.

        Returns the replies to give: the turn's, or those this message got before. None: somebody else committed since
        `version` was loaded; load and step again.

        Safe to repeat when the outcome is unknown: a message is answered once.
        """
        seal, days = self._vault.seal, turn.contact.keep_days
        record = secrets.token_hex(_VERSION // 2).encode() + seal(_padded(model.dump(turn.contact)), f"contact:{id}")
        reply = seal(_padded(json.dumps(turn.replies).encode()), f"seen:{id}:{message_id}")
        entries = [seal(json.dumps(asdict(entry)).encode(), f"journal:{id}") for entry in turn.journal]
        outcome = self._run(_keys(id, message_id), version, record, days or 0, reply, SEEN_SECONDS, *entries)
        if outcome[0] == b"seen":
            return self._opened(lambda: self._replies(id, message_id, outcome[1]))
        return turn.replies if outcome[0] == b"done" else None

    def journal(self, id: str) -> list[model.Entry]:
        """What is kept to prove, oldest first. Raises `StoreDown`."""
        key = _keys(id, "")[2]
        lines = self._call("LRANGE", key, key, 0, -1)
        opened = self._opened(lambda: [json.loads(self._vault.open(line, f"journal:{id}")) for line in lines])
        return [model.Entry(**fields) for fields in opened]

    def ready(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self._call("PING", ""))
        except StoreDown:
            return False

    def _replies(self, id: str, message_id: str, seen: bytes) -> Replies:
        return tuple(json.loads(self._vault.open(seen, f"seen:{id}:{message_id}")))

    def _opened(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise StoreDown(str(fault) if isinstance(fault, Unreadable) else "a record cannot be read") from fault

    def _run(self, keys: tuple[str, str, str], *args: Any) -> Any:
        """The commit script by its hash; a Redis that does not know it yet is given it."""
        try:
            return self._call("EVALSHA", keys[0], _SHA, len(keys), *keys, *args)
        except StoreDown as fault:
            if not isinstance(fault.__cause__, NoScriptError):
                raise
            return self._call("EVAL", keys[0], _SCRIPT, len(keys), *keys, *args)

    def _call(self, command: str, key: str, *args: Any) -> Any:
        """One command about a key. Raises `StoreDown` for whatever Redis, the network or the client say against it."""
        breaker, began = self._breaker(key), time.monotonic()
        if not breaker.may_try():
            raise StoreDown("Redis did not answer a moment ago")
        try:
            self._client = self._client or self._connect()
            answer = self._client.execute_command(command, *args)
        except (RedisError, RedisClusterException, OSError, ValueError, TypeError) as fault:
            seconds = time.monotonic() - began
            breaker.failed(seconds)
            lost = isinstance(fault, (RedisConnectionError, OSError)) and seconds < PATIENCE_SECONDS
            raise StoreDown(f"{type(fault).__name__}: {command} failed", passing=lost) from fault
        breaker.worked()
        return answer

    def _breaker(self, key: str) -> Breaker:
        """The breaker of the node that holds a key; a single Redis is one node."""
        try:
            node = self._client.node(key) if isinstance(self._client, _Cluster) else ""
        except RedisClusterException:
            node = ""
        return self._breakers.get(node) or self._breakers.setdefault(node, Breaker())


def _padded(text: bytes) -> bytes:
    """JSON with blanks behind it, so that its sealed length does not tell which reply it is."""
    return text.ljust(-(-len(text) // _PADDED) * _PADDED)


def _keys(id: str, message_id: str) -> tuple[str, str, str]:
    shard = f"{{{id[:2]}}}:{id}"
    return f"contact:{shard}", f"seen:{shard}:{message_id}", f"journal:{shard}"
