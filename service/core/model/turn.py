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
class Answer:
    """What a text is answered, for a channel to put in its own form: `texts` as they are sent by SMS, the code of the `language`
    they are in, and the `title` of the screen they show, or "".
    """

    texts: tuple[str, ...] = ()
    language: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one event: the new contact, what to say, what to keep; and for `understand` what it was taken for.

    `send`: entries of the outbox to send now. `due` is the instant the contact must be woken next, None: never. `forget`: the
    replies kept for repeats go too. `language` and `title`: see `Answer`.
    """

    contact: Contact
    replies: tuple[str, ...] = ()
    journal: tuple[Entry, ...] = ()
    verdict: str = "miss"
    why: str = ""
    send: tuple[Outgoing, ...] = ()
    due: float | None = None
    forget: bool = False
    language: str = ""
    title: str = ""

    @property
    def answer(self) -> Answer:
        return Answer(self.replies, self.language, self.title)
