"""Who may only pretend to be somebody: nothing that they say or press shows or changes what is personal."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core import record
from service.core.dialogue import step
from service.core.model import Consent, Contact, Dose, Message, Plan, Question, Supply
from tests.conftest import NOW, PHONE, message
from tests.menus import loaded

DAY = 739_000
HOST = Contact(
    NOW - 1e6,
    welcomed=True,
    address=PHONE,
    zone="America/Chicago",
    consent=Consent(NOW - 1e6, 8, "abc"),
    plan=Plan((403, 1217), NOW - 1e6, heard=NOW - 5, checked=NOW),
    doses=(Dose(DAY, 403, NOW - 600, "open", told=NOW - 600),),
    supply=Supply(DAY + 100),
    asking=Question("delete", NOW - 60),
)
PRIVATE = (
    "language",
    "language_chosen",
    "consent",
    "plan",
    "doses",
    "history",
    "supply",
    "zone",
    "asking",
    "place",
    "pace",
    "shown",
    "welcomed",
    "notices",
    "address",
)
TOLD = ("6:43", "8:17", "Chicago", "dose taken", "dose skipped", "Last 14 days")
SAYINGS = (
    *"0123456789",
    *(
        "taken",
        "skip",
        "later",
        "undo",
        "took it at 7 am",
        "history",
        "my data",
        "delete",
        "yes",
        "no",
        "pause",
        "resume",
        "refill",
        "30 days",
    ),
    *(
        "times",
        "times 9am 5pm",
        "zone",
        "new york",
        "next dose",
        "reminders",
        "reminders off",
        "8 a.m. and 8 p.m.",
        "show name",
        "nudge off",
    ),
    *(
        "text me that",
        "start",
        "menu",
        "i missed my pill",
        "i can't breathe",
        "espanol",
        "english",
        "what time is my dose",
        "more",
        "",
    ),
)


def said(text: str, at: float) -> Message:
    return replace(message(text), id=f"CA.{at}", channel="voice", proven=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=8))
def test_a_guest_neither_sees_nor_changes_what_is_personal(texts: list[str]) -> None:
    menu, contact = loaded(), HOST
    for n, text in enumerate(texts):
        turn = step(menu, contact, said(text, n), NOW + n)
        contact = record.read(record.dump(turn.contact))
        assert contact == turn.contact
        assert not [word for word in TOLD for reply in turn.replies if word in reply and word not in " ".join(texts)], turn.replies
        before = step(menu, HOST, said("", 0), NOW + n).contact
        assert {name: getattr(contact, name) for name in PRIVATE} == {name: getattr(before, name) for name in PRIVATE}
        assert {entry.kind for entry in contact.outbox} <= {"confirm", "tip"}
        assert contact.left is None


@pytest.mark.parametrize("text", ["stop", "stop calling me", "ya no me llamen"])
def test_leaving_ends_everything(text: str) -> None:
    after = step(loaded(), HOST, said(text, 0), NOW).contact
    assert after.left == NOW
    assert (after.plan, after.doses, after.consent, after.guest) == (None, (), None, None)


def test_a_call_does_not_move_what_a_number_by_text_is_about() -> None:
    asking = replace(HOST, asking=None)
    called = step(loaded(), asking, said("3", 0), NOW).contact
    assert (
        step(loaded(), called, message("1"), NOW + 5).verdict == step(loaded(), asking, message("1"), NOW + 5).verdict == "do:taken"
    )


def test_the_first_text_says_who_we_are_though_they_called_before() -> None:
    menu = loaded()
    called = step(menu, None, said("0", 0), NOW).contact
    assert step(menu, called, said("1", 1), NOW + 1).replies[0].startswith("Missed a dose?"), "once in a call is enough"
    assert "not a doctor" in step(menu, called, message("hello"), NOW + 9).replies[0]
    assert (called.texts, called.last_by("voice")) == (False, NOW)
    assert step(menu, called, message("hello"), NOW + 9).contact.texts


def test_a_red_flag_by_call_changes_the_next_reminder_too() -> None:
    menu = loaded()
    after = step(menu, HOST, said("i took too many pills", 0), NOW).contact
    assert after.alarm
    assert after.alarm.text.startswith("overdose")
    home = step(menu, after, said("0", 1), NOW + 9).contact
    assert home.alarm == after.alarm
    assert step(menu, home, said("1", 2), NOW + 12).verdict == "screen:missed", "the call went on"
    assert step(menu, home, message("1"), NOW + 12).verdict.startswith("red_flag"), "a text so soon after is about the emergency"


def test_a_call_in_spanish_does_not_change_the_language_of_reminders() -> None:
    menu = loaded()
    called = step(menu, HOST, said("no puedo respirar", 0), NOW)
    assert called.language == "es"
    switched = step(menu, called.contact, said("espanol", 1), NOW + 20)
    after = step(menu, switched.contact, said("0", 2), NOW + 30)
    assert after.replies[0].startswith("Manda un numero:")
    assert after.contact.language == HOST.language
    assert step(menu, after.contact, message("0"), NOW + 700).replies[0].startswith("Text a number:")
