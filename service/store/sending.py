"""What everybody who sends has in common: the time, the pace, and whether to send at all."""

from typing import Final

from service.store import keys
from service.store.calls import Calls, Script

_RESERVE: Final = Script.read("reserve")
_TIME: Final = Script.read("time")


class Sending(Calls):
    """One time and one pace for all processes."""

    def time(self) -> float:
        """Seconds since 1970 by the clock of Redis; on a cluster always of the node that holds the pace."""
        seconds, micros = self._run(_TIME, (keys.PACE,))
        return int(seconds) + int(micros) / 1e6

    def reserve(self, n: int, rate: float, now: float) -> float:
        """The instant of the first of `n` sending slots, each 1/`rate` seconds after the one before; never before `now`."""
        return float(self._run(_RESERVE, (keys.PACE,), now, n, 1 / rate))

    def halt(self, reason: str, seconds: float) -> None:
        """Nobody shall send for so long: Twilio would refuse it all. `reason` must hold no number and no text."""
        self._call("SET", keys.HALT, keys.HALT, reason, "PX", max(1, round(seconds * 1000)))

    def halted(self) -> str | None:
        """Why nobody sends at present, or None."""
        reason = self._call("GET", keys.HALT, keys.HALT)
        return None if reason is None else reason.decode()
