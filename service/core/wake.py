"""Their time came: what is due now becomes texts in the outbox, in the words that are true at this moment."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from service.core import doses, localtime, outbox, render, wording
from service.core.due import GIVE_UP_DAYS, WARN_MINUTE, again_at, check, check_day, warning_days
from service.core.menu import Menu
from service.core.model import Contact, Dose, Due, Entry, Outgoing, Pace, Plan, Turn
from service.core.scene import SCREEN_SECONDS
from service.core.schedule import LATE, NUDGE, Coming, coming_of, times_on

HALF_A_DAY: Final = localtime.DAY / 2
"""A dose nobody answered about, this near before the next one, may have been taken late."""
TOO_MUCH: Final = "overdose"
"""The kind of red flag after which a dose is not simply due: who told them when to take the next one comes first."""
_WARN_SECONDS: Final = 10 * 3600
"""A warning that could not go out by the evening is left to the next one."""


@dataclass(frozen=True, slots=True)
class Waking:
    """One wake on its way: the contact as far as it has come, and what is to be journalled."""

    menu: Menu
    contact: Contact
    now: float
    journal: tuple[Entry, ...] = ()

    def with_(self, contact: Contact, *journal: Entry) -> "Waking":
        return replace(self, contact=contact, journal=(*self.journal, *journal))


def wake(menu: Menu, contact: Contact, event: Due, now: float) -> Turn:
    """What a contact gets now: entries to send (`Turn.send`), marked in the outbox as being sent."""
    waking = Waking(menu, doses.settle(contact, now), now)
    for part in _PARTS:
        waking = part(waking)
    contact, taken = outbox.take(waking.contact, now, doubt=event.doubt)
    return Turn(contact, journal=waking.journal, verdict="due", why=" ".join(o.kind for o in taken), send=taken)


def at_rest(waking: Waking) -> Waking:
    """A record keeps no place in the menu, and no pace, that is long over: most of the time nobody texts."""
    contact, now = waking.contact, waking.now
    place = contact.place if contact.place and now - contact.place.at <= SCREEN_SECONDS else None
    alarm = contact.alarm if contact.alarm and now - contact.alarm.at <= localtime.DAY else None
    pace = contact.pace if now - contact.pace.at <= SCREEN_SECONDS else Pace(reply=contact.pace.reply)
    guest = contact.guest
    if guest and not guest.offered and (guest.place is None or now - guest.place.at > SCREEN_SECONDS):
        contact = replace(contact, guest=None)
    return waking.with_(replace(contact, place=place, alarm=alarm, pace=pace, plan=_stepped(contact, now)))


def _stepped(contact: Contact, now: float) -> Plan | None:
    """The plan with steps that are days past made its times."""
    plan = contact.plan
    if plan is None or not plan.steps:
        return plan
    past = [step for step in plan.steps if step[0] < localtime.local(contact.zone, now)[0] - _SETTLED_DAYS]
    return replace(plan, times=past[-1][1], steps=plan.steps[len(past) :]) if past else plan


_SETTLED_DAYS: Final = 3


def old_entries(waking: Waking) -> Waking:
    """Nothing that is not true any more stays in the outbox."""
    contact, journal = outbox.prune(waking.contact, waking.now)
    return waking.with_(contact, *journal)


def reminders(waking: Waking) -> Waking:
    """A dose that is to be told and has no text in the outbox gets one: as it is, late, or none because that would not be true."""
    for dose in doses.untold(waking.contact):
        waking = _remind(waking, dose)
    return waking


def _remind(waking: Waking, dose: Dose) -> Waking:
    contact, now, slot = waking.contact, waking.now, coming_of(waking.contact, dose)
    if now >= slot.closes:
        dropped = doses.notice(doses.put(contact, replace(dose, state="dropped")), "dropped", dose.slot)
        return waking.with_(dropped, Entry(now, "dropped", f"too late {dose.day}:{dose.minute}"))
    late = now >= dose.at + LATE
    until = slot.closes if late else min(dose.at + LATE, slot.closes)
    saying, text = ("late", _late(waking, slot)) if late else _reminder(waking, dose)
    told = doses.told_of(contact, "dropped") if saying == _TELLS_UNSENT else contact
    return waking.with_(outbox.add(told, "late" if late else "reminder", text, until, now=now, slot=dose.slot))


_TELLS_UNSENT: Final = "reminder_after_unsent"


def _reminder(waking: Waking, dose: Dose) -> tuple[str, str]:
    """The reminder, its saying and its text; one that was not sent before it is told with it, since this is the next text."""
    menu, contact = waking.menu, waking.contact
    told = {"name": wording.name(menu, contact), "dose": wording.dose(menu, dose.slot)}
    if contact.alarm and contact.alarm.text.startswith(TOO_MUCH) and dose.at - contact.alarm.at < localtime.DAY:
        return "reminder_after_too_much", wording.say(menu, "reminder_after_too_much", **told)
    before = [d for d in contact.doses if dose.at - HALF_A_DAY <= d.at < dose.at][-1:]
    if before and before[0].state in ("open", "unanswered"):
        return "reminder_after_silence", wording.say(menu, "reminder_after_silence", **told)
    unsent = next((n for n in contact.notices if n[0] == "dropped"), None)
    if unsent:
        return _TELLS_UNSENT, wording.say(menu, _TELLS_UNSENT, time=wording.clock(menu, unsent[2]), **told)
    return "reminder", wording.say(menu, "reminder", **told)


def _late(waking: Waking, slot: Coming) -> str:
    menu, zone = waking.menu, waking.contact.zone
    following = localtime.local(zone, slot.next)
    values = {"name": wording.name(menu, waking.contact), "dose": wording.dose(menu, slot.slot)}
    return wording.say(menu, "late", next=_when(menu, following, slot.slot), **values)


def _when(menu: Menu, slot: tuple[int, int], beside: tuple[int, int]) -> str:
    """The next dose beside one of the same day: only its time."""
    return wording.clock(menu, slot[1]) if slot[0] == beside[0] else wording.dose(menu, slot)


def wordings(menu: Menu, contact: Contact, entry: Outgoing) -> tuple[str, ...]:
    """Every text that an entry may have been sent as, when the store may have forgotten the sending of it."""
    dose = doses.of_slot(contact, entry.slot)
    if entry.kind not in outbox.ONCE or dose is None:
        return (entry.text,)
    then = [Waking(spoken, replace(contact, notices=()), 0.0) for spoken in menu.languages.values()]
    slot = coming_of(contact, dose)
    return tuple(dict.fromkeys((entry.text, *(text for w in then for text in (_reminder(w, dose)[1], _late(w, slot))))))


def once_more(waking: Waking) -> Waking:
    """Doses put off, and the one nudge for those without an answer."""
    plan = waking.contact.plan
    if plan is None or waking.contact.left is not None:
        return waking
    for dose in waking.contact.doses:
        at = again_at(plan, dose)
        if at and at <= waking.now < coming_of(waking.contact, dose).closes:
            waking = _tell_again(waking, dose)
    return waking


def _tell_again(waking: Waking, dose: Dose) -> Waking:
    contact, kind = waking.contact, "again" if dose.again else "nudge"
    told = doses.put(contact, replace(dose, again=0.0, nudged=dose.nudged or kind == "nudge"))
    values = {"name": wording.name(waking.menu, contact), "dose": wording.dose(waking.menu, dose.slot)}
    text = wording.say(waking.menu, "reminder" if kind == "again" else "nudge", **values)
    closes = coming_of(contact, dose).closes
    return waking.with_(outbox.add(told, kind, text, min(closes, waking.now + NUDGE), now=waking.now, slot=dose.slot))


def warning(waking: Waking) -> Waking:
    """The tablets run out by their own count: one text, whatever days it stands for."""
    contact, now = waking.contact, waking.now
    if contact.supply is None or contact.left is not None:
        return waking
    today, minute = localtime.local(contact.zone, now)
    days = [day for day in warning_days(contact.supply) if contact.supply.told < day <= today]
    if not days or (max(days) == today and minute < WARN_MINUTE):
        return waking
    told = replace(contact, supply=replace(contact.supply, told=max(days)))
    until = localtime.instant(contact.zone, max(days), WARN_MINUTE) + _WARN_SECONDS
    left = contact.supply.ends - today
    if now >= until or left < 0:
        return waking.with_(told, Entry(now, "dropped", f"run-out warning, {left} days left"))
    return waking.with_(outbox.add(told, "runout", _warning(waking, left), until, now=now))


def _warning(waking: Waking, left: int) -> str:
    menu, contact = waking.menu, waking.contact
    saying = {0: "runout_today", 1: "runout_tomorrow"}.get(left, "runout")
    day = wording.day(menu, contact.supply.ends) if contact.supply else ""
    text = wording.say(menu, saying, name=wording.name(menu, contact), days=str(left), day=day)
    return render.localise(menu, text, home=render.at_home(contact.address, contact.zone))


def still_right(waking: Waking) -> Waking:
    """Now and then: are these still your times? A number that stays silent for three weeks may be somebody else's by now."""
    contact, now, plan = waking.contact, waking.now, waking.contact.plan
    at = check(contact, now)
    if plan is None or at is None or now < at:
        return waking
    heard = localtime.local(contact.zone, max(plan.heard, plan.start, plan.until))[0]
    if check_day(plan, contact.zone) == heard + GIVE_UP_DAYS:
        paused = doses.notice(replace(contact, plan=replace(plan, paused=True), supply=None), "paused")
        return waking.with_(outbox.called_off(paused), Entry(now, "paused", f"{GIVE_UP_DAYS} days without a word"))
    today = localtime.local(contact.zone, now)[0]
    checked = replace(contact, plan=replace(plan, checked=now))
    times = wording.times(waking.menu, times_on(plan, today))
    text = wording.say(waking.menu, "still_right", name=wording.name(waking.menu, contact), times=times)
    until = localtime.instant(contact.zone, today, 20 * 60)
    return waking.with_(outbox.add(checked, "check", text, max(until, now + 600), now=now))


_PARTS: Final[tuple[Callable[[Waking], Waking], ...]] = (
    at_rest,
    old_entries,
    reminders,
    once_more,
    warning,
    still_right,
)
