"""A circuit breaker: after a hang, everybody else fails at once instead of waiting too."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

REST_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 0.3


class Breaker:
    """Open after something hung; then one caller a rest may try again. Failures that come at once do not open it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._again: float | None = None

    def may_try(self) -> bool:
        """Whether to call at all. While open, true for one caller a rest."""
        if self._again is None:
            return True
        with self._lock:
            if self._again is None or self._clock() < self._again:
                return self._again is None
            self._again = self._clock() + REST_SECONDS
            return True

    def failed(self, seconds: float) -> None:
        """A call failed after so many seconds; whatever the error, a wait is a wait."""
        if seconds > PATIENCE_SECONDS:
            self._again = self._clock() + REST_SECONDS

    def worked(self) -> None:
        """A call was answered."""
        self._again = None
