"""Setting reminders up: consent, times, zone, the second text; and changing them. Each answer leads to what is still missing."""

import zlib
from dataclasses import replace
from typing import Final

from service.core import doses, localtime, render, wording
from service.core.guest import CONFIRM
from service.core.model import Consent, Contact, Entry, Plan, Question, Turn
from service.core.outbox import called_off
from service.core.scene import Scene
from service.core.schedule import coming, first_after_change, fresh
from service.core.talk.ask import ask, chosen, following, local_time, say, tell, times_today
from service.core.talk.by_phone import confirm_text, offer
from service.core.talk.typed import answer_times, ask_times
from service.core.talk.zone import ask_zone

USUAL_MOST: Final = 8
"""Texts a day asked consent for before the plan is known: three doses, each with a second text, a warning and a question."""
EXTRA: Final = 2
_MOST_STEPS: Final = 7


def texts_a_day(count: int, *, nudge: bool) -> int:
    """The most texts a plan can bring on one day: a reminder a dose, its second text, a warning and a question."""
    return count * (2 if nudge else 1) + EXTRA


# ---- REMINDERS, and consent


def reminders(scene: Scene) -> Turn:
    """REMINDERS: from the beginning, or where they stand."""
    plan = scene.contact.plan
    if plan:
        return resume(scene) if plan.paused else shown(scene)
    if scene.contact.consent or not scene.heard.message.proven:
        return ask_times(scene)
    return ask_consent(scene, Question("consent", scene.now, number=USUAL_MOST))


def resume(scene: Scene) -> Turn:
    """RESUME: on again, from the first time that is far enough from the last dose."""
    plan = scene.contact.plan
    if plan is None:
        return say(scene, "no_plan", "do:resume")
    if not plan.paused and plan.until <= scene.now:
        return shown(scene)
    after = scene.of(resumed(scene.contact, scene.now))
    return say(after, "resumed", "do:resume", Entry(scene.now, "resumed", ""), **standing(after))


def shown(scene: Scene) -> Turn:
    """The times, and the next dose."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:next")
    if scene.contact.plan.paused:
        return say(scene, "paused", "do:next")
    return say(scene, "reminders_on", "do:next", **standing(scene))


def standing(scene: Scene) -> dict[str, str]:
    """The values that say how things are: times and next."""
    return {"times": wording.times(scene.menu, times_today(scene)), "next": following(scene)}


def ask_consent(scene: Scene, question: Question) -> Turn:
    """In the words for who is new here, for more texts than agreed to, or for anybody else: the kind of the question."""
    kind = "consent_more" if scene.contact.consent else "consent" if scene.contact.welcomed else "consent_new"
    question = replace(question, kind=kind)
    return ask(scene, question, consent_text(scene, question), "do:reminders")


def consent_text(scene: Scene, asked: Question) -> str:
    if asked.kind == CONFIRM:
        return confirm_text(scene, asked)
    saying = "consent_new" if asked.kind == "invite" else asked.kind
    return wording.say(scene.menu, saying, most=str(asked.number or USUAL_MOST))


def answer_consent(scene: Scene, asked: Question) -> Turn | None:
    """1 agrees; the journal keeps when, to which wording, and by which message."""
    pick = chosen(scene, 2)
    if pick == 1 and (scene.heard.number is None or asked.kind == CONFIRM):
        return say(scene, "consent_no", "do:reminders")
    if pick != 0:
        return None
    most, text = asked.number or USUAL_MOST, scene.menu.sayings[asked.kind]
    wording_print = f"{zlib.crc32(text.encode()):08x}"
    message = scene.heard.message
    consent = Consent(scene.now, most, wording_print, message.channel)
    contact = replace(scene.contact, consent=consent, address=message.address)
    entry = Entry(scene.now, "agreed", f"{most} texts a day, wording {wording_print}, {message.channel}, {message.id}")
    agreed = wording.say(scene.menu, "agreed", most=str(most))
    turn = proceed(scene.of(contact), asked) if asked.times else ask_times(scene.of(contact))
    return replace(
        turn,
        replies=_agreed(scene, asked, agreed, turn.replies[0]),
        journal=(entry, *turn.journal),
        verdict="do:agree",
        why="agreed",
    )


def _agreed(scene: Scene, asked: Question, agreed: str, reply: str) -> tuple[str, ...]:
    """What they agreed to, with what comes next; who was asked by phone may read the first text of all, so it says who we are."""
    if asked.kind == CONFIRM:
        hello = "" if scene.contact.welcomed else f"{scene.menu.sayings['welcome_short']} "
        return render.localise(scene.menu, f"{hello}{agreed}", home=scene.home), reply
    return (reply,) if asked.times else (f"{agreed}\n{reply}",)


# ---- TIMES, and what is still missing


def change_times(scene: Scene) -> Turn | Question:
    """TIMES, also with the new times, or the day they begin, in the same text."""
    if scene.contact.consent is None:
        return reminders(scene)
    asked = Question("times", scene.now)
    return answer_times(scene, asked) or ask_times(scene, asked)


def proceed(scene: Scene, asked: Question) -> Turn:
    """Times are read back and right: their zone, the second text, more consent if it takes more texts; then all is set."""
    contact = replace(scene.contact, zone=asked.zone or scene.contact.zone)
    if not asked.times:
        return zoned(scene.of(contact))
    if not contact.zone:
        return ask_zone(scene, asked)
    scene = scene.of(contact)
    if contact.plan is None and not asked.said:
        question = replace(asked, kind="nudge")
        return ask(scene, question, nudge_text(scene, question), "do:times")
    nudge = contact.plan.nudge if contact.plan and not asked.said else asked.said == "nudge"
    most = texts_a_day(len(asked.times), nudge=nudge)
    if not scene.heard.message.proven:
        return offer(scene, asked, most)
    if contact.consent is None or contact.consent.most < most:
        return ask_consent(scene, replace(asked, kind="consent", number=most))
    return save(scene, asked, nudge=nudge)


def nudge_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_nudge"]


def answer_nudge(scene: Scene, asked: Question) -> Turn | None:
    pick = chosen(scene, 2)
    return None if pick is None else proceed(scene, replace(asked, said="nudge" if pick == 0 else "no nudge"))


def save(scene: Scene, asked: Question, *, nudge: bool) -> Turn:
    """The plan as they typed it, from now or from the day they said."""
    plan, later = scene.contact.plan, asked.day > scene.today
    entry = Entry(scene.now, "times", f"{len(asked.times)} a day")
    if plan is not None and later:
        after = scene.change(plan=replace(plan, steps=_with_step(plan, asked), nudge=nudge, checked=scene.now))
        values = {"day": wording.day(scene.menu, asked.day), "times": wording.times(scene.menu, asked.times)}
        return say(after, "times_saved_from", "do:times", entry, next=following(after), **values)
    after = _from_now(scene, asked, nudge=nudge)
    if later and after.contact.plan:
        start = localtime.instant(scene.contact.zone, asked.day, 0)
        after = after.change(plan=replace(after.contact.plan, start=start))
    return _saved(after, "times_saved" if plan else "all_set", "do:times", entry)


def _saved(after: Scene, saying: str, why: str, entry: Entry) -> Turn:
    """Saved, with the next dose; one that is passed over, because it would come too near the last, is named."""
    plan = after.contact.plan
    early = coming(replace(plan, start=after.now), after.contact.zone, after.now) if plan else ()
    left_out = next((c for c in fresh(after.contact, early) if plan and c.at < plan.start), None)
    if left_out is None:
        return say(after, saying, why, entry, time=local_time(after, after.contact.zone), **standing(after))
    return say(after, "saved_close", why, entry, dose=wording.dose(after.menu, left_out.slot), **standing(after))


def _from_now(scene: Scene, asked: Question, *, nudge: bool) -> Scene:
    """What waits from an old plan is dropped, and the next reminder is far enough from the last dose."""
    plan, now = scene.contact.plan or Plan((), 0.0, heard=scene.now), scene.now
    start = first_after_change(scene.contact, now)
    made = replace(plan, times=asked.times, steps=(), start=start, nudge=nudge, paused=False, until=0.0, checked=now)
    return scene.of(replace(called_off(scene.contact), plan=made, supply=None))


def _with_step(plan: Plan, asked: Question) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The steps of a plan with one more: a dose that goes down or up is typed day by day."""
    others = [step for step in plan.steps if step[0] != asked.day][-_MOST_STEPS:]
    return tuple(sorted((*others, (asked.day, asked.times))))


def resumed(contact: Contact, now: float) -> Contact:
    """The contact with its plan going on."""
    if contact.plan is None:
        return contact
    start = first_after_change(contact, now)
    plan = replace(contact.plan, paused=False, until=0.0, start=start, heard=now, checked=now, failures=0)
    return doses.without_notice(replace(contact, plan=plan), (0, 0))


def zoned(scene: Scene) -> Turn:
    """The zone is theirs, and the reminders move with it."""
    contact = scene.contact
    if contact.plan is None:
        return say(scene, "zone_only", "do:zone", time=local_time(scene, contact.zone))
    moved = called_off(contact)
    after = scene.of(replace(moved, plan=replace(contact.plan, start=first_after_change(moved, scene.now))))
    return _saved(after, "zone_saved", "do:zone", Entry(scene.now, "zone", ""))


def nudges(scene: Scene, *, on: bool) -> Turn:
    """NUDGE, NUDGE OFF: the second text, with more consent if it takes more texts."""
    plan = scene.contact.plan
    if plan is None:
        return say(scene, "no_plan", "do:nudge")
    if on and scene.contact.consent and scene.contact.consent.most < texts_a_day(len(plan.times), nudge=True):
        asked = Question("consent", scene.now, times=plan.times, said="nudge", number=texts_a_day(len(plan.times), nudge=True))
        return ask_consent(scene, asked)
    return tell(scene.change(plan=replace(plan, nudge=on)), scene.menu.sayings["nudge_on" if on else "nudge_off"], "do:nudge")
