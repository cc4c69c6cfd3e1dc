"""The dialogue: one event in, one turn out. A text climbs the ladder: its rungs are asked in order, the first that answers wins."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Any, Final

from service.core import doses, optout, outbox, receipts, turns
from service.core.due import due
from service.core.guest import guest, host
from service.core.hearing import hear
from service.core.language import asked, spoken_to
from service.core.menu import HOME, LEAVE, Menu
from service.core.model import TEXT, Contact, Due, Enrol, Event, Failed, Message, Receipt, Sent, Turn
from service.core.notices import told
from service.core.pace import echo, noted, reply_print, too_fast
from service.core.routing import route
from service.core.scene import Scene
from service.core.talk.invite import invite
from service.core.talk.numbers import by_number, by_time, no_answer
from service.core.talk.rungs import command, question
from service.core.triage import Flag, red_flag
from service.core.wake import wake

ALARM_SECONDS: Final = 600

Rung = Callable[[Scene], Turn | None]


def step(menu: Menu, contact: Contact | None, event: Event, now: float) -> Turn:
    """Answer one event. Pure and total: same arguments, same turn, whatever came. `now` in seconds since 1970, UTC."""
    now = ceil(now * 10) / 10  # it stands in every record many times, and a tenth of a second is fine enough for people
    come, missed = doses.come_up(contact or Contact(since=now), now)
    spoken = menu if isinstance(event, Message) else menu.speaking(come.language)
    turn = _EVENTS[type(event)](spoken, come, event, now)
    return replace(turn, journal=(*missed, *turn.journal), due=due(turn.contact, now))


def _text(menu: Menu, contact: Contact, message: Message, now: float) -> Turn:
    """A text: the ladder, and with its answer what happened meanwhile."""
    if contact.place and contact.place.screen not in menu.screens:
        contact = replace(contact, place=None)  # an edit of the menu took the screen away
    heard = hear(menu, message)
    known = _heard_from(doses.settle(contact, now), message, now)
    before = known if message.proven else guest(known)
    seen = spoken_to(menu, before, heard)
    scene = Scene(menu.speaking(seen.language), seen, heard, now)
    turn = asked(menu, before, told(scene, next(turn for rung in LADDER if (turn := rung(scene)))))
    after = noted(menu, turn, heard, now)
    language = turn.language or scene.menu.language
    return replace(turn, contact=after if message.proven else host(known, after), language=language)


def _heard_from(contact: Contact, message: Message, now: float) -> Contact:
    """The contact with the way they came by; where it proves who they are, their number is known to be theirs still."""
    if message.channel != TEXT or contact.channels:
        known = contact.channels or (((TEXT, contact.since),) if contact.since < now else ())
        others = tuple(row for row in known if row[0] != message.channel)
        shut = tuple(way for way in contact.shut if way.partition(" ")[0] != message.channel)
        contact = replace(contact, channels=(*others, (message.channel, now)), shut=shut)
    return replace(contact, plan=replace(contact.plan, heard=now)) if contact.plan and message.proven else contact


def _sent(menu: Menu, contact: Contact, event: Sent, now: float) -> Turn:
    """Twilio took a text of ours; a phone may quote it back to us with a heart, as it may a reply."""
    text = next((o.text for o in contact.outbox if o.id == event.entry and o.text), "")
    after = outbox.sent(contact, event.entry, event.sid, now, event.way)
    return Turn(replace(after, pace=replace(after.pace, reply=reply_print(menu, text))) if text else after, verdict="sent")


_EVENTS: Final[dict[type, Callable[[Menu, Contact, Any, float], Turn]]] = {
    Message: _text,
    Due: wake,
    Sent: _sent,
    Failed: lambda menu, contact, event, now: outbox.failed(contact, event, now),
    Receipt: lambda menu, contact, event, now: receipts.receipt(contact, event, now),
    Enrol: invite,
}


def our_own(scene: Scene) -> Turn | None:
    """Our own words, sent back: nobody said anything."""
    return Turn(scene.contact, why="our own words") if echo(scene.contact, scene.heard) else None


def after_alarm(scene: Scene) -> Turn | None:
    """For ten minutes after a red flag, "help", "yes" or a number (0 is the way out) means the emergency, not the menu."""
    alarm = scene.contact.alarm
    if not alarm or alarm.over or not 0 <= scene.now - alarm.at <= ALARM_SECONDS or alarm.text not in scene.menu.alarms:
        return None
    said_yes = any(m.family == "courtesy:yes" for m in scene.heard.of("courtesy"))
    if said_yes or scene.heard.number or optout.carrier_word(scene.menu, scene.heard) == "help":
        return turns.alarm(scene, Flag(alarm.text, alarm.someone_else, "soon after a red flag"))
    return None


def carrier(scene: Scene) -> Turn | None:
    """STOP, START and HELP, as the carriers want them. YES brings back who has left; else it is only a yes."""
    word = optout.carrier_word(scene.menu, scene.heard)
    if word == "stop":
        return turns.leave(scene, "carrier word", "carrier word")
    if word == "start" or (word == "yes" and scene.contact.left is not None):
        return turns.start(scene) if scene.heard.message.proven else None
    return turns.help(scene) if word == "help" else None


def emergency(scene: Scene) -> Turn | None:
    """A red flag, also from who has left or leaves with it."""
    flag = red_flag(scene.menu, scene.heard)
    scene = replace(scene, menu=scene.menu.speaking(scene.heard.language))  # whoever writes now must be able to read it
    going = optout.leaving(scene.heard)
    if flag and going and going.how != "unsure":
        return turns.alarm_and_leave(scene, flag, going.how, going.why)
    return turns.alarm(scene, flag) if flag else None


def leaving(scene: Scene) -> Turn | None:
    """Leaving in other words; where it may be the medicine that is meant, one text with both."""
    going = optout.leaving(scene.heard)
    if not going or (going.how == "unsure" and scene.contact.left is not None):
        return None
    if going.how == "unsure":
        return turns.ask(scene, ("stopping", LEAVE), going.why, saying="ask_leave")
    return turns.leave(scene, going.how, going.why)


def silence(scene: Scene) -> Turn | None:
    """Nothing more to who has left; and no talk of our machine with another one."""
    if scene.contact.left is not None:
        return Turn(scene.contact, why="has left")
    return Turn(scene.contact, why="loop guard") if too_fast(scene.contact, scene.heard, scene.now) else None


def number(scene: Scene) -> Turn | None:
    """A number, or the very words of an option, answers what was shown last: a reminder, or a screen."""
    answered = by_number(scene) or by_time(scene)
    if answered:
        return answered
    target, said = turns.picked(scene), scene.heard.number
    if target:
        return turns.go_to(scene, target)
    if said and scene.place is None and scene.contact.consent and scene.contact.plan is None and scene.heard.message.proven:
        return turns.say(scene, "not_on_yet", "miss", "not set up yet")
    if said == 0 or (said is not None and scene.place is None):
        return turns.home(scene)
    return turns.back(scene) if said == 9 else None


def navigation(scene: Scene) -> Turn | None:
    """ENGLISH, MENU, BACK, MORE and the like, when they are all that is said."""
    language = next(scene.heard.of("language"), None)
    if language:
        return turns.speak(scene, language.family.removeprefix("language:"))
    move = next(scene.heard.of("go"), None)
    return turns.MOVES[move.family.removeprefix("go:") if scene.place else HOME](scene) if move else None


def courtesy(scene: Scene) -> Turn | None:
    """Thanks, ok, a bare no: a short close."""
    said = next(scene.heard.of("courtesy"), None)
    if said and (asked := no_answer(scene)):
        return asked
    return turns.say(scene, "close", said.family.replace("courtesy", "do"), said.phrase) if said else None


def free_text(scene: Scene) -> Turn | None:
    """A question in free words: its screen, a short "did you mean", or that we know only one medicine."""
    found = route(scene.menu, scene.heard)
    if found.other:
        return turns.say(scene, "other_medicine", "miss", f"another medicine: {found.why}")
    if len(found.screens) == 1:
        return turns.show(scene, found.screens[0], why=found.why)
    return turns.ask(scene, found.screens, found.why) if found.screens else None


def miss(scene: Scene) -> Turn:
    """Not understood, or nothing to read: said kindly, and never the end of the conversation."""
    if scene.heard.empty:
        return turns.say(scene, "unreadable", "miss", "no words")
    return no_answer(scene) or turns.miss(scene)


LADDER: Final[tuple[Rung, ...]] = (
    our_own,
    after_alarm,
    carrier,
    emergency,
    leaving,
    silence,
    question,
    number,
    navigation,
    command,
    courtesy,
    free_text,
    miss,
)
