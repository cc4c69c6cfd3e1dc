"""Clock times in what people type."""

import csv
import io
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cli import main
from service.core.answers.times import find_clock, read_clock, read_times
from tests.conftest import SHARED
from tests.menus import loaded

WORDS = loaded().vocabulary


def clock(*minutes: int) -> str:
    return ",".join(f"{m // 60:02}:{m % 60:02}" for m in minutes)


def said(text: str, lang: str | None = None) -> str:
    """ "08:00,20:00", "no", or "ask" with what is offered."""
    read = read_times(WORDS, text, lang)
    return clock(*read.times) or f"{read.kind} {clock(*read.offered)}".strip()


UNDERSTOOD = """
8am 2pm and 8pm                                    08:00,14:00,20:00
8a 1p 9p                                           08:00,13:00,21:00
0700 1500 2300                                     07:00,15:00,23:00
06:30, 14:30, 22:30                                06:30,14:30,22:30
8:00, 14:00, 20:00                                 08:00,14:00,20:00
8:30a                                              08:30
8.30 pm                                            20:30
half past 8 am                                     08:30
half-past six pm                                   18:30
quarter to nine in the morning                     08:45
twenty-five past 7 pm                              19:25
10 minutes to midnight                             23:50
8 in the morning and 10 at night                   08:00,22:00
8 in the morning, 2 in the afternoon, 8 at night   08:00,14:00,20:00
10 in the morning                                  10:00
at 10 in the morning and at 10 at night            10:00,22:00
10 de la mañana y 10 de la noche                   10:00,22:00
morning 7 and night 9                              07:00,21:00
8 o'clock tonight                                  20:00
20h                                                20:00
1800 hours                                         18:00
noon & midnight                                    00:00,12:00
8am, 12 at noon, 8pm                               08:00,12:00,20:00
eleven fifteen am                                  11:15
nine-forty-five pm                                 21:45
six oh five am                                     06:05
9am, 9                                             09:00,21:00
7:30 am & 7:30                                     07:30,19:30
10mg at 8am, 20mg at 9 pm                          08:00,21:00
1/2 tablet at 8am and one and a half tablets 8pm   08:00,20:00
2 x 5mg at 7am                                     07:00
7am with breakfast and 7pm with dinner             07:00,19:00
twice daily, 8am & 8pm                             08:00,20:00
every day at 9pm                                   21:00
please remind me at 6:15am                         06:15
8am💊2pm💊8pm                                      08:00,14:00,20:00
８：３０ｐｍ                                          20:30
8 PM                                               20:00
6 A. M.                                            06:00
0:30                                               00:30
a las 8 de la mañana y 8 de la noche               08:00,20:00
8 y media de la manana                             08:30
a las 9 menos cuarto de la noche                   20:45
cuarto para las 8 pm                               19:45
diez para las seis de la tarde                     17:50
mediodía y 8 pm                                    12:00,20:00
a las 20 horas                                     20:00
a las once de la noche                             23:00
una de la tarde                                    13:00
dos pastillas a las 7 am y una a las 7:00 pm       ask
todos los dias 8 a. m. y 8 p. m.                   08:00,20:00
por la mañana a las 7 y por la noche a las 9       07:00,21:00
a las siete y treinta y cinco de la tarde          19:35
"""

ASKED = """
8                                  ask 08:00,20:00
12                                 ask 00:00,12:00
8, 2 & 9                           ask 08:00,14:00,21:00
7 and 7:30                         ask 07:00,07:30
7 and 9:30 am                      ask 07:00,09:30
9:00                               ask 09:00,21:00
3 times a day                      ask 08:00,14:00,20:00
tid                                ask 08:00,14:00,20:00
t.i.d.                             ask 08:00,14:00,20:00
three times daily                  ask 08:00,14:00,20:00
every 8 hours                      ask 06:00,14:00,22:00
q12h                               ask 08:00,20:00
once a day                         ask 08:00
dos veces al día                   ask 08:00,20:00
cada 8 horas                       ask 06:00,14:00,22:00
a las once                         ask 11:00,23:00
at bedtime                         ask
con la cena                        ask
morning and night                  ask
8am and at bedtime                 ask 08:00
8-10                               ask 08:00,10:00
8am-8pm                            ask 08:00,20:00
noon-midnight                      ask 00:00,12:00
8am to 4pm                         ask 08:00,16:00
between 8am and 9am                ask 08:00,09:00
de 8am a 10pm                      ask 08:00,22:00
8am or 9am                         ask 08:00,09:00
after 8am                          ask 08:00
8am on weekdays                    ask 08:00
8am every other day                ask 08:00
8am not 9am                        ask 08:00,09:00
8am 8am                            ask 08:00
8am three times a day              ask 08:00
one in the morning, two at night   ask 01:00,02:00
2 in the morning and 2 at night    ask 02:00,14:00
una por la mañana                  ask 01:00
15:00 am                           ask
8am and 27:00                      ask 08:00
8am 45                             ask 08:00
20                                 ask 20:00
a las 14 y 20                      ask
2 para las 8 pm                    ask
10 to 8 pm                         ask 10:00,20:00
6am 8am 10am 12pm 2pm 4pm 6pm      ask
9 am and pm                        ask 09:00,21:00
8am is wrong                       ask 08:00
was 8am now 9am                    ask 08:00,09:00
in like fifteen minutes            ask
around 23 pages                    ask
20 at night                        ask 20:00
10 am 20 pm                        ask 10:00,20:00
10 in the morning 20 at night      ask 10:00,20:00
10 in the morning and 10 at night  ask 10:00,22:00
5 por la mañana y 10 por la noche  ask 05:00,22:00
10 and 10 pm                       ask 10:00,22:00
"""

NOTHING = """
hello
i have 3 kids
2 pills
500 mg
I am fine
vitamin b12
call 650-650-65000 now
$20
99
may i?
tengo 10 primos
dos pastillas
buenas noches amigo
in 2026 there were 1400 people
my pain is 7.5 of 10 people
get there for the 8th some time tonight everybody
不要
👍
"""


def rows(table: str) -> Iterator[tuple[str, str]]:
    for line in table.strip().splitlines():
        text, _, expected = line.rpartition("  ")
        yield text.strip(), expected.strip()


@pytest.mark.parametrize(("text", "expected"), [r for r in rows(UNDERSTOOD) if r[1] != "ask"] + list(rows(ASKED)))
def test_times(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("text", ["", " ", *NOTHING.strip().splitlines()])
def test_no_times(text: str) -> None:
    assert said(text) == "no"


def test_once_is_eleven_only_in_spanish() -> None:
    assert said("once", "es") == "ask 11:00,23:00"
    assert said("once a day", "en") == said("once a day") == "ask 08:00"


def test_a_language_alone() -> None:
    assert said("8 de la noche", "es") == "20:00"
    assert said("8 de la noche", "en") == "no"
    assert said("8 at night", "en") == "20:00"


# ---- every minute of the day, in the ways it is written

ONES = ["twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]
TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty"}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
HORAS = ["doce", "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once"]
SIGNED = (
    "{h12}:{m:02}am|{h12}:{m:02}pm",
    "{h12}:{m:02} a.m.|{h12}:{m:02} p.m.",
    "{h12}.{m:02} AM|{h12}.{m:02} PM",
    "{h12}:{m:02}a|{h12}:{m:02}p",
    "{h12}{m:02}am|{h12}{m:02}pm",
    "at {h12}:{m:02} a m please|at {h12}:{m:02} p m please",
    "a las {h12}:{m:02} a. m.|a las {h12}:{m:02} p. m.",
    "{hour:02}:{m:02}|{hour:02}:{m:02}",
    "{hour:02}{m:02}|{hour:02}{m:02}",
    "{hour:02}h{m:02}|{hour:02}h{m:02}",
    "{word} {minute} am|{word} {minute} pm",
    "{word}-{minute} am|{word}-{minute} pm",
)


def minute_words(m: int) -> str:
    if m < 10:
        return f"oh {ONES[m]}" if m else "oclock"
    return TEENS[m - 10] if m < 20 else f"{TENS[m // 10]} {ONES[m % 10]}".removesuffix(" twelve")


def written(style: str, minute: int) -> str:
    hour, m = divmod(minute, 60)
    form = style.split("|")[hour >= 12]
    return form.format(hour=hour, h12=hour % 12 or 12, m=m, word=ONES[hour % 12], minute=minute_words(m))


def open_to_doubt(style: str, minute: int) -> bool:
    """10:30 may be of 24 hours or of 12; "six twelve pm" and "six-ten pm" may be two times."""
    hour, m = divmod(minute, 60)
    of_24_hours = style.startswith("{hour") and 10 <= hour <= 12
    return of_24_hours or ("{word}" in style and m in (11, 12)) or ("-{minute}" in style and m <= 12)


@pytest.mark.parametrize("style", SIGNED)
def test_every_minute_reads_back(style: str) -> None:
    for minute in range(1440):
        text = written(style, minute)
        assert said(text) == clock(minute) or (open_to_doubt(style, minute) and said(text).startswith("ask")), text


@pytest.mark.parametrize("m", range(0, 1440, 5))
def test_every_minute_in_spanish_words(m: int) -> None:
    hour, minute = divmod(m, 60)
    half, next_half = ("am" if h % 24 < 12 else "pm" for h in (hour, hour + 1))
    for form in (f"a las {HORAS[hour % 12]} y {minute} {half}", f"{HORAS[(hour + 1) % 12]} menos {60 - minute} {next_half}"):
        read = read_times(WORDS, form)
        assert clock(*read.times) == clock(m) or read.kind == "ask", form


@given(
    st.lists(st.integers(0, 1439), min_size=1, max_size=6, unique=True),
    st.sampled_from(SIGNED[:6]),
    st.sampled_from([", ", " and ", "\n", " & ", "; "]),
)
@settings(max_examples=150, deadline=None)
def test_lists_read_back(minutes: list[int], style: str, sign: str) -> None:
    assert said(sign.join(written(style, m) for m in minutes)) == clock(*sorted(minutes))


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_never_raises_and_keeps_its_shape(text: str) -> None:
    read = read_times(WORDS, text)
    assert read.kind in ("times", "ask", "no")
    assert (read.kind == "times") == bool(read.times)
    assert list(read.times) == sorted(set(read.times))
    assert all(0 <= m < 1440 for m in (*read.times, *read.offered))
    assert len(read.times) <= 6
    assert len(read_clock(WORDS, text)) <= 2
    assert len(find_clock(WORDS, text)) <= 2


def words(text: str) -> list[str]:
    return text.split()


PIECES = words("""
8 12 20 0800 8:30 am pm at half past quarter to noon and , - / night morning mg every hours times a day once y a las de
la media menos oh
""")


@given(st.lists(st.sampled_from(PIECES), max_size=14))
@settings(max_examples=400, deadline=None)
def test_any_row_of_time_words(pieces: list[str]) -> None:
    for lang in (None, "en", "es"):
        read = read_times(WORDS, " ".join(pieces), lang)
        assert (read.kind == "times") == bool(read.times)


@given(
    st.lists(
        st.sampled_from(
            [
                "i",
                "the",
                "dog",
                "runs",
                "3",
                "cats",
                "17",
                "people",
                "blue",
                "mg",
                "pills",
                "kids",
                "$5",
                "b12",
                "hello",
                "amigo",
                "tengo",
                "perros",
                "10",
                "stars",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_what_is_no_time_is_never_times(words: list[str]) -> None:
    assert read_times(WORDS, " ".join(words)).kind != "times"


# ---- one time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8", (480, 1200)),
        ("7:30", (450, 1170)),
        ("8 pm", (1200,)),
        ("20:15", (1215,)),
        ("at 9 please", (540, 1260)),
        ("around 6am", (360,)),
        ("noon", (720,)),
        ("a las 8", (480, 1200)),
        ("a las 7 de la tarde", (1140,)),
        ("8 and 9", ()),
        ("8am tablets", ()),
        ("8am on monday", ()),
        ("", ()),
        ("hello", ()),
    ],
)
def test_one_time_alone(text: str, expected: tuple[int, ...]) -> None:
    assert read_clock(WORDS, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("took it at 7:30", (450, 1170)),
        ("i took my pill around 8 this morning", (480,)),
        ("remind me at 9", (540, 1260)),
        ("i took 2 at 8am", (480,)),
        ("me la tome a las 7:30 de la noche", (1170,)),
        ("took 2 pills", ()),
        ("took it 2 hours ago", ()),
        ("at 8 or 9", ()),
        ("at 8 and at 9", ()),
        ("hi", ()),
    ],
)
def test_one_time_in_a_sentence(text: str, expected: tuple[int, ...]) -> None:
    assert find_clock(WORDS, text) == expected


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for a line, also for a blank one and for bytes that are no text."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"8am, 2pm\n8\n\n8 de la noche\n" + b"\xff\n")))

    assert main(["understand", "--as", "times", "--why"]) == 0
    verdicts, reasons = zip(*(line.split("\t") for line in capsys.readouterr().out.splitlines()), strict=True)
    assert verdicts == ("08:00,14:00", "ask", "no", "20:00", "no")
    assert all(reasons)


LONG = [
    "a" * 1600,
    "8 " * 800,
    "8" * 1600,
    "8am " * 400,
    "@" * 1600,
    "at " * 533,
    "ﷺ" * 1600,
    "8-" * 800,
    "1." * 800,
    "a las " * 266,
    "👍" * 1600,
]


@pytest.mark.parametrize("text", LONG)
def test_no_text_is_slow(text: str) -> None:
    """2 ms on a free core; ten times that here, because tests share theirs."""
    for read in (read_times, read_clock, find_clock):
        began = time.process_time()
        read(WORDS, text)
        assert time.process_time() - began < 0.02


# ---- texts nobody here wrote


def practice(name: str) -> list[dict[str, str]]:
    path = SHARED / "practice" / f"{name}.tsv"
    if not path.is_file():
        pytest.skip("no practice data here")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_practice_times() -> None:
    clear = [r for r in practice("clock_times_duckling") if r["ampm_ambiguous"] == "no"]
    right = sum(said(r["text"]) == r["expected_hhmm"] for r in clear)
    wrong = [r["text"] for r in clear if said(r["text"])[0].isdigit() and said(r["text"]) != r["expected_hhmm"]]
    open_ones = [r["text"] for r in practice("clock_times_duckling") if r["ampm_ambiguous"] == "yes"]

    assert right / len(clear) >= 0.95
    assert not wrong
    assert {said(text)[:3] for text in open_ones} == {"ask"}


def test_practice_lists() -> None:
    for row in practice("time_lists"):
        assert said(row["text"]) == row["expected"] if row["verdict"] == "ok" else said(row["text"])[:3] == "ask", row


@pytest.mark.parametrize(
    ("name", "text"), [("not_times_duckling", "text"), ("not_times_recognizers", "input"), ("frequencies", "text")]
)
def test_practice_is_never_times(name: str, text: str) -> None:
    assert [r[text] for r in practice(name) if read_times(WORDS, r[text]).kind == "times"] == []
