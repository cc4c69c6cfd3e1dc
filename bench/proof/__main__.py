"""`python -m bench.proof [--reminders N] [--workers N] [--scene NAME] [--short]`: one line a figure; exit 1 on any violation."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable
from shutil import which
from types import FrameType
from typing import Final, NoReturn

from bench.proof import faults, races, scenes
from bench.proof.play import Outcome, Size

SCENES: Final[dict[str, tuple[Callable[[Size], Outcome], int]]] = {
    "kill": (scenes.kill, 20_000),
    "hidden": (scenes.hidden, 20_000),
    "steps": (scenes.steps, 2_000),
    "stall": (scenes.stall, 1_000),
    "races": (races.races, 2_000),
    "redis": (faults.redis, 3_000),
    "storm": (faults.storm, 3_000),
    "restarts": (faults.restarts, 3_000),
}
"""Each with its reminders, unless told otherwise."""
LANES: Final = (("kill", "races", "stall", "storm"), ("hidden",), ("steps", "redis", "restarts"))
"""Scenes wait most of the time, for leases and quiet times to end: one of each lane is played beside those of the others."""
SHORT_LANES: Final = (("kill",), ("hidden",), ("steps",))
SHORT: Final = ("--reminders", "150", "--workers", "4", "--hurry", "10")


def main() -> int:
    """Play, print, and say what went wrong."""
    options = argparse.ArgumentParser(prog="python -m bench.proof", description=__doc__)
    options.add_argument("--reminders", type=int, help="in each scene (20000 in kill and hidden, 1000 to 3000 in others)")
    options.add_argument("--workers", type=int, default=10, help="worker processes where they are killed (10)")
    options.add_argument("--scene", choices=tuple(SCENES), action="append", help="only this one; may be given again")
    options.add_argument("--hurry", type=float, default=1.0, help="by how much all waits are shorter than in service (1)")
    options.add_argument("--seconds", type=float, default=300.0, help="of the scene with restarts (300)")
    options.add_argument("--short", action="store_true", help="a few hundred reminders in three scenes, waits a tenth")
    chosen = options.parse_args()
    if not which("redis-server"):
        sys.exit("redis-server is missing. Install it: apt-get install redis-server")
    signal.signal(signal.SIGTERM, _ended)
    if chosen.short:
        return beside(SHORT_LANES, SHORT)
    if not chosen.scene:
        return beside(LANES, tuple(sys.argv[1:]))
    return sum(_played(name, chosen) for name in chosen.scene) > 0


def beside(lanes: tuple[tuple[str, ...], ...], options: tuple[str, ...]) -> int:
    """Play the scenes of each lane in turn, the lanes beside one another, each in a process of its own."""
    scenes_of = [[part for name in lane for part in ("--scene", name)] for lane in lanes]
    played = [subprocess.Popen([sys.executable, "-m", "bench.proof", *names, *options]) for names in scenes_of]
    try:
        return max(process.wait() != 0 for process in played)
    finally:
        for process in played:
            process.terminate()
            process.wait()


def _played(name: str, chosen: argparse.Namespace) -> int:
    """The violations of a scene; its figures are printed in one piece, as other lanes print too."""
    scene, usual = SCENES[name]
    outcome = scene(Size(chosen.reminders or usual, chosen.workers, chosen.hurry, chosen.seconds))
    lines = [f"{figure}\t{value:.5g}\t{unit}\n" for figure, value, unit in outcome.figures]
    sys.stdout.write("".join(lines))
    sys.stdout.flush()
    for violation in outcome.violations:
        print(f"{name}: VIOLATION: {violation}", file=sys.stderr, flush=True)
    return len(outcome.violations)


def _ended(*_: int | FrameType | None) -> NoReturn:
    """On SIGTERM: everything that was started is ended on the way out."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


if __name__ == "__main__":
    sys.exit(main())
