"""Slips of the finger are mended, and nothing else is."""

import time

import pytest

from service.core.menu import Menu


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("siezure", "seizure"),
        ("unconcious", "unconscious"),
        ("swolen", "swollen"),
        ("dizy", "dizzy"),
        ("stpo", "stop"),
        ("heeeelp", "help"),
        ("noooo", "no"),
        ("cantbreathe", "cant breathe"),
        ("icantbreathe", "i cant breathe"),
        ("ranout", "ran out"),
        ("plz", "please"),
        ("sewlling", "swelling"),
        ("convusion", "convulsion"),
        # words that are something else, and words that are nothing
        ("shaving", "shaving"),
        ("drying", "drying"),
        ("filling", "filling"),
        ("atop", "atop"),
        ("xqzzt", "xqzzt"),
        ("1234", "1234"),
    ],
)
def test_english(menu: Menu, typed: str, meant: str) -> None:
    assert " ".join(menu.reader.speller.spell(typed)) == meant


@pytest.mark.parametrize(("typed", "meant"), [("combulsion", "convulsion"), ("hermanos", "hermanos"), ("buses", "buses")])
def test_spanish(menu: Menu, typed: str, meant: str) -> None:
    assert " ".join(menu.languages["es"].reader.speller.spell(typed)) == meant


def test_no_word_is_slow(menu: Menu) -> None:
    began = time.process_time()
    for typed in ("hallucinatoryxx", "a" * 1600, "qwertyuiopasdfghjk", "cantcantcantcantca"):
        menu.reader.speller.spell(typed)

    assert time.process_time() - began < 0.05
