"""Dose times as people type them: understood whole or asked back, never guessed, and read back before anything is kept.

An answer leads to the next question, or to a `Question` of the kind "ready": all times are there and are right.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from service.core import localtime, wording
from service.core.answers import dates, times
from service.core.model import Question, Turn
from service.core.scene import Scene
from service.core.schedule import CLOSE
from service.core.talk.ask import ask, chosen, lines, times_today
from service.core.words import plain

TOO_CLOSE: Final = 180
"""Minutes: two typed times nearer than this are asked back."""
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
    if scene.heard.number in _ANSWERS:
        return None
    found = times.read_times(scene.menu.vocabulary, text)
    if found.kind == "times":
        return _add_or_all(scene, replace(asked, times=found.times))
    if found.kind == "no":
        return ask_times(scene, asked) if day else None
    return _unclear(scene, asked, found)


_ANSWERS: Final = (1, 2, 3)
"""A press too many on the question before, and no dose time."""


def _unclear(scene: Scene, asked: Question, found: times.Times) -> Turn:
    """Times that are not clear: morning or evening, or what we take them for; where a word was not understood, all once more."""
    if found.half_open and len(found.offered) == 2 and found.offered[1] - found.offered[0] == _HALF_A_DAY:
        half = replace(asked, kind="half", times=found.offered)
        return ask(scene, half, half_text(scene, half), "do:times")
    if found.offered and (found.often or found.half_open):
        offer = replace(asked, kind="offer", times=found.offered, number=int(found.often))
        return ask(scene, offer, offer_text(scene, offer), "do:times")
    question = replace(asked, kind="times")
    return ask(scene, question, wording.say(scene.menu, "ask_all_times"), "do:times")


def _add_or_all(scene: Scene, asked: Question) -> Turn:
    """One time from somebody who has more: it may be one more, or the only one from now on."""
    had = times_today(scene)
    if len(asked.times) == 1 and len(had) > 1 and not asked.day and asked.times[0] not in had and len(had) < times.MOST_TIMES:
        question = replace(asked, kind="add")
        return ask(scene, question, add_text(scene, question), "do:times")
    return check_times(scene, asked)


def add_text(scene: Scene, asked: Question) -> str:
    values = {"times": wording.times(scene.menu, times_today(scene)), "time": wording.times(scene.menu, asked.times)}
    return wording.say(scene.menu, "ask_add", **values)


def answer_add(scene: Scene, asked: Question) -> Turn | Question | None:
    """1 adds it to the times there are, 2 makes it the only one."""
    number = scene.heard.number
    if number == 1 and scene.contact.plan:
        return check_times(scene, replace(asked, times=tuple(sorted({*times_today(scene), *asked.times}))))
    return check_times(scene, asked) if number == 2 else answer_times(scene, replace(asked, times=()))


def _from_day(scene: Scene, text: str) -> tuple[str, int]:
    """What is left of a text without the words of the command and without its "from Monday"; and that day, 0 where it has none."""
    words, menu = text.split(), scene.menu
    while words and menu.means(_plain(words[0]), "times_word"):
        words.pop(0)
    start = next((n for n, word in enumerate(words) if menu.means(_plain(word), "from_word")), None)
    if start is None:
        return " ".join(words), 0
    today = date.fromordinal(localtime.local(scene.contact.zone or "UTC", scene.now)[0])
    for end in range(start + 2, min(start + 1 + _MOST_DAY_WORDS, len(words)) + 1):
        said = " ".join(words[start + 1 : end]).strip(_SIGNS)
        day = dates.read_day(menu.vocabulary, said, today)
        if day:
            return " ".join(words[:start] + words[end:]), day.toordinal()
    return " ".join(words), 0


def _plain(word: str) -> str:
    return plain(word).strip(_SIGNS)


_SIGNS: Final = " ,:;.!?"


def half_text(scene: Scene, asked: Question) -> str:
    parts = (scene.menu.sayings["morning"], scene.menu.sayings["evening"])
    named = [f"{part}, {wording.clock(scene.menu, minute)}" for part, minute in zip(parts, asked.times, strict=False)]
    return lines(scene.menu.sayings["ask_half"], named)


def answer_half(scene: Scene, asked: Question) -> Turn | Question | None:
    """Morning or evening; or all times typed anew."""
    pick = chosen(scene, 2)
    if pick is not None and scene.heard.number is not None:
        return check_times(scene, replace(asked, times=(asked.times[pick],)))
    return answer_times(scene, replace(asked, times=()))


def offer_text(scene: Scene, asked: Question) -> str:
    offered = wording.say(scene.menu, "offer_times", times=wording.times(scene.menu, asked.times))
    return lines(scene.menu.sayings["ask_clock" if asked.number else "ask_these"], [offered])


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
    around = (*asked.times, asked.times[0] + 1440)
    nearest = min(after - before for before, after in pairwise(around))
    saying = "ask_too_close" if nearest * 60 < CLOSE else "ask_close"
    return wording.say(scene.menu, saying, times=wording.times(scene.menu, asked.times))


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
