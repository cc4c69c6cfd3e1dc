"""What must hold of reminders whatever is said, whenever, whatever Twilio answers, and whatever the clock does."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core import record
from service.core.dialogue import step
from service.core.model import Contact, Due, Enrol, Event, Failed, Outgoing, Receipt, Sent, Slot, Turn
from service.core.segments import gsm7, segments
from service.core.talk.rungs import KINDS
from service.gateway.errors import Kind
from tests.conftest import message
from tests.menus import loaded
from tests.reminded import DAY, HOUR, MONDAY, NEW_YORK, enrolled, takes

MENU = loaded()
COMMANDS = (
    "reminders",
    "reminders off",
    "taken",
    "took it at 7:30 am",
    "took it at 9 pm",
    "skip",
    "later",
    "later 30 min",
    "undo",
    "times",
    "new times 9am 3pm 9pm",
    "times from tomorrow 9am 9pm",
    "next dose",
    "zone",
    "i moved to chicago",
    "pause",
    "pause until friday",
    "resume",
    "refill",
    "refill 14 days",
    "history",
    "my data",
    "delete",
    "nudge",
    "nudge off",
    "hide name",
    "remind me and my wife too",
)
ANSWERS = (
    "1",
    "2",
    "3",
    "4",
    "0",
    "9",
    "yes",
    "no",
    "8am 2pm 8pm",
    "8",
    "3 times a day",
    "9 and 9:30",
    "9am 10am",
    "Chicago",
    "Texas",
    "7:05 am",
    "30 days",
    "friday",
    "until friday",
    "60 tablets",
    "menu",
    "back",
)
TALK = ("hello", "thanks", "can i drink", "i missed my dose", "", "help", "👍", "asdf qwer")
LEAVING = ("stop", "stop texting me", "wrong number", "start")
ALARMS = ("i cant breathe", "i took too many pills", "i want to die")
SAID = st.sampled_from((*COMMANDS, *ANSWERS, *ANSWERS, *TALK, *LEAVING, *ALARMS)) | st.text(max_size=20)
OUTCOMES = st.sampled_from(["sent"] * 6 + ["dies", "unsent", *(kind.value for kind in Kind)])
STATUSES = st.sampled_from(["queued", "sent", "delivered", "read", "undelivered", "failed", "nonsense"])
JUMPS = st.sampled_from([1.0, 45.0, 600.0, 1801.0, HOUR, 5 * HOUR, DAY, 16 * DAY, 40 * DAY, -60.0, -HOUR, -25 * HOUR])
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), SAID),
        st.tuples(st.just("say"), SAID),
        st.tuples(st.just("due"), OUTCOMES),
        st.tuples(st.just("wake"), OUTCOMES),
        st.tuples(st.just("doubt"), OUTCOMES),
        st.tuples(st.just("wait"), JUMPS),
        st.tuples(st.just("receipt"), st.tuples(STATUSES, st.sampled_from(["", *(kind.value for kind in Kind)]))),
        st.tuples(st.just("wrong id"), st.sampled_from(["sent", "failed", "receipt"])),
        st.tuples(st.just("enrol"), st.just("")),
    ),
    max_size=30,
)
ONE_SEGMENT = ("reminder", "late", "again", "nudge", "check")
OWN_TEXTS = ("reminder", "late", "again", "nudge", "check", "runout", "invite")


@dataclass
class World:
    """A contact, a clock, and all that was sent; what must hold is looked at after every event."""

    contact: Contact | None
    now: float
    due: float | None = None
    sent: list[Outgoing] = field(default_factory=list)
    latest: float = 0.0
    out: Counter[Slot | None] = field(default_factory=Counter)
    """How often the first text of a slot went out, or may have."""

    def step(self, event: Event) -> Turn:
        before = self.contact
        turn = step(MENU, before, event, self.now)
        kept = record.read(record.dump(turn.contact))
        assert kept == turn.contact
        assert turn.due is None or turn.due > self.now
        assert len(turn.replies) <= 1
        for reply in turn.replies:
            assert segments(reply) <= 2, reply
            assert gsm7(reply), reply
            assert "{" not in reply, reply
        for entry in turn.send:
            self.sends(entry, kept)
        self.contact, self.due = kept, turn.due
        if kept.left is not None:
            assert (kept.plan, kept.consent, kept.asking, turn.due is None or bool(kept.outbox)) == (None, None, None, True)
        return turn

    def sends(self, entry: Outgoing, contact: Contact) -> None:
        assert contact.left is None, "after leaving nothing is sent"
        assert entry.kind in OWN_TEXTS
        assert segments(entry.text) <= (1 if entry.kind in ONE_SEGMENT else 2), entry.text
        assert gsm7(entry.text), entry.text
        assert "{" not in entry.text, entry.text
        assert entry.text.startswith("Dose Tips: "), entry.text
        assert not any(word in entry.text.lower() for word in ("baclofen", "spas", "muscle")), entry.text
        assert entry.ask or entry.until > self.now, "it is true still"
        if entry.kind != "invite":
            assert contact.consent is not None
            assert contact.plan is not None
            assert not (contact.plan.paused and entry.kind in ("reminder", "late", "nudge", "check"))
        if entry.kind in ("reminder", "late") and not entry.ask:
            assert entry.slot is not None
            self.out[entry.slot] += 1
            assert self.out[entry.slot] == 1, "a slot is told twice"
        self.sent.append(entry)

    def did_not_go_out(self, entry: Outgoing) -> None:
        if entry.kind in ("reminder", "late"):
            self.out[entry.slot] = 0

    def wake(self, outcome: str, *, doubt: bool = False) -> None:
        for entry in self.step(Due(doubt)).send:
            if outcome == "sent":
                self.step(Sent(entry.id, f"SM{entry.id}"))
            elif outcome != "dies":
                if outcome == "unsent" or (outcome != "ambiguous" and not entry.ask):
                    self.did_not_go_out(entry)
                self.step(Failed(entry.id, outcome, 2.0, 12345))

    def does(self, what: str, value: object) -> None:
        match what, value:
            case "say", str(text):
                self.step(message(text, sender=NEW_YORK))
                self.now += 10
            case "due", str(outcome):
                if self.due is not None:
                    self.now = max(self.now, self.due)
                    self.wake(outcome)
            case "wake" | "doubt", str(outcome):
                self.wake(outcome, doubt=what == "doubt")
            case "wait", float(seconds):
                self.latest = max(self.latest, self.now)
                self.now = max(self.now + seconds, self.latest - 25 * HOUR)
            case "receipt", (str(status), str(kind)):
                if self.sent:
                    self.step(Receipt(self.sent[-1].id, f"SM{self.sent[-1].id}", status, kind, 30003))
            case "wrong id", str(which):
                self.hears_of_nothing(which)
            case "enrol", _:
                self.step(Enrol(NEW_YORK))

    def hears_of_nothing(self, which: str) -> None:
        """An event about a text that is not theirs: what came up meanwhile is there, and nothing else is new."""
        wrong = {"sent": Sent("x.9", "SMx"), "failed": Failed("", "retry"), "receipt": Receipt("x", "SMx", "sent")}
        before, after = self.contact, self.step(wrong[which]).contact
        if before is not None:
            assert replace(after, doses=before.doses) == before
            assert {d.slot for d in after.doses} >= {d.slot for d in before.doses}


@pytest.fixture(scope="module")
def member() -> Contact:
    contact = enrolled(MENU, nudge=True).contact
    assert contact is not None
    return contact


QUIETLY = settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=100)


@given(events=EVENTS)
@QUIETLY
def test_whatever_happens_to_a_member(events: list[tuple[str, object]], member: Contact) -> None:
    world = World(member, MONDAY + 70)
    for what, value in events:
        world.does(what, value)


@given(events=EVENTS)
@QUIETLY
def test_whatever_happens_to_a_stranger(events: list[tuple[str, object]]) -> None:
    world = World(None, MONDAY)
    for what, value in events:
        world.does(what, value)


@given(before=EVENTS, after=EVENTS, word=st.sampled_from(["stop", "stop texting me", "wrong number"]))
@QUIETLY
def test_after_leaving_nothing_is_sent(
    before: list[tuple[str, object]], after: list[tuple[str, object]], word: str, member: Contact
) -> None:
    world = World(member, MONDAY + 70)
    for what, value in before:
        world.does(what, value)
    world.now += 100
    world.step(message("hello", sender=NEW_YORK))
    world.now += 100
    world.step(message(word, sender=NEW_YORK))
    assert world.contact is not None
    assert world.contact.left is not None
    count = len(world.sent)
    for what, value in after:
        if value not in ("start", "yes") and world.contact.left is not None:
            world.does(what, value)
    assert len(world.sent) == count or world.contact.left is None


@given(events=EVENTS, said=st.sampled_from(ALARMS))
@QUIETLY
def test_a_red_flag_in_the_middle_of_anything(events: list[tuple[str, object]], said: str, member: Contact) -> None:
    """It gets the emergency text, and whatever was asked is asked still."""
    world = World(member, MONDAY + 70)
    for what, value in events:
        world.does(what, value)
    asking = world.contact.asking if world.contact else None
    turn = world.step(message(said, sender=NEW_YORK))
    assert turn.verdict.startswith("red_flag:")
    assert "911" in turn.replies[0] or "emergency number" in turn.replies[0] or "988" in turn.replies[0]
    assert turn.contact.asking == asking


@given(events=EVENTS)
@QUIETLY
def test_a_number_answers_no_dose_when_a_newer_screen_was_shown(events: list[tuple[str, object]], member: Contact) -> None:
    world = World(member, MONDAY + 70)
    for what, value in events:
        world.does(what, value)
    world.now += 61
    world.step(message("menu", sender=NEW_YORK))
    world.now += 5
    before = world.contact
    assert before is not None
    if before.place is None:
        return
    for number in "123":
        after = step(MENU, before, message(number, sender=NEW_YORK), world.now).contact
        answered = [d.slot for d in after.doses if d.state in ("taken", "skipped")]
        assert answered == [d.slot for d in before.doses if d.state in ("taken", "skipped")]
        assert not [d for d in after.doses if d.again and d not in before.doses]


# ---- a red flag in the middle of every question

ROUTES: dict[str, tuple[str, ...]] = {
    "consent": ("reminders off", "reminders"),
    "times": ("times",),
    "half": ("times", "8"),
    "offer": ("times", "3 times a day"),
    "close": ("times", "9am 10am"),
    "read_back": ("times", "9am 9pm"),
    "where": ("zone",),
    "zone": ("zone", "chicago"),
    "which_zone": ("zone", "texas"),
    "nudge": ("reminders off", "reminders", "1", "8am 8pm", "1"),
    "which_dose": ("wait", "taken"),
    "meant": ("menu", "wake", "1"),
    "pause": ("pause",),
    "supply": ("refill",),
    "still": ("refill 30 days",),
    "history": ("history",),
    "my_data": ("my data",),
    "delete": ("delete",),
    "late": ("late", "1"),
    "again": ("noted", "taken"),
    "end": ("dont remind me tonight",),
    "add": ("times", "5pm"),
    "unit": ("refill", "10"),
    "consent_more": ("times", "1am 5am 9am 1pm 5pm 9pm", "1", "nudge"),
}


@pytest.mark.parametrize("said", ALARMS)
@pytest.mark.parametrize("kind", ROUTES)
def test_a_red_flag_in_the_middle_of_a_question(kind: str, said: str) -> None:
    person = enrolled(MENU)
    for text in ROUTES[kind]:
        if text == "wake":
            person.now = MONDAY + HOUR
            person.says("hello")
            person.wake(takes)
            person.now += 5
        elif text in ("wait", "late"):
            person.at(23, 12, 30)
        elif text == "noted":
            person.at(23, 8, 5).says("1")
            person.at(23, 11)
        else:
            person.says(text)
    assert person.contact is not None
    assert person.contact.asking is not None
    assert person.contact.asking.kind == kind
    open_before = person.contact.asking

    turn = person.step(message(said, sender=NEW_YORK))
    assert turn.verdict.startswith("red_flag:")
    assert person.contact.asking == open_before
    person.now += 700
    again = person.says("asdf qwer zxcv")
    assert again.startswith("Sorry, I did not get that.") or KINDS[kind].text, again
    assert person.contact.asking is not None
    assert replace(person.contact.asking, at=0.0, misses=0) == replace(open_before, at=0.0, misses=0)
