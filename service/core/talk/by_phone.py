"""What a guest may ask for (see `core.guest`): reminders that begin with a text, and the tip they hear as a text."""

from dataclasses import replace
from typing import Final

from service.core import outbox, render, wording
from service.core.guest import CONFIRM
from service.core.menu import HOME
from service.core.model import Entry, Guest, Question, Turn
from service.core.scene import Scene
from service.core.talk.ask import say

_TRUE_SECONDS: Final = 4 * 3600
TIP: Final = "tip"
_MOST_TIPS: Final = 3
"""Tips by text within half a day: a stranger who pretends to call from a number must not fill its phone with them."""


def offer(scene: Scene, asked: Question, most: int) -> Turn:
    """All is told: one text goes to the number, and reminders begin when it answers 1. One such text in half a day."""
    if not scene.heard.message.address.startswith("+"):
        return say(scene, "confirm_nowhere", "do:reminders")
    if _lately(scene, CONFIRM):
        return say(scene, "confirm_sent", "do:reminders")
    asked = replace(asked, kind=CONFIRM, at=scene.now, number=most, parent=None)
    text = render.localise(scene.menu, confirm_text(scene, asked), home=scene.home)
    sent = outbox.add(scene.contact, CONFIRM, text, scene.now + _TRUE_SECONDS, now=scene.now)
    after = scene.of(replace(sent, guest=replace(sent.guest or Guest(), offered=asked), address=scene.heard.message.address))
    return say(after, "confirm_coming", "do:reminders", Entry(scene.now, "asked to confirm", scene.heard.message.channel))


def _lately(scene: Scene, kind: str) -> int:
    """How many texts of a kind wait, or went out within half a day; who has no plan is not woken to have old ones removed."""
    return sum(o.kind == kind and (o.state != "sent" or scene.now - o.at <= outbox.KEEP_SENT) for o in scene.contact.outbox)


def confirm_text(scene: Scene, asked: Question) -> str:
    """What is to be answered with 1. It names no medicine: whoever holds this phone reads it."""
    times = wording.times(scene.menu, asked.times)
    return wording.say(scene.menu, CONFIRM, name=scene.menu.discreet_name, times=times, most=str(asked.number))


def text_me(scene: Scene) -> Turn:
    """The tip they are at, as a text, to who agreed to texts; who writes has it before them.

    Without its options: their numbers would be about something else there.
    """
    screen = scene.menu.screens[scene.place.screen if scene.place else HOME]
    if scene.heard.message.proven:
        return say(scene, "text_only_calls", "do:text_me")
    if scene.contact.consent is None:
        return say(scene, "text_no_consent", "do:text_me")
    if _lately(scene, TIP) >= _MOST_TIPS:
        return say(scene, "text_enough", "do:text_me")
    if screen.id == HOME:
        return say(scene, "text_which", "do:text_me")
    text = render.localise(scene.menu, render.told(screen, home=scene.home), home=scene.home)
    after = scene.of(outbox.add(scene.contact, TIP, text, scene.now + _TRUE_SECONDS, now=scene.now))
    return say(after, "text_coming", "do:text_me")
