"""Scenes in which Redis fails, or everything is restarted all the time."""

import os
import random
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from threading import Event, Thread

from redis import Redis

from bench.proof import play, scenes
from bench.proof.phones import Line
from bench.proof.play import Outcome, Size
from bench.proof.stage import Process, Stage, free_port, wait_for

Tell = Callable[[str], None]
_TEXTS = ("0", "i missed my pill", "1", "can i drink wine", "9")


def redis(size: Size) -> Outcome:
    """Redis is killed and comes back, also without its last second; replies are lost after execution; it hangs; connections break;
    its memory is full.
    """
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept = play.built(stage)
        who = play.crowd(kept, size.reminders)
        tell = stage.proxy()
        stage.workers(4, 8)
        stage.clock(), stage.clock()
        faults = [_killed, _lossy, _full, _powerless, _cut, _hung]
        rounds = 2 * len(faults)
        for turn, fault in zip(range(1, rounds + 1), cycle(faults), strict=False):
            goal = size.reminders * turn // (rounds + 1)
            with suppress(TimeoutError):
                wait_for(lambda goal=goal: play.sent(stage) >= goal, 90, what="the flow")
            fault(stage, tell, size)
            outcome.add(f"redis_{fault.__name__.strip('_')}_{turn}", play.sent(stage), "sent so far")
        play.settle(kept, 300 + size.reminders / 20)
        return play.close("redis", stage, kept, who, outcome)


def _killed(stage: Stage, _: Tell, size: Size) -> None:
    stage.redis.kill()
    stage.redis.wait()
    time.sleep(2 / size.hurry)
    stage.start_redis()


def _powerless(stage: Stage, _: Tell, size: Size) -> None:
    """As after a power failure: what was not on the disk yet, the last second of what was acknowledged, is gone."""
    log = next(stage.folder.glob("appendonlydir/*.incr.aof"))
    kept = log.stat().st_size
    time.sleep(0.8)
    stage.redis.kill()
    stage.redis.wait()
    os.truncate(log, kept)
    time.sleep(2 / size.hurry)
    stage.start_redis()


def _lossy(_: Stage, tell: Tell, size: Size) -> None:
    tell("drop 0.05")
    time.sleep(8 / size.hurry)
    tell("pass")


def _cut(_: Stage, tell: Tell, size: Size) -> None:
    for _turn in range(5):
        tell("cut")
        time.sleep(0.5 / size.hurry)


def _hung(_: Stage, tell: Tell, size: Size) -> None:
    tell("hang")
    time.sleep(20 / size.hurry)
    tell("pass")


def _full(stage: Stage, _: Tell, size: Size) -> None:
    with Redis(port=stage.redis_port) as client:
        client.config_set("maxmemory", "1mb")
        time.sleep(10 / size.hurry)
        client.config_set("maxmemory", "0")


def storm(size: Size) -> Outcome:
    """All at once: Twilio hides what it did and posts receipts, replies of Redis are lost, workers are killed, people text "0"."""
    outcome, port, over = Outcome(), free_port(), Event()
    with Stage(rate=size.rate, hurry=size.hurry, receipts=port) as stage:
        kept, wrong = play.built(stage), list[str]()
        who = play.crowd(kept, size.reminders)
        tell = stage.proxy()
        stage.web(port)
        stage.ask("/control", {"fail": scenes.HIDDEN, "fail_get": scenes.HIDDEN_LOOKS, "hang": scenes.hang(size), "delay": 0.1})
        tell("drop 0.005")
        crew, clocks = stage.workers(size.workers, 8), [stage.clock(), stage.clock()]
        numbers = [person.address for person in who]
        texting = Thread(target=_text, args=(Line(port), lambda _: random.choice(numbers), ("0",), over, wrong), daemon=True)
        texting.start()
        outcome.add("storm_kills", scenes.mow(stage, crew, clocks, size.reminders, rounds=8), "processes")
        play.settle(kept, 300 + size.reminders / 20)
        over.set()
        texting.join(20)
        play.settle(kept, 300)
        outcome.add("storm_receipts", stage.ask("/stats").get("receipt-204", 0), "receipts")
        return play.close("storm", stage, kept, who, outcome)


def restarts(size: Size) -> Outcome:
    """Web, clock and workers get a SIGTERM every ten seconds, while reminders come due each minute and people text all the time."""
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept, port, over = play.built(stage), free_port(), Event()
        first = play.minute_before(time.time())
        minutes = max(1, int(size.seconds // 60))
        each = size.reminders // minutes
        who = [one for n in range(minutes) for one in play.crowd(kept, each, first=n * each, at=first + 60 * n)]
        started = _all(stage, port)
        lines = [Line(port) for _ in range(2)]
        wrong: list[str] = []
        texting = [
            Thread(target=_text, args=(line, _strangers(n), _TEXTS, over, wrong), daemon=True) for n, line in enumerate(lines)
        ]
        for thread in texting:
            thread.start()
        turns = 0
        while time.time() - outcome.begun < size.seconds:
            time.sleep(10)
            wait_for(lambda: _listens(port), 120, what="the web")  # a deploy goes on when the new ones are there
            turns += 1
            started = _again(stage, port, started)
        play.settle(kept, 300)
        over.set()
        for thread in texting:
            thread.join(20)
        outcome.add("restarts_restarts", turns, "times")
        outcome.add("restarts_connected_again", sum(line.again for line in lines), "times")
        outcome.want("restarts_wrong_answers", len(wrong), "texts")
        outcome.violations += wrong[:5]
        return play.close("restarts", stage, kept, who, outcome)


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _all(stage: Stage, port: int) -> list[Process]:
    return [stage.web(port), stage.clock(), stage.workers(2, 16)]


def _again(stage: Stage, port: int, old: list[Process]) -> list[Process]:
    """As a deploy does it: all end as they are told, the next ones come up meanwhile; only the web's port must be free first."""
    for process in old:
        process.send_signal(signal.SIGTERM)
    old[0].wait(20)
    return _all(stage, port)


def _strangers(number: int) -> Callable[[int], str]:
    """Somebody new every few texts."""
    return lambda turn: f"+1{7_000_000_000 + number * 1_000_000 + turn // len(_TEXTS)}"


def _text(line: Line, who: Callable[[int], str], texts: tuple[str, ...], over: Event, wrong: list[str]) -> None:
    """Text after text; a 5xx without TwiML, and no answer at all, is wrong."""
    for turn in range(1_000_000):
        if over.wait(0.1):
            return
        status, body = line.text(who(turn), texts[turn % len(texts)])
        if status != 200 or "<Response" not in body:
            wrong.append(f"{status} {body[:80]!r}")
