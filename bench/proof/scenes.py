"""Scenes in which processes die, stand still, or are told nothing by Twilio."""

import os
import random
import signal
import time
from contextlib import suppress
from typing import Final

from bench.proof import play
from bench.proof.play import Outcome, Size
from bench.proof.stage import Process, Stage, children, stopped, wait_for
from bench.proof.worker import CLOCK_STEPS, STEPS

_THREADS: Final = 4
HIDDEN: Final = {
    "500-before": 0.04,
    "500-after": 0.04,
    "hang-before": 0.01,
    "hang-after": 0.01,
    "late": 0.01,
    "reset-before": 0.03,
    "reset-after": 0.03,
    "close-after": 0.02,
    "503-html": 0.02,
    "broken": 0.02,
    "429": 0.05,
    "429-retry-after": 0.02,
}
"""How often the stub does what; a quarter of it happens after the text was processed, and nothing tells."""
HIDDEN_LOOKS: Final = {"500-before": 0.1, "hang-before": 0.02, "reset-before": 0.05}


def _patience(size: Size) -> float:
    """Seconds after which a scene that still has something open is not waited for any more."""
    return 300 + size.reminders / 20


def kill(size: Size) -> Outcome:
    """Half of the workers are killed, again and again, and now and then a clock; the service's own crew replaces the workers."""
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept = play.built(stage)
        stage.ask("/control", {"delay": 0.05})
        who = play.crowd(kept, size.reminders)
        crew, clocks = stage.workers(size.workers, _THREADS), [stage.clock(), stage.clock()]
        kills = mow(stage, crew, clocks, size.reminders, rounds=12 if size.reminders >= 1000 else 5)
        play.settle(kept, _patience(size))
        outcome.add("kill_kills", kills, "processes")
        return play.close("kill", stage, kept, who, outcome)


def mow(stage: Stage, crew: Process, clocks: list[Process], due: int, rounds: int) -> int:
    """Each time that some more are sent, half of the workers die; each third time a clock too."""
    kills = 0
    for turn in range(1, rounds + 1):
        with suppress(TimeoutError):
            wait_for(lambda goal=due * turn // (rounds + 2): play.sent(stage) >= goal, 15, pause=0.02)
        alive = children(crew.pid)
        for child in random.sample(alive, (len(alive) + 1) // 2):
            kills += _killed(child)
        if turn % 3 == 0:
            clocks[turn % 2].kill()
            clocks[turn % 2] = stage.clock()
            kills += 1
    return kills


def _killed(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def steps(size: Size) -> Outcome:
    """Workers and clocks kill themselves at every step of a reminder."""
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept = play.built(stage)
        who = play.crowd(kept, size.reminders)
        own = ",".join(step for step in STEPS if step not in CLOCK_STEPS)
        every, most = max(3, min(60, size.reminders // 60)), max(16, size.reminders // 20)
        stage.workers(size.workers, _THREADS, steps=own, every=every, most=most)
        for _ in range(2):
            stage.clock(steps=",".join(CLOCK_STEPS), every=max(2, min(20, size.reminders // 60)), most=most // 4)
        play.settle(kept, _patience(size))
        outcome.add("steps_kills", stage.steps().total(), "processes")
        return play.close("steps", stage, kept, who, outcome)


def stall(size: Size) -> Outcome:
    """Workers stand still at a step for longer than a send may take and the quiet time lasts, and then go on as if nothing were."""
    outcome = Outcome()
    stands = 70.0 / size.hurry
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept = play.built(stage)
        who = play.crowd(kept, size.reminders)
        where, many = "load,marked,request,accepted,keeping", 3 * size.workers
        stopping = stage.workers(many, _THREADS, steps=where, act="stop", every=6, most=size.reminders // 10)
        stage.workers(1, _THREADS)
        stage.clock()
        since: dict[int, float] = {}

        def let_go() -> None:
            for child in children(stopping.pid):
                if not stopped(child):
                    since.pop(child, None)
                elif time.monotonic() - since.setdefault(child, time.monotonic()) > stands:
                    os.kill(child, signal.SIGCONT)

        play.settle(kept, _patience(size), let_go)
        _wake_all(stopping)
        time.sleep(12 / size.hurry)  # what the last ones try now must be refused by their own deadline
        play.settle(kept, _patience(size))
        outcome.add("stall_stood_still", stands, "s")
        return play.close("stall", stage, kept, who, outcome)


def _wake_all(crew: Process) -> None:
    for child in children(crew.pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)


def hang(size: Size) -> float:
    """Seconds; longer than a send may take, and well within the quiet time also where a tenth of it is soon over."""
    return (30 if size.hurry < 5 else 20) / size.hurry


def hidden(size: Size) -> Outcome:
    """Twilio fails before or after it processed a text, hangs, resets, answers late or nonsense, and does not say which it was."""
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept = play.built(stage)
        stage.ask("/control", {"fail": HIDDEN, "fail_get": HIDDEN_LOOKS, "hang": hang(size), "delay": 0.02})
        who = play.crowd(kept, size.reminders)
        stage.workers(2, 64)
        stage.clock()
        play.settle(kept, _patience(size))
        for name, count in sorted(stage.ask("/stats").items()):
            if name in HIDDEN:
                outcome.add(f"hidden_said_{name}", count, "requests")
        return play.close("hidden", stage, kept, who, outcome)
