"""What happened meanwhile, told with the next text: a dose nobody answered about, a reminder that could not go out, a pause."""

from dataclasses import replace
from typing import Final

from service.core import render, wording
from service.core.model import Contact, Turn
from service.core.scene import Scene
from service.core.segments import segments
from service.core.talk.ask import following

_BESIDE: Final = ("navigate", "miss", "do", "screen", "ask")
_PLAIN: Final = ("navigate:home", "miss", "do:thanks", "do:yes", "do:no", "navigate:back", "start")
"""Turns that say nothing of their own: the missed-dose tip takes their place."""


def told(scene: Scene, turn: Turn) -> Turn:
    """The turn with what is to be told in front of its reply, where both fit; what does not fit is told another time."""
    pending = turn.contact.notices
    if not pending or not turn.replies or turn.contact.left is not None or turn.verdict.partition(":")[0] not in _BESIDE:
        return turn
    after = scene.of(turn.contact)
    for what, day, minute in sorted(pending, key=lambda n: n[0] != "unanswered"):  # what it replaces is nobody's notice
        turn = _one(after.of(turn.contact), turn, what, (day, minute))
    return turn


def _one(scene: Scene, turn: Turn, what: str, slot: tuple[int, int]) -> Turn:
    note = wording.say(scene.menu, _SAYINGS[what], dose=wording.dose(scene.menu, slot) if slot[0] else "")
    without = _without(turn.contact, what)
    if what == "unanswered" and turn.verdict in _PLAIN and scene.contact.plan and not scene.contact.plan.paused:
        return replace(turn, contact=without, replies=(_missed(scene, note),))
    text = f"{note}\n{turn.replies[0]}"
    if segments(text) > render.MOST_SEGMENTS:
        return turn
    return replace(turn, contact=without, replies=(text,))


def _missed(scene: Scene, note: str) -> str:
    """The missed-dose tip, with their own next time as a fact."""
    screen = scene.menu.screens["missed"]
    tip = render.localise(scene.menu, render.told(screen, home=scene.home), home=scene.home)
    following_dose = wording.say(scene.menu, "notice_next", next=following(scene))
    return "\n".join([note, tip, following_dose, scene.menu.sayings["way_home"]])


def _without(contact: Contact, what: str) -> Contact:
    return replace(contact, notices=tuple(n for n in contact.notices if n[0] != what))


_SAYINGS: Final = {"unanswered": "notice_silent", "dropped": "notice_unsent", "paused": "notice_paused"}
