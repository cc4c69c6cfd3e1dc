"""Points: how they are written, weighed and learned; and what they hear that no phrase does."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn import examples
from learn.__main__ import learn
from learn.fit import Fitted
from service import config, content
from service.core.dialogue import step
from service.core.hearing import hear
from service.core.lanes import pack, unpack
from service.core.model import Contact
from service.core.points import ALWAYS, Points, learned_from, read, weigh, write
from tests.conftest import NOW, message
from tests.menus import loaded

MENU = config.ROOT / config.DEFAULT_MENU
SENSES = {"shake": ["trembling", "shaky"], "fear": ["shaky"]}
FEW = Points(
    {"trembling": ("{shake",), "shaky": ("{shake", "{fear")},
    {ALWAYS: -100, "{shake": 150, "off ~ pills": 200},
    {ALWAYS: -300},
    ("alarm:withdrawal", "none"),
    {ALWAYS: pack([-50, 50]), "{shake": pack([200, 0])},
)


def test_the_file_says_what_was_learned() -> None:
    text = "\n".join(write(FEW, "these examples"))

    assert read(text, SENSES) == FEW
    assert learned_from(text) == "these examples"
    assert read("", {}) == Points({}, {}, {}, (), {})


@given(st.lists(st.tuples(*[st.integers(-(10**6), 10**6)] * 3), min_size=1, max_size=40))
def test_rows_are_added_by_one_addition(rows: list[tuple[int, int, int]]) -> None:
    assert unpack(sum(map(pack, rows)), 3) == [sum(column) for column in zip(*rows, strict=True)]


def test_a_file_that_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="make learn"):
        read("# topics none\nshaky\tmany\t\t", {})


def test_words_pairs_and_senses_are_weighed() -> None:
    said = weigh(FEW, ("^", "trembling", "off", "my", "pills", "$"))

    assert {"trembling", "{shake", "trembling off", "off ~ pills", "^ trembling"} <= {*said.features}
    assert said.alarm == pytest.approx((-100 + 4 / len(said.features) ** 0.5 * 350) / 100)
    assert said.topics()["alarm:withdrawal"] + said.topics()["none"] == pytest.approx(1)
    assert said.why(FEW.alarm) == "points: off ~ pills, shake"
    assert weigh(FEW, ("^", "pills", "$")).topics()["none"] > 0.7


@pytest.mark.parametrize("text", ["", "a", "!!!", "z" * 1600, "1 " * 800, "ñ é ü"])
def test_any_text_can_be_weighed(text: str) -> None:
    for said in hear(loaded(), message(text)).weighed:
        assert sum(said.topics().values()) == pytest.approx(1)


def verdict(text: str) -> tuple[str, str]:
    turn = step(loaded(), Contact(NOW, welcomed=True), message(text), NOW)
    return turn.verdict, turn.why


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("two extra. couldnt stand the spasms anymore", "red_flag:overdose"),
        ("my refill was supposed to be the 3rd, its the 9th, the implant people keep rescheduling", "red_flag:pump"),
        ("took 2 and im not kidding i cant breathe", "red_flag"),
        ("i want to kill myself not even joking", "red_flag:self_harm"),
        ("this homework makes me want to kill myself lol", "miss"),
        ("took it at 7:15 am", "do:"),
        ("dont stop texting me", "miss"),
        ("what", "miss"),
    ],
)
def test_what_points_add_and_what_they_leave_alone(text: str, starts: str) -> None:
    got, why = verdict(text)

    assert got.startswith(starts) or (starts == "do:" and not got.startswith("red_flag")), (got, why)


def test_points_alone_find_red_flags_that_no_phrase_does() -> None:
    """A tenth at least of the measured red flags; `why` names the words."""
    rows = [row for language in ("en", "es") for row in measured(language) if row[1].startswith("alarm")]
    by_points = [
        why for text, _ in rows if (found := verdict(text))[0].startswith("red_flag") and (why := found[1]).startswith("points: ")
    ]

    assert len(by_points) > len(rows) / 10
    assert all(re.fullmatch(r"points: \S.*", why) for why in by_points)


# ---- the examples


def measured(language: str) -> list[tuple[str, str]]:
    folder = config.ROOT / "tests" / "data" / "phrasings" / language
    lines = (line for path in sorted(folder.glob("*.tsv")) for line in path.read_text(encoding="utf-8").split("\n")[1:])
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if line]


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip() or text


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_example_is_measured_with(language: str) -> None:
    taught = {plain(row.text) for row in examples.read(MENU / "examples" / language)}

    assert len(taught) > 4000
    assert not taught & {plain(text) for text, _ in measured(language)}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_example_wants_something_there_is(language: str) -> None:
    menu = loaded()
    known = {
        "none",
        "leave",
        "reminders_off",
        "alarm",
        *(f"screen:{id}" for id in menu.screens),
        *(f"alarm:{id}" for id in menu.alarms),
    }

    assert {row.want for row in examples.read(MENU / "examples" / language)} <= known


# ---- learning


def test_what_examples_have_in_common_is_learned() -> None:
    said = {
        "alarm:pump": ["beep", "beep belly", "belly beep loud"],
        "none": ["nice day", "day", "a nice walk"],
        "leave": ["bye", "bye now", "now bye"],
    }
    rows = [(text.split(), want) for want, texts in said.items() for text in texts]
    points = Fitted([row for row, _ in rows], [want for _, want in rows], [["day"], ["walk"]]).points({}, strength=100)

    assert points.alarm["beep"] > 0 > points.alarm["day"]
    assert points.leave["bye"] > 0 > points.leave["beep"]
    assert weigh(points, ("bye",)).topics().keys() == {"alarm:pump", "none", "leave"}


def test_an_example_that_points_do_not_know_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "menus" / "baclofen"
    (tmp_path / "menus").mkdir()
    for name in ("common", "baclofen"):
        (tmp_path / "menus" / name).symlink_to(config.ROOT / "menus" / name)
    assert not [fault for fault in content.faults(folder, None) if "make learn" in fault]

    print_now = content.examples_print(folder, "en")
    assert print_now == learned_from((folder / "en.points.tsv").read_text(encoding="utf-8"))
    assert print_now != content.examples_print(folder, "es")


def test_learning_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "examples" / "en").mkdir(parents=True)
    rows = [
        ("beep from my belly", "alarm:pump"),
        ("my belly beeps", "alarm:pump"),
        ("bye", "leave"),
        ("bye now", "leave"),
        ("nice", "none"),
        ("nice day", "none"),
    ]
    (tmp_path / "examples" / "en" / "few.tsv").write_text("\n".join(["text\twant", *("\t".join(row) for row in rows), ""]))

    learn(loaded(), tmp_path, [], 10.0, lambda language: f"of {language}")

    made = (tmp_path / "en.points.tsv").read_text(encoding="utf-8")
    assert learned_from(made) == "of en"
    assert read(made, {}).alarm["belly"] > 0
    assert "6 examples" in capsys.readouterr().out
    assert not (tmp_path / "es.points.tsv").exists()
