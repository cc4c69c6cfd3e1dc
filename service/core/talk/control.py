"""Pausing and ending reminders, what we keep of somebody and how it goes, and the name that reminders are signed with."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Final

from service.core import doses, history, localtime, wording
from service.core.answers import dates
from service.core.model import Contact, Entry, Question, Slot, Turn
from service.core.outbox import called_off
from service.core.scene import Scene
from service.core.talk.ask import ask, chosen, say, tell, times_today
from service.core.talk.setup import standing
from service.core.talk.typed import ask_times

_MOST_TOLD: Final = 4


# ---- PAUSE, REMINDERS OFF


def pause(scene: Scene) -> Turn:
    """PAUSE: asks how long, unless the text says until when."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:pause")
    asked = Question("pause", scene.now)
    return _until(scene) or ask(scene, asked, pause_text(scene, asked), "do:pause")


def pause_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_pause"]


def answer_pause(scene: Scene, asked: Question) -> Turn | None:
    """A day, until they say so, or until a day they name."""
    pick = chosen(scene, 2) if scene.heard.number is not None else None
    if pick is None:
        return _until(scene)
    return paused_until(scene, scene.today + 1) if pick == 0 else _paused(scene)


def _until(scene: Scene) -> Turn | None:
    today = date.fromordinal(scene.today)
    day = dates.read_day(scene.menu.vocabulary, scene.heard.message.text, today) if scene.heard.number is None else None
    return paused_until(scene, max(day.toordinal(), scene.today + 1)) if day else None


def paused_until(scene: Scene, day: int) -> Turn:
    """No reminders before a local day begins."""
    contact = called_off(scene.contact)
    if contact.plan:
        until = localtime.instant(contact.zone, day, 0)
        contact = replace(contact, plan=replace(contact.plan, until=until, paused=False))
    entry = Entry(scene.now, "paused", f"until day {day}")
    return say(scene.of(contact), "paused_until", "do:pause", entry, day=wording.day(scene.menu, day))


def _paused(scene: Scene) -> Turn:
    contact = called_off(scene.contact)
    contact = replace(contact, plan=contact.plan and replace(contact.plan, paused=True))
    return say(scene.of(contact), "paused", "do:pause", Entry(scene.now, "paused", "until RESUME"))


def reminders_off(scene: Scene) -> Turn:
    """REMINDERS OFF: only the reminders. The plan is gone; tips stay."""
    contact = called_off(replace(scene.contact, plan=None, supply=None, consent=None, address="", notices=()))
    entry = Entry(scene.now, "reminders off", scene.heard.message.id)
    journal = (entry,) if scene.contact.plan or scene.contact.consent else ()
    return say(scene.of(contact), "reminders_ended", "do:reminders_off", *journal)


# ---- really all of them?


def ask_end(scene: Scene) -> Turn:
    """One reminder, or for one evening: ending all of them would be more than they say."""
    if scene.contact.plan is None:
        return reminders_off(scene)
    return _ask_first(scene, "end", "ask_end")


def end_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_end"]


def answer_end(scene: Scene, asked: Question) -> Turn | Question | None:
    """1 end all, 2 pause them, 3 change the times."""
    act = {1: reminders_off, 2: pause, 3: ask_times}.get(scene.heard.number or 0)
    return act(scene.change(asking=None)) if act else None


# ---- still right?


def still_text(scene: Scene, asked: Question) -> str:
    return wording.say(scene.menu, "ask_still", times=standing(scene)["times"])


def answer_still(scene: Scene, asked: Question) -> Turn | Question | None:
    """1 same, 2 changed, 3 stop reminders."""
    plan, number = scene.contact.plan, scene.heard.number
    if plan is None or number not in (1, 2, 3):
        return None
    if number == 1:
        after = scene.change(plan=replace(plan, checked=scene.now))
        return say(after, "still_same", "do:times", **standing(after))
    return ask_times(scene) if number == 2 else ask_end(scene)


# ---- HISTORY, MY DATA, DELETE


def _ask_first(scene: Scene, kind: str, saying: str) -> Turn:
    return ask(scene, Question(kind, scene.now), scene.menu.sayings[saying], f"do:{kind}")


def ask_history(scene: Scene) -> Turn:
    return _ask_first(scene, "history", "ask_history") if scene.contact.zone else say(scene, "no_plan", "do:history")


def ask_my_data(scene: Scene) -> Turn:
    return _ask_first(scene, "my_data", "ask_history") if scene.contact.zone else say(scene, "my_data_none", "do:my_data")


def ask_delete(scene: Scene) -> Turn:
    return _ask_first(scene, "delete", "ask_delete")


def history_text(scene: Scene, asked: Question) -> str:
    return scene.menu.sayings["ask_delete" if asked.kind == "delete" else "ask_history"]


def answer_private(scene: Scene, asked: Question) -> Turn | None:
    """Yes shows it, or deletes it; no changes nothing."""
    pick = chosen(scene, 2)
    if pick is None:
        return None
    return _SHOWN[asked.kind](scene) if pick == 0 else say(scene, "nothing_changed", f"do:{asked.kind}")


def _history(scene: Scene) -> Turn:
    """Fourteen days in one text: the counts, and the last doses one by one."""
    known = history.all_doses(scene.contact.history, scene.contact.doses)
    past = [(slot, state) for slot, state in known if slot[0] > scene.today - history.DAYS and _is_over(scene, slot, state)]
    count = Counter(state for _, state in past)
    last = [f"{wording.dose(scene.menu, slot)} {_state(scene, state)}" for slot, state in past[-_MOST_TOLD:]]
    counts = {"taken": count["taken"], "skipped": count["skipped"], "silent": count["unanswered"], "unsent": count["dropped"]}
    values = {name: str(number) for name, number in counts.items()}
    return say(scene, "history", "do:history", history="; ".join(last) or scene.menu.sayings["none_planned"], **values)


def _is_over(scene: Scene, slot: Slot, state: str) -> bool:
    return state in doses.ANSWERED or localtime.instant(scene.contact.zone, *slot) <= scene.now


def _state(scene: Scene, state: str) -> str:
    return scene.menu.sayings.get(f"state_{state}", scene.menu.sayings["state_open"])


def _my_data(scene: Scene) -> Turn:
    contact = scene.contact
    plan, none = contact.plan, scene.menu.sayings["none_planned"]
    day = wording.day(scene.menu, contact.supply.ends) if contact.supply else ""
    supply = wording.say(scene.menu, "supply_until", day=day) if day else scene.menu.sayings["supply_none"]
    times = wording.times(scene.menu, times_today(scene)) if plan else none
    return say(scene, "my_data", "do:my_data", zone=contact.zone.rpartition("/")[2].replace("_", " "), times=times, day=supply)


def _delete(scene: Scene) -> Turn:
    """All we keep of them goes, but the proof that they joined and left; also the replies kept for repeats."""
    entry = Entry(scene.now, "deleted", scene.heard.message.id)
    here = tuple(
        row for row in scene.contact.channels if row[0] == scene.heard.message.channel
    )  # or they would seem to have texted
    bare = Contact(scene.now, welcomed=True, channels=here)
    return replace(say(scene.of(bare), "deleted", "do:delete", entry), forget=True)


_SHOWN: Final = {"history": _history, "my_data": _my_data, "delete": _delete}


# ---- names, and one person a phone


def name(scene: Scene, *, shown: bool) -> Turn:
    """SHOW NAME, HIDE NAME: whether reminders say the medicine's name."""
    if scene.contact.plan is None:
        return say(scene, "no_plan", "do:name")
    after = scene.change(plan=replace(scene.contact.plan, named=shown))
    return tell(after, wording.say(scene.menu, "named_on" if shown else "named_off", name=scene.menu.name), "do:name")
