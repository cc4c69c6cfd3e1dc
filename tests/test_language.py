"""Which language somebody reads: by word, by what they write in, asked once, remembered."""

from dataclasses import replace

import pytest

from service.core.dialogue import step
from service.core.menu import Menu
from service.core.model import Contact, Due, Question, Turn
from service.core.record import dump, read
from tests.conftest import NOW, message
from tests.reminded import HOUR, Person

WELCOMED = Contact(NOW, welcomed=True)


def say(menu: Menu, contact: Contact | None, text: str) -> Turn:
    return step(menu, contact, message(text), NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hola", "Manda un numero:"),
        ("olvide mi pastilla", "Olvidaste una dosis?"),
        ("no puedo respirar", "Llama al 911 ya."),
        ("missed my pill", "Missed a dose?"),
        ("dejen de mandarme mensajes", "Nunca la dejes de golpe"),
        ("AYUDA", "Emergencia? Llama al 911."),
        ("HELP", "Emergency? Call 911."),
        ("asdf", "Sorry, I did not get that."),
    ],
)
def test_whoever_writes_in_a_language_is_answered_in_it(menu: Menu, text: str, expected: str) -> None:
    assert expected in say(menu, WELCOMED, text).replies[0]


def test_it_is_asked_once_and_remembered(menu: Menu) -> None:
    question = menu.languages["es"].sayings["ask_language"]
    first = say(menu, WELCOMED, "olvide mi pastilla")
    then = say(menu, first.contact, "y si tomo alcohol")
    number = say(menu, read(dump(then.contact)), "0")

    assert first.replies[-1] == question
    assert question not in then.replies + number.replies
    assert number.replies[0].startswith("Manda un numero:")


def test_a_red_flag_is_not_the_moment_to_ask(menu: Menu) -> None:
    alarm = say(menu, WELCOMED, "mi esposo no despierta")
    then = say(menu, replace(alarm.contact, alarm=None), "olvide mi pastilla")

    assert len(alarm.replies) == 1
    assert then.replies[-1] == menu.languages["es"].sayings["ask_language"]


@pytest.mark.parametrize("word", ["ESPAÑOL", "espanol", "en español por favor", "spanish", "Spanish please"])
def test_spanish_by_word(menu: Menu, word: str) -> None:
    chosen = say(menu, WELCOMED, word)

    assert chosen.replies == (menu.languages["es"].sayings["language_now"],)
    assert say(menu, chosen.contact, "i missed my dose").replies[0].startswith("Olvidaste una dosis?")


@pytest.mark.parametrize("word", ["ENGLISH", "in english please", "ingles"])
def test_english_by_word_out_of_spanish(menu: Menu, word: str) -> None:
    contact = say(menu, WELCOMED, "olvide mi pastilla").contact
    chosen = say(menu, contact, word)

    assert chosen.replies == (menu.sayings["language_now"],)
    assert say(menu, chosen.contact, "olvide mi pastilla").replies[0].startswith("Missed a dose?")


def test_a_red_flag_is_answered_as_it_was_written(menu: Menu) -> None:
    """Whoever has somebody's phone in an emergency writes their own language."""
    contact = replace(WELCOMED, language="en", language_chosen=True)

    assert say(menu, contact, "mi hijo no respira").replies[0].startswith("Quédate a su lado. Llama al 911")


@pytest.mark.parametrize("place", ["Los Angeles", "chicago", "San Antonio", "no", "ok", "1", "👍"])
def test_names_and_signs_tell_no_language(menu: Menu, place: str) -> None:
    assert say(menu, WELCOMED, place).contact.language == ""
    assert say(menu, replace(WELCOMED, language="es"), place).contact.language == "es"


@pytest.mark.parametrize("place", ["El Paso", "Puerto Rico", "Costa Mesa"])
def test_an_answer_tells_no_language(menu: Menu, place: str) -> None:
    asked = replace(WELCOMED, asking=Question("where", NOW))

    assert say(menu, asked, place).contact.language == ""


def test_spanish_all_the_way_to_a_reminder(menu: Menu) -> None:
    person = Person(menu)
    ready = person.says("recordatorios", "1", "8am 2pm 8pm", "1", "1", "2")
    person.waits(HOUR * 2)

    assert ready.startswith("Listo. Proxima: hoy 8:00 AM")
    assert "tu dosis del lun 8:00 AM. Ya la tomaste? No la tomes otra vez." in person.got[0][1].text
    assert person.says("1").startswith("Anotado: dosis del lun 8:00 AM, tomada")


def test_what_starts_by_itself_is_in_their_language(menu: Menu) -> None:
    english, spanish = (step(menu, replace(WELCOMED, language=code), Due(), NOW).contact for code in ("", "es"))

    assert spanish == replace(english, language="es")


def test_a_language_the_menu_has_lost_falls_back(menu: Menu) -> None:
    assert say(menu.only("en"), replace(WELCOMED, language="es"), "0").replies[0].startswith("Text a number:")
