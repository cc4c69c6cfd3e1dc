"""Numbers after a reminder: 1 taken 2 later 3 skip, when that is what they were shown last; asked back where it may be another."""

from dataclasses import replace
from typing import Final

from service.core import doses, wording
from service.core.answers import spans, times
from service.core.doses import PENDING
from service.core.menu import HOME
from service.core.model import Dose, Question, Turn
from service.core.scene import Scene
from service.core.talk.ask import ask, lines, note, say
from service.core.talk.snooze import put_off
from service.core.talk.taking import answer, ask_late

SOON: Final = 60.0
NEAR: Final = 300.0
"""A number this soon after a reminder may be for what was shown this shortly before it."""
_BY_NUMBER: Final = {1: "taken", 2: "later", 3: "skipped"}
_MOST_WORDS: Final = 4


def by_number(scene: Scene) -> Turn | None:
    """What a number says about a dose, or that it must be asked what it is for."""
    said, dose = _BY_NUMBER.get(scene.heard.number or 0), scene.last_told
    if said is None:
        return None
    if dose is None:
        return _ask_if_open(scene)
    if not scene.is_open(dose):
        return _too_late(scene, dose, said)
    return ask_meant(scene, dose) if _crossed(scene, dose) and dose.state in PENDING else _by(scene, dose, said)


def _crossed(scene: Scene, dose: Dose) -> bool:
    """Whether the reminder came just now, over something that was just shown."""
    before = max(scene.place.at if scene.place else 0.0, scene.asking.at if scene.asking else 0.0)
    return scene.now - dose.told <= SOON and scene.now - before < NEAR


def _ask_if_open(scene: Scene) -> Turn | None:
    """A dose waits for its answer, and only the main menu came in between: it may be meant for either."""
    dose, place = scene.told, scene.place
    if dose is None or dose.state != "open" or not scene.is_open(dose) or scene.asking or dose.told <= scene.contact.shown:
        return None
    return ask_meant(scene, dose) if place and place.screen == HOME else None


def _too_late(scene: Scene, dose: Dose, said: str) -> Turn | None:
    """A number hours after its reminder: the window is shut, and it is still an answer."""
    if dose.state != "unanswered":
        return None
    if said == "taken":
        return ask_late(scene, dose)
    return answer(scene, dose, said) if said == "skipped" else put_off(scene, dose)


def _by(scene: Scene, dose: Dose, said: str) -> Turn:
    return put_off(scene, dose) if said == "later" else answer(scene, dose, said)


def by_time(scene: Scene) -> Turn | None:
    """ "30 min", "at 9", and nothing else, when a reminder is the last thing they were shown: later."""
    dose, said = scene.reminded, scene.heard
    if dose is None or dose.state not in PENDING or said.number is not None or len(said.bare) > _MOST_WORDS:
        return None
    vocabulary, text = scene.menu.vocabulary, said.message.text
    return put_off(scene, dose) if spans.read_span(vocabulary, text) or times.read_clock(vocabulary, text) else None


def no_answer(scene: Scene) -> Turn | None:
    """Words that answer nothing, right after a reminder: what can be answered, and what to do in doubt."""
    dose = scene.reminded
    if dose is None or dose.state not in PENDING:
        return None
    turn = note(scene, "dose_choice", "miss", dose=wording.dose(scene.menu, dose.slot))
    return replace(turn, why="a dose waits for its answer")


# ---- what was that for?


def ask_meant(scene: Scene, dose: Dose) -> Turn:
    """The question that was open, if one was, waits behind this one."""
    asked = Question("meant", scene.now, slots=(dose.slot,), number=scene.heard.number or 0, parent=scene.asking)
    return ask(scene, asked, meant_text(scene, asked), "do:meant")


def meant_text(scene: Scene, asked: Question) -> str:
    word = scene.menu.sayings[f"number_{_BY_NUMBER[asked.number]}"]
    own = wording.say(scene.menu, "meant_dose", dose=wording.dose(scene.menu, asked.slots[0]), word=word)
    text = wording.say(scene.menu, "which_meant", number=str(asked.number))
    return lines(text, [own, scene.menu.sayings["meant_question" if asked.parent else "meant_menu"]])


def answer_meant(scene: Scene, asked: Question) -> Turn | None:
    """Whether a number was for the dose; what else it was for is answered where that is open."""
    dose = doses.of_slot(scene.contact, asked.slots[0])
    if scene.heard.number != 1:
        return None
    return _by(scene, dose, _BY_NUMBER[asked.number]) if dose else say(scene, "no_plan", "do:taken")
