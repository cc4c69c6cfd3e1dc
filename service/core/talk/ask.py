"""Saying something about reminders, and asking: a question is open until it is answered, left, or too old."""

from collections.abc import Iterable
from dataclasses import replace

from service.core import localtime, render, wording
from service.core.model import Entry, Question, Turn
from service.core.scene import Scene
from service.core.schedule import next_dose, times_on


def say(scene: Scene, saying: str, why: str, *journal: Entry, **values: str) -> Turn:
    """One of the service's own texts; whatever was asked before is answered with it."""
    return tell(scene, wording.say(scene.menu, saying, **values), why, *journal)


def tell(scene: Scene, text: str, why: str, *journal: Entry) -> Turn:
    """A text as the turn's reply, with no question open after it."""
    contact = replace(scene.contact, welcomed=True, asking=None, shown=scene.now)
    return Turn(contact, (render.localise(scene.menu, text, home=scene.home),), journal, why, why)


def note(scene: Scene, saying: str, why: str, *journal: Entry, **values: str) -> Turn:
    """A text about a dose: a number that follows is still about that dose; a question that was open before it stays open."""
    turn = say(scene, saying, why, *journal, **values)
    return replace(turn, contact=replace(turn.contact, shown=scene.contact.shown, asking=scene.contact.asking))


def ask(scene: Scene, question: Question, text: str, why: str, *journal: Entry) -> Turn:
    """A text that asks: the next text is first read as its answer."""
    turn = tell(scene, text, why, *journal)
    return replace(turn, contact=replace(turn.contact, asking=replace(question, at=scene.now)))


def lines(text: str, options: Iterable[str]) -> str:
    """A question with its answers numbered."""
    return "\n".join([text, *(f"{n} {option}" for n, option in enumerate(options, 1))])


def chosen(scene: Scene, count: int) -> int | None:
    """Which of so many numbered answers was given, from 0; yes and no are the first and the second of two."""
    number = scene.heard.number
    if number is not None:
        return number - 1 if 0 < number <= count else None
    said = next((m.family for m in scene.heard.of("courtesy")), "")
    return {"courtesy:yes": 0, "courtesy:no": 1}.get(said) if count == 2 else None


def times_today(scene: Scene) -> tuple[int, ...]:
    """The minutes of their plan today; none without a plan."""
    plan = scene.contact.plan
    return times_on(plan, scene.today) if plan else ()


def following(scene: Scene) -> str:
    """The next dose in words: "today 2:00 PM"."""
    found = next_dose(scene.contact, scene.now)
    if found is None:
        return scene.menu.sayings["none_planned"]
    return wording.relative(scene.menu, found.slot, scene.today)


def local_time(scene: Scene, zone: str, at: float | None = None) -> str:
    """What a clock shows in a zone."""
    return wording.clock(scene.menu, localtime.local(zone, scene.now if at is None else at)[1])
