"""Commands to Redis: one at a time, many at once, or a script; every fault of Redis, the network or the client is `StoreDown`."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any, Final

from redis import RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisClusterException

from service.breaker import PATIENCE_SECONDS, Breaker
from service.store.client import Cluster

FAULTS: Final = (RedisError, RedisClusterException, OSError, ValueError, TypeError)
"""Whatever redis-py raises: also for an address it cannot use, and for an answer it does not understand."""


class StoreDown(Exception):
    """Redis does not answer, refuses, or gives back what cannot be opened. `passing`: the next try may well work."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the hash by which Redis knows it."""

    text: str
    sha: str

    @classmethod
    def read(cls, *names: str) -> "Script":
        """The files of these names beside this one, one behind the other."""
        return cls.of("".join((Path(__file__).parent / f"{name}.lua").read_text(encoding="utf-8") for name in names))

    @classmethod
    def of(cls, text: str) -> "Script":
        return cls(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


class Calls:
    """What all of the store has in common: a client made at the first use, and a breaker for each node."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._connect = client
        self._client: Any = None
        self._breakers: dict[str, Breaker] = {}

    def ready(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self._call("PING", ""))
        except StoreDown:
            return False

    def _call(self, command: str, key: str, *args: Any) -> Any:
        """One command about a key."""
        return self._guarded(command, key, lambda client: client.execute_command(command, *args))

    def _run(self, script: Script, keys: tuple[str, ...], *args: Any) -> Any:
        """A script by its hash; a Redis that does not know it yet is given it."""
        try:
            return self._call("EVALSHA", keys[0], script.sha, len(keys), *keys, *args)
        except StoreDown as fault:
            if not isinstance(fault.__cause__, NoScriptError):
                raise
            return self._call("EVAL", keys[0], script.text, len(keys), *keys, *args)

    def _many(self, method: str, keys: Iterable[str], *args: Any, **options: Any) -> list[Any]:
        """The answers to the same question, a method of redis-py, about many keys; one trip to every node."""

        def send(client: Any) -> list[Any]:
            pipeline = client.pipeline(transaction=False)
            for key in keys:
                getattr(pipeline, method)(key, *args, **options)
            return list(pipeline.execute())

        answers: list[Any] = self._guarded(method, "", send)
        return answers

    def _guarded(self, what: str, key: str, ask: Callable[[Any], Any]) -> Any:
        """Whatever `ask` gets out of the client, unless it failed or another call hung a moment ago."""
        breaker, began = self._breaker(key), time.monotonic()
        if not breaker.may_try():
            raise StoreDown("Redis did not answer a moment ago")
        try:
            self._client = self._client or self._connect()
            answer = ask(self._client)
        except NoScriptError as fault:  # an answer, however long it took: Redis is there
            breaker.worked()
            raise StoreDown(f"{what}: the script is not known") from fault
        except FAULTS as fault:
            seconds = time.monotonic() - began
            breaker.failed(seconds)
            lost = isinstance(fault, (RedisConnectionError, OSError)) and seconds < PATIENCE_SECONDS
            raise StoreDown(f"{type(fault).__name__}: {what} failed", passing=lost) from fault
        breaker.worked()
        return answer

    def _breaker(self, key: str) -> Breaker:
        """The breaker of the node that holds a key; a single Redis is one node."""
        try:
            node = self._client.node(key) if isinstance(self._client, Cluster) else ""
        except RedisClusterException:
            node = ""
        return self._breakers.get(node) or self._breakers.setdefault(node, Breaker())
