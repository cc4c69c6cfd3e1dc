"""Who comes where nothing proves who they are: a caller may only pretend to have the number.

They are answered as a guest: tips, emergencies and leaving as for everybody, but nothing personal is read out or changed. Where
they are in the menu is kept apart too, or a call would change what a "1" by text is about. What they set up waits
(`Guest.offered`) until the same number says by text that it is so.
"""

from dataclasses import replace
from typing import Final

from service.core.model import Contact, Guest

CONFIRM: Final = "confirm"
"""The kind of the text that asks the number itself, and of the question it leaves open."""


def guest(contact: Contact) -> Contact:
    """The contact as a guest may see it: no plan, no doses, and the place and the question where the guest left them.

    Who was shown a screen was told who we are, but the first text to the phone itself says so again: `host` leaves `welcomed`.
    """
    here = contact.guest or Guest()
    welcomed = contact.welcomed or here.place is not None
    hidden = replace(contact, plan=None, doses=(), history="", supply=None, notices=(), shown=0.0)
    return replace(hidden, welcomed=welcomed, place=here.place, asking=here.asking, guest=here)


def host(contact: Contact, after: Contact) -> Contact:
    """The contact after a guest's turn: what they were not to see is as it was, unless they left."""
    if after.left is not None and contact.left is None:
        return after
    shown = replace(after.guest or Guest(), place=after.place, asking=after.asking)
    kept = {name: getattr(contact, name) for name in _HIDDEN}
    return replace(after, guest=shown, **kept)


_HIDDEN: Final = ("welcomed", "place", "asking", "shown", "plan", "doses", "history", "supply", "notices", "zone")
