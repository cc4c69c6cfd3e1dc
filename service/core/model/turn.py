"""The answer to an event."""

from dataclasses import dataclass

from service.core.model.contact import Contact, Outgoing


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: what we may have to prove later."""

    at: float
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one event: the new contact, what to say, what to keep; and for `understand` what it was taken for.

    `send`: entries of the outbox to send now. `due` is the instant the contact must be woken next, None: never. `forget`: the
    replies kept for repeats go too.
    """

    contact: Contact
    replies: tuple[str, ...] = ()
    journal: tuple[Entry, ...] = ()
    verdict: str = "miss"
    why: str = ""
    send: tuple[Outgoing, ...] = ()
    due: float | None = None
    forget: bool = False
