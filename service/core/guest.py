"""Who comes where nothing proves who they are: a caller may only pretend to have the number.

They are answered as a guest: tips, emergencies and leaving as for everybody, but nothing personal is read out or changed. Where
they are in the menu is kept apart too, or a call would change what a "1" by text is about. What they set up waits
(`Guest.offered`) until the same number says by text that it is so.
"""

from dataclasses import replace
from typing import Final

from service.core.model import Contact, Guest, Pace

CONFIRM: Final = "confirm"
"""The kind of the text that asks the number itself, and of the question it leaves open."""


def guest(contact: Contact) -> Contact:
    """The contact as a guest may see it: no plan, no doses, and everything else where the guest left it.

    Who was shown a screen was told who we are, but the first text to the phone itself says so again: `host` leaves `welcomed`.
    The loop guard is for texts, which cost, and which machines send; a call has its own end.
    """
    here = contact.guest or Guest()
    language = here.language or contact.language
    hidden = replace(contact, language=language, plan=None, doses=(), history="", supply=None, notices=(), shown=0.0, pace=Pace())
    welcomed = contact.welcomed or here.place is not None
    return replace(hidden, welcomed=welcomed, place=here.place, asking=here.asking, alarm=here.alarm, guest=here)


def host(contact: Contact, after: Contact) -> Contact:
    """The contact after a guest's turn: what they were not to see is as it was, unless they left. A new red flag is everybody's."""
    if after.left is not None and contact.left is None:
        return after
    before = contact.guest or Guest()
    here = replace(after.guest or before, place=after.place, asking=after.asking, alarm=after.alarm, language=after.language)
    alarm = after.alarm if after.alarm and not after.alarm.over and after.alarm != before.alarm else contact.alarm
    # Nobody else may make somebody's reminders come in a language that they cannot read.
    names = (*_HIDDEN, *(_TONGUE if contact.consent else ()))
    return replace(after, guest=here, alarm=alarm, **{name: getattr(contact, name) for name in names})


_HIDDEN: Final = ("welcomed", "place", "asking", "shown", "pace", "plan", "doses", "history", "supply", "notices", "zone")
_TONGUE: Final = ("language", "language_chosen")
