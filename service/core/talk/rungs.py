"""Two rungs of the ladder: the open question, and what the service does when told. Each a table."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from service.core import render, turns
from service.core.guest import CONFIRM
from service.core.hearing import hear
from service.core.menu import HOME
from service.core.model import Question, Turn
from service.core.routing import route
from service.core.scene import Scene
from service.core.segments import segments
from service.core.talk import by_phone, control, numbers, setup, snooze, supply, taking, typed, zone
from service.core.talk.ask import say

_EXAMPLE_AFTER: Final = 2

Answered = Turn | Question | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: how it is put again, how a text is read as its answer (None: it is none), and an example of one."""

    text: Callable[[Scene, Question], str]
    answer: Callable[[Scene, Question], Answered]
    example: str = "example_choice"
    zero_answers: bool = False


KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("consent", "consent_new", "consent_more", "invite", CONFIRM), Kind(setup.consent_text, setup.answer_consent)),
    "times": Kind(typed.times_text, typed.answer_times, "example_times"),
    "half": Kind(typed.half_text, typed.answer_half, "example_times"),
    "offer": Kind(typed.offer_text, typed.answer_offer, "example_times"),
    "close": Kind(typed.close_text, typed.answer_close),
    "read_back": Kind(typed.read_back_text, typed.answer_read_back),
    "zone": Kind(zone.zone_text, zone.answer_zone),
    "where": Kind(zone.where_text, zone.answer_where, "example_where"),
    "which_zone": Kind(zone.which_zone_text, zone.answer_which_zone),
    "nudge": Kind(setup.nudge_text, setup.answer_nudge),
    "which_dose": Kind(taking.which_text, taking.answer_which),
    "meant": Kind(numbers.meant_text, numbers.answer_meant),
    "late": Kind(taking.late_text, taking.answer_late),
    "again": Kind(taking.again_text, taking.answer_again),
    "end": Kind(control.end_text, control.answer_end),
    "add": Kind(typed.add_text, typed.answer_add),
    "unit": Kind(supply.unit_text, supply.answer_unit),
    "pause": Kind(control.pause_text, control.answer_pause, "example_pause"),
    "supply": Kind(supply.supply_text, supply.answer_supply, "example_supply", zero_answers=True),
    "still": Kind(control.still_text, control.answer_still),
    "history": Kind(control.history_text, control.answer_private),
    "my_data": Kind(control.history_text, control.answer_private),
    "delete": Kind(control.history_text, control.answer_private),
}

COMMANDS: Final[dict[str, Callable[[Scene], Turn | Question]]] = {
    "one_person": lambda scene: say(scene, "one_person", "do:one_person"),
    "not_pump": lambda scene: say(scene, "not_pump", "do:not_pump"),
    "one_reminder": control.ask_end,
    "reminders_off": control.reminders_off,
    "reminders": setup.reminders,
    "undo": taking.undo,
    "later": snooze.later,
    "skip": taking.skip,
    "taken": taking.taken,
    "taken_at": taking.taken_at,
    "times": setup.change_times,
    "next": setup.shown,
    "zone": zone.change_zone,
    "pause": control.pause,
    "resume": setup.resume,
    "refill": supply.refill,
    "history": control.ask_history,
    "my_data": control.ask_my_data,
    "delete": control.ask_delete,
    "nudge_off": partial(setup.nudges, on=False),
    "nudge": partial(setup.nudges, on=True),
    "show_name": partial(control.name, shown=True),
    "hide_name": partial(control.name, shown=False),
    "text_me": by_phone.text_me,
}
"""In the order in which they win over each other."""


def command(scene: Scene) -> Turn | None:
    """TAKEN, TIMES, PAUSE and the like, in their words or their own. Somebody new reads who we are first."""
    said = {m.family.removeprefix("do:"): m.phrase for m in scene.heard.of("do")}
    found = next((name for name in COMMANDS if name in said), None)
    if found is None:
        return None
    if not scene.heard.message.proven and found not in _FROM_GUESTS:
        return replace(say(scene, "only_by_text", f"do:{found}"), why=said[found])
    if not scene.contact.welcomed and scene.contact.plan is None and found not in _FROM_STRANGERS:
        return replace(turns.home(scene), verdict=f"do:{found}", why=said[found])
    turn = _whole(scene, COMMANDS[found](scene.change(asking=None)))
    return replace(turn, verdict=f"do:{found}", why=said[found])


_FROM_GUESTS: Final = ("reminders", "times", "one_person", "not_pump", "text_me")
_FROM_STRANGERS: Final = ("reminders", "reminders_off", "one_person", "not_pump", "delete", "my_data")


def _whole(scene: Scene, answered: Turn | Question) -> Turn:
    """An answer that completes what was asked goes on to what is still missing."""
    return setup.proceed(scene, answered) if isinstance(answered, Question) else answered


def question(scene: Scene) -> Turn | None:
    """The open question. 0, BACK and MENU leave it; a command, or a question about a tip, is answered first."""
    asked = scene.asking
    if asked is None or asked.kind not in KINDS or (scene.heard.number is not None and scene.reminded):
        return None
    kind = KINDS[asked.kind]
    if _leaves(scene, kind):
        return turns.home(scene.change(asking=None))
    if asked.kind == "meant" and scene.heard.number == 2:
        return _for_the_other(scene, asked)
    answered = kind.answer(scene.change(asking=None), asked)
    if answered is not None:
        return _whole(scene, answered)
    return command(scene) or _tip(scene, asked, kind) or _again(scene, asked, kind)


def _leaves(scene: Scene, kind: Kind) -> bool:
    if scene.heard.number == 0 and not kind.zero_answers:
        return True
    return any(m.family in ("go:home", "go:back") for m in scene.heard.of("go"))


def _for_the_other(scene: Scene, asked: Question) -> Turn:
    """The number was for the question, or the screen, that was open when the reminder came."""
    if asked.parent is None:
        place = scene.contact.place
        options = scene.menu.standing(place.options) if place else ()
        after = scene.change(asking=None)
        return turns.go_to(after, options[asked.number - 1]) if 0 < asked.number <= len(options) else turns.home(after)
    said = hear(scene.menu, replace(scene.heard.message, text=str(asked.number)))
    again = replace(scene, heard=said).change(asking=replace(asked.parent, at=scene.now))
    return question(again) or turns.home(again)


def _tip(scene: Scene, asked: Question, kind: Kind) -> Turn | None:
    """A question about one tip, in the middle of another question: the tip, and the question once more where both fit."""
    found = route(scene.menu, scene.heard)
    if len(found.screens) != 1 or found.screens[0] == HOME:
        return None
    screen = scene.menu.screens[found.screens[0]]
    tip = render.localise(scene.menu, render.told(screen, home=scene.home), home=scene.home)
    both = f"{tip}\n{kind.text(scene, asked)}"
    contact = replace(scene.contact, asking=replace(asked, at=scene.now))
    reply = both if segments(both) <= render.MOST_SEGMENTS else tip
    return Turn(contact, (reply,), verdict=f"screen:{screen.id}", why=found.why)


def _again(scene: Scene, asked: Question, kind: Kind) -> Turn:
    """Not an answer: the question once more; after two misses an example, and the way out."""
    missed = replace(asked, at=scene.now, misses=asked.misses + 1)
    sorry = scene.menu.sayings["not_understood"]
    more = scene.menu.sayings[kind.example] if missed.misses >= _EXAMPLE_AFTER else kind.text(scene, asked)
    reply = f"{sorry} {more}"
    reply = reply if segments(reply) <= render.MOST_SEGMENTS else more
    return Turn(
        replace(scene.contact, asking=missed),
        (render.localise(scene.menu, reply, home=scene.home),),
        verdict="miss",
        why="no answer",
    )
