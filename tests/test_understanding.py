"""A red flag stays one however it is typed, and whatever stands beside it."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.core.dialogue import step
from service.core.model import Contact
from tests.conftest import NOW, message
from tests.menus import loaded

FLAGS = {
    "en": (
        "i cant breathe",
        "i took too many pills",
        "i want to die",
        "my chest hurts really bad",
        "i ran out 2 days ago and im shaking",
        "my husband wont wake up",
        "shes having a seizure",
        "my baclofen pump alarm is going off",
        "my tongue is swelling",
        "he is going to kill me",
    ),
    "es": (
        "no puedo respirar",
        "tome demasiadas pastillas",
        "me quiero morir",
        "me duele mucho el pecho",
        "se me acabo hace 2 dias y estoy temblando",
        "mi esposo no despierta",
        "le esta dando una convulsion",
        "mi bomba esta pitando",
        "se me hincha la lengua",
        "me va a matar",
    ),
}
FLAG = st.sampled_from([flag for row in FLAGS.values() for flag in row])
FILLER = st.sampled_from(
    ["please help", "ayuda por favor", "omg", "um", "hello", "hola", "ok so", "idk what to do", "no se que hacer", "sorry"]
)
EMOJI = st.sampled_from(["😭", "🚨🚨", "🙏", "💊", "!!!", "...", "??"])
CASES = (str.lower, str.upper, str.title, str.swapcase)


def alarmed(text: str, contact: Contact | None = None) -> bool:
    return step(loaded(), contact or Contact(NOW, welcomed=True), message(text), NOW).verdict.startswith("red_flag")


@given(FLAG, st.sampled_from(CASES), EMOJI, EMOJI)
@settings(deadline=None)
def test_case_and_signs(flag: str, case: object, before: str, after: str) -> None:
    assert alarmed(f"{before} {case(flag)} {after}")  # type: ignore[operator]


@given(FLAG, FILLER, FILLER)
@settings(deadline=None)
def test_filler_in_any_language(flag: str, before: str, after: str) -> None:
    assert alarmed(f"{before}. {flag}. {after}")


@given(FLAG, st.data())
@settings(max_examples=200, deadline=None)
def test_a_slip_in_a_long_word(flag: str, data: st.DataObject) -> None:
    """Two letters changed places, one left out, or one doubled, inside a word of seven letters or more, and no word comes of it."""
    words = flag.split()
    long = [n for n, word in enumerate(words) if len(word) >= 7]
    if not long:
        return
    n = data.draw(st.sampled_from(long))
    at = data.draw(st.integers(1, len(words[n]) - 3))
    slips = {
        "swapped": words[n][:at] + words[n][at + 1] + words[n][at] + words[n][at + 2 :],
        "left out": words[n][:at] + words[n][at + 1 :],
        "doubled": words[n][: at + 1] + words[n][at:],
    }
    words[n] = slips[data.draw(st.sampled_from(sorted(slips)))]
    assume(not any(reader.share(words[n]) for reader in loaded().readers))  # "selling" is no slip that can be told from a word

    assert alarmed(" ".join(words))


@pytest.mark.parametrize("flag", [flag for row in FLAGS.values() for flag in row])
@pytest.mark.parametrize("state", ["new", "left", "chose english", "chose spanish"])
def test_from_every_state(flag: str, state: str) -> None:
    contacts = {
        "new": Contact(NOW),
        "left": Contact(NOW, welcomed=True, left=NOW),
        "chose english": Contact(NOW, welcomed=True, language="en", language_chosen=True),
        "chose spanish": Contact(NOW, welcomed=True, language="es", language_chosen=True),
    }

    assert alarmed(flag, contacts[state])


@pytest.mark.parametrize(
    "text",
    [
        "my phone died",
        "this traffic is killing me",
        "se me murio el celular",
        "me muero de risa",
        "me muero de hambre",
        "what happens if someone takes too much?",
        "que pasa si alguien toma de mas?",
        "no fever just tired",
        "i had a seizure once when i was ten",
        "the breast pump is beeping",
        "dying to see you",
    ],
)
def test_idioms_and_questions_are_no_alarm(text: str) -> None:
    assert not alarmed(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do i stop taking it",
        "can i stop baclofen",
        "stop baclofen",
        "i want to quit my meds",
        "como dejo de tomarlo",
        "quiero dejarlo",
        "puedo parar?",
        "no tengo mas pastillas",
        "se me acabo",
        "no",
        "stop my reminders",
        "quita los recordatorios",
    ],
)
def test_the_medicine_and_the_reminders_are_no_leaving(text: str) -> None:
    assert step(loaded(), Contact(NOW, welcomed=True), message(text), NOW).verdict != "opt_out"


@pytest.mark.parametrize(
    "text", ["no mas", "ya no mas mensajes", "dejen de escribirme", "take me off this list", "lose my number", "ALTO"]
)
def test_leaving(text: str) -> None:
    assert step(loaded(), Contact(NOW, welcomed=True), message(text), NOW).verdict == "opt_out"


@pytest.mark.parametrize("text", ["what is metformin for", "lisinopril side effects", "para que sirve la metformina"])
def test_another_medicine_gets_none_of_our_tips(text: str) -> None:
    turn = step(loaded(), Contact(NOW, welcomed=True), message(text), NOW)

    assert turn.verdict == "miss"
    assert turn.why.startswith("another medicine")


def test_every_word_of_a_long_text_costs_little() -> None:
    """No text makes the phrases slow: words of them in any order, as many as are read."""
    menu, pick = loaded(), random.Random(7)
    words = sorted(menu.reader.speller.uses)
    for _ in range(5):
        assert step(menu, Contact(NOW), message(" ".join(pick.choices(words, k=220))), NOW).replies
