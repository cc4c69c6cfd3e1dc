"""STOP, TAKEN, TIMES, DELETE, and texts that end nothing, raced against a wake: once at every step of it; and many by chance."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

from bench.proof import play
from bench.proof.people import Person
from bench.proof.phones import Line
from bench.proof.play import Outcome, Size
from bench.proof.stage import Stage, free_port, wait_for
from bench.proof.worker import STEPS, watch, watch_clock
from service import handle
from service.core import wording
from service.runtime import Runtime
from service.worker import LEASE

BEFORE: Final = ("claim", "claimed", "load", "loaded")
"""Steps at which nothing is marked as being sent: whoever is answered here gets no text."""
DURING: Final = "call"
"""While the request is on its way: no step of the worker's own."""
ENDING: Final = ("STOP", "TAKEN", "TIMES", "DELETE")
HARMLESS: Final = ("0", "receipt")
"""What leaves the dose as it is: its reminder goes out, once."""
_THREADS: Final = 8
_SLOW: Final = 1.0
_FAILING: Final = {"429": 0.1, "500-before": 0.05, "reset-after": 0.05}
"""So that much is marked a second time, if nobody has ended it meanwhile."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Who texted what, at which step; when the last answer was there, and what it was."""

    person: Person
    what: str
    step: str
    at: float
    said: str

    @property
    def holds(self) -> bool:
        """Whether it came to what was to be raced: new times are saved only with the last of three texts."""
        return self.what != "TIMES" or ">Saved" in self.said


def races(size: Size) -> Outcome:
    """Both kinds, on one Redis, with the real web."""
    outcome = Outcome()
    with Stage(rate=size.rate, hurry=size.hurry) as stage:
        kept, port = play.built(stage), free_port()
        stage.web(port)
        wait_for(lambda: Line(port).text("+17000000000", "0")[0] == 200, what="the web")
        at_steps = _one_by_one(stage, kept, port, max(1, min(5, size.reminders // 400)))
        who = play.crowd(kept, size.reminders // 2, first=100_000)
        by_chance = _at_once(stage, kept, port, who)
        play.settle(kept, 300)
        outcome.want("races_unsettled", max(0, play.overdue(kept)), "people")
        truth = stage.ask("/truth")
        _judge_steps(outcome, at_steps, Counter(row[0] for row in truth))
        _judge_chance(outcome, who, by_chance, truth, (stage.folder / "marks").read_text().splitlines())
        outcome.add("races_took", time.time() - outcome.begun, "s")
        return outcome


def say(kept: Runtime, line: Line, person: Person, what: str, step: str = "") -> Answered:
    """All that has to be texted until it holds; or a receipt, of a text that is long forgotten."""
    times = wording.times(kept.menu, sorted((person.slot[1] + minutes) % 1440 for minutes in (200, 500, 800)))
    said = ""
    for text in {"TIMES": ["TIMES", times, "1"], "DELETE": ["DELETE", "1"]}.get(what, [what]):
        _, said = line.receipt(person.address, "0.1") if what == "receipt" else line.text(person.address, text)
    return Answered(person, what, step, time.time(), said)


# ---- at every step


def _one_by_one(stage: Stage, kept: Runtime, port: int, times: int) -> list[Answered]:
    """At every step every text, in the very middle of the wake: the web answers it while the wake stands."""
    stage.ask("/control", {"delay": 0.0})
    line, raced, done = Line(port), play.built(stage), list[Answered]()
    hooks: list[Callable[[str], None]] = []

    def comes(step: str, *_: Any) -> None:
        for hook in hooks:
            hook(step)

    watch(raced, comes)
    watch_clock(raced.store, comes)
    cases = [(what, step) for what in (*ENDING, *HARMLESS) for step in (*STEPS, DURING)] * times
    for number, (what, step) in enumerate(cases):
        [person] = play.crowd(kept, 1, first=number)
        text = _once(step, lambda what=what, person=person, step=step: done.append(say(kept, line, person, what, step)))
        hooks[:] = [_beside(stage, text) if step == DURING else text]
        if person.id in raced.store.claim(time.time(), 1000, LEASE):
            handle.wake(raced, person.id)
    return done


def _once(step: str, text: Callable[[], None]) -> Callable[[str], None]:
    """What texts when a step has come for the first time."""
    left = [step]

    def hook(now: str) -> None:
        if now in left:
            left.clear()
            text()

    return hook


def _beside(stage: Stage, text: Callable[[str], None]) -> Callable[[str], None]:
    """What texts while the request is on its way, which takes as long as the text does."""
    thread = Thread(target=text, args=(DURING,))

    def hook(now: str) -> None:
        if now == "request":
            stage.ask("/control", {"delay": _SLOW})
            thread.start()
        if now == "accepted":
            thread.join()
            stage.ask("/control", {"delay": 0.0})

    return hook


def _judge_steps(outcome: Outcome, done: list[Answered], told: Counter[str]) -> None:
    """Answered before the mark: no text of that dose. Marked before, or nothing ended: that one text, neither lost nor doubled."""
    judged = [one for one in done if one.holds]
    outcome.add("races_at_steps", len(judged), "races")
    outcome.add("races_at_steps_not_saved", len(done) - len(judged), "races")
    missing = {(what, step) for what in (*ENDING, *HARMLESS) for step in (*STEPS, DURING)} - {
        (one.what, one.step) for one in judged
    }
    outcome.want("races_at_steps_missing", len(missing), "kinds")
    outcome.violations += [f"never raced: {what} at {step}" for what, step in sorted(missing)]
    expected = {one.person.address: int(one.what in HARMLESS or one.step not in BEFORE) for one in judged}
    for name, sign in (("lost", -1), ("doubled", 1)):
        wrong = [one for one in judged if (told[one.person.address] - expected[one.person.address]) * sign > 0]
        outcome.want(f"races_at_steps_{name}", len(wrong), "races")
        outcome.violations += [f"{one.what} at {one.step}: {told[one.person.address]} texts" for one in wrong[:10]]


# ---- by chance


def _at_once(stage: Stage, kept: Runtime, port: int, who: list[Person]) -> list[Answered]:
    """Real workers at full pace, requests that are slow or fail, and people who text in any moment of it: half of all."""
    stage.ask("/control", {"delay": _SLOW, "fail": _FAILING})
    before = play.sent(stage)
    stage.workers(2, 48, marks=True)
    stage.clock()
    wait_for(lambda: play.sent(stage) > before, what="the first text")
    begun, lasts = time.monotonic(), len(who) / 90 + 1
    order, left, kinds = random.sample(who, len(who)), {person.id: person for person in who}, (*ENDING, *HARMLESS)

    def text(place: int) -> list[Answered]:
        line, done, mine = Line(port), [], order[place : len(who) // 2 : _THREADS]
        for number, person in enumerate(mine):
            time.sleep(max(0.0, begun + lasts * number / len(mine) - time.monotonic()))
            one = (number % 2 and _just_marked(stage.folder / "marks", left)) or left.pop(person.id, None)
            if one:
                done.append(say(kept, line, one, kinds[number // 2 % len(kinds)]))
        return done

    with ThreadPoolExecutor(_THREADS) as threads:
        return [one for some in threads.map(text, range(_THREADS)) for one in some]


def _just_marked(marks: Path, left: dict[str, Person]) -> Person | None:
    """Somebody who has not texted yet, and whose request is most likely on its way."""
    latest = marks.read_text().splitlines()[-_THREADS:] if marks.exists() else []
    return next((found for line in reversed(latest) if (found := left.pop(line.split()[0], None))), None)


def _judge_chance(outcome: Outcome, who: list[Person], done: list[Answered], truth: list[list[Any]], marks: Iterable[str]) -> None:
    """Nothing is marked after the answer that ended it, nothing lost of who ended nothing, nothing twice."""
    marked = {id: float(at) for id, at in (line.split() for line in marks)}
    told = Counter(row[0] for row in truth)
    accepted = {to: created for to, _, _, created, *_ in truth}
    ended = [one for one in done if one.what in ENDING and one.holds]
    outcome.add("races_by_chance", len(ended), "races")
    outcome.add("races_by_chance_not_saved", sum(not one.holds for one in done), "races")
    outcome.add("races_answered_first", sum(told[one.person.address] == 0 for one in ended), "races")
    meanwhile = [one for one in ended if marked.get(one.person.id, one.at) < one.at < accepted.get(one.person.address, 0.0) + _SLOW]
    outcome.add("races_during_the_request", len(meanwhile), "races")
    late = [one for one in ended if marked.get(one.person.id, 0.0) > one.at]
    outcome.want("races_marked_after_the_answer", len(late), "races")
    outcome.violations += [f"{one.what} answered before the mark: {one.person.id}" for one in late[:5]]
    open_ = {one.person.id for one in done if one.what in ENDING}
    lost = [person for person in who if person.id not in open_ and not told[person.address]]
    outcome.want("races_lost", len(lost), "doses")
    outcome.want("races_unmarked", sum(told[person.address] > 0 and person.id not in marked for person in who), "doses")
    outcome.want("races_doubled", sum(told[person.address] > 1 for person in who), "doses")
