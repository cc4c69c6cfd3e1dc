"""Dose times as people type them: understood whole or asked back, never guessed, and read back before anything is kept.

An answer leads to the next question, or to a `Question` of the kind "ready": all times are there and are right.
"""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from service.core import localtime, wording
from service.core.answers import dates, times
from service.core.model import Question, Turn
from service.core.scene import Scene
from service.core.talk.ask import ask, chosen, lines

TOO_CLOSE: Final = 180
"""Minutes: two typed times nearer than this are asked back."""
_FROM = re.compile(r"\b(?:from|starting|start|beginning|effective|desde|a partir(?: de[l]?)?)\b(?: on\b)?", re.IGNORECASE)
_MOST_DAY_WORDS: Final = 4
_HALF_A_DAY: Final = 720


def ask_times(scene: Scene, asked: Question | None = None) -> Turn:
    return ask(scene, replace(asked or Question("times", scene.now), kind="times"), scene.menu.sayings["ask_times"], "do:times")


def times_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_times"]


def answer_times(scene: Scene, asked: Question) -> Turn | Question | None:
    """Typed times: understood whole, or asked back, never guessed. "From Monday" puts them off to that day."""
    text, day = _from_day(scene, scene.heard.message.text)
    if day:
        asked = replace(asked, day=day)
    found = times.read_times(scene.menu.vocabulary, text)
    if found.kind == "times":
        return check_times(scene, replace(asked, times=found.times))
    if found.kind == "no":
        return ask_times(scene, asked) if day else None
    if len(found.offered) == 2 and found.offered[1] - found.offered[0] == _HALF_A_DAY:
        half = replace(asked, kind="half", times=found.offered)
        return ask(scene, half, half_text(scene, half), "do:times")
    if found.offered:
        offer = replace(asked, kind="offer", times=found.offered)
        return ask(scene, offer, offer_text(scene, offer), "do:times")
    return None


def _from_day(scene: Scene, text: str) -> tuple[str, int]:
    """A text without its "from Monday", and that day; 0 where it has none."""
    found = _FROM.search(text)
    if not found:
        return text, 0
    here = scene.contact.zone or "UTC"
    today = date.fromordinal(localtime.local(here, scene.now)[0])
    rest = text[found.end() :].split()
    for count in range(min(_MOST_DAY_WORDS, len(rest)), 0, -1):
        day = dates.read_day(scene.menu.vocabulary, " ".join(rest[:count]).strip(" ,:;"), today)
        if day:
            return f"{text[: found.start()]} {' '.join(rest[count:])}", day.toordinal()
    return text, 0


def half_text(scene: Scene, asked: Question) -> str:
    return lines(scene.menu.sayings["ask_half"], [wording.clock(scene.menu, minute) for minute in asked.times])


def answer_half(scene: Scene, asked: Question) -> Turn | Question | None:
    """Morning or evening; or all times typed anew."""
    pick = chosen(scene, 2)
    if pick is not None and scene.heard.number is not None:
        return check_times(scene, replace(asked, times=(asked.times[pick],)))
    return answer_times(scene, replace(asked, times=()))


def offer_text(scene: Scene, asked: Question) -> str:
    offered = wording.say(scene.menu, "offer_times", times=wording.times(scene.menu, asked.times))
    return lines(scene.menu.sayings["ask_clock"], [offered])


def answer_offer(scene: Scene, asked: Question) -> Turn | Question | None:
    """The times we proposed, only if they say so; or their own."""
    if scene.heard.number == 1 or chosen(scene, 2) == 0:
        return check_times(scene, asked)
    return answer_times(scene, replace(asked, times=()))


def check_times(scene: Scene, asked: Question) -> Turn:
    """Two times under three hours apart are asked back; else all are read back."""
    around = (*asked.times, asked.times[0] + 1440)
    if any(after - before < TOO_CLOSE for before, after in pairwise(around)):
        close = replace(asked, kind="close")
        return ask(scene, close, close_text(scene, close), "do:times")
    return read_back(scene, asked)


def close_text(scene: Scene, asked: Question) -> str:
    return wording.say(scene.menu, "ask_close", times=wording.times(scene.menu, asked.times))


def answer_close(scene: Scene, asked: Question) -> Turn | Question | None:
    pick = chosen(scene, 2)
    if pick is None:
        return answer_times(scene, asked)
    return read_back(scene, asked) if pick == 0 else ask_times(scene, replace(asked, times=()))


def read_back(scene: Scene, asked: Question) -> Turn:
    asked = replace(asked, kind="read_back")
    return ask(scene, asked, read_back_text(scene, asked), "do:times")


def read_back_text(scene: Scene, asked: Question) -> str:
    text = wording.say(scene.menu, "read_back", times=wording.times(scene.menu, asked.times))
    if not asked.day:
        return text
    return f"{wording.say(scene.menu, 'read_back_from', day=wording.day(scene.menu, asked.day))} {text}"


def answer_read_back(scene: Scene, asked: Question) -> Turn | Question | None:
    pick = chosen(scene, 2)
    if pick is None:
        return answer_times(scene, asked)
    return replace(asked, kind="ready") if pick == 0 else ask_times(scene, replace(asked, times=()))
