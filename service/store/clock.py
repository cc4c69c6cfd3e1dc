"""The time that all processes share: Redis's."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from service.store.calls import StoreDown
from service.store.sending import Sending

ASK_SECONDS: Final = 10.0


class SharedClock:
    """Seconds since 1970 by the clock of Redis, asked for once in ten seconds; in between this process's monotonic clock goes on.

    A machine whose clock jumps or is wrong changes nothing. While Redis is away the last answer goes on; before the first, it
    is the machine's time.
    """

    def __init__(
        self, store: Sending, monotonic: Callable[[], float] = time.monotonic, machine: Callable[[], float] = time.time
    ) -> None:
        self._store, self._monotonic, self._machine = store, monotonic, machine
        self._lead: float | None = None  # of Redis's time over the monotonic clock
        self._ask_at = float("-inf")
        self._asking = Lock()

    def __call__(self) -> float:
        # One thread asks; the others go on with what is known, so that a Redis that hangs holds up one.
        if self._monotonic() >= self._ask_at and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        return self._machine() if self._lead is None else self._monotonic() + self._lead

    def _ask(self) -> None:
        began = self._monotonic()
        self._ask_at = began + ASK_SECONDS
        try:
            at = self._store.time()
        except StoreDown:
            return
        self._lead = at - (began + self._monotonic()) / 2
