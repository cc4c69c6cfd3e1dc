"""What they say about a dose: taken, later, skipped, undone. Every answer names the dose and the next one; none can double one."""

from dataclasses import replace
from typing import Final

from service.core import doses, localtime, turns, wording
from service.core.answers import times
from service.core.doses import ANSWERED
from service.core.model import Dose, Entry, Question, Turn
from service.core.scene import Scene
from service.core.schedule import CLOSE, upcoming
from service.core.talk.ask import ask, following, lines, local_time, note
from service.core.talk.snooze import already, put_off
from service.core.triage import Flag
from service.core.wake import TOO_MUCH

SOON: Final = 60.0
"""A time this little ahead is their clock, not the future."""
EARLY: Final = 3600.0
"""A bare TAKEN closes a slot this long ahead; further ahead it may be about another dose, and is asked back."""
_MOST_AGO: Final = 20 * 3600.0
REPEATED: Final = 3600.0
"""A second TAKEN within this is the first one once more."""
_MOST_CHOICES: Final = 4


def candidates(scene: Scene) -> list[Dose]:
    """The doses a TAKEN or SKIP may be about: those that wait for an answer, else the last one when nobody answered it in time;
    and the next when it is within two hours.
    """
    near = doses.ahead(scene.contact, scene.now)
    before = [d for d in scene.contact.doses if d.at <= scene.now][-1:]
    waiting = doses.open_doses(scene.contact) or [d for d in before if d in unanswered(scene)]
    return [*waiting, *([doses.ahead_of_time(near)] if near else [])]


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
        return note(scene, "no_plan", f"do:{state}")
    found = candidates(scene) or unanswered(scene)[-1:]
    if len(found) > 1:
        return ask_which(scene, state, found)
    if not found or (found[0].state == "ahead" and found[0].at - scene.now > EARLY):
        return nothing_open(scene, state)
    if state == "taken" and found[0] in unanswered(scene):
        return ask_late(scene, found[0])
    return answer(scene, found[0], state)


def nothing_open(scene: Scene, state: str) -> Turn:
    """No dose waits. Said once more it is the answer we have; later it may be another dose, or one too many."""
    last = doses.undone(scene.contact, scene.now)
    if last and scene.now - last.noted <= REPEATED:
        return already(scene, last)
    if last and state == "taken":
        return _ask_again(scene, last)
    plan = scene.contact.plan
    quiet = plan is not None and (plan.paused or plan.until > scene.now)
    return note(scene, "nothing_open_paused" if quiet else "nothing_open", f"do:{state}", next=following(scene))


def ask_which(scene: Scene, state: str, found: list[Dose]) -> Turn:
    asked = Question("which_dose", scene.now, slots=tuple(d.slot for d in found[:_MOST_CHOICES]), said=state)
    unasked = tuple(n for n in scene.contact.notices if n[1:] not in asked.slots)
    scene = scene.change(notices=unasked)
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
    return answer(scene, known[0], asked.said) if known else nothing_open(scene, asked.said)


def taken_at(scene: Scene) -> Turn:
    """ "Took it at 7:30": the dose nearest to that time, and the time as they say it."""
    if scene.contact.plan is None:
        return note(scene, "no_plan", "do:taken")
    minutes = times.find_clock(scene.menu.vocabulary, scene.heard.message.text)
    if not minutes:
        return taken(scene) if doses.open_doses(scene.contact) else note(scene, "not_when", "do:taken", next=following(scene))
    at = _latest(scene, minutes)
    if at is None:
        return note(scene, "not_yet", "do:taken", next=following(scene))
    possible = (d for d in (*unanswered(scene), *candidates(scene)) if d.at - at <= CLOSE)
    found = min(possible, key=lambda d: abs(d.at - at), default=None)
    if found:
        return answer(scene, found, "taken", at)
    last = doses.undone(scene.contact, scene.now)
    return already(scene, last) if last and abs(last.done - at) <= REPEATED else nothing_open(scene, "taken")


def _latest(scene: Scene, minutes: tuple[int, ...]) -> float | None:
    """The last instant, within a day, at which their clock showed one of these minutes; None: it is yet to come."""
    zone = scene.contact.zone
    yesterday = next(scene.heard.of("when"), None) is not None
    days = (-1,) if yesterday else (0, -1)
    found = (localtime.instant(zone, scene.today + back, minute) for minute in minutes for back in days)
    past = [at for at in found if at <= scene.now + SOON]
    last = max(past, default=None)
    return last if last is not None and scene.now - last < (localtime.DAY if yesterday else _MOST_AGO) else None


def answer(scene: Scene, dose: Dose, state: str, at: float | None = None) -> Turn:
    """A dose answered, once; a second answer only tells what was noted."""
    changes = (dose.state, state) == ("skipped", "taken")  # the safe direction; the other way needs an UNDO
    if dose.state in ANSWERED and not changes:
        return already(scene, dose)
    after = scene.of(doses.answer(scene.contact, dose, state, scene.now if at is None else at, scene.now))
    if state == "skipped":
        return _skipped(after, dose)
    return _taken(after, dose, at)


def _taken(scene: Scene, dose: Dose, at: float | None) -> Turn:
    """Noted. Taken within two hours of the next dose, that one is not reminded of: it could double."""
    taken_at = scene.now if at is None else at
    near = upcoming(scene.contact, scene.now)
    values = {"dose": wording.dose(scene.menu, dose.slot), "time": local_time(scene, scene.contact.zone, taken_at)}
    if near and near.at - taken_at < CLOSE and dose.at < near.at:
        held = replace(doses.ahead_of_time(near), state="dropped", noted=scene.now)
        entry = Entry(scene.now, "dropped", f"the dose before was taken within two hours {held.day}:{held.minute}")
        after = scene.of(doses.put(scene.contact, held))
        values["close"] = wording.dose(scene.menu, held.slot)
        return note(after, "noted_close", "do:taken", entry, next=following(after), **values)
    early = not dose.told and dose.at > scene.now
    saying = "noted_early" if early else "noted_taken" if at is None else "noted_taken_at"
    return note(scene, saying, "do:taken", next=following(scene), **values)


def _skipped(scene: Scene, dose: Dose) -> Turn:
    """Noted; two in a row is a matter for the prescriber."""
    row = [d.state for d in scene.contact.doses]
    place = [d.slot for d in scene.contact.doses].index(dose.slot)
    beside = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    twice = any(state in ("skipped", "unanswered") for state in beside)
    saying = "noted_skipped_twice" if twice else "noted_skipped"
    return note(scene, saying, "do:skip", dose=wording.dose(scene.menu, dose.slot), next=following(scene))


def undo(scene: Scene) -> Turn:
    """UNDO: the last answer is taken back."""
    if scene.contact.plan is None:
        return note(scene, "no_plan", "do:undo")
    dose = doses.undone(scene.contact, scene.now)
    if dose is None:
        return note(scene, "nothing_undone", "do:undo", next=following(scene))
    after = scene.of(doses.undo(scene.contact, dose, scene.now))
    return note(after, "undone", "do:undo", dose=wording.dose(scene.menu, dose.slot), next=following(after))


# ---- an answer that comes too late, or twice


def ask_late(scene: Scene, dose: Dose) -> Turn:
    """Hours later, "taken" may mean then or now; it matters for the next dose."""
    asked = Question("late", scene.now, slots=(dose.slot,))
    scene = scene.of(doses.without_notice(scene.contact, dose.slot))
    return ask(scene, asked, late_text(scene, asked), "do:taken")


def late_text(scene: Scene, asked: Question) -> str:
    return wording.say(scene.menu, "ask_late", dose=wording.dose(scene.menu, asked.slots[0]))


def answer_late(scene: Scene, asked: Question) -> Turn | None:
    """Taken on time, taken just now, or not taken."""
    dose, number = doses.of_slot(scene.contact, asked.slots[0]), scene.heard.number
    if dose is None or number not in (1, 2, 3, 4):
        return None
    if number in (1, 2):
        return answer(scene, dose, "taken", dose.at if number == 1 else scene.now)
    return note(scene, "not_taken", "do:taken", dose=wording.dose(scene.menu, dose.slot), next=following(scene))


def _ask_again(scene: Scene, last: Dose) -> Turn:
    near = doses.ahead(scene.contact, scene.now)
    asked = Question("again", scene.now, slots=(last.slot, *([near.slot] if near else [])))
    return ask(scene, asked, again_text(scene, asked), "do:taken")


def again_text(scene: Scene, asked: Question) -> str:
    """The dose that was noted, the next one when it is near, or one too many."""
    said = [wording.say(scene.menu, "again_noted", dose=wording.dose(scene.menu, asked.slots[0]))]
    said += [wording.say(scene.menu, "again_early", dose=wording.dose(scene.menu, slot)) for slot in asked.slots[1:]]
    return lines(scene.menu.sayings["ask_again"], [*said, scene.menu.sayings["again_extra"]])


def answer_again(scene: Scene, asked: Question) -> Turn | None:
    """One too many is a red flag of its own."""
    number = scene.heard.number
    if number is None or not 0 < number <= len(asked.slots) + 1:
        return None
    if number > len(asked.slots):
        return turns.alarm(scene.change(asking=None), Flag(TOO_MUCH, someone_else=False, why="one too many"))
    slot = asked.slots[number - 1]
    known = [*scene.contact.doses, *candidates(scene)]
    dose = next((d for d in known if d.slot == slot), None)
    return answer(scene, dose, "taken") if dose else nothing_open(scene, "taken")
