"""Who comes where nothing proves who they are: a caller may only pretend to have the number.

They are answered as a guest: tips, emergencies and leaving as for everybody, but nothing personal is read out or changed. What they
set up is kept aside (`Contact.offered`) until the same number says by text that it is so.
"""

from dataclasses import replace
from typing import Final

from service.core.model import Contact

CONFIRM: Final = "confirm"
"""The kind of an offer that is complete and waits for a text; any other is a question that is still open with the guest."""


def guest(contact: Contact) -> Contact:
    """The contact as a guest may see it: no plan, no doses, and only the questions that a guest was asked."""
    offered = contact.offered if contact.offered and contact.offered.kind != CONFIRM else None
    return replace(contact, plan=None, doses=(), history="", supply=None, notices=(), asking=offered)


def host(contact: Contact, after: Contact) -> Contact:
    """The contact after a guest's turn: what they were not to see is as it was, unless they left."""
    if after.left is not None and contact.left is None:
        return after
    return replace(
        after,
        plan=contact.plan,
        doses=contact.doses,
        history=contact.history,
        supply=contact.supply,
        notices=contact.notices,
        zone=contact.zone,
        asking=contact.asking,
        offered=after.asking or (after.offered if after.offered and after.offered.kind == CONFIRM else None),
    )
