"""Where a reminder's time goes: `python -m bench.reminders.own_time [--people 3000] [--lines 25]`.

One thread wakes people one after the other, by the service's own `handle.wake`, with real Redis and a stub Twilio that answers at
once. First its CPU time and its trips to Redis are counted; then, for others, every function: there `sendall` and `recv_into` hold
what it waits for.
"""

import argparse
import cProfile
import pstats
import time
from typing import Any, Final

from bench.proof.people import minute_before
from bench.proof.stage import Stage
from bench.reminders import crowd
from service import handle, log, runtime, store

_WARM: Final = 200


class _Counted:
    """A client of Redis that counts how often it is asked."""

    def __init__(self, url: str) -> None:
        self._client, self.trips = store.connect(url), 0

    def execute_command(self, *command: Any) -> Any:
        self.trips += 1
        return self._client.execute_command(*command)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m bench.reminders.own_time", description=__doc__)
    options.add_argument("--people", type=int, default=3000)
    options.add_argument("--lines", type=int, default=25, help="how many functions, most own time first (25)")
    options.add_argument("--sort", default="tottime", help="as pstats has it: tottime, cumtime, ncalls")
    chosen = options.parse_args()
    with Stage() as stage:
        log.set_up("INFO")
        log.LOGGER.handlers[0].setStream((stage.folder / "wake.log").open("w"))  # type: ignore[attr-defined]
        counted = _Counted(stage.settings.redis_url)
        built = runtime.build(stage.settings, client=lambda: counted)
        ids = crowd.write(stage.settings, range(chosen.people + _WARM), minute_before(time.time()))
        plain, trips = _woken(built, counted, ids[: len(ids) // 2])
        profile = cProfile.Profile()
        profile.enable()
        profiled, _ = _woken(built, counted, ids[len(ids) // 2 :])
        profile.disable()
        answers = stage.ask("/stats")
    pstats.Stats(profile).strip_dirs().sort_stats(chosen.sort).print_stats(chosen.lines)
    print(f"wake_cpu\t{plain:.4g}\tms/reminder")
    print(f"wake_cpu_profiled\t{profiled:.4g}\tms/reminder")
    print(f"wake_redis_trips\t{trips:.4g}\ttrips/reminder")
    print(f"wake_sent\t{answers['ok']}\ttexts of {len(ids)}")


def _woken(built: runtime.Runtime, counted: _Counted, ids: list[str]) -> tuple[float, float]:
    """Wake all of these; CPU milliseconds of this thread, and trips to Redis, for each."""
    for id in ids[: _WARM // 2]:
        handle.wake(built, id)
    rest = ids[_WARM // 2 :]
    begun, before = time.thread_time(), counted.trips
    for id in rest:
        handle.wake(built, id)
    return (time.thread_time() - begun) * 1000 / len(rest), (counted.trips - before) / len(rest)


if __name__ == "__main__":
    main()
