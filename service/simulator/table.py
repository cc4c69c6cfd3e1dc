"""What lies on the table of the simulator: the phones with their texts, the clock, and how Twilio behaves."""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from service.core.words import MAX_TEXT
from service.simulator import moves, transcript, twilio
from service.simulator.held import Bubble, Held, Known, Wrong
from service.simulator.phone import Clock, Embedded, Phone, PhoneError, new_sid
from service.simulator.transcript import FIRST_NUMBER, TEXT_SECONDS

MOST_PHONES: Final = 6
MOST_WAKES: Final = 200
"""One move of the clock does so much at most, which takes a few seconds; the next goes on from there."""
_FAR: Final = 60 * 86400.0
_NUMBER: Final = re.compile(r"\+[1-9]\d{6,14}")
_SPOKEN: Final = re.compile(r"[\s().-]+")


class Table:
    """All of it, in this process. For one caller at a time: `held()`."""

    def __init__(self, service: Embedded, start: Callable[[], float]) -> None:
        self.service = service
        self._start = start
        self._lock = Lock()
        self._phone = Phone(service.built.settings, service.post)
        self._set_up()

    def _set_up(self) -> None:
        self.clock.at = max(self._start(), transcript.BEGIN)
        self._last = self._lines = 0
        self.phones: list[Held] = []
        self.said: Wrong | None = None
        self.focus = "text"
        self.add(FIRST_NUMBER)
        self.touched = False

    @property
    def clock(self) -> Clock:
        return self.service.clock

    @property
    def switches(self) -> twilio.Switches:
        return self.service.air.switches

    @contextmanager
    def held(self, *, change: bool = False) -> Iterator[None]:
        """For as long as it is looked at; with `change` for one change, and what is wrong with that is kept to be told."""
        with self._lock:
            if not change:
                yield
                return
            self.said, self.focus = None, "text"
            self.touched = True
            try:
                yield
            except Wrong as wrong:
                self.said = wrong

    # ---- phones

    @property
    def begun(self) -> bool:
        """Whether anybody texted or called."""
        return any(phone.bubbles or phone.line.turns for phone in self.phones)

    def next_number(self) -> str:
        """A number nobody has yet: +15550001111, +15550002222, ..."""
        taken = {phone.number for phone in self.phones}
        return next(number for n in range(1, 10) if (number := f"+1555000{n * 1111}") not in taken)

    def add(self, number: str) -> None:
        """One more phone, in hand from now on."""
        plain = _SPOKEN.sub("", number)
        if not _NUMBER.fullmatch(plain):
            raise Wrong("phones", f"“{number[:40]}” is no phone number. Write it with + and the country, such as +15550002222.")
        if any(phone.number == plain for phone in self.phones):
            raise Wrong("phones", f"{plain} is on the table already.")
        if len(self.phones) >= MOST_PHONES:
            raise Wrong("phones", f"There is room for {MOST_PHONES} phones. Put one away first.")
        self._last += 1
        self.phones.append(Held(self._last, plain))
        self.in_hand = self._last

    def remove(self, id: int) -> None:
        """A phone less; the service forgets its number."""
        phone = self.phone(id)
        if len(self.phones) == 1:
            raise Wrong("phones", "This is the only phone. Add another one first, or start over.")
        self.service.built.store.forget(self._id(phone))
        self.phones.remove(phone)
        self.in_hand = self.phones[0].id if self.in_hand == id else self.in_hand

    def phone(self, id: int) -> Held:
        found = next((phone for phone in self.phones if phone.id == id), None)
        if found is None:
            raise Wrong("phones", "That phone is not on the table any more.")
        return found

    def known(self, phone: Held) -> Known:
        """The contact, and all that stands beside the phone."""
        store, id = self.service.built.store, self._id(phone)
        return Known(store.load(id).contact, store.journal(id), store.due_of(id))

    def zone(self) -> str:
        """The zone of the person whose phone is in hand, or ""."""
        contact = self.known(self.phone(self.in_hand)).contact
        return contact.zone if contact else ""

    def _id(self, phone: Held) -> str:
        return self.service.built.vault.contact_id(phone.number)

    # ---- texts

    def text(self, id: int, body: str) -> None:
        """Text from a phone; the replies, and what comes in the next ten seconds."""
        phone = self.phone(id)
        self.in_hand, phone.draft = id, body[:MAX_TEXT]
        words = " ".join(body.splitlines())[:MAX_TEXT]
        if not words.strip():
            raise Wrong(f"phone-{id}", "Type a text first, or tap an answer.")
        sid, at = new_sid(), self.clock.at
        try:
            replies = self._phone.text(phone.number, words, sid)
            remark = self._again(phone, words, sid, replies) if self.switches.twice else ""
        except PhoneError as fault:
            raise Wrong(f"phone-{id}", f"Not sent: {fault}") from fault
        phone.draft = ""
        self._put(phone, Bubble(0, "them", at, words, remark=remark))
        for reply in replies:
            self._put(phone, Bubble(0, "us", at, reply))
        if not replies:
            self._put(phone, Bubble(0, "note", at, "No reply: the service says nothing to this."))
        self.step()

    def step(self) -> None:
        """The ten seconds that a text takes, and each step of a call."""
        self._pass(self.clock.at + TEXT_SECONDS)

    def _again(self, phone: Held, words: str, sid: str, replies: list[str]) -> str:
        same = self._phone.text(phone.number, words, sid) == replies
        return f"Delivered twice: {'the second answer was the same, and counts once' if same else 'THE ANSWERS DIFFER'}."

    def _put(self, phone: Held, bubble: Bubble) -> None:
        self._lines += 1
        bubble.number = self._lines
        phone.bubbles.append(bubble)

    # ---- time

    def move(self, name: str) -> None:
        """One of the clock's buttons."""
        due = self.service.next_due()
        move = next((m for m in moves.moves(self.clock.at, self.zone(), due) if m.name == name), None)
        if move is None or move.at is None:
            raise Wrong("clock", _NOWHERE.get(name, "The clock has no such button."))
        if name == "next":
            self._go(self.clock.at + _FAR, first=True)
        else:
            self._go(move.at)

    def set(self, moment: str) -> None:
        """To a date and time, by the clock of the phone in hand."""
        at = moves.typed(moment, self.zone())
        if at is None:
            raise Wrong("clock", "That is no date and time before the year 2100.")
        if at < transcript.BEGIN:
            raise Wrong("clock", "The simulator's calendar begins on February 26, 2026.")
        if at < self.clock.at and self.begun:
            raise Wrong("clock", "The clock only goes forward once somebody has texted or called. Start over to begin earlier.")
        self.clock.at = min(self.clock.at, at)
        self._go(at)

    def _go(self, to: float, *, first: bool = False) -> None:
        self.service.tell_receipts(late=True)
        self._pass(min(to, moves.LAST), first=first)

    def _pass(self, to: float, *, first: bool = False) -> None:
        """Time passes; what arrives lies on the phones."""
        arrived = self.service.pass_to(to, most=MOST_WAKES, first=first)
        self.clock.at = float(math.ceil(self.clock.at))
        lines = [(a.to, Bubble(0, "us", a.at, a.text, a)) for a in arrived]
        lines += [(r.to, Bubble(0, "note", r.at, f"Not sent: Twilio {r.why}.")) for r in self.service.air.turned_down()]
        for to_number, bubble in sorted(lines, key=lambda line: line[1].at):
            for phone in self.phones:
                if phone.number == to_number:
                    self._put(phone, bubble)
        if self.clock.at < to and not first:
            raise Wrong("clock", "That was a lot at once, so the clock stopped on the way. Go on from here.")
        if first and not lines:
            raise Wrong("clock", "The service did what was due, but nothing was sent.")

    # ---- the rest

    def switch(self, *, twice: bool, receipts: str, sending: str) -> None:
        """How Twilio behaves from now on."""
        if receipts not in twilio.RECEIPTS or sending not in twilio.SENDING:
            raise Wrong("switches", "There is no such switch.")
        self.service.air.switches = twilio.Switches(twice, receipts, sending)

    def start_over(self) -> None:
        """An empty table, and a service that knows nobody."""
        self.service.forget()
        self._set_up()

    def transcript(self, id: int) -> str:
        """A phone's conversation as a file for tests/transcripts: the person's side, with what the menu says to it."""
        phone, menu = self.phone(id), self.service.built.menu
        said = [b for b in phone.bubbles if b.who != "note"]
        if not any(b.who == "them" for b in said):
            raise Wrong(f"phone-{id}", "There is nothing to save yet: text something first.")
        moments = [(b.at, b.text if b.who == "them" else None) for b in said if b.who == "them" or b.sent]
        script = transcript.script("Saved from the simulator", phone.number, moments, self.clock.at)
        sent: list[str] = []
        replayed = transcript.whole(menu, script, sent)
        if sent != [b.text for b in said if b.who == "us"]:
            why = _CALLED if phone.line.turns else _MISBEHAVED
            return transcript.whole(menu, script.replace("\n", f"\n# {why}\n", 1))
        return replayed


_NOWHERE: Final = {
    "next": "Nothing is planned, so no text will come. Set up reminders first: text REMINDERS.",
    "forward": "The clocks do not change there.",
    "back": "The clocks do not change there.",
}
_MISBEHAVED: Final = "On the screen Twilio was made to misbehave; here it does not, so some texts differ"
_CALLED: Final = "This phone also called, which is no part of a transcript, so some texts differ"
