"""What a contact is made of."""

from dataclasses import dataclass
from typing import Final

TEXT: Final = "sms"
"""The channel of who never came by another one."""
STRANGER_DAYS: Final = 90
"""Somebody we owe nothing (no leaving, no consent on record) is forgotten after this many quiet days."""

Slot = tuple[int, int]
"""(day, minute)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the menu: the screen, the options as they were shown, and the way back."""

    screen: str
    options: tuple[str, ...]
    trail: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """The last red flag: which emergency text was sent (an id of the menu's alarms), and when. `over`: they went on to the menu."""

    text: str
    at: float
    someone_else: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """What the loop guard knows. Instants of the last replies and of the last text; how often the same text came in a row.

    `print` is of the last text, `reply` of our last reply with the number of its words: enough to know
    them again, not to read them.
    """

    replies: tuple[float, ...] = ()
    print: int = 0
    same: int = 0
    at: float = 0.0
    reply: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: its kind, when it was asked, how often it was not answered, and what it is about (see `talk`).

    `parent` is the question that was open when this one asked what a number was for.
    """

    kind: str
    at: float
    misses: int = 0
    times: tuple[int, ...] = ()
    slots: tuple[Slot, ...] = ()
    zone: str = ""
    said: str = ""
    day: int = 0
    number: int = 0
    parent: "Question | None" = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Where a guest is (see `core.guest`), what they were asked, their red flag and language; and what they set up, which begins
    with a text.
    """

    place: Place | None = None
    asking: Question | None = None
    offered: Question | None = None
    alarm: Alarm | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """They agreed to at most `most` texts a day, to the wording whose print is `wording`, by this channel."""

    at: float
    most: int
    wording: str
    channel: str = TEXT


@dataclass(frozen=True, slots=True)
class Plan:
    """When to remind. `times` are minutes of the local day; `steps` are days from which on they are others, in order.

    `start`: slots before this instant are none of the plan's. `paused`, or paused `until` an instant: the doses go on, the texts do
    not. `heard`: when they last texted; `checked`: when the times were last asked about. `named`: they chose to read the medicine's
    name. `failures`: texts in a row that could not be delivered.
    """

    times: tuple[int, ...]
    start: float
    nudge: bool = False
    named: bool = False
    paused: bool = False
    until: float = 0.0
    steps: tuple[tuple[int, tuple[int, ...]], ...] = ()
    heard: float = 0.0
    checked: float = 0.0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Dose:
    """One slot that came up, or was answered before it did.

    `state`: "sending" (its reminder is in the outbox), "open" (reminded, no answer), "taken", "skipped", "unanswered", "dropped"
    (no reminder went out), "merged" (one text for two). `at`: its instant; `told`: when a text about it last went out; `done`: when
    it was taken, or answered; `again`: when to remind once more. `before`: the state an UNDO brings back.
    """

    day: int
    minute: int
    at: float
    state: str
    told: float = 0.0
    done: float = 0.0
    noted: float = 0.0
    again: float = 0.0
    nudged: bool = False
    before: str = ""

    @property
    def slot(self) -> Slot:
        return (self.day, self.minute)


@dataclass(frozen=True, slots=True)
class Supply:
    """The day the tablets last to by the person's own count. `told`: the last day we warned of it."""

    ends: int
    told: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that we start. `state`: "waiting" (not before `at`), "sending" (since `at`), "sent" (at `at`, its text gone).

    `until`: not true any more after this instant. `since`: when it was first tried, 0 never: then Twilio is asked before it is
    tried again. `tries` counts. `rank`: how far its receipts have come. `way`: by which way Twilio took it, "" as a text message;
    then its text is kept until it is delivered, because such a way may turn out to be shut. `sid` of one that is not sent: the
    message that Twilio took and then refused.
    """

    id: str
    kind: str
    text: str = ""
    until: float = 0.0
    at: float = 0.0
    state: str = "waiting"
    slot: Slot | None = None
    since: float = 0.0
    tries: int = 0
    sid: str = ""
    rank: int = 0
    way: str = ""

    @property
    def ask(self) -> bool:
        """Whether Twilio may have it already."""
        return self.since > 0


@dataclass(frozen=True, slots=True)
class Contact:
    """One person, one record. `left` is the instant they opted out; `welcomed` that they read who we are.

    `address` is kept from the moment they agree to reminders. `notices`: what the next text tells: ("dropped", "unanswered" or
    "paused", and the slot). `history`: the doses older than `doses` holds, packed (see `history`). `serial` makes outbox ids.
    `shown`: when something was said last that is no screen, no question and no answer about a dose. `language`: the code of the one
    they read, "" the menu's first; `language_chosen`: by word, not by what they write in. `channels`: (name, when they last came by
    it); empty while they only ever texted. `guest`: what is kept of somebody who came where nothing proves who they are. `shut`:
    ways on which Twilio refused what we started, until they come by that channel again: its name, or its name, a blank and a form.
    """

    since: float
    welcomed: bool = False
    left: float | None = None
    place: Place | None = None
    alarm: Alarm | None = None
    pace: Pace = Pace()
    address: str = ""
    zone: str = ""
    asking: Question | None = None
    shown: float = 0.0
    consent: Consent | None = None
    plan: Plan | None = None
    doses: tuple[Dose, ...] = ()
    history: str = ""
    supply: Supply | None = None
    outbox: tuple[Outgoing, ...] = ()
    notices: tuple[tuple[str, int, int], ...] = ()
    serial: int = 0
    language: str = ""
    language_chosen: bool = False
    channels: tuple[tuple[str, float], ...] = ()
    guest: Guest | None = None
    shut: tuple[str, ...] = ()

    @property
    def texts(self) -> bool:
        """Whether they ever came by text message."""
        return not self.channels or any(name == TEXT for name, _ in self.channels)

    def last_by(self, channel: str) -> float | None:
        """When they last came by a channel, if ever; not known of texts for who only ever texted."""
        return dict(self.channels).get(channel)

    @property
    def keep_days(self) -> int | None:
        """Days to keep the record after this turn; None: for ever, because they joined or left and we must know it."""
        return None if self.left is not None or self.consent else STRANGER_DAYS
