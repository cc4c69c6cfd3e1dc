"""Phone calls: what is heard, what keys and speech do, silence, both languages, and set-ups that begin with a text."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from service import config, content, handle
from service.channels import voice
from service.core.menu import Menu
from service.core.model import Answer, Message
from service.runtime import Runtime
from service.simulator.call import Call
from service.simulator.phone import Clock, Embedded, Phone, Post
from service.store import StoreDown
from service.web import create_app
from tests.conftest import PHONE

CALL = "CA" + "a1" * 16


class Caller(Call):
    """Hears all that is said once."""

    heard = ""

    def begin(self) -> str:  # type: ignore[override]
        self.path = "/voice"
        self.heard = " ".join(said.words for said in super().begin().said)
        return self.heard

    def says(self, what: str) -> str:
        self.heard = " ".join(said.words for said in self.answer(what).said)
        return self.heard


def posting(built: Runtime) -> Post:
    client = create_app(built).test_client()

    def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        answer = client.post(path, data=body, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    return post


@pytest.fixture
def call(embedded: Runtime) -> Caller:
    return Caller(embedded.settings, posting(embedded), PHONE)


def test_the_call_begins_with_safety_and_the_menu(call: Caller) -> None:
    heard = call.begin()
    assert heard.startswith("Emergency? Hang up and call 9 1 1. No person is on this line.")
    assert "automatic tips, not a doctor" in heard
    assert "For Missed a dose, press 1." in heard
    assert "For About, press star." in heard
    assert "text me that" in heard
    assert "Para español, marca la tecla de numeral o gato." in heard
    assert call.says("1").startswith("Missed a dose? Take it when you remember.")
    assert "Emergency?" not in call.heard, "only the beginning"


def test_silence_is_met_twice_and_then_with_goodbye(call: Caller) -> None:
    call.begin()
    call.says("6")
    root = ElementTree.fromstring(call.twiml)
    said = [" ".join(say.text or "" for say in part.iter("Say")) for part in root]
    assert [part.tag for part in root] == ["Gather", "Gather", "Gather", "Say", "Hangup"]
    assert said[1] == said[2] == "I did not hear you. Here it is again. " + said[0]
    assert "Goodbye" in said[3]
    assert "9 1 1" in said[3]
    listening = root[0].attrib
    assert (listening["input"], listening["numDigits"], listening["method"]) == ("dtmf speech", "1", "POST")
    assert listening["hints"] == "Looks or smells odd"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("0", "For Missed a dose, press 1."),
        ("*", "Baclofen helps relax"),
        ("two", "Common: sleepy"),
        ("to", "Common: sleepy"),
        ("Side effects.", "Common: sleepy"),
        ("I missed my pill", "Take it when you remember"),
        ("", "Emergency? Call 9 1 1. Press 0 for the menu."),
        ("9", "For Missed a dose, press 1."),
        ("what about aspirin", "Ask your pharmacist about other drugs"),
        ("blah blah", "Sorry, I did not get that. Emergency? Call 9 1 1. If not, press a number:"),
        ("help", "No person is on this line. Questions:"),
    ],
)
def test_keys_and_speech(call: Caller, said: str, heard: str) -> None:
    call.begin()
    assert heard in call.says(said)


@pytest.mark.parametrize(
    ("speech", "begins"),
    [
        ("I can't breathe", "Hang up and call 9 1 1 now."),
        ("I want to kill myself", "Hang up and call 9 1 1 now"),
        ("my husband won't wake up", "Stay with them. Hang up and call 9 1 1 now."),
        ("I ran out two days ago and I'm shaking.", "Hang up and call 9 1 1 now."),
        ("no puedo respirar", "Cuelga y llama al 9 1 1 ya"),
    ],
)
@pytest.mark.parametrize("before", [(), ("8",), ("reminders", "8 a.m."), ("stop calling me",)])
def test_a_red_flag_by_speech_in_every_state(call: Caller, speech: str, begins: str, before: tuple[str, ...]) -> None:
    call.begin()
    for said in before:
        call.says(said)
    assert call.says(speech).startswith(begins)
    assert "text 988" not in call.heard


def test_pound_changes_the_language_and_it_stays(call: Caller) -> None:
    call.begin()
    assert call.says("#").startswith("Ahora en español. Son consejos automáticos, no de un doctor.")
    assert "Para Olvidé una dosis, marca 1." in call.says("0")
    assert "es-US" in call.twiml
    assert call.says("#").startswith("In English now. These are automatic tips")
    call.says("#")
    call.sid = "CA" + "b" * 32
    assert "Para Olvidé una dosis, marca 1." in call.begin()


@pytest.mark.parametrize("again", ["Repeat that.", "say that again", "What?"])
def test_asked_to_repeat_it_says_the_same_and_goes_on(call: Caller, again: str) -> None:
    call.begin()
    told = call.says("6")
    path = call.path
    assert call.says(again) == told
    assert call.path == path
    assert call.says("1").startswith("Looks or smells odd?")


def test_the_same_request_again_is_the_same_answer(call: Caller, embedded: Runtime) -> None:
    call.begin()
    path = call.path
    call.says("3")
    kept = embedded.store.load(embedded.vault.contact_id(PHONE))
    call.path = path
    assert call.again() == call.twiml
    assert embedded.store.load(embedded.vault.contact_id(PHONE)).version == kept.version


@pytest.mark.parametrize("speech", ["stop", "stop calling me", "don't contact me anymore", "ya no me llamen"])
def test_leaving_by_speech(call: Caller, embedded: Runtime, speech: str) -> None:
    call.begin()
    assert "START" in call.says(speech)
    contact = embedded.store.load(embedded.vault.contact_id(PHONE)).contact
    assert contact is not None
    assert contact.left is not None
    assert "To come back, text START to this number." in call.says("1")
    assert call.says("my wife won't wake up").startswith("Stay with them.")
    assert "To come back, text START" in call.says("start"), "who calls may only pretend to be them"
    call.sid = "CA" + "d" * 32
    assert "To come back, text START" in call.begin()
    assert "I did not hear you. Here it is again." not in call.twiml, "once is enough"
    assert call.says("I can't breathe").startswith("Hang up and call 9 1 1 now.")


@pytest.mark.parametrize(
    "caller", ["+266696687", "anonymous", "Restricted", "", "client:nurse", "sip:x@example.org", "+1555000111122223333"]
)
def test_who_withholds_the_number_gets_tips_and_no_texts(call: Caller, embedded: Runtime, caller: str) -> None:
    call.caller = caller
    call.begin()
    assert call.says("I can't breathe").startswith("Hang up and call 9 1 1 now.")
    for said in ("0", "reminders", "8 a.m. and 8 p.m.", "1", "Chicago", "1"):
        call.says(said)
    assert call.says("2").startswith("Your number does not show in this call")
    kept = embedded.store.load(embedded.vault.contact_id(call.sid)).contact
    assert kept is not None
    assert kept.outbox == ()


BAD = {
    "another account": ({"AccountSid": "AC" + "9" * 32}, "", "AccountSid"),
    "no call": ({"CallSid": "SM" + "a" * 32}, "", "CallSid is none"),
    "a step that is none": ({}, "?n=x", "n is no number"),
    "a field in a value": ({"SpeechResult": "MessageSidSM" + "a" * 32}, "", "a value holds a field"),
}


@pytest.mark.parametrize(("change", "query", "why"), BAD.values(), ids=BAD)
def test_forms_that_are_not_in_order(menu: Menu, change: dict[str, str], query: str, why: str) -> None:
    form = {"CallSid": [CALL], "AccountSid": ["AC" + "0" * 32], "From": [PHONE], **{k: [v] for k, v in change.items()}}
    asked = {"n": query.removeprefix("?n=")} if query else {}
    assert why in str(voice.parse(menu, form, asked, "AC" + "0" * 32))


def test_a_call_that_does_not_end_is_ended(call: Caller) -> None:
    call.path = "/voice?n=300&l=es"
    call.says("0")
    assert "<Gather" not in call.twiml
    assert "<Hangup" in call.twiml


def test_unsigned_is_refused_and_get_is_none(embedded: Runtime) -> None:
    client = create_app(embedded).test_client()
    assert client.post("/voice", data={"CallSid": CALL}).status_code == 403
    assert client.get("/voice").status_code == 405


class Away:
    """A store that does not answer."""

    def load(self, *_: object) -> None:
        raise StoreDown("away")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("0", "Sorry, we can't answer right now"),
        ("I can't breathe", "Hang up and call 9 1 1 now."),
        ("stop", "text the one word STOP"),
    ],
)
def test_while_the_store_is_away_a_caller_hears_something_safe(embedded: Runtime, said: str, heard: str) -> None:
    call = Caller(embedded.settings, posting(replace(embedded, store=Away())), PHONE)  # type: ignore[arg-type]
    call.path = "/voice?n=3&l=es"
    assert heard in call.says(said)


def test_a_fault_of_ours_is_answered_too(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handle, "receive", lambda *_: 1 / 0)
    assert "we can't answer right now" in call.begin()


def test_everything_is_well_formed_and_short_enough_to_say(menu: Menu) -> None:
    """Each text of each language, with signs that XML has no place for."""
    for code, spoken in menu.languages.items():
        for text in (*[s.text for s in spoken.screens.values()], *spoken.sayings.values(), "a\x00<b>&\ud800"):
            twiml = voice.render(menu, Answer((text, text), code, ""), Message(f"{CALL}.0", PHONE, "0"))
            assert max(len(say.text or "") for say in ElementTree.fromstring(twiml).iter("Say")) <= voice.MOST_SAID


# ---- the set-up


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[Embedded, Clock]]:
    clock = Clock()
    clock.at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC).timestamp()
    running = Embedded(config.simulated(), clock)
    yield running, clock
    running.close()


def caller(service: tuple[Embedded, Clock], number: str) -> tuple[Caller, Phone]:
    running, _ = service
    settings = running.built.settings
    return Caller(settings, running.post, number), Phone(settings, running.post)


def arriving(service: tuple[Embedded, Clock], to: str) -> list[str]:
    """What arrives on a phone in the next ten seconds."""
    running, clock = service
    return [arrived.text for arrived in running.pass_to(clock.at + 10) if arrived.to == to]


SET_UP = ("reminders", "8 a.m. 2 p.m. and 8 p.m.", "1", "Chicago", "1", "2")


def test_reminders_set_up_by_call_begin_with_a_text(service: tuple[Embedded, Clock]) -> None:
    number = "+13125550001"
    running, clock = service
    call, phone = caller(service, number)
    call.begin()
    heard = [call.says(said) for said in SET_UP]
    assert heard[0].startswith("What times do you take your doses? Say them all")
    assert "8:00 AM, 2:00 PM, 8:00 PM" in heard[1]
    assert heard[-1].startswith("We text this phone now. Answer that text with 1")
    [asked] = arriving(service, number)
    assert "8:00 AM, 2:00 PM, 8:00 PM" in asked
    assert "aclofen" not in asked
    assert "Reply 1 to agree" in asked
    contact = running.built.store.load(running.built.vault.contact_id(number)).contact
    assert contact is not None
    assert (contact.plan, contact.consent, running.next_due()) == (None, None, None), "nothing before the text"
    assert call.says("1").startswith("Missed a dose?"), "the call is at the menu, and its 1 is no answer to the text"
    agreed, done = phone.text(number, "1")
    assert agreed.startswith("Automatic, for adults. Not a doctor. No one reads this. Emergency: 911.")
    assert "you agreed to reminders" in agreed
    assert done.startswith("All set. Next: today 2:00 PM.")
    clock.at = running.next_due() or 0
    [reminder] = arriving(service, number)
    assert "your Mon 2:00 PM dose" in reminder


@pytest.mark.parametrize(("answer", "days"), [("2", 0), ("1", 8)])
def test_a_no_or_a_late_one_begins_nothing(service: tuple[Embedded, Clock], answer: str, days: int) -> None:
    number = f"+1312555010{days}"
    running, clock = service
    call, phone = caller(service, number)
    call.begin()
    for said in SET_UP:
        call.says(said)
    assert len(arriving(service, number)) == 1
    clock.at += days * 86400.0
    said = phone.text(number, answer)[-1]
    assert said.startswith("OK, no reminders.") == (answer == "2")
    contact = running.built.store.load(running.built.vault.contact_id(number)).contact
    assert contact is not None
    assert (contact.plan, contact.consent) == (None, None)


def test_one_text_to_confirm_however_often_they_call(service: tuple[Embedded, Clock]) -> None:
    call, _ = caller(service, "+13125550200")
    for _ in range(3):
        call.begin()
        heard = [call.says(said) for said in SET_UP][-1]
        call.sid = "CA" + call.sid[3:] + "e"
    assert len(arriving(service, call.caller)) == 1
    assert heard.startswith("We texted this phone a short while ago")
    service[1].at += 13 * 3600.0
    call.begin()
    heard = [call.says(said) for said in SET_UP][-1]
    assert heard.startswith("We text this phone now"), "half a day later it may be asked once more"


def test_a_tip_as_a_text_to_who_agreed(service: tuple[Embedded, Clock]) -> None:
    call, phone = caller(service, "+13125550300")
    call.begin()
    call.says("6")
    assert call.says("text me that").startswith("We can text tips only to a phone that agreed to reminders.")
    for text in ("reminders", "1"):
        phone.text(call.caller, text)
    assert call.says("text me that").startswith("OK. We text you that now.")
    [tip] = arriving(service, call.caller)
    assert tip.startswith("Keep tablets at room temperature")
    for _ in range(4):
        heard = call.says("text me that")
        arriving(service, call.caller)
    assert heard.startswith("We texted you some tips a short while ago.")


# ---- the words


def test_faults_of_the_words_are_named(tmp_path: Path, menu: Menu) -> None:
    words = dict(menu.channels["voice"])
    broken = {**words, "goodbye": "Bye.", "option": "For {label}.", "never": ["press"], "instead": [["no such words", ""]]}
    spoken = replace(menu, channels={"voice": broken})
    found = list(voice.faults(replace(spoken, languages={"en": spoken})))
    for fault in (
        "goodbye must name 911",
        "option must have {number}",
        "missed is read out with 'press'",
        "'no such words' stands in no text",
    ):
        assert any(fault in line for line in found), fault
    without = replace(menu, channels={"voice": {k: v for k, v in words.items() if k != "begin"}})
    assert list(voice.faults(replace(without, languages={"en": without}))) == ["en.voice.toml: begin is missing"]
    assert content.CHANNELS == ("voice",)


ALWAYS = (
    "menu",
    "numero",
    "dia",
    "aqui",
    "mas",
    "acabo",
    "clinica",
    "musculos",
    "confusion",
    "convulsion",
    "medico",
    "perdon",
    "rapido",
)


def test_spanish_is_spoken_with_its_accents(menu: Menu) -> None:
    spoken = menu.speaking("es")
    words = {
        w for s in spoken.screens.values() for w in voice.aloud(spoken, s.text).lower().replace(":", " ").replace(".", " ").split()
    }
    assert not words & set(ALWAYS)
