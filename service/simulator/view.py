"""What the page shows, ready to print: every word of it made here, every tag in the templates."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from service.core import plain
from service.core.segments import gsm7, segments
from service.simulator import moves
from service.simulator.held import Bubble, Held, Turn
from service.simulator.table import Table
from service.simulator.taps import Line, lines
from service.simulator.twilio import Arrived

SEGMENT: Final = 0.0083
CARRIER: Final = 0.0062
"""US dollars a segment: Twilio's price either way, and the most that a carrier adds to one we send."""
MOST_SHOWN: Final = 120
"""Lines of a log; what is older is in the saved transcript."""
_NOT_REACHED: Final = "undelivered"


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a log. `kind`: "them", "us", "note", or "lost" for a text of ours that never reached the phone."""

    number: int
    kind: str
    when: str
    lines: list[Line]
    price: str
    became: str

    @property
    def tappable(self) -> bool:
        """Whether it has answers to tap."""
        return any(line.taps for line in self.lines)


@dataclass(frozen=True, slots=True)
class Panel:
    """A phone with all that stands beside it."""

    phone: Held
    place: int
    zone: str
    now: str
    log: list[Shown]
    left_out: int
    total: str
    record: list[plain.Row]
    journal: list[plain.Row]
    due: str
    wrong: str
    call: "Called"


@dataclass(frozen=True, slots=True)
class Called:
    """The calling part of a phone. `unfolded`: it is in use. `focus`: the name of the control that is gone on with, or ""."""

    turns: list["Spoken"]
    unfolded: bool
    on: bool
    focus: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn of a call, and when it was."""

    turn: Turn
    when: str
    voices: list[tuple[str, str, list[str]]]
    """What one voice says without a break: the language's code, the two in words, and each thing said."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the clock, and where it leads."""

    name: str
    says: str
    leads: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    now: str
    local: str
    zone: str
    field: str
    buttons: list[Button]
    panels: list[Panel]


def page(table: Table) -> Page:
    """The table as it is now. Hold it meanwhile."""
    zone, now = table.zone(), table.clock.at
    buttons = [Button(m.name, m.says, _leads(m, zone)) for m in moves.moves(now, zone, table.service.next_due())]
    panels = [_panel(table, phone, place) for place, phone in enumerate(table.phones, 1)]
    local = plain.moment(now, zone) if zone else ""
    return Page(plain.moment(now), local, zone, moves.field(now, zone), buttons, panels)


def _leads(move: moves.Move, zone: str) -> str:
    if move.at is None:
        return "nothing is planned" if move.name == "next" else "the clocks never change there"
    if move.name in ("quarter", "hour"):
        return ""
    theirs = zone or (moves.CHANGING if move.name in ("forward", "back") else "")
    leads = plain.moment if move.name in ("forward", "back") else plain.short
    return leads(move.at, theirs)


def _panel(table: Table, phone: Held, place: int) -> Panel:
    known, menu = table.known(phone), table.service.built.menu
    zone = known.contact.zone if known.contact else ""
    shown = phone.bubbles[-MOST_SHOWN:]
    last = _to_answer(phone.bubbles)
    log = [_shown(bubble, zone, tappable=bubble is last) for bubble in shown]
    record = plain.record(menu, known.contact) if known.contact else []
    due = plain.both(known.due, zone) if known.due is not None else "Nothing is planned."
    said = table.said
    return Panel(
        phone,
        place,
        zone,
        plain.moment(table.clock.at, zone),
        log,
        len(phone.bubbles) - len(shown),
        _total(phone.bubbles),
        record,
        plain.journal(known.journal, zone),
        due,
        str(said) if said and said.where == f"phone-{phone.id}" else "",
        _called(table, phone, zone),
    )


def _called(table: Table, phone: Held, zone: str) -> Called:
    line, said = phone.line, table.said
    mine = table.touched and table.in_hand == phone.id and table.focus != "text"
    wrong = str(said) if said and said.where == f"call-{phone.id}" else ""
    turns = [_spoken(turn, zone) for turn in line.turns[-MOST_SHOWN:]]
    return Called(turns, mine or line.call is not None, line.call is not None, table.focus if mine else "", wrong)


def _spoken(turn: Turn, zone: str) -> Spoken:
    voices = [
        (language, f"{_tongue(language)}, voice {voice}", [said.words for said in together])
        for (language, voice), together in groupby(turn.said, lambda said: (said.language, said.voice))
    ]
    return Spoken(turn, plain.short(turn.at, zone), voices)


def _tongue(language: str) -> str:
    """ "English (en-US)"."""
    return f"{plain.LANGUAGES.get(language.partition('-')[0], 'Language')} ({language})"


def _to_answer(bubbles: list[Bubble]) -> Bubble | None:
    """The last text that offers answers, of those since they texted last: what is older was answered."""
    for bubble in reversed(bubbles):
        if bubble.who == "them":
            return None
        if bubble.who == "us" and not _lost(bubble.sent) and any(line.taps for line in lines(bubble.text)):
            return bubble
    return None


def _lost(sent: Arrived | None) -> bool:
    return sent is not None and sent.status == _NOT_REACHED


def _shown(bubble: Bubble, zone: str, *, tappable: bool) -> Shown:
    kind = "lost" if _lost(bubble.sent) else bubble.who
    found = lines(bubble.text) if tappable else [Line(line) for line in bubble.text.split("\n")]
    return Shown(bubble.number, kind, plain.short(bubble.at, zone), found, _price(bubble), _became(bubble))


def _price(bubble: Bubble) -> str:
    if bubble.who != "us":
        return ""
    count = segments(bubble.text)
    encoding = "GSM-7" if gsm7(bubble.text) else "UCS-2"
    return f"{encoding}, {len(bubble.text)} characters, {_counted(count)}, up to {_dollars(count * (SEGMENT + CARRIER))}"


def _counted(count: int) -> str:
    return f"{count} segment{'' if count == 1 else 's'}"


def _dollars(amount: float) -> str:
    return f"${amount:.3f}"


def _total(bubbles: list[Bubble]) -> str:
    if not bubbles:
        return "Nothing has been texted yet."
    ours, theirs = ([segments(b.text) for b in bubbles if b.who == who] for who in ("us", "them"))
    out = f"{len(ours)} sent ({_counted(sum(ours))}, up to {_dollars(sum(ours) * (SEGMENT + CARRIER))})"
    return f"{out}, {len(theirs)} received ({_dollars(sum(theirs) * SEGMENT)})"


def _became(bubble: Bubble) -> str:
    """What is known of a text besides its words."""
    sent = bubble.sent
    if sent is None:
        return bubble.remark
    lost = "Twilio took it, but its answer came too late. " if sent.unanswered else ""
    waiting = "Its receipt comes with the next move of the clock." if sent.receipts else "No receipt came."
    never = f"Never arrived: error {sent.code}, the phone is off."
    return lost + {"delivered": "Delivered.", _NOT_REACHED: never}.get(sent.status, waiting)
