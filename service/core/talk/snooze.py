"""LATER: a dose told once more, never so late that it would come too near the next one."""

from dataclasses import replace
from typing import Final

from service.core import doses, localtime, wording
from service.core.answers import spans, times
from service.core.doses import ANSWERED, PENDING
from service.core.model import Dose, Turn
from service.core.scene import Scene
from service.core.schedule import coming_of
from service.core.talk.ask import following, local_time, note

SNOOZE_MINUTES: Final = 15


def already(scene: Scene, dose: Dose) -> Turn:
    """The answer that is noted stands."""
    values = {"dose": wording.dose(scene.menu, dose.slot), "next": following(scene)}
    return note(scene, f"already_{dose.state}", f"do:{dose.state}", **values)


def later(scene: Scene) -> Turn:
    """LATER: 15 minutes, or as long as they say; refused where it would come too near the next dose."""
    if scene.contact.plan is None:
        return note(scene, "no_plan", "do:later")
    waiting = [d for d in doses.open_doses(scene.contact) if d.told]
    if not waiting:
        return note(scene, "nothing_open", "do:later", next=following(scene))
    return put_off(scene, scene.reminded if scene.reminded in waiting and scene.reminded else waiting[-1])


def put_off(scene: Scene, dose: Dose) -> Turn:
    """One dose told once more, later."""
    if dose.state not in PENDING:
        return already(scene, dose) if dose.state in ANSWERED else note(scene, "nothing_open", "do:later", next=following(scene))
    at, closes = _put_off_to(scene), coming_of(scene.contact, dose)
    if at >= closes.closes:
        near = wording.dose(scene.menu, _slot_at(scene, closes.next))
        return note(scene, "snooze_refused", "do:later", next=near)
    after = scene.of(doses.put(scene.contact, replace(dose, again=at)))
    time = local_time(scene, scene.contact.zone, at)
    return note(after, "snoozed", "do:later", dose=wording.dose(scene.menu, dose.slot), time=time, next=following(after))


def _slot_at(scene: Scene, at: float) -> tuple[int, int]:
    return localtime.local(scene.contact.zone, at)


def _put_off_to(scene: Scene) -> float:
    """When: "30 min", "at 9", or in 15 minutes."""
    text, vocabulary = scene.heard.message.text, scene.menu.vocabulary
    span = spans.read_span(vocabulary, text)
    if span:
        return scene.now + 60.0 * span
    typed = scene.heard.number is None  # a bare "2" is the answer, not two o'clock
    minutes = (times.find_clock(vocabulary, text) or times.read_clock(vocabulary, text)) if typed else ()
    zone = scene.contact.zone
    ahead = (localtime.instant(zone, scene.today + day, minute) for minute in minutes for day in (0, 1))
    return min((at for at in ahead if at > scene.now), default=scene.now + 60.0 * SNOOZE_MINUTES)
