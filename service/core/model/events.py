"""What can happen to a contact."""

from dataclasses import dataclass

from service.core.model.contact import TEXT


@dataclass(frozen=True, slots=True)
class Message:
    """Somebody said something. `address` is the sender ("+15550001111"), `keyword` what the carrier says it is: stop, start, help.

    `channel`: by which way it came, a name that is only handed on. `proven`: whether that way shows that the sender holds the
    address; who calls from a number may pretend to.
    """

    id: str
    address: str
    text: str
    keyword: str = ""
    channel: str = TEXT
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """Their time came. `doubt`: the store may have lost what was last kept, so whatever is sent is looked up first."""

    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Twilio took an entry of the outbox, as the message `sid`, by this way."""

    entry: str
    sid: str
    way: str = TEXT


@dataclass(frozen=True, slots=True)
class Failed:
    """An entry did not go out. `kind` is a `gateway.SendError`'s; `wait` the seconds to leave before another try.

    `tries` is the `Outgoing.tries` of that try: what a stalled worker says of an old one says nothing of the present one.
    `shut`: the ways that are known to be shut by it (`Contact.shut`).
    """

    entry: str
    kind: str
    wait: float = 0.0
    code: int | None = None
    tries: int | None = None
    shut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an entry, or of a reply (entry ""): `status` as Twilio calls it, `kind` the class of its error, or "".

    `way`: the channel it went by, "" for a text message; `shut`: see `Failed`.
    """

    entry: str
    sid: str
    status: str
    kind: str = ""
    code: int | None = None
    way: str = ""
    shut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrol:
    """An operator asks somebody to join. Their plan begins only with their own 1."""

    address: str


Event = Message | Due | Sent | Failed | Receipt | Enrol
