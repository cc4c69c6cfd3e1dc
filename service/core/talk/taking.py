"""What they say about a dose: taken, later, skipped, undone. Every answer names the dose and the next one; none can double one."""

from dataclasses import replace
from typing import Final

from service.core import doses, localtime, wording
from service.core.answers import spans, times
from service.core.doses import ANSWERED, PENDING
from service.core.model import Dose, Entry, Question, Turn
from service.core.scene import Scene
from service.core.schedule import CLOSE, coming_of, upcoming
from service.core.talk.ask import ask, following, lines, local_time, say

SNOOZE_MINUTES: Final = 15
SOON: Final = 60.0
"""A time this little ahead is their clock, not the future."""
_NEAR: Final = 300.0
_MOST_CHOICES: Final = 4


def candidates(scene: Scene) -> list[Dose]:
    """The doses a TAKEN or SKIP may be about: those that wait for an answer, else the last one when nobody answered it in time;
    and the next when it is within two hours.
    """
    near = doses.ahead(scene.contact, scene.now)
    before = [d for d in scene.contact.doses if d.at <= scene.now][-1:]
    waiting = doses.open_doses(scene.contact) or [d for d in before if d in unanswered(scene)]
    return [*waiting, *([doses.fresh(near)] if near else [])]


def unanswered(scene: Scene) -> list[Dose]:
    """Doses of the last day that nobody answered in time."""
    return [d for d in scene.contact.doses if d.state in ("unanswered", "dropped") and 0 <= scene.now - d.at < localtime.DAY]


def taken(scene: Scene) -> Turn:
    """TAKEN, also before its reminder came."""
    return _about_one(scene, "taken")


def skip(scene: Scene) -> Turn:
    """SKIP: never the beginning of stopping."""
    return _about_one(scene, "skipped")


def _about_one(scene: Scene, state: str) -> Turn:
    """An answer without a time: to the one dose it can be about; where there are two, they say which."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", f"do:{state}")
    found = candidates(scene) or unanswered(scene)[-1:]
    if not found:
        return say(scene, "nothing_open", f"do:{state}", next=following(scene))
    if len(found) > 1:
        return ask_which(scene, state, found)
    return answer(scene, found[0], state)


def ask_which(scene: Scene, state: str, found: list[Dose]) -> Turn:
    asked = Question("which_dose", scene.now, slots=tuple(d.slot for d in found[:_MOST_CHOICES]), said=state)
    return ask(scene, asked, which_text(scene, asked), f"do:{state}")


def which_text(scene: Scene, asked: Question) -> str:
    return lines(scene.menu.sayings["which_dose"], [wording.dose(scene.menu, slot) for slot in asked.slots])


def answer_which(scene: Scene, asked: Question) -> Turn | None:
    """Which of the open doses was meant."""
    number = scene.heard.number
    if number is None or not 0 < number <= len(asked.slots):
        return None
    slot = asked.slots[number - 1]
    known = [d for d in (*scene.contact.doses, *candidates(scene)) if d.slot == slot]
    if known and asked.said == "later":
        return put_off(scene, known[0])
    return answer(scene, known[0], asked.said) if known else say(scene, "nothing_open", "do:taken", next=following(scene))


def taken_at(scene: Scene) -> Turn:
    """ "Took it at 7:30": the dose nearest to that time, and the time as they say it."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:taken")
    minutes = times.find_clock(scene.menu.vocabulary, scene.heard.message.text)
    if not minutes:
        return taken(scene)
    at = _latest(scene, minutes)
    if at is None:
        return say(scene, "not_yet", "do:taken", next=following(scene))
    possible = (d for d in (*unanswered(scene), *candidates(scene)) if d.at - at <= CLOSE)
    found = min(possible, key=lambda d: abs(d.at - at), default=None)
    if found is None:
        return _answered_last(scene)
    return answer(scene, found, "taken", at)


def _answered_last(scene: Scene) -> Turn:
    """Nothing is open: the last answer stands, and they hear which it is."""
    last = doses.undone(scene.contact, scene.now)
    return already(scene, last) if last else say(scene, "nothing_open", "do:taken", next=following(scene))


def _latest(scene: Scene, minutes: tuple[int, ...]) -> float | None:
    """The last instant, within a day, at which their clock showed one of these minutes; None: it is yet to come."""
    zone = scene.contact.zone
    found = (localtime.instant(zone, scene.today + back, minute) for minute in minutes for back in (0, -1))
    past = [at for at in found if at <= scene.now + SOON]
    last = max(past, default=None)
    return last if last is not None and scene.now - last < localtime.DAY / 2 else None


def answer(scene: Scene, dose: Dose, state: str, at: float | None = None) -> Turn:
    """A dose answered, once; a second answer only tells what was noted."""
    if dose.state in ANSWERED:
        return already(scene, dose)
    after = scene.of(doses.answer(scene.contact, dose, state, scene.now if at is None else at, scene.now))
    if state == "skipped":
        return _skipped(after, dose)
    return _taken(after, dose, at)


def already(scene: Scene, dose: Dose) -> Turn:
    values = {"dose": wording.dose(scene.menu, dose.slot), "next": following(scene)}
    return say(scene, f"already_{dose.state}", f"do:{dose.state}", **values)


def _taken(scene: Scene, dose: Dose, at: float | None) -> Turn:
    """Noted. Taken within two hours of the next dose, that one is not reminded of: it could double."""
    taken_at = scene.now if at is None else at
    near = upcoming(scene.contact, scene.now)
    values = {"dose": wording.dose(scene.menu, dose.slot), "time": local_time(scene, scene.contact.zone, taken_at)}
    if near and near.at - taken_at < CLOSE and dose.at < near.at:
        held = replace(doses.fresh(near), state="dropped")
        entry = Entry(scene.now, "dropped", f"the dose before was taken within two hours {held.day}:{held.minute}")
        after = scene.of(doses.put(scene.contact, held))
        return say(after, "noted_close", "do:taken", entry, next=following(after), **values)
    early = not dose.told and dose.at > scene.now
    saying = "noted_early" if early else "noted_taken" if at is None else "noted_taken_at"
    return say(scene, saying, "do:taken", next=following(scene), **values)


def _skipped(scene: Scene, dose: Dose) -> Turn:
    """Noted; two in a row is a matter for the prescriber."""
    before = [d for d in scene.contact.doses if d.at < dose.at]
    twice = bool(before) and before[-1].state == "skipped"
    saying = "noted_skipped_twice" if twice else "noted_skipped"
    return say(scene, saying, "do:skip", dose=wording.dose(scene.menu, dose.slot), next=following(scene))


def later(scene: Scene) -> Turn:
    """LATER: 15 minutes, or as long as they say; refused where it would come too near the next dose."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:later")
    waiting = [d for d in doses.open_doses(scene.contact) if d.told]
    if not waiting:
        return say(scene, "nothing_open", "do:later", next=following(scene))
    if len(waiting) > 1 and scene.reminded is None:
        return ask_which(scene, "later", waiting)
    return put_off(scene, scene.reminded if scene.reminded in waiting and scene.reminded else waiting[-1])


def put_off(scene: Scene, dose: Dose) -> Turn:
    """One dose told once more, later."""
    if dose.state not in PENDING:
        return already(scene, dose) if dose.state in ANSWERED else say(scene, "nothing_open", "do:later", next=following(scene))
    at, closes = _put_off_to(scene), coming_of(scene.contact, dose)
    if at >= closes.closes:
        near = wording.relative(scene.menu, _slot_at(scene, closes.next), scene.today)
        return say(scene, "snooze_refused", "do:later", next=near)
    after = scene.of(doses.put(scene.contact, replace(dose, again=at)))
    time = local_time(scene, scene.contact.zone, at)
    return say(after, "snoozed", "do:later", dose=wording.dose(scene.menu, dose.slot), time=time, next=following(after))


def _slot_at(scene: Scene, at: float) -> tuple[int, int]:
    return localtime.local(scene.contact.zone, at)


def _put_off_to(scene: Scene) -> float:
    """When: "30 min", "at 9", or in 15 minutes."""
    text, vocabulary = scene.heard.message.text, scene.menu.vocabulary
    span = spans.read_span(vocabulary, text)
    if span:
        return scene.now + 60.0 * span
    minutes = times.find_clock(vocabulary, text)
    zone = scene.contact.zone
    ahead = (localtime.instant(zone, scene.today + day, minute) for minute in minutes for day in (0, 1))
    return min((at for at in ahead if at > scene.now), default=scene.now + 60.0 * SNOOZE_MINUTES)


def undo(scene: Scene) -> Turn:
    """UNDO: the last answer is taken back."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:undo")
    dose = doses.undone(scene.contact, scene.now)
    if dose is None:
        return say(scene, "nothing_undone", "do:undo", next=following(scene))
    after = scene.of(doses.undo(scene.contact, dose, scene.now))
    return say(after, "undone", "do:undo", dose=wording.dose(scene.menu, dose.slot), next=following(after))


# ---- numbers


_BY_NUMBER: Final = {1: "taken", 2: "later", 3: "skipped"}


def by_number(scene: Scene) -> Turn | None:
    """1 taken, 2 later, 3 skip, when a reminder is the last thing they were shown. Soon after a screen it is asked back."""
    dose, said = scene.reminded, _BY_NUMBER.get(scene.heard.number or 0)
    if dose is None or said is None:
        return None
    shown = scene.place
    if shown and scene.now - dose.told <= SOON and scene.now - shown.at < _NEAR and dose.state in PENDING:
        asked = Question("meant", scene.now, slots=(dose.slot,), number=scene.heard.number or 0)
        return ask(scene, asked, meant_text(scene, asked), f"do:{said}")
    return _by(scene, dose, said)


def _by(scene: Scene, dose: Dose, said: str) -> Turn:
    return put_off(scene, dose) if said == "later" else answer(scene, dose, said)


def meant_text(scene: Scene, asked: Question) -> str:
    own = wording.say(scene.menu, "meant_dose", dose=wording.dose(scene.menu, asked.slots[0]))
    return lines(scene.menu.sayings["which_meant"], [own, scene.menu.sayings["meant_menu"]])


def answer_meant(scene: Scene, asked: Question) -> Turn | None:
    """Whether a number was for the dose; that it was for the menu is for the menu to answer."""
    dose = doses.of_slot(scene.contact, asked.slots[0])
    return _by(scene, dose, _BY_NUMBER[asked.number]) if scene.heard.number == 1 and dose else None
