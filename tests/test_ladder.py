"""Which rung answers: one table of texts and what they are taken for, by a stranger with home shown; and the ladder's rules."""

from dataclasses import replace

import pytest

from service.cli import understood
from service.core.dialogue import step
from service.core.menu import HOME, Menu
from service.core.model import Contact, Place, Turn
from tests.conftest import NOW, message

CASES = {
    "opt_out": (
        'stop|STOP|Stop!!|stop|"stop"|STOPALL|stop all|unsubscribe|end|quit|cancel|revoke|optout|opt out|opt-out|stop '
        "please|please stop|STOP texting me|stop sending me messages|take me off|take me off your list|remove me|wrong "
        "number|you have the wrong number|leave me alone|dont text me|do not contact me again|no more texts|i want to "
        "opt out|unsubscribe me please|not me|stop messaging me plz|delete my number|cancel my subscription|my mom "
        "passed away"
    ),
    "start": "start|START|unstop",
    "help": "help|HELP|info|Help!|help.",
    "navigate:home": "0|menu|MENU|home|hello|Hi|hey|０|hello there|0.|zero|start over|good morning",
    "navigate:back": "9|back|go back|BACK",
    "navigate:more": "more|MORE",
    "screen:missed": (
        "1|１|1.|#1|one|option 1|1 please|missed a dose|Missed a dose!|i missed my pill|forgot my 2pm pill what do i do"
    ),
    "screen:effects": "2|side effects|what are the side effects of baclofen|it makes me dizzy|feeling sleepy",
    "screen:stopping": "can I stop baclofen|how do i stop taking this|can i quit taking baclofen|how to wean off baclofen|3",
    "screen:stopping-ranout": "i ran out|im out of baclofen|out of pills|pharmacy is closed and i have no pills left",
    "screen:stopping-already": "i stopped taking it|i quit taking baclofen",
    "screen:missed-unsure": "not sure if i took it|did i take my pill|cant remember if i took my dose",
    "screen:missed-many": "i missed 3 doses|havent taken it in 2 days|missed two days of pills",
    "screen:storage": "how do i store it|does it go in the fridge",
    "screen:mixing-alcohol": "can i drink wine|is beer ok",
    "screen:mixing-pain": "can i take tylenol with baclofen",
    "screen:mixing": "5|does baclofen mix with gabapentin",
    "screen:careful-pregnancy": "im pregnant",
    "screen:careful-kidneys": "i have kidney disease",
    "screen:careful-driving": "can i drive",
    "screen:about": "what is baclofen|baclofen|what is baclofen used for",
    "screen:about-service": "who are you|are you a robot|is this a real person",
    "screen:about-emergency": "help me|please help me|i need help|Help me!",
    "screen:taking-dose": "how much should i take|what is the right dose",
    "ask:stopping,leave": "i want to stop|no more|i want to quit|can i stop",
    "red_flag:breathing": (
        "I can't breathe|I can´t breathe|i cant... breathe|i cant breath|can not breathe|trouble breathing|he stopped breathing"
    ),
    "red_flag:overdose": (
        "i took too many pills|i overdosed|took a double dose by accident|my toddler ate my pills|2 year old swallowed "
        "one|took double"
    ),
    "red_flag:withdrawal": (
        "i ran out 2 days ago and im shaking|seeing things|hallucinating|stopped baclofen and now i have a fever|my mom"
        " is confused|i have kidney failure and feel confused|my newborn is shaking"
    ),
    "red_flag:unresponsive": "my husband wont wake up|she is unconscious|he passed out",
    "red_flag:seizure": "im having a seizure|he had a seizure",
    "red_flag:pump": "my pump is beeping|pump alarm|missed my pump refill appointment",
    "red_flag:allergy": "my face is swelling|throat is closing|my lips are swollen",
    "red_flag:self_harm": (
        "i want to die|suicide|i want to kill myself|i dont want to live anymore|thinking of ending my life|i hurt "
        "myself on purpose"
    ),
    "red_flag:violence": "my boyfriend hits me|i want to hurt someone",
    "red_flag:other_emergency": (
        "911|911 please|help 911|9-1-1|🆘|chest pain|heart attack|i am dying|call 911|face is drooping|bleeding wont stop"
    ),
    "do:thanks": "thanks|thank you|ok|OK thanks|👍|thank you so much",
    "do:no": "no|No.|no thanks|nope",
    "miss": "|   |🎉|asdf|what is morphine|what is the capital of france|99|8 9|\x00\x1b|my phone died|lol ok whatever dude",
}


@pytest.mark.parametrize(("verdict", "text"), [(v, t) for v, row in CASES.items() for t in row.split("|")])
def test_understood(verdict: str, text: str, menu: Menu) -> None:
    assert understood(menu, text)[0] == verdict


@pytest.mark.parametrize(
    "text",
    [
        "this traffic is killing me",
        "my phone is dying",
        "what happens if someone takes too much",
        "can baclofen cause seizures",
        "signs of overdose",
        "how do i stop taking baclofen",
        "the bus stop is nearby",
        "should i take two pills",
        "i take it 3 times a day",
        "no chest pain",
        "dont stop texting me",
    ],
)
def test_no_alarm_and_no_leaving(text: str, menu: Menu) -> None:
    verdict = understood(menu, text)[0]

    assert not verdict.startswith("red_flag")
    assert verdict != "opt_out"


def talk(menu: Menu, *texts: str, contact: Contact | None = None, now: float = NOW) -> Turn:
    """Several texts, ten seconds apart; the last turn."""
    for text in texts:
        turn = step(menu, contact, message(text), now)
        contact, now = turn.contact, now + 10
    return turn


@pytest.mark.parametrize("text", ["1", "help", "YES", "7", "9", "info"])
def test_after_a_red_flag_it_comes_again_for_ten_minutes(text: str, menu: Menu) -> None:
    alarmed = talk(menu, "hello", "i cant breathe").contact

    assert talk(menu, text, contact=alarmed, now=NOW + 600).verdict == "red_flag:breathing"
    assert talk(menu, text, contact=alarmed, now=NOW + 700).verdict != "red_flag:breathing"
    assert talk(menu, "0", text, contact=alarmed, now=NOW + 60).verdict != "red_flag:breathing"


@pytest.mark.parametrize("text", ["1", "hello", "what is baclofen", "menu", "no more", "thanks", "stop", "stop texting me", ""])
def test_after_leaving_there_is_silence(text: str, menu: Menu) -> None:
    turn = talk(menu, "hello", "stop", text)

    assert turn.replies == ()
    assert turn.contact.left is not None


def test_after_leaving_start_help_and_red_flags_are_answered(menu: Menu) -> None:
    left = talk(menu, "hello", "stop").contact

    assert talk(menu, "help", contact=left).verdict == "help"
    assert talk(menu, "i took too many pills", contact=left).verdict == "red_flag:overdose"
    assert talk(menu, "i took too many pills", contact=left).contact.left
    for word in ("start", "unstop", "yes"):
        assert talk(menu, word, contact=left).contact.left is None


def test_leaving_and_coming_back_are_journalled_once(menu: Menu) -> None:
    left = talk(menu, "hello", "stop texting me")

    assert [(e.what, e.how) for e in left.journal] == [("left", "plain")]
    assert talk(menu, "stop", contact=left.contact).journal == ()
    assert [(e.what, e.how) for e in talk(menu, "start", contact=left.contact).journal] == [("returned", "carrier word")]


def test_the_carriers_own_mark_counts(menu: Menu) -> None:
    """With Advanced Opt-Out, Twilio says what a word in another language means."""
    turn = step(menu, None, message("ALTO", keyword="stop"), NOW)

    assert turn.verdict == "opt_out"


def test_numbers_answer_what_was_shown_last(menu: Menu) -> None:
    """The place keeps the ids shown: editing the menu never gives somebody's "2" another meaning."""
    shown = Contact(NOW, welcomed=True, place=Place(HOME, ("storage", "gone", "about"), (), NOW))

    assert talk(menu, "1", contact=shown).verdict == "screen:storage"
    assert talk(menu, "2", contact=shown).verdict == "navigate:home"
    assert talk(menu, "3", contact=shown).verdict == "screen:about"
    assert talk(menu, "4", contact=shown).verdict == "miss"


def test_a_screen_that_an_edit_removed_falls_back_to_home(menu: Menu) -> None:
    lost = Contact(NOW, welcomed=True, place=Place("old-screen", ("old-1",), ("older",), NOW))

    for text in ("1", "9", "more", "xyzzy"):
        turn = talk(menu, text, contact=lost)
        assert turn.contact.place
        assert turn.contact.place.screen == HOME


def test_only_shown_numbers_can_be_picked(menu: Menu) -> None:
    """A first text that has no room for its options offers none."""
    turn = talk(menu, "i missed my pill")

    assert "1 " not in turn.replies[0]
    assert talk(menu, "1", contact=turn.contact).verdict == "miss"


def test_more_than_ten_replies_in_thirty_seconds_are_silence(menu: Menu) -> None:
    contact = None
    answered = []
    for n in range(14):
        turn = step(menu, contact, message(f"menu {n}"), NOW + n)
        contact = turn.contact
        answered.append(bool(turn.replies))

    assert answered == [True] * 10 + [False] * 4
    assert step(menu, contact, message("stop"), NOW + 14).replies
    assert step(menu, contact, message("i cant breathe"), NOW + 14).replies
    assert step(menu, contact, message("menu"), NOW + 45).replies


def test_trail_is_bounded(menu: Menu) -> None:
    contact = None
    for n in range(60):
        turn = step(menu, contact, message(["storage", "side effects", "can i drive", "kidneys"][n % 4]), NOW + 20 * n)
        contact = turn.contact

    assert contact
    assert contact.place
    assert len(contact.place.trail) <= 8


def test_who_has_left_and_was_never_welcomed_is_welcomed_on_return(menu: Menu) -> None:
    turn = talk(menu, "stop", "start")

    assert "not a doctor" in turn.replies[0]


def test_a_wrong_number_keeps_nothing_of_whoever_had_it(menu: Menu) -> None:
    contact = talk(menu, "hello", "1", "wrong number").contact

    assert replace(contact, pace=Contact(0).pace) == Contact(contact.since, left=contact.left)


@pytest.mark.parametrize("text", ["i cant breathe", "hello", "help", "asdf", "i took too many pills", "can i drink", "thanks"])
@pytest.mark.parametrize("quote", ["{}", "Liked “{}”", 'Emphasized "{}"', "Auto: {}"])
def test_our_own_words_sent_back_get_silence(text: str, quote: str, menu: Menu) -> None:
    """An echo, or a heart on a text of ours; the emergency texts hold the very words that are red flags."""
    first = talk(menu, "hello", text)
    second = talk(menu, quote.format(first.replies[0]), contact=first.contact, now=NOW + 30)

    assert second.replies == ()
    assert talk(menu, "i cant breathe", contact=second.contact, now=NOW + 40).replies


def test_the_same_text_day_after_day_is_answered(menu: Menu) -> None:
    contact = None
    for day in range(20):
        turn = step(menu, contact, message("i forgot my dose"), NOW + 86400 * day)
        contact = turn.contact
        assert turn.replies


def test_zero_is_always_a_way_out(menu: Menu) -> None:
    contact = None
    for n in range(30):
        turn = step(menu, contact, message("0"), NOW + 20 * n)
        contact = turn.contact
        assert turn.replies


def test_a_clock_set_back_silences_nobody(menu: Menu) -> None:
    contact = None
    for n in range(10):
        contact = step(menu, contact, message(f"menu {n}"), NOW + 60 * n).contact
    turn = step(menu, contact, message("hello"), NOW - 3600)

    assert turn.replies


@pytest.mark.parametrize("text", ["yes please", "YES I AM", "yeah", "1 please"])
def test_any_yes_soon_after_a_red_flag_brings_it_again(text: str, menu: Menu) -> None:
    assert talk(menu, "hello", "chest pain", text).verdict == "red_flag:other_emergency"


def test_stop_ends_also_the_minutes_after_a_red_flag(menu: Menu) -> None:
    assert talk(menu, "hello", "chest pain", "stop", "1").replies == ()
