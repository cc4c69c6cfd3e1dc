"""Spans, days and supply in what people type."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers.dates import read_day
from service.core.answers.spans import read_span
from service.core.answers.supply import Supply, read_supply
from tests.menus import loaded

WORDS = loaded().vocabulary
TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30),
        ("half an hour", 30),
        ("half hour pls", 30),
        ("in an hour", 60),
        ("1h", 60),
        ("1h30", 90),
        ("1 hr 30 min", 90),
        ("later 45 minutes", 45),
        ("an hour and a half", 90),
        ("one and a half hours", 90),
        ("1.5 hours", 90),
        ("1 1/2 hours", 90),
        ("½ hour", 30),
        ("a quarter of an hour", 15),
        ("2 hrs", 120),
        ("ask me again in 20 mins ok?", 20),
        ("a couple of hours", 120),
        ("media hora", 30),
        ("una hora y media", 90),
        ("un cuarto de hora", 15),
        ("en quince minutos", 15),
        ("2 horas", 120),
        ("24 hours", 1440),
        ("25 hours", None),
        ("0 min", None),
        ("45", None),
        ("3 days", None),
        ("20mg", None),
        ("1 hour or 2 hours", None),
        ("hello", None),
        ("", None),
    ],
)
def test_spans(text: str, minutes: int | None) -> None:
    assert read_span(WORDS, text) == minutes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("monday", date(2026, 11, 23)),
        ("from Monday", date(2026, 11, 23)),
        ("until friday", date(2026, 11, 27)),
        ("sunday", date(2026, 11, 29)),
        ("next monday", date(2026, 11, 23)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 23)),
        ("day after tomorrow", date(2026, 11, 24)),
        ("dec 3", date(2026, 12, 3)),
        ("December 3rd", date(2026, 12, 3)),
        ("December 3, 2026", date(2026, 12, 3)),
        ("3 dec", date(2026, 12, 3)),
        ("3rd of december", date(2026, 12, 3)),
        ("thursday dec 3", date(2026, 12, 3)),
        ("12/3", date(2026, 12, 3)),
        ("12/3/26", date(2026, 12, 3)),
        ("2026-12-03", date(2026, 12, 3)),
        ("11/22", TODAY),
        ("11/21", date(2027, 11, 21)),
        ("nov 1", date(2027, 11, 1)),
        ("the 15th", date(2026, 12, 15)),
        ("the 31st", date(2026, 12, 31)),
        ("in 3 days", date(2026, 11, 25)),
        ("for 2 days", date(2026, 11, 24)),
        ("a day", date(2026, 11, 23)),
        ("one day", date(2026, 11, 23)),
        ("a week", date(2026, 11, 29)),
        ("two weeks", date(2026, 12, 6)),
        ("el lunes", date(2026, 11, 23)),
        ("hasta el viernes", date(2026, 11, 27)),
        ("mañana", date(2026, 11, 23)),
        ("pasado mañana", date(2026, 11, 24)),
        ("3 de diciembre", date(2026, 12, 3)),
        ("en 3 dias", date(2026, 11, 25)),
        ("una semana", date(2026, 11, 29)),
        ("por la mañana", None),
        ("feb 30", None),
        ("2/30", None),
        ("13/13", None),
        ("11/21/2026", None),
        ("2028-01-01", None),
        ("500 days", None),
        ("monday or tuesday", None),
        ("every day", None),
        ("december", None),
        ("hello", None),
        ("", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_day(WORDS, text, TODAY) == day


def test_leap_day() -> None:
    assert read_day(WORDS, "feb 29", date(2027, 6, 1)) == date(2028, 2, 29)
    assert read_day(WORDS, "feb 29", TODAY) is None


@pytest.mark.parametrize(
    ("text", "supply"),
    [
        ("10", Supply(10)),
        ("ten", Supply(10)),
        ("10 days", Supply(10)),
        ("2 weeks left", Supply(14)),
        ("about a month", Supply(30)),
        ("a week and a half", Supply(10)),
        ("0", Supply(0)),
        ("none", Supply(0)),
        ("I'm out", Supply(0)),
        ("ran out 3 days ago", Supply(0)),
        ("runs out friday", Supply(ends=date(2026, 11, 27))),
        ("dec 3", Supply(ends=date(2026, 12, 3))),
        ("90 tablets 3 a day", Supply(30, None, 90, 3)),
        ("90 pills, i take 3 a day", Supply(30, None, 90, 3)),
        ("100 20mg tablets, 3 per day", Supply(33, None, 100, 3)),
        ("60 pills one and a half a day", Supply(40, None, 60, 1.5)),
        ("28 tablets 1 1/2 a day", Supply(18, None, 28, 1.5)),
        ("100 pills 1,5 a day", Supply(66, None, 100, 1.5)),
        ("30 tablets, half a tablet daily", Supply(60, None, 30, 0.5)),
        ("90 tablets", Supply(tablets=90)),
        ("90 tablets, 1 pill 3 times a day", Supply(tablets=90)),
        ("30 pills 0 a day", Supply(tablets=30)),
        ("90 pastillas, tomo 3 al día", Supply(30, None, 90, 3)),
        ("2 semanas", Supply(14)),
        ("un mes", Supply(30)),
        ("se me acabó", Supply(0)),
        ("se me acaba el viernes", Supply(ends=date(2026, 11, 27))),
        ("366", Supply(366)),
        ("367", None),
        ("1000 tablets 1 a day", None),
        ("20mg", None),
        ("10 or 12", None),
        ("i have 2 bottles", None),
        ("im not out", None),
        ("3 a day", None),
        ("hello", None),
        ("", None),
    ],
)
def test_supply(text: str, supply: Supply | None) -> None:
    assert read_supply(WORDS, text, TODAY) == supply


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 360))
@settings(max_examples=150, deadline=None)
def test_every_day_reads_back(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    for form in (
        f"{day:%b} {day.day}",
        f"{day.day} {day:%B}",
        f"{day.month}/{day.day}",
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
    ):
        assert read_day(WORDS, form, today) == day, form


@given(st.integers(1, 1440))
@settings(max_examples=100, deadline=None)
def test_every_span_reads_back(minutes: int) -> None:
    assert read_span(WORDS, f"{minutes} min") == read_span(WORDS, f"en {minutes} minutos") == minutes
    if minutes % 60 and minutes > 60:
        assert read_span(WORDS, f"{minutes // 60}h {minutes % 60}m") == minutes


def words(text: str) -> list[str]:
    return text.split()


PIECES = words("""
1 3 90 1/2 0 99999999999 12/3 2026-13-99 a half days weeks tablets a day monday dec feb 30 th st out none ago mg next un
dia pastillas al hoy y or
""")


@given(
    st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)),
    st.sampled_from([date.min, TODAY, date.max]),
)
@settings(max_examples=400, deadline=None)
def test_never_raises(text: str, today: date) -> None:
    span, day, supply = read_span(WORDS, text), read_day(WORDS, text, today), read_supply(WORDS, text, today)
    assert span is None or 1 <= span <= 1440
    assert day is None or 0 <= (day - today).days <= 366
    assert supply is None or supply.days is None or 0 <= supply.days <= 366


@pytest.mark.parametrize("text", ["a" * 1600, "1 " * 800, "1/2 " * 400, "ﷺ" * 1600, "monday " * 228, "1,1" * 533, "9" * 1600])
def test_no_text_is_slow(text: str) -> None:
    began = time.process_time()
    read_span(WORDS, text), read_day(WORDS, text, TODAY), read_supply(WORDS, text, TODAY)
    assert time.process_time() - began < 0.03
