"""What goes out when: on time, late or not at all; once; and never after somebody said no."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from service.core import history
from service.core.menu import Menu
from service.core.model import Consent, Contact, Due, Failed, Outgoing, Plan, Receipt, Sent
from service.core.schedule import CLOSE, QUIET, Coming, coming
from service.core.segments import segments
from service.gateway.errors import Kind
from tests.reminded import DAY, HOUR, MINUTE, MONDAY, Person, Twilio, dies, enrolled, fails, takes

EIGHT = MONDAY + HOUR
"""Monday's first dose of most plans here."""
ONE, THREE, SIX = "8am", "8am 2pm 8pm", "12am 4am 8am 12pm 4pm 8pm"


def entry_of(person: Person) -> Outgoing:
    assert person.contact is not None
    return person.contact.outbox[-1]


def waiting_at_eight(menu: Menu, times: str = THREE, *, late: float = 0.0, nudge: bool = False) -> Person:
    """Somebody whose clock shows eight, or later; nobody has woken them yet."""
    person = enrolled(menu, times, nudge=nudge)
    person.now = EIGHT + late
    return person


# ---- on time, late, too late


@pytest.mark.parametrize(
    ("times", "late", "kind"),
    [
        (THREE, 0, "reminder"),
        (THREE, 29 * MINUTE, "reminder"),
        (THREE, 30 * MINUTE, "late"),
        (THREE, 31 * MINUTE, "late"),
        (THREE, 4 * HOUR - 1, "late"),
        (THREE, 4 * HOUR, None),
        (ONE, 21 * HOUR, "late"),
        (ONE, 22 * HOUR, None),
        ("8am 11am 8pm", 59 * MINUTE, "late"),
        ("8am 11am 8pm", 61 * MINUTE, None),
        (SIX, 119 * MINUTE, "late"),
        (SIX, 121 * MINUTE, None),
    ],
)
def test_in_the_words_that_are_true_or_not_at_all(times: str, late: float, kind: str | None, menu: Menu) -> None:
    person = waiting_at_eight(menu, times, late=late)
    sent = person.wake()

    assert [o.kind for o in sent] == [kind] * (kind is not None)
    dose = person.dose(480)
    assert dose is not None
    assert dose.state == ("open" if kind else "dropped")
    assert any(line.startswith("dropped: too late") for line in person.journal) is (kind is None)
    for entry in sent:
        assert segments(entry.text) == 1
        assert entry.text.startswith("Dose Tips: ")
        assert "baclofen" not in entry.text.lower()
        assert ("late text" in entry.text) is (kind == "late")
        assert 0 < entry.until - person.now <= 22 * HOUR


def test_what_could_not_be_sent_is_told_once(menu: Menu) -> None:
    spoken, silent = (waiting_at_eight(menu, late=5 * HOUR) for _ in range(2))
    for person in (spoken, silent):
        assert not person.wake()

    assert spoken.says("hello").startswith("We could not send your Mon 8:00 AM reminder.")
    assert "could not" not in spoken.says("hello")
    silent.waits(25 * HOUR)
    texts = [entry.text for _, entry in silent.got]
    assert [("8:00 AM text: do not make it up" in text) for text in texts] == [True, False, False, False]
    assert segments(texts[0]) == 1


@pytest.mark.parametrize("times", [ONE, THREE, SIX])
@pytest.mark.parametrize("down", [5 * MINUTE, 2 * HOUR, 12 * HOUR, DAY, 3 * DAY])
@pytest.mark.parametrize("after", [0.0, 58 * MINUTE, 5 * HOUR, 11 * HOUR])
def test_downtime_never_ends_in_a_burst(times: str, down: float, after: float, menu: Menu) -> None:
    person = enrolled(menu, times, nudge=len(times) < 12)
    person.waits(after)
    assert len(person.sleeps(down)) <= 1
    person.waits(DAY)

    no_slot_twice_nor_near(person)
    if down <= 2 * DAY:
        assert person.contact is not None
        known = history.all_doses(person.contact.history, person.contact.doses)
        expected = [c.slot for c in walked(person, MONDAY + HOUR, person.now + 1)]
        assert [slot for slot, _ in known] == expected, "each slot is on record, sent or not"


def walked(person: Person, since: float, until: float) -> list[Coming]:
    contact, found = person.contact, []
    assert contact is not None
    assert contact.plan is not None
    while since < until:
        found += [c for c in coming(contact.plan, contact.zone, since) if since <= c.at < min(since + DAY, until)]
        since += DAY
    return found


@pytest.mark.parametrize("jump", [-25 * HOUR, -13 * HOUR, -2 * HOUR, -HOUR, -60.0, 60.0, HOUR, 2 * HOUR, 13 * HOUR, 25 * HOUR])
@pytest.mark.parametrize("phase", [0.0, HOUR - 1, HOUR + 1, 1.4 * HOUR, 6 * HOUR, 13 * HOUR, 26 * HOUR])
def test_a_clock_that_jumps_tells_no_slot_twice(jump: float, phase: float, menu: Menu) -> None:
    person = enrolled(menu, nudge=True)
    person.waits(phase)
    person.now += jump
    person.wake()
    person.waits(30 * HOUR)
    person.now -= jump
    person.wake()
    person.waits(30 * HOUR)

    for kind in ("first", "nudge"):
        told = [o.slot for _, o in person.got if (o.kind == "nudge") is (kind == "nudge")]
        assert len(set(told)) == len(told), kind


# ---- what they say at every step of a wake

STOPS = {
    "stop": ["stop"],
    "in other words": ["stop texting me"],
    "wrong number": ["wrong number"],
    "in danger": ["i cant breathe, stop texting me"],
    "reminders off": ["reminders off"],
    "delete": ["delete", "1"],
    "pause": ["pause", "2"],
    "pause until": ["pause until friday"],
    "taken": ["taken"],
    "skip": ["skip"],
}
OUTCOMES: dict[str, Twilio] = {
    "taken by Twilio": takes,
    "the worker dies": dies,
    "unsent": fails("unsent"),
    **{kind.value: fails(kind.value, 2.0, 1) for kind in Kind},
}


def nothing_more(person: Person, sent: int) -> None:
    person.wake()
    person.now += QUIET
    person.wake()
    person.wake(doubt=True)
    person.waits(5.8 * HOUR)
    assert len(person.got) == sent, person.told()


@pytest.mark.parametrize("nudge", [False, True])
@pytest.mark.parametrize("said", STOPS)
def test_said_before_the_reminder_it_is_not_sent(said: str, nudge: bool, menu: Menu) -> None:
    person = waiting_at_eight(menu, late=-30.0, nudge=nudge)
    person.says(*STOPS[said])
    person.now = EIGHT
    nothing_more(person, 0)


@pytest.mark.parametrize("said", STOPS)
def test_said_after_its_time_and_before_its_wake_it_is_not_sent(said: str, menu: Menu) -> None:
    person = waiting_at_eight(menu, late=5.0, nudge=True)
    person.says(*STOPS[said])
    nothing_more(person, 0)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("said", STOPS)
def test_said_while_it_is_being_sent_it_is_not_tried_again(said: str, outcome: str, menu: Menu) -> None:
    def speaks_first(person: Person, entry: Outgoing) -> Sent | Failed | None:
        person.now += 1
        person.says(*STOPS[said])
        return OUTCOMES[outcome](person, entry)  # type: ignore[return-value]

    person = waiting_at_eight(menu, nudge=True)
    person.wake(speaks_first)
    nothing_more(person, 1)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("said", STOPS)
def test_said_afterwards_it_is_not_sent_again(said: str, outcome: str, menu: Menu) -> None:
    person = waiting_at_eight(menu, nudge=True)
    person.wake(OUTCOMES[outcome])
    person.now += 1
    person.says(*STOPS[said])
    nothing_more(person, 1)


@pytest.mark.parametrize("said", ["stop", "wrong number", "reminders off", "delete"])
def test_coming_back_brings_no_old_plan_back(said: str, menu: Menu) -> None:
    person = enrolled(menu, nudge=True)
    person.waits(HOUR)
    person.says(*STOPS[said], "start", "hello")
    assert person.contact is not None
    assert (person.contact.plan, person.contact.consent, person.contact.supply, person.due) == (None, None, None, None)
    assert "agree" in person.says("reminders")
    assert not person.waits(2 * DAY)[1:]


def test_paused_until_a_day_and_again(menu: Menu) -> None:
    person = enrolled(menu, nudge=True).at(23, 9)
    assert "until Wed Nov 25" in person.says("pause until wednesday")
    assert person.waits(DAY) == []
    assert person.waits(DAY) == ["Wed 8:00 reminder", "Wed 8:30 nudge"]
    assert "paused" in person.says("pause", "2")
    assert person.waits(DAY) == []
    assert "Next: today 2:00 PM" in person.says("resume")
    assert person.waits(5 * HOUR) == ["Thu 14:00 reminder", "Thu 14:30 nudge"][: 1 + (person.now > EIGHT + 3 * DAY + 6.5 * HOUR)]


# ---- new times, another zone

PHASES = {
    "before": lambda _: None,
    "between commit and Sent": lambda person: person.wake(dies),
    "after it is told": lambda person: person.wake(),
    "after it is answered": lambda person: (person.wake(), person.says("1")),
    "after it failed": lambda person: person.wake(fails("retry", 30.0)),
    "after it was lost": lambda person: (person.wake(dies), person.waits(QUIET)),
}
UNTOLD = ("before", "after it failed")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("times", "told", "untold"),
    [
        ("8:30am 2:30pm 8:30pm", "Mon 14:30", "Mon 8:30"),
        ("9am 1pm 8pm", "Mon 13:00", "Mon 9:00"),
        ("9:30am 4pm", "Mon 16:00", "Mon 9:30"),
        ("10:15am 4pm", "Mon 10:15", "Mon 10:15"),
        ("8am 4pm", "Mon 16:00", "Mon 16:00"),
        ("7am 7pm", "Mon 19:00", "Mon 19:00"),
    ],
)
def test_new_times_keep_two_hours_from_the_last_dose(phase: str, times: str, told: str, untold: str, menu: Menu) -> None:
    """Told, or perhaps told, or taken at 8:00, against not told at all; the reply says the same."""
    person = waiting_at_eight(menu, nudge=True)
    PHASES[phase](person)
    person.now += 60
    since = len(person.got)
    person.says("times", times)
    reply = person.says("1")
    person.waits(13 * HOUR)
    first = (untold if phase in UNTOLD else told)[4:]
    hour = int(first.split(":")[0])
    assert f"Next: today {(hour - 1) % 12 + 1}:{first[-2:]} {'AM' if hour < 12 else 'PM'}." in reply
    assert person.told(since)[0] == f"Mon {first} reminder", person.told()
    no_slot_twice_nor_near(person)
    assert (739943, 480) not in [o.slot for _, o in person.got[since:]], "nothing for a slot that is gone"


def no_slot_twice_nor_near(person: Person) -> None:
    firsts = person.firsts()
    assert len({o.slot for _, o in firsts}) == len(firsts), person.told()
    assert all(later - sooner >= CLOSE for (sooner, _), (later, _) in pairwise(firsts)), person.told()


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("times", [ONE, "8am 2pm", "9am 1pm 8pm", SIX])
@pytest.mark.parametrize("place", ["Chicago", "Los Angeles", "London", "Tokyo"])
def test_in_another_zone_no_slot_comes_twice(phase: str, place: str, times: str, menu: Menu) -> None:
    person = waiting_at_eight(menu, times, nudge=True)
    PHASES[phase](person)
    person.now += 60
    person.says("zone", place)
    reply = person.says("1")
    assert reply.startswith("Saved: "), reply
    person.waits(DAY)
    no_slot_twice_nor_near(person)
    person.says("zone", "New York", "1")
    person.waits(DAY)
    no_slot_twice_nor_near(person)


def test_new_times_from_a_day_leave_today_as_it_is(menu: Menu) -> None:
    person = enrolled(menu)
    assert person.says("new times 9am 9pm from tomorrow").startswith("From Tue Nov 24: Your times: 9:00 AM, 9:00 PM.")
    assert person.says("1").startswith("Saved: from Tue Nov 24: 9:00 AM, 9:00 PM. Until then as before.")
    assert person.waits(38 * HOUR + 5 * MINUTE) == [
        "Mon 8:00 reminder",
        "Mon 14:00 reminder",
        "Mon 20:00 reminder",
        "Tue 9:00 reminder",
        "Tue 21:00 reminder",
    ]


# ---- nudge, snooze, taken


def test_one_nudge_and_no_more(menu: Menu) -> None:
    person = enrolled(menu, ONE, nudge=True)
    assert person.waits(DAY) == ["Mon 8:00 reminder", "Mon 8:30 nudge"]
    person = enrolled(menu, ONE, nudge=True).at(23, 8, 10)
    person.says("taken")
    assert person.waits(20 * HOUR) == []


@pytest.mark.parametrize(
    ("said", "reply", "again"),
    [
        ("2", "we text again at 8:20 AM. Next dose: today 2:00 PM.", "Mon 8:20 again"),
        ("later", "we text again at 8:20 AM", "Mon 8:20 again"),
        ("later 30 min", "we text again at 8:35 AM", "Mon 8:35 again"),
        ("remind me in an hour", "we text again at 9:05 AM", "Mon 9:05 again"),
        ("later 4 hours", "That is too close to your Mon 2:00 PM dose.", None),
        ("later 3 hours 54 min", "we text again at 11:59 AM", "Mon 11:59 again"),
    ],
)
def test_put_off_but_never_too_near_the_next_dose(said: str, reply: str, again: str | None, menu: Menu) -> None:
    person = enrolled(menu).at(23, 8, 5)

    assert reply in person.says(said)
    assert person.waits(5 * HOUR) == ([again] if again else [])


def test_put_off_again_and_again(menu: Menu) -> None:
    person = enrolled(menu, nudge=True).at(23, 8, 5)
    for _ in range(3):
        person.says("2")
        assert person.waits(16 * MINUTE)[0].endswith("again")
    person.says("2", "1")
    assert person.waits(5 * HOUR) == []
    assert person.dose(480).state == "taken"  # type: ignore[union-attr]


def test_taken_late_holds_the_next_reminder_back(menu: Menu) -> None:
    person = enrolled(menu, "8am 11am 8pm").at(23, 9, 30)
    assert person.says("taken").endswith("Which dose?\n1 Mon 8:00 AM\n2 Mon 11:00 AM")
    reply = person.says("1")
    assert reply.startswith("Noted: Mon 8:00 AM dose taken at 9:30 AM. ")
    assert "under 2 hours" in reply
    assert reply.endswith("Next: today 8:00 PM.")
    assert person.waits(12 * HOUR) == ["Mon 20:00 reminder"]
    assert any("taken within two hours" in line for line in person.journal)


def test_taken_late_by_mistake_can_be_undone(menu: Menu) -> None:
    person = enrolled(menu, "8am 11am 8pm").at(23, 9, 30)
    person.says("taken", "1")
    reply = person.says("undo")
    assert reply.startswith("Undone: your Mon 8:00 AM dose has no answer now.")
    assert "take it" not in reply.lower()
    assert person.waits(12 * HOUR) == ["Mon 11:00 reminder", "Mon 20:00 reminder"]


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("taken", "Noted: Mon 8:00 AM dose taken at 7:30 AM. No reminder for it. Next: today 2:00 PM."),
        ("took it at 7:15 am", "Noted: Mon 8:00 AM dose taken at 7:15 AM. No reminder for it. Next: today 2:00 PM."),
        ("skip", "Noted: Mon 8:00 AM dose skipped. Never cut down or stop on your own. Next: today 2:00 PM."),
    ],
)
def test_answered_before_its_reminder(said: str, reply: str, menu: Menu) -> None:
    person = enrolled(menu, nudge=True).at(23, 7, 30)

    assert person.says(said) == reply
    assert person.waits(5 * HOUR) == []
    assert person.says("undo").startswith("Undone: your Mon 8:00 AM dose has no answer now.")


def test_undone_before_its_reminder_it_is_told(menu: Menu) -> None:
    person = enrolled(menu).at(23, 7, 30)
    person.says("taken", "undo")
    assert person.waits(HOUR) == ["Mon 8:00 reminder"]


def test_a_number_is_about_what_was_shown_last(menu: Menu) -> None:
    person = enrolled(menu).at(23, 8, 1)
    assert person.says("1") == "Noted: Mon 8:00 AM dose taken. Next: today 2:00 PM."
    person.says("hello")
    assert "Missed a dose" in person.says("1")
    assert person.dose(840) is None


@pytest.mark.parametrize(
    "hour",
    [12, 13, 14, 15, 21],
)
def test_nobody_is_told_to_take_an_old_dose(hour: int, menu: Menu) -> None:
    """The missed-dose tip says "take it when you remember": not true any more of a dose whose window is closed."""
    reply = enrolled(menu).at(23, hour, 1).says("hello")

    assert reply.startswith("No answer about your Mon ")
    assert "Take it when you remember" not in reply


def test_going_on_while_they_are_on_changes_nothing(menu: Menu) -> None:
    """Times nearer than two hours by their own choice: RESUME must not lose the second."""
    person = enrolled(menu, "8am 9:30am 8pm").at(23, 8, 1)
    before = person.contact.plan if person.contact else None
    assert person.says("resume").startswith("Your reminders are on:")
    assert person.contact is not None
    assert person.contact.plan is not None
    assert replace(person.contact.plan, heard=0.0) == replace(before, heard=0.0)  # type: ignore[type-var]
    assert person.waits(2 * HOUR) == ["Mon 9:30 reminder"]


def test_the_name_is_said_only_to_who_wants_it(menu: Menu) -> None:
    person = enrolled(menu, nudge=True)
    person.says("show name")
    person.waits(12 * HOUR)
    assert all(o.text.startswith(f"{menu.name}: ") for _, o in person.got)
    person.says("hide name")
    before = len(person.got)
    person.waits(12 * HOUR)
    assert all(o.text.startswith("Dose Tips: ") for _, o in person.got[before:])


def test_doses_that_the_clock_brings_together_are_one_text(menu: Menu) -> None:
    """1:30 and 3:30 AM are one hour apart in the night of March 14."""
    person = enrolled(menu, "1:30am 3:30am 12pm", now=MONDAY + 110 * DAY)
    assert person.waits(30 * HOUR) == ["Sat 12:00 reminder", "Sun 1:30 reminder", "Sun 11:00 reminder"], "in the clock of winter"
    assert any(line.startswith("dropped: two doses within two hours") for line in person.journal)
    merged = [d for d in person.contact.doses if d.state == "merged"] if person.contact else []
    assert [d.minute for d in merged] == [210]
    assert "could not" not in person.says("hello")


# ---- tablets, thirty days, silence


def test_warnings_before_the_tablets_run_out(menu: Menu) -> None:
    """They run out on Thursday, Dec 10: the warning of three days before is on a Monday, that of ten on a Monday too."""
    person = enrolled(menu, ONE)
    person.says("refill 18 days")
    found = [line for line in (f"{(at - MONDAY) / DAY:.3f} {o.kind}" for at, o in _days(person, 22)) if "runout" in line]
    assert found == [f"{n + 3 / 24:.3f} runout" for n in (7, 10 - 0, 14, 16, 17)]
    texts = [o.text for _, o in person.got if o.kind == "runout"]
    assert [("10 days" in texts[0]), ("7 days" in texts[1]), ("3 days" in texts[2]), ("tomorrow" in texts[3])] == [True] * 4
    assert texts[4].startswith("Dose Tips: by your count you run out today.")
    assert all("Never stop suddenly" in text and "baclofen" not in text.lower() and segments(text) <= 2 for text in texts)


def _days(person: Person, days: int) -> list[tuple[float, Outgoing]]:
    for _ in range(days):
        person.waits(DAY)
        person.says("thanks")
    return person.got


def test_a_weekends_warning_comes_on_friday(menu: Menu) -> None:
    person = enrolled(menu, ONE)
    person.says("refill 14 days")  # they run out on Sunday, Dec 6
    days = [round((at - MONDAY) // DAY) for at, o in _days(person, 16) if o.kind == "runout"]
    assert days == [3, 4, 10, 11], "Thursday, Friday for Sunday, Thursday, Friday for the weekend"


def test_thirty_days_and_still_right(menu: Menu) -> None:
    person = enrolled(menu, ONE)
    asked = [(round((at - MONDAY) / DAY, 3), o) for at, o in _days(person, 40) if o.kind == "check"]
    assert [at for at, _ in asked] == [round(30 + 3.5 / 24, 3)]
    assert asked[0][1].text == "Dose Tips: are these still your dose times: 8:00 AM?\n1 same 2 changed 3 stop reminders"


@pytest.mark.parametrize(
    ("said", "reply", "plan"),
    [
        ("1", "Thanks. Your times stay: 8:00 AM.", True),
        ("2", "What times do you take your doses?", True),
        ("3", "End all your dose reminders?", True),
    ],
)
def test_still_right_is_answered_by_its_number(said: str, reply: str, plan: bool, menu: Menu) -> None:
    person = enrolled(menu, ONE)
    for _ in range(29):
        person.waits(DAY)
        person.says("thanks")
    while not any(o.kind == "check" for _, o in person.got):
        person.waits(10 * MINUTE)
    assert reply in person.says(said)
    assert person.contact is not None
    assert (person.contact.plan is not None) is plan


def test_a_long_pause_until_a_day_is_no_silence(menu: Menu) -> None:
    person = enrolled(menu, ONE)
    assert "until Wed Dec 30" in person.says("pause until dec 30")
    assert person.waits(37 * DAY) == []
    assert person.waits(DAY) == ["Wed 8:00 reminder"]


def test_three_weeks_of_silence_end_in_a_pause(menu: Menu) -> None:
    person = enrolled(menu, ONE)
    told = person.waits(40 * DAY)
    assert sum(line.endswith("check") for line in told) == 1
    assert sum(line.endswith("reminder") for line in told) == 22
    assert "paused: 21 days without a word" in person.journal
    assert person.says("hello").startswith("Your reminders are paused: we did not hear from you.")
    person.says("resume")
    assert person.waits(DAY) == ["Sun 8:00 reminder"] or person.got[-1][1].kind == "reminder"


# ---- receipts

ORDERS = list(permutations(["accepted", "queued", "sending", "sent", "delivered", "read"]))


def test_receipts_in_any_order_end_the_same(menu: Menu) -> None:
    person = waiting_at_eight(menu)
    entry = person.wake()[0]
    start = person.contact
    ends = set()
    for order in ORDERS:
        person.contact = start
        for status in order:
            person.receipt(entry, status)
        ends.add(person.contact)
    assert len(ends) == 1
    assert ends.pop().outbox[0].rank == 7  # type: ignore[union-attr]


def test_a_receipt_proves_what_no_answer_did(menu: Menu) -> None:
    person = waiting_at_eight(menu)
    entry = person.wake(dies)[0]
    person.receipt(entry, "queued")
    assert person.dose(480).state == "open"  # type: ignore[union-attr]
    nothing_more(person, 1)


@pytest.mark.parametrize("after", [dies, takes])
def test_opted_out_at_the_carrier(after: Twilio, menu: Menu) -> None:
    person = waiting_at_eight(menu)
    person.says("refill 5 days")
    entry = person.wake(after)[0]
    person.receipt(entry, "undelivered", "opted_out", 21610)
    assert person.contact is not None
    assert (person.contact.left, person.contact.plan, person.contact.consent) == (person.now, None, None)
    assert "left: carrier 21610" in person.journal
    nothing_more(person, 1)

    person = waiting_at_eight(menu)
    person.wake(fails("opted_out", 0.0, 21610))
    assert person.contact is not None
    assert person.contact.left is not None
    nothing_more(person, 1)


def test_a_phone_that_was_off_is_tried_once_more(menu: Menu) -> None:
    person = waiting_at_eight(menu)
    entry = person.wake()[0]
    person.now += 60
    person.receipt(entry, "undelivered", "unreachable", 30003)
    assert person.waits(10 * MINUTE) == ["Mon 8:06 again"]
    person.receipt(person.got[-1][1], "undelivered", "unreachable", 30003)
    assert person.waits(5 * HOUR) == []
    assert sum(line.startswith("undelivered") for line in person.journal) == 2


def test_a_number_that_is_gone_gets_no_more(menu: Menu) -> None:
    person = waiting_at_eight(menu)
    entry = person.wake()[0]
    person.receipt(entry, "undelivered", "bad_number", 30006)
    assert person.waits(2 * DAY) == []
    assert person.contact is not None
    assert person.contact.plan is not None
    assert person.contact.plan.paused


# ---- nobody knows


@pytest.mark.parametrize("outcome", ["the worker dies", "ambiguous"])
def test_nothing_is_sent_twice_where_nobody_knows(outcome: str, menu: Menu) -> None:
    person = waiting_at_eight(menu)
    assert not person.wake(OUTCOMES[outcome])[0].ask
    for _ in range(4):
        person.now += 10
        assert person.wake() == []
    person.now = EIGHT + QUIET
    asked = person.wake(OUTCOMES[outcome])
    assert [o.ask for o in asked] == [True]
    assert asked[0].since == EIGHT
    person.now += QUIET
    assert [o.ask for o in person.wake(fails("unsent"))] == [True], "Twilio was asked and does not know it"
    person.now += 1
    assert [o.ask for o in person.wake()] == [False], "so it may go out as if for the first time"
    nothing_more(person, 4)


def test_never_known_it_is_given_up_with_its_window(menu: Menu) -> None:
    person = waiting_at_eight(menu, "8am 11am 8pm")
    person.twilio = dies
    person.waits(65 * MINUTE)
    assert all(o.ask for _, o in person.got[1:])
    assert any(line.startswith("unknown: reminder") for line in person.journal)
    assert person.contact is not None
    assert ("dropped", 739943, 480) in person.contact.notices


def test_after_a_restart_of_the_store_it_is_looked_up_first(menu: Menu) -> None:
    person = waiting_at_eight(menu, late=60.0)
    sent = person.wake(doubt=True)
    assert [(o.ask, o.since) for o in sent] == [(True, EIGHT)]


@pytest.mark.parametrize("kind", ["program", "expired", "bad_number"])
def test_what_can_never_go_out_is_told(kind: str, menu: Menu) -> None:
    person = waiting_at_eight(menu)
    person.wake(fails(kind, 0.0, 1))
    assert person.dose(480).state == "dropped"  # type: ignore[union-attr]
    assert f"refused: {kind} 1" in person.journal
    assert "could not send your Mon 8:00 AM reminder" in person.says("hello")


def test_wrong_ids_change_nothing(menu: Menu) -> None:
    person = waiting_at_eight(menu)
    person.wake()
    before = person.contact
    for event in (Sent("x.1", "SMx"), Failed("x.1", "retry"), Receipt("x.1", "SMx", "delivered"), Receipt("", "SMx", "sent")):
        person.step(event)
        assert person.contact == before
    entry = entry_of(person)
    person.step(Failed(entry.id, "program"))
    person.step(Receipt(entry.id, "SM-other", "failed"))
    assert person.contact == before
    assert before is not None
    assert Contact(0.0).outbox == ()


def test_no_wake_without_a_plan_sends_anything(menu: Menu) -> None:
    """Also of a record that is torn: doses that wait, and no plan any more."""
    person = waiting_at_eight(menu)
    person.wake(fails("retry", 60.0))
    assert person.contact is not None
    torn = replace(person.contact, outbox=())
    for contact in (replace(torn, plan=None), replace(torn, left=person.now), replace(torn, plan=None, consent=Consent(0, 8, "x"))):
        person.contact = contact
        assert person.step(Due()).send == ()
    assert Plan((480,), 0.0).paused is False
