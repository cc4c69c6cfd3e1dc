"""REFILL: how long the tablets last, by the person's own count, never by the number of reminders."""

from dataclasses import replace
from datetime import date
from typing import Final

from service.core import turns, wording
from service.core.answers import supply
from service.core.menu import HOME
from service.core.model import Question, Supply, Turn
from service.core.scene import Scene
from service.core.talk.ask import ask, say
from service.core.talk.control import still_text

SOON_DAYS: Final = 3
RAN_OUT: Final = ("stopping-ranout", "stopping", HOME)


def refill(scene: Scene) -> Turn:
    """REFILL, also with the count in the same text."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:refill")
    asked = Question("supply", scene.now)
    counted = answer_supply(scene, asked) if len(scene.heard.bare) > 1 else None
    return counted or ask(scene, asked, scene.menu.sayings["ask_supply"], "do:refill")


def supply_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_a_day" if asked.number else "ask_supply"]


def answer_supply(scene: Scene, asked: Question) -> Turn | None:
    """Days left counting today, or the day it runs out, or tablets with tablets a day; rounded down."""
    today = date.fromordinal(scene.today)
    found = supply.read_supply(scene.menu.vocabulary, scene.heard.message.text, today)
    if found is None:
        return None
    if asked.number:
        a_day = found.a_day or found.days
        return counted(scene, int(asked.number / a_day)) if a_day else None
    if found.ends is not None:
        return counted(scene, found.ends.toordinal() - scene.today + 1)
    if found.days is not None:
        return ask_unit(scene, found.days) if scene.heard.number else counted(scene, found.days)
    question = replace(asked, number=found.tablets or 0)
    return ask(scene, question, supply_text(scene, question), "do:refill") if found.tablets else None


def ask_unit(scene: Scene, number: int) -> Turn:
    """A bare number may be days or tablets; taking ten tablets for ten days would warn a week too late."""
    asked = Question("unit", scene.now, number=number)
    return ask(scene, asked, unit_text(scene, asked), "do:refill")


def unit_text(scene: Scene, asked: Question) -> str:
    return wording.say(scene.menu, "ask_unit", number=str(asked.number))


def answer_unit(scene: Scene, asked: Question) -> Turn | None:
    """1 days, 2 tablets; anything else is read as a count again."""
    if scene.heard.number == 1:
        return counted(scene, asked.number)
    if scene.heard.number == 2:
        question = Question("supply", scene.now, number=asked.number)
        return ask(scene, question, supply_text(scene, question), "do:refill")
    return answer_supply(scene, replace(asked, kind="supply", number=0)) if scene.heard.number is None else None


def counted(scene: Scene, days: int) -> Turn:
    """So many days left, today the first of them. None left is no count, but a person without their medicine."""
    if days <= 0:
        out = next(id for id in RAN_OUT if id in scene.menu.screens)
        return turns.show(scene.change(asking=None), out, why="no days left")
    ends = scene.today + days - 1
    after = scene.change(supply=Supply(ends, told=scene.today))
    day = wording.day(scene.menu, ends)
    text = wording.say(scene.menu, "supply_soon" if days <= SOON_DAYS else "supply_saved", day=day)
    asked = Question("still", scene.now)
    return ask(after, asked, f"{text}\n{still_text(after, asked)}", "do:refill")
