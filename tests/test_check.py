"""`service check` finds every fault it names: each case breaks the real content in one way."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from service import config, content
from service.core import parse
from service.core.check.reading import grade, syllables
from service.core.points import Points
from service.core.reader import Files, Reader, reader

TODAY = date(2026, 11, 23)
READ: dict[str, Reader] = {}
"""The first readers made here, by what they were made of: most cases break other files than those of the phrases."""


def read_before(language: str, files: Files, real: Mapping[str, float], points: Points) -> Reader:
    """What `reader` gives, a pure function that takes a second."""
    made_of = f"{language} {files} {len(points.alarm)}"
    if made_of in READ:
        return READ[made_of]
    made = reader(language, files, real, points)
    if len(READ) < len(content.LANGUAGES):
        READ[made_of] = made
    return made


@pytest.fixture(autouse=True)
def _no_phrases_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "reader", read_before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(config.ROOT / "menus", tmp_path / "menus")
    return tmp_path / "menus" / "baclofen"


def edit(path: Path, old: str, new: str) -> None:
    changed, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(changed, encoding="utf-8")


def test_the_content_has_no_fault(folder: Path) -> None:
    assert content.faults(folder, TODAY) == []


# name: file, what to replace (a regular expression), by what, the fault it must name
TEXT = r'(?ms)^(\[{}\]\n(?:label = "[^"]*"\n)?text = ).*?"""(.*?)"""'
TREE, EN, COMMON, ES, COMMON_ES = "menu.toml", "en.toml", "../common/en.toml", "es.toml", "../common/es.toml"
QUESTIONS, DOSES, HARM = "en.questions.words.toml", "en.withdrawal.words.toml", "../common/en.self_harm.words.toml"


def text(screen: str) -> str:
    """Matches the text of a screen: group 1 all before it, group 2 the text."""
    return TEXT.format(re.escape(screen))


CASES = {
    "dangling option": (TREE, '"missed-many"', '"nowhere"', "missed: leads to 'nowhere'"),
    "dangling more": (TREE, 'more = "about"', 'more = "nowhere"', "home: leads to 'nowhere'"),
    "screen id": (TREE, r"\[storage-odd\]", "[oddity]", "oddity: a screen id is a topic or topic-something"),
    "missing topic": (TREE, r"\[storage\]", "[storage-x]", "storage: has no source"),
    "nine options": (TREE, '"overdose"\\]', '"overdose", "about"]', "home: 9 options"),
    "option twice": (TREE, '"taking-dose", "taking-list"', '"taking-dose", "taking-dose"', "taking: an option stands twice"),
    "missing translation of a text": (EN, r"\[storage-odd\]", "[storage-even]", "storage-odd: missing translation"),
    "missing label": (EN, 'label = "Storage"', 'label = ""', "storage: missing translation: no label"),
    "missing source": (TREE, r'source = \["S25"\]', "source = []", "taking-list: has no source"),
    "unknown source": (TREE, r'source = \["S25"\]', 'source = ["S99"]', "taking-list: source S99 is not in SOURCES.md"),
    "source left out": (TREE, r'source = \["S25"\]', 'source = ["S07"]', "source S07 is not in SOURCES.md, or is left out"),
    "statement that reaches nobody": (TREE, r'source = \["S25"\]', 'source = ["S12"]', "S25 reaches nobody"),
    "missing review": (TREE, "reviewed = 2026-11-22\n", "", "home: has no review"),
    "expired review": (TREE, "reviewed = 2026-11-22", "reviewed = 2025-01-01", "home: review of 2025-01-01 expired"),
    "review in the future": (TREE, "reviewed = 2026-11-22", "reviewed = 2031-01-01", "home: .* lies in the future"),
    "no reviewer": (TREE, 'reviewed_by = "not yet signed off"', 'reviewed_by = ""', "home: has no review"),
    "not GSM-7": (EN, text("effects"), r'\1"A – b. Never stop."', "effects: '–' is not in GSM-7"),
    "not ASCII": (EN, text("effects"), r'\1"A ü b. Never stop."', "effects: English is plain ASCII"),
    "home too long": (EN, 'label = "Storage"', 'label = "Storage and more"', "home: 2 segments"),
    "tip too long": (EN, text("effects"), r'\1"' + "Never stop. " * 26 + '"', "effects: 3 segments"),
    "alarm too long": (EN, text("alarm.pump"), r'\1"Call 911. No one reads. ' + "Go now. " * 36 + '"', "alarm.pump.* 3 segments"),
    "long at the longest brand": (COMMON, '\nback = "', '\nback = "' + "Hello. " * 26, "say.back: 3 segments"),
    "hard to read": (
        EN,
        text("taking-list"),
        r'\1"Maintaining comprehensive documentation regarding medication administration facilitates communication."',
        "taking-list: reading grade",
    ),
    "carrier word as a label": (EN, 'label = "About"', 'label = "Info"', "about: its label 'Info' is a carrier word"),
    "carrier word as an option word": (
        QUESTIONS,
        r"\nabout = \[",
        '\nabout = ["stop", ',
        "screen:about: 'stop' in 'stop' is a carrier word",
    ),
    "does not say never to stop": (EN, text("missed"), r'\1"Take it."', "missed: does not say never to stop"),
    "alcohol without never stop": (EN, text("mixing-alcohol"), r'\1"Best not."', "mixing-alcohol: does not say never to stop"),
    "leaving without never stop": (COMMON, "Never stop it suddenly", "Bye", "say.left: does not say never to stop"),
    "a dose": (EN, text("taking"), r'\1"Take 5 mg. Never stop."', "taking: '5 mg' reads as a dose"),
    "a dose in tablets": (EN, text("taking"), r'\1"Take 2 tablets. Never stop."', "taking: '2 tablets' reads as a dose"),
    "another number of hours": (EN, text("missed"), r'\1"Wait 4 hours. Never stop."', "missed: 4 hours"),
    "an unknown number": (EN, text("storage"), r'\1"Call 112."', "storage: 112 is none of the numbers"),
    "an alarm that begins with something else": (
        EN,
        text("alarm.pump"),
        r'\1"Lie down. Rest now and wait, please, for somebody to come. Then call 911. No one reads texts."',
        "alarm.pump: does not begin with whom to call",
    ),
    "an alarm that promises a reader": (EN, text("alarm.pump"), r'\1"Call 911."', "alarm.pump: does not say that no one reads"),
    "a missing kind of alarm": (TREE, r"\[alarm.violence\]", "[alarm.vandalism]", "alarm.vandalism: no kind of red flag"),
    "alarm without words": (HARM, "\nviolence = ", "\nvandalism = ", "alarm.violence: no words lead to it"),
    "words for no screen": (QUESTIONS, "\nstorage = ", "\nstorrage = ", "screen:storrage has phrases and is no screen"),
    "the same words twice": (QUESTIONS, r"\nabout = \[", '\nabout = ["effects", ', "'effects' stands for screen:"),
    "unknown placeholder": (EN, r"\{brand\}", "{bramd}", r"\{bramd\} is no placeholder"),
    "a telling discreet name": (TREE, '"Dose Tips"', '"Baclofen Dose"', "discreet_name: names the medicine"),
    "a telling goodbye": (COMMON, '"Sorry. We will not', '"{brand}: we will not', "left_wrong_number: names the service"),
    "a number abroad": (COMMON, r'\["911", ', '["912", ', "abroad it still gives a number"),
    "few tips in one segment": (COMMON, '"9 Back 0 Menu"', '"Text 9 to go back or 0 for the menu"', "tips are one segment"),
    "not TOML": (TREE, r"\[home\]", "[home", "tree: not readable as TOML"),
    "a phrase that cannot be read": (DOSES, '"overslept"', '"over{slept}"', "over{slept}.* is no plain word"),
    "a set that is not there": (DOSES, '"overslept"', '"{slept}"', "there is no set {slept}"),
    "a number that only one language has": (ES, "1-800-222-1222", "988", "es: overdose: its numbers are 911, 988, in en"),
    "a sign that only one language has": (
        ES,
        "Fiebre, convulsiones",
        "Convulsiones",
        "es: missed-many: 'fever' .* is missing in es",
    ),
    "a sign that the other language lacks": (
        EN,
        "Fever, seizure, conf",
        "Seizure, conf",
        "es: missed-many: 'fever' .* is missing in en",
    ),
    "a placeholder that only one language has": (COMMON_ES, "de {zone}|{zone}", "zone", "es: say.*its placeholders are"),
    "a saying that one language lacks": (COMMON_ES, "\ndown = ", "\ndownn = ", "es: say.down"),
    "an accent that costs": (ES, text("effects"), r'\1"Está. Nunca lo dejes de golpe."', "es: effects: 'á' is not in GSM-7"),
    "Spanish that does not say never to stop": (ES, text("missed"), r'\1"Tomala."', "es: missed: does not say never to stop"),
    "no home": (EN, r"\[home\]", "[house]", "home: missing translation"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_found(name: str, folder: Path) -> None:
    file, old, new, expected = CASES[name]
    edit(folder / file, old, new)
    found = content.faults(folder, TODAY, deaf=True)
    if not any(re.search(expected, fault) for fault in found):
        found = content.faults(folder, TODAY)  # the phrases too, which takes seconds

    assert any(re.search(expected, fault) for fault in found), found


LOST = '[about-lost]\nlabel = "Lost"\ntext = "Lost."\n\n[about]\n'


def test_a_screen_nothing_leads_to_is_unreachable(folder: Path) -> None:
    edit(
        folder / "menu.toml",
        r"\[about\]\n",
        '[about-lost]\nsource = ["S01"]\nreviewed = 2026-11-22\nreviewed_by = "x"\n\n[about]\n',
    )
    for texts in ("en.toml", "es.toml"):
        edit(folder / texts, r"\[about\]\n", LOST)

    assert content.faults(folder, TODAY) == ["about-lost: unreachable: no option leads here and no words"]


def test_a_tip_three_replies_away_is_too_far(folder: Path) -> None:
    edit(folder / "menu.toml", r"\[missed-many\]\n", '[missed-many]\noptions = ["about-lost"]\n')
    edit(
        folder / "menu.toml",
        r"\[about\]\n",
        '[about-lost]\nsource = ["S01"]\nreviewed = 2026-11-22\nreviewed_by = "x"\n\n[about]\n',
    )
    for texts in ("en.toml", "es.toml"):
        edit(folder / texts, r"\[about\]\n", LOST)

    assert content.faults(folder, TODAY) == ["about-lost: 3 replies from home; any tip is at most 2 away"]


def test_release_wants_every_text_signed_off(folder: Path) -> None:
    found = content.faults(folder, TODAY, release=True, deaf=True)

    languages_beside_the_first = 1
    assert len(found) == len(re.findall(r"^\[", (folder / "menu.toml").read_text(), re.MULTILINE)) + languages_beside_the_first
    assert all("not signed off" in fault for fault in found)


@pytest.mark.parametrize("missing", ["menu.toml", "en.toml", "SOURCES.md", "../common/en.words.toml"])
def test_a_missing_file_is_named(missing: str, folder: Path) -> None:
    (folder / missing).unlink()

    assert Path(missing).name in content.faults(folder, TODAY)[0]


def test_an_old_review_keeps_no_service_from_starting(folder: Path) -> None:
    edit(folder / "menu.toml", "reviewed = 2026-11-22", "reviewed = 2020-01-01")

    assert content.load(folder, None, "us").name == "Baclofen Tips"
    assert content.faults(folder, TODAY) != []


def test_any_other_fault_does(folder: Path) -> None:
    edit(folder / "menu.toml", '"missed-unsure", "missed-many"', '"missed-unsure", "nowhere"')

    with pytest.raises(content.ContentError, match="nowhere"):
        content.load(folder, None, "us")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("take", 1),
        ("medicine", 3),
        ("emergency", 4),
        ("pill", 1),
        ("missed", 1),
        ("needed", 2),
        ("table", 2),
        ("sleepy", 2),
        ("a", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grade() -> None:
    assert grade("The cat sat on the mat. It was fat.") < 2
    assert grade("Pharmacological intervention necessitates individualised administration.") > 15
    assert grade("") == 0
