"""What happened meanwhile, told with the next text: a dose nobody answered about, a reminder that could not go out, a pause."""

from dataclasses import replace
from itertools import takewhile
from typing import Final

from service.core import doses, render, wording
from service.core.model import Slot, Turn
from service.core.scene import Scene
from service.core.schedule import coming_of
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
    without = doses.told_of(turn.contact, what)
    plan, dose = scene.contact.plan, doses.of_slot(scene.contact, slot)
    # Once the next dose has come up the tip's "take it when you remember" is not true of this one any more.
    true = dose and plan and not plan.paused and scene.now < coming_of(scene.contact, dose).next
    if what == "unanswered" and turn.verdict in _PLAIN and true:
        return replace(turn, contact=without, replies=(_missed(scene, slot),))
    text = f"{note}\n{turn.replies[0]}"
    if segments(text) > render.MOST_SEGMENTS:
        return turn
    return replace(turn, contact=without, replies=(text,))


def _missed(scene: Scene, slot: Slot) -> str:
    """What to do about a dose whose window is shut, with their own next time as a fact; several in a row are for the prescriber."""
    states = [d.state for d in scene.contact.doses if d.at <= scene.now and d.state in ("unanswered", "taken", "skipped")]
    in_a_row = len(list(takewhile(lambda state: state == "unanswered", reversed(states))))
    values = {"dose": wording.dose(scene.menu, slot), "next": following(scene), "count": str(in_a_row)}
    text = wording.say(scene.menu, "notice_silent_many" if in_a_row > 1 else "notice_silent_tip", **values)
    return "\n".join([render.localise(scene.menu, text, home=scene.home), scene.menu.sayings["way_home"]])


_SAYINGS: Final = {"unanswered": "notice_silent", "dropped": "notice_unsent", "paused": "notice_paused"}
