"""The carrier registration: every field within its limits at the longest settings, what is missing named, nothing invented."""

import json
import re
import shutil
from pathlib import Path

import pytest

from service import cli, config, content
from service.core import campaign, page
from service.core.check.rules import LONGEST_BRAND, LONGEST_CLINIC, LONGEST_NUMBER, LONGEST_URL
from service.core.menu import Menu, fill
from tests.menus import loaded

SETTINGS = {"PUBLIC_URL": "https://texts.example", "CLINIC_PHONE": "555-010-0100", "TWILIO_FROM": "+12125550123"}
NAMES = [*SETTINGS, "PUBLIC_NUMBER", "CLINIC_EMAIL", "BRAND", "MENU", "TWILIO_MESSAGING_SERVICE_SID"]
USA2P = {
    "Description",
    "MessageFlow",
    "MessageSamples",
    "UsAppToPersonUsecase",
    "HasEmbeddedLinks",
    "HasEmbeddedPhone",
    "SubscriberOptIn",
    "AgeGated",
    "DirectLending",
    "OptInMessage",
    "OptOutMessage",
    "HelpMessage",
    "OptInKeywords",
    "OptOutKeywords",
    "HelpKeywords",
    "PrivacyPolicyUrl",
    "TermsAndConditionsUrl",
}
LIMITS = {
    "Description": (40, 4096),
    "MessageFlow": (40, 2048),
    "OptInMessage": (20, 320),
    "OptOutMessage": (20, 320),
    "HelpMessage": (20, 320),
    "OptInKeywords": (1, 255),
    "OptOutKeywords": (1, 255),
    "HelpKeywords": (1, 255),
}


def unfilled() -> Menu:
    menu, faults = content.read(config.ROOT / config.DEFAULT_MENU, deaf=True)
    assert menu, faults
    return menu


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_within_the_limits_at_the_longest_settings() -> None:
    whole = fill(unfilled(), LONGEST_BRAND, LONGEST_CLINIC, LONGEST_URL)
    asked = campaign.campaign(whole, LONGEST_BRAND, LONGEST_CLINIC, LONGEST_URL, LONGEST_NUMBER)
    fields = {field.name: field.value for field in asked.texts}

    assert list(campaign.faults(asked.texts)) == []
    for name, (least, most) in LIMITS.items():
        assert least <= len(fields[name]) <= most, name
    samples = [value for name, value in fields.items() if name.startswith("MessageSamples")]
    assert 2 <= len(samples) <= 5
    assert all(20 <= len(sample) <= 1024 for sample in samples)
    assert sum("STOP" in sample for sample in samples) == len(samples) - 1
    assert len(fields) == len(LIMITS) + len(samples)


def test_words_to_leave_and_for_help_do_that() -> None:
    carrier = {word: kind for reader in loaded().readers for word, kind in reader.carrier.items()}
    said = loaded().page

    assert {carrier[word.lower()] for word in said["campaign.opt_out_keywords"].split()} == {"stop"}
    assert {carrier[word.lower()] for word in said["campaign.help_keywords"].split()} == {"help"}


def test_printed(settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["campaign"]) == 0
    out = capsys.readouterr().out

    for name, (least, most) in LIMITS.items():
        assert re.search(rf"^{name} \(\d+ characters, {least} to {most}\)$", out, re.MULTILINE)
    assert "(212) 555-0123" in out
    assert "PrivacyPolicyUrl: https://texts.example/privacy" in out


def test_as_json(settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The names are those of the API, the messages those that are sent."""
    settings.setenv("BRAND", "Dose Line")
    assert cli.main(["campaign", "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)
    menu = content.load(config.ROOT / config.DEFAULT_MENU, "Dose Line", "555-010-0100", deaf=True)

    assert set(asked) == USA2P
    assert asked["OptOutMessage"] == menu.sayings["left"]
    assert asked["MessageSamples"] == [page.samples(menu)[id] for id in campaign.SAMPLES]
    assert all(word.isalnum() for name in asked if name.endswith("Keywords") for word in asked[name])
    assert (asked["HasEmbeddedLinks"], asked["HasEmbeddedPhone"], asked["DirectLending"]) == (True, True, False)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is missing"),
        ({"CLINIC_PHONE": ""}, "CLINIC_PHONE or CLINIC_EMAIL is missing"),
        ({"TWILIO_FROM": ""}, "PUBLIC_NUMBER or TWILIO_FROM is missing"),
        ({"TWILIO_FROM": "MG" + "0" * 32}, "TWILIO_FROM is wrong"),
        ({"PUBLIC_NUMBER": "555"}, "PUBLIC_NUMBER is wrong"),
    ],
)
def test_what_is_missing_is_named(
    changed: dict[str, str], named: str, settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in changed.items():
        settings.setenv(name, value)

    assert cli.main(["campaign"]) == 2
    assert named in capsys.readouterr().err


EN, COMMON = "en.page.toml", "en.toml"
CASES = {
    "a flow that is too long": (EN, r'\nflow = """', '\nflow = """' + "word " * 200, "MessageFlow: .* change campaign.flow in"),
    "no rates": (
        EN,
        "Message and data rates may apply. \\\\\nReply",
        "Reply",
        "MessageFlow: lacks 'Message and data rates may apply'",
    ),
    "HELP without the clinic": (COMMON, r"Questions: \{clinic\}. ", "", "HelpMessage: lacks 'wwww.* change say.help"),
    "STOP without an end": (COMMON, "no more texts", "bye", "OptOutMessage: lacks 'no more texts': change say.left"),
    "agreed without HELP": (COMMON, "HELP for help, STOP to end. \\\\\nNot", "STOP to end. Not", "OptInMessage: lacks 'HELP'"),
    "a keyword of two words": (EN, '"HELP INFO AYUDA"', '"HELP MORE-INFO"', "HelpKeywords: keywords are letters and digits"),
    "an unknown placeholder": (EN, r"by the clinic reached at \{clinic\}", "by {clinix}", "{clinix} is no placeholder"),
    "hard to read": (
        EN,
        "Text HELP or AYUDA.",
        "Comprehensive documentation regarding administration facilitates communication.",
        "page terms.help.text: reading grade",
    ),
    "a section that one language lacks": (EN, r"\[terms.help\]", "[terms.helpp]", "es: page terms.help.heading: missing in en"),
    "a number that one language lacks": (EN, "END, QUIT, CANCEL and", "END, 988 and", "es: page terms.leave.text: its numbers"),
    "no word for the page": (EN, '\nheading = "Adults only"', "", "page privacy.adults.heading: missing in en"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_found_and_named(name: str, tmp_path: Path) -> None:
    shutil.copytree(config.ROOT / "menus", tmp_path / "menus")
    file, old, new, fault = CASES[name]
    path = tmp_path / "menus" / "common" / file
    changed, count = re.subn(old, lambda _: new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(changed, encoding="utf-8")

    found = content.faults(tmp_path / "menus" / "baclofen", None, deaf=True)

    assert any(re.search(fault, one) for one in found), found
