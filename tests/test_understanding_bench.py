"""What the bench counts as understood, and that the project's own sets are understood no worse than they were."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bench.understanding import __main__ as bench
from bench.understanding import clocks, keywords, own, texts
from bench.understanding.measure import Judged, Measure, Readers, Timed, forced, pooled
from tests.menus import loaded

SAID: Final = {
    "i took too many": "red_flag:overdose",
    "my chest hurts": "red_flag:other_emergency-dysreflexia",
    "leave me be": "opt_out",
    "missed one": "screen:missed",
    "did i take it": "ask:missed,missed-unsure",
    "no more reminders": "do:reminders_off",
    "how to stop": "ask:stopping,leave",
}
CLOCK: Final = {"8am": "08:00", "8": "ask", "half 8 at night": "08:30"}


@pytest.fixture
def readers() -> Readers:
    """A service that knows these few texts."""
    return Readers(
        Timed(lambda text: (SAID.get(text, "miss"), "why")),
        Timed(keywords.read),
        Timed(lambda text: (CLOCK.get(text, "no"), "why")),
        Timed(keywords.clock),
    )


def row(text: str, want: str, near: str = "no") -> texts.Row:
    return {"text": text, "want": want, "near": near}


def shares(kind: str, rows: list[texts.Row], readers: Readers) -> dict[str, tuple[int, int]]:
    return {m.what: (m.hits, len(m.rows)) for m in own.of_kind("en", kind, rows, readers)}


# ---- measures


def judged(*hits: bool, text: str = "a") -> tuple[Judged, ...]:
    return tuple(Judged(text, "", "", "", hit, keyword_hit=n == 0) for n, hit in enumerate(hits))


def test_a_share_its_ratio_and_its_aim() -> None:
    measure = Measure("set", "what", judged(True, True, True, False), 0.75)

    assert (measure.hits, measure.share, measure.keywords, measure.ratio) == (3, 0.75, 0.25, 3.0)
    assert measure.reached
    assert [r.hit for r in measure.wrong()] == [False]


def test_what_is_wrong_is_aimed_at_from_below() -> None:
    measure = Measure("set", "wrong: what", judged(True, False, False, False), 0.2, fewer=True)

    assert (measure.share, measure.good) == (0.25, 0.75)
    assert not measure.reached
    assert [r.hit for r in measure.wrong()] == [True]


def stub_of(verdict: str) -> Readers:
    return Readers(Timed(lambda _: (verdict, "")), Timed(keywords.read), Timed(lambda _: (verdict, "")), Timed(keywords.clock))


def test_sets_pooled() -> None:
    both = pooled(
        "en/all", [Measure("a", "what", judged(True)), Measure("b", "what", judged(False)), Measure("b", "x", judged(True))]
    )

    assert [(m.set, m.what, m.hits, len(m.rows)) for m in both] == [("en/all", "what", 1, 2), ("en/all", "x", 1, 1)]


def test_a_text_is_read_once_and_timed() -> None:
    heard: list[str] = []
    reader = Timed(heard.append)
    for text in ("a", "b", "a"):
        reader(text)

    assert heard == ["a", "b"]
    assert [name for name, _, _ in reader.figures("x")] == ["x_texts", "x_median", "x_p99", "x_worst"]
    assert list(Timed(heard.append).figures("x")) == []


# ---- own sets


def test_alarms(readers: Readers) -> None:
    rows = [
        row("i took too many", "alarm:overdose"),
        row("my chest hurts", "alarm:other_emergency|alarm:breathing"),
        row("i took too many ", "alarm"),
        row("i took too many", "alarm:pump", "no"),
        row("i took too many", "none", "yes"),
        row("missed one", "none", "yes"),
    ]

    found = shares("overdose", rows, readers)

    assert found["alarm raised"] == (3, 4)
    assert found["alarm of the named kind"] == (2, 4)
    assert found["wrong: near miss alarmed"] == (1, 2)


def test_tips(readers: Readers) -> None:
    rows = [
        row("missed one", "screen:missed"),
        row("missed one", "screen:missed-unsure"),
        row("did i take it", "screen:missed-unsure|screen:taking"),
        row("missed one", "screen:missed|alarm", "no"),
        row("did i take it", "screen:missed", "yes"),
        row("missed one", "none|screen:missed", "yes"),
        row("missed one", "none", "yes"),
        row("no more reminders", "none", "yes"),
    ]

    found = shares("questions", rows, readers)

    assert found["right tip at once"] == (1, 3)
    assert found["right tip at once or offered"] == (2, 3)
    assert found["alarm raised"] == (1, 1)
    assert found["near miss: right tip at once"] == (0, 1)
    assert found["near miss: right tip at once or offered"] == (1, 1)
    assert found["wrong: tip forced"] == (1, 2)
    assert "wrong: tip forced" not in shares("pump", rows, readers)


def test_leaving(readers: Readers) -> None:
    rows = [
        row("leave me be", "leave"),
        row("i took too many", "leave|alarm:violence"),
        row("missed one", "leave"),
        row("leave me be", "not_leave", "yes"),
        row("how to stop", "not_leave|reminders_off", "yes"),
        row("no more reminders", "reminders_off", "yes"),
        row("leave me be", "reminders_off|leave", "yes"),
    ]

    found = shares("leaving", rows, readers)

    assert found["leaving honoured"] == (2, 3)
    assert found["wrong: near miss read as leaving"] == (1, 3)
    assert found["near miss: only reminders end"] == (2, 2)
    assert "wrong: near miss read as leaving" not in shares("self_harm", rows, readers)


@pytest.mark.parametrize(
    ("got", "want", "right"),
    [
        ("opt_out", "not_leave", False),
        ("miss", "not_leave", True),
        ("red_flag:pump", "none", False),
        ("do:one_reminder", "reminders_off", True),
        ("do:pause", "reminders_off", False),
        ("screen:careful-kidneys", "screen:careful", False),
        ("ask:stopping,leave", "leave", False),
    ],
)
def test_wants(got: str, want: str, right: bool) -> None:
    assert own.hits(got, want) is right


# ---- practice files


@pytest.mark.parametrize(
    ("got", "at_once", "first", "among"),
    [
        ("screen:stopping-ranout", True, True, True),
        ("ask:stopping,leave", False, True, True),
        ("ask:effects,taking,stopping-signs", False, False, True),
        ("ask:effects,taking,mixing,stopping", False, False, False),
        ("red_flag:overdose", False, False, False),
        ("miss", False, False, False),
    ],
)
def test_topics(got: str, at_once: bool, first: bool, among: bool) -> None:
    assert [read(got, "stopping") for read in (texts.at_once, texts.first, texts.among)] == [at_once, first, among]


def test_an_alarm_of_too_much_is_its_topic() -> None:
    assert texts.at_once("red_flag:overdose", "overdose")
    assert not texts.at_once("red_flag:pump", "overdose")
    assert forced("ask:missed,taking")
    assert not forced("red_flag:pump")


def test_practice(tmp_path: Path, readers: Readers, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        tmp_path / "emergency.tsv",
        "label kind strict text",
        "crisis x yes i took too many",
        "near_miss x yes my chest hurts",
        "crisis x no hm",
    )
    write(
        tmp_path / "optout.tsv", "label text", "opt_out leave me be", "opt_out no", "opt_out how to stop", "not_opt_out leave me be"
    )

    found = {(m.set, m.what): (m.hits, len(m.rows), m.reached) for m in bench.practice(tmp_path, readers)}

    assert found == {
        ("emergency", "alarm raised"): (1, 1, True),
        ("emergency", "wrong: near miss alarmed"): (1, 1, False),
        ("optout", "leaving honoured"): (1, 2, False),
        ("optout", "wrong: asked whether they leave"): (1, 2, True),
        ("optout", "wrong: read as leaving"): (1, 1, False),
    }
    assert "sms_nus.tsv is missing" in capsys.readouterr().err


def write(path: Path, head: str, *lines: str) -> None:
    """Words of the head name the columns; the last takes the rest of a line."""
    columns = head.split()
    rows = ["\t".join(columns), *("\t".join(line.split(maxsplit=len(columns) - 1)) for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_clock_times(tmp_path: Path, readers: Readers) -> None:
    head = "lang ampm_ambiguous expected_hhmm text"
    write(tmp_path / "clock_times_duckling.tsv", head, "EN no 08:00 8am", "EN no 20:30 half 8 at night", "EN yes 08:00 8")

    found = {m.what: (m.hits, len(m.rows)) for m in bench.practice(tmp_path, readers)}

    assert found == {"right": (1, 2), "wrong: other times accepted": (1, 2), "ambiguous asked": (1, 1)}


@pytest.mark.parametrize(
    ("matched", "expected", "resolution", "meant"),
    [
        ("6", "06:00", "06:00:00", "ask"),
        ("6p", "18:00", "18:00:00", "18:00"),
        ("9 p . m", "21:00", "21:00:00", "21:00"),
        ("12:41:09", "12:41", "12:41:09", "ask"),
        ("15:10", "15:10", "15:10:00", "15:10"),
        ("6pmam", "06:00", "06:00:00|18:00:00", "ask"),
        ("mid-morning", "10:00", "10:00:00", "ask"),
        ("a mediodía", "12:00", "12:00:00", "12:00"),
        ("6 de la tarde", "18:00", "18:00:00", "18:00"),
    ],
)
def test_what_is_open_to_doubt(matched: str, expected: str, resolution: str, meant: str) -> None:
    told = {"lang": "English", "matched_text": matched, "expected_hhmm": expected, "resolution": resolution}

    assert clocks._of_recognizers([told]) == [("en", matched, meant)]


# ---- keywords, and what is printed


def test_keywords() -> None:
    assert keywords.read("He won't BREATHE, call 911")["alarm"] == "red_flag:breathing"
    assert keywords.read("unstoppable")["leave"] == "miss"
    assert keywords.read("Stop the reminders")["leave"] == "do:reminders_off"
    assert keywords.read("I don't remember if I missed it")["offer"] == "ask:missed-unsure,missed"
    assert keywords.read("HELP")["word"] == "help"
    assert [keywords.clock(text) for text in ("8am and 2:30 P.M.", "12 am", "at 8", "noon")] == [
        "08:00,14:30",
        "00:00",
        "ask",
        "no",
    ]


def test_the_table() -> None:
    measure = Measure("set", "what", judged(True, False, text="secret"), 0.75)
    plain = list(bench.table(("set", "what", "share", "aim"), [measure], rows=False))

    assert plain == ["set  what   share          aim", "set  what  50.0 %  >= 75.0 % !"]
    assert [line.split("\t")[0] for line in bench.table(("set",), [measure, measure], rows=True)] == [
        "set",
        "set",
        "    secret",
        "set",
    ]


def test_no_such_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--data", "/nowhere"])

    with pytest.raises(SystemExit, match="no folder"):
        bench.main()


# ---- the project's own sets: none of these shares falls

COLUMNS: Final = {
    "alarm": "alarm raised",
    "kind": "alarm of the named kind",
    "tip": "right tip at once",
    "offered": "right tip at once or offered",
    "leave": "leaving honoured",
    "quiet": "wrong: near miss alarmed",
    "stays": "wrong: near miss read as leaving",
    "unforced": "wrong: tip forced",
    "n_tip": "near miss: right tip at once",
    "n_offer": "near miss: right tip at once or offered",
    "n_leave": "near miss: leaving honoured",
    "n_remind": "near miss: only reminders end",
}
"""What each column of the floors measures; of what is wrong, the share that is not."""

FLOORS: Final = """
set                     alarm     kind      tip  offered    leave    quiet    stays unforced    n_tip  n_offer  n_leave n_remind
en/leaving               0.98     0.98        -        -     0.79     0.95     0.93        -     0.79     0.82        -     0.63
en/missed_dose              -        -     0.68     0.74        -     0.92        -        -     0.65     0.81        -        -
en/other_emergency       0.90     0.83        -        -        -     0.88        -        -     0.53     0.62        -        -
en/overdose              0.71     0.58        -        -        -     0.86        -        -     0.80     0.89        -        -
en/pump                  0.87     0.77        -        -        -     0.90        -        -     0.87     0.92        -        -
en/questions                -        -     0.79     0.82        -     0.98        -     0.86        -        -        -        -
en/ran_out               0.98     0.90     0.79     0.84        -     0.93        -        -     0.58     0.68        -        -
en/self_harm             0.75     0.71        -        -        -     0.88        -        -     0.65     0.65     0.98        -
en/someone_else          0.90     0.81        -        -        -     0.88        -        -     0.78     0.78        -        -
en/withdrawal            0.87     0.72        -        -        -     0.86        -        -     0.76     0.76        -        -
en/all                   0.84     0.75     0.76     0.80     0.79     0.91     0.93     0.86     0.75     0.80     0.98     0.63
es/leaving                  -        -        -        -     0.79     0.98     0.89        -     0.77     0.81        -     0.60
es/missed_dose              -        -     0.64     0.68        -     0.89        -        -     0.48     0.68        -        -
es/other_emergency       0.78     0.69        -        -        -     0.79        -        -     0.98     0.98        -        -
es/overdose              0.71     0.63        -        -        -     0.89        -        -     0.72     0.77        -        -
es/pump                  0.93     0.83        -        -        -     0.78        -        -     0.79     0.79        -        -
es/questions                -        -     0.75     0.77        -     0.98        -     0.80        -        -        -        -
es/ran_out               0.85     0.85     0.85     0.88        -     0.93        -        -     0.38     0.48        -        -
es/self_harm             0.74     0.70        -        -        -     0.79        -        -     0.98     0.98        -        -
es/someone_else          0.90     0.82        -        -        -     0.84        -        -     0.82     0.82        -        -
es/withdrawal            0.90     0.88        -        -        -     0.89        -        -     0.45     0.51        -        -
es/all                   0.82     0.76     0.74     0.77     0.79     0.88     0.89     0.80     0.70     0.75        -     0.60
"""


def floors() -> Iterator[tuple[str, str, float]]:
    head, *lines = (line.split() for line in FLOORS.strip().splitlines())
    for line in lines:
        yield from ((line[0], COLUMNS[name], float(cell)) for name, cell in zip(head[1:], line[1:], strict=True) if cell != "-")


@pytest.fixture(scope="module")
def reached() -> dict[tuple[str, str], float]:
    menu = loaded()
    return {(m.set, m.what): m.good for m in own.measures(own.FOLDER, bench.readers(menu))}


@pytest.mark.parametrize(("set", "what", "floor"), list(floors()))
def test_no_share_falls(set: str, what: str, floor: float, reached: dict[tuple[str, str], float]) -> None:
    assert reached[set, what] >= floor


def test_every_measure_has_a_floor(reached: dict[tuple[str, str], float]) -> None:
    assert {(set, what) for set, what, _ in floors()} == reached.keys()
