"""How fast reminders go out, and what each costs. One line a figure: name, value, unit. See README.md in the folder above."""

import argparse
import signal
import sys
from collections.abc import Iterator
from itertools import chain
from shutil import which
from typing import Final

from bench.reminders import costs, rates

_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)


def _figures(chosen: argparse.Namespace) -> Iterator[rates.Figure]:
    if chosen.short:
        return chain(rates.figures(4_000, 1, 1), costs.keeping(2_000))
    sizes = [size for size in _SIZES if size <= chosen.most]
    return chain(
        rates.figures(chosen.people, chosen.seconds, chosen.pairs), costs.keeping(20_000), costs.growing(sizes, chosen.batches)
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m bench.reminders", description=__doc__)
    options.add_argument("--people", type=int, default=100_000, help="due in the same minute (100,000)")
    options.add_argument("--seconds", type=float, default=10, help="of each window in which reminders are counted (10)")
    options.add_argument(
        "--pairs", type=int, default=3, help="windows of the service and of bare jobs, in turn; the best counts (3)"
    )
    options.add_argument(
        "--most", type=int, default=_SIZES[-1], help="people enrolled at most, for the cost of a reminder (1,000,000)"
    )
    options.add_argument("--batches", type=int, default=2, help="times 2,000 are due at each size; the cheapest counts (2)")
    options.add_argument("--short", action="store_true", help="less than half a minute, to try it out; the figures mean little")
    chosen = options.parse_args()
    if not which("redis-server"):
        sys.exit("redis-server is missing. Install it: apt-get install redis-server")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name, value, unit in _figures(chosen):
        print(f"{name}\t{value:.4g}\t{unit}", flush=True)


if __name__ == "__main__":
    main()
