"""What must hold whatever people send, whenever: the property tests of the dialogue."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from service.core import model, record
from service.core.dialogue import step
from service.core.model import Contact
from service.core.segments import gsm7, segments
from service.core.stranded import stranded
from tests.conftest import NOW, message
from tests.menus import loaded

MENU = loaded()
KNOWN = (
    "hello",
    "1",
    "2",
    "3",
    "7",
    "8",
    "9",
    "0",
    "more",
    "back",
    "menu",
    "thanks",
    "no",
    "yes",
    "i missed my pill",
    "can i drink",
)
KNOWN += (
    "what is morphine",
    "help me",
    "i want to stop",
    "",
    "help",
    "start",
    "stop",
    "stop texting me",
    "wrong number",
    "pump alarm",
)
ALARMS = {
    "i cant breathe": "breathing",
    "i took too many pills": "overdose",
    "i want to die": "self_harm",
    "chest pain": "other_emergency",
    "i ran out and im shaking": "withdrawal",
    "she wont wake up": "unresponsive",
}
TEXTS = st.one_of(st.sampled_from([*KNOWN, *ALARMS]), st.text(max_size=40), st.text("stopbacl1290 .?!'", max_size=40))
SENDERS = st.sampled_from(["+15550001111", "+447700900123", "12345"])
WAITS = st.one_of(st.floats(0, 60), st.sampled_from([599.0, 601.0, 1799.0, 1801.0, 86400.0, -3600.0]))
TALKS = st.lists(st.tuples(TEXTS, WAITS), max_size=25)


def talk(texts: list[tuple[str, float]], sender: str) -> tuple[list[model.Turn], float]:
    """The turns of a conversation, the contact written and read between any two; and the time at its end."""
    contact, now, turns = None, NOW, []
    for text, wait in texts:
        turn = step(MENU, contact, message(text, sender=sender), now)
        contact = record.read(record.dump(turn.contact))
        assert contact == turn.contact
        turns.append(turn)
        now += wait
    return turns, now


@given(TALKS, SENDERS)
def test_every_reply_is_in_its_budget_and_nothing_raises(texts: list[tuple[str, float]], sender: str) -> None:
    for turn in talk(texts, sender)[0]:
        assert len(turn.replies) <= 1
        assert all(segments(reply) <= 2 and gsm7(reply) and "{" not in reply for reply in turn.replies)


@given(TALKS, SENDERS, st.sampled_from(sorted(ALARMS)))
def test_a_red_flag_anywhere_gets_the_emergency_text(texts: list[tuple[str, float]], sender: str, text: str) -> None:
    turns, now = talk(texts, sender)
    turn = step(MENU, turns[-1].contact if turns else None, message(text, sender=sender), now)

    assert turn.verdict == f"red_flag:{ALARMS[text]}"
    assert "emergency number" in turn.replies[0] or "911" in turn.replies[0]


@given(TALKS, TALKS, SENDERS)
def test_after_stop_nothing_but_start_help_and_red_flags(before: list[tuple[str, float]], after: list, sender: str) -> None:
    turns, _ = talk([*before, ("stop", 700.0), *after], sender)
    for earlier, turn in pairwise(turns[len(before) :]):
        still_out = earlier.contact.left is not None and turn.contact.left is not None
        assert not (still_out and turn.replies) or turn.verdict == "help" or turn.verdict.startswith("red_flag")


@given(TALKS, SENDERS)
def test_the_same_turn_again_is_the_same(texts: list[tuple[str, float]], sender: str) -> None:
    assert talk(texts, sender) == talk(texts, sender)


@given(TALKS, st.data())
def test_an_edit_of_the_menu_never_strands_anybody(texts: list[tuple[str, float]], data: st.DataObject) -> None:
    """Screens go away while people stand on them."""
    turns, now = talk(texts, "+15550001111")
    contact = turns[-1].contact if turns else Contact(NOW)
    gone = data.draw(st.sets(st.sampled_from([s for s in MENU.screens if s != "home"]), max_size=30))
    menu = replace(MENU, screens={id: s for id, s in MENU.screens.items() if id not in gone})
    for text in ("1", "2", "9", "more", "i missed my pill", "0", "1"):
        turn = step(menu, contact, message(text), now)
        contact = turn.contact
        assert contact.place is None or contact.place.screen in menu.screens or contact.left


@given(st.text(max_size=200), SENDERS)
@settings(max_examples=300)
def test_also_without_the_store_everybody_gets_a_safe_text(text: str, sender: str) -> None:
    answer = stranded(MENU, message(text, sender=sender))
    reply = answer.texts[0] if answer else None

    assert reply is None or (segments(reply) <= 2 and ("911" in reply or "emergency" in reply))
