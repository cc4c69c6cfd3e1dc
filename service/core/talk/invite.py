"""An invitation: the clinic asks somebody to join. It names no medicine, and nothing begins without their own 1."""

from dataclasses import replace

from service.core import outbox, wording
from service.core.menu import Menu
from service.core.model import Contact, Due, Enrol, Entry, Turn
from service.core.talk.setup import USUAL_MOST
from service.core.wake import wake

_TRUE_SECONDS = 4 * 3600


def invite(menu: Menu, contact: Contact, event: Enrol, now: float) -> Turn:
    """One invitation to somebody who has neither left nor joined; else nothing, and the verdict says why."""
    if contact.left is not None or contact.consent or any(o.state != "sent" for o in contact.outbox):
        reason = "has left" if contact.left is not None else "has joined" if contact.consent else "was invited a moment ago"
        return Turn(contact, verdict="refused", why=reason)
    text = wording.say(menu, "invite", name=menu.discreet_name, most=str(USUAL_MOST))
    asked = outbox.add(replace(contact, address=event.address), "invite", text, now + _TRUE_SECONDS, now=now)
    turn = wake(menu, asked, Due(), now)
    return replace(turn, journal=(Entry(now, "invited", ""), *turn.journal), verdict="invited")
