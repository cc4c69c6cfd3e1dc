"""Where people are, and in which zone their number is."""

import csv
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.answers.zones import american, read_zone, same_clock, zone_of_number
from tests.conftest import SHARED
from tests.menus import loaded

WORDS = loaded().vocabulary
WINTER = datetime(2026, 11, 22, 18, 0, tzinfo=UTC).timestamp()
SUMMER = datetime(2026, 7, 1, 18, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("chicago", "America/Chicago"),
        ("I live in NYC", "America/New_York"),
        ("L.A.", "America/Los_Angeles"),
        ("los angeles, CA", "America/Los_Angeles"),
        ("LA", "America/Chicago America/Los_Angeles"),
        ("st. louis", "America/Chicago"),
        ("london", "Europe/London"),
        ("Mexico City", "America/Mexico_City"),
        ("ciudad de méxico", "America/Mexico_City"),
        ("estoy en Miami", "America/New_York"),
        ("texas", "America/Chicago America/Denver"),
        ("tx", "America/Chicago America/Denver"),
        ("El Paso, TX", "America/Denver"),
        ("AZ", "America/Phoenix"),
        ("indiana", "America/Indiana/Indianapolis America/Chicago"),
        ("Tennessee", "America/Chicago America/New_York"),
        ("knoxville tennessee", "America/New_York"),
        ("fl", "America/New_York America/Chicago"),
        ("pensacola florida", "America/Chicago"),
        ("kentucky", "America/New_York America/Chicago"),
        ("oregon", "America/Los_Angeles America/Boise"),
        ("idaho", "America/Boise America/Los_Angeles"),
        ("paris", "Europe/Paris"),
        ("paris, texas", "America/Chicago America/Denver"),
        ("portland", "America/Los_Angeles America/New_York"),
        ("portland maine", "America/New_York"),
        ("portland me", "America/New_York"),
        ("san jose costa rica", "America/Costa_Rica"),
        ("washington dc", "America/New_York"),
        ("washington", "America/Los_Angeles"),
        ("new mexico", "America/Denver"),
        ("eastern", "America/New_York"),
        ("EST", "America/New_York"),
        ("im on pacific time", "America/Los_Angeles"),
        ("central time zone", "America/Chicago"),
        ("hora del este", "America/New_York"),
        ("Hawaii", "Pacific/Honolulu"),
        ("Alaska", "America/Anchorage"),
        ("Puerto Rico", "America/Puerto_Rico"),
        ("Alberta", "America/Edmonton"),
        ("America/New_York", "America/New_York"),
        ("america/los_angeles", "America/Los_Angeles"),
        ("in", "America/Indiana/Indianapolis America/Chicago"),
        ("OK", "America/Chicago"),
        ("help me", ""),
        ("hi there", ""),
        ("what", ""),
        ("../etc/passwd", ""),
        ("America/Nowhere", ""),
        ("", ""),
    ],
)
def test_places(text: str, zones: str) -> None:
    assert " ".join(read_zone(WORDS, text, WINTER)) == zones


@pytest.mark.parametrize(
    ("text", "now", "zones"),
    [
        ("1:05 pm", WINTER, "America/New_York"),
        ("12:10", WINTER, "America/Chicago"),
        ("it's 11 am here", WINTER, "America/Denver America/Phoenix"),
        ("its 11", WINTER, "America/Denver America/Phoenix"),
        ("11:20 am", SUMMER, "America/Los_Angeles America/Phoenix"),
        ("8 am", WINTER, "Pacific/Honolulu America/Adak"),
        ("7 pm", WINTER, "Europe/Paris"),
        ("11:30 am", WINTER, "Asia/Kolkata Asia/Kathmandu"),
        ("12:28 pm", WINTER, ""),
    ],
)
def test_what_time_it_is_there(text: str, now: float, zones: str) -> None:
    assert " ".join(read_zone(WORDS, text, now)) == zones


def test_every_zone_of_the_file_is_one() -> None:
    places = WORDS.places
    named = {z for table in (places.cities, places.regions) for zones in table.values() for z in zones} | {
        *places.here,
        *places.abroad,
    }
    for zone in named:
        ZoneInfo(zone)
    assert len({z for zones in places.cities.values() for z in zones}) >= 60
    assert sum(any(american(z) for z in zones) for zones in places.cities.values()) >= 150
    assert all(american(z) for z in places.here)


def test_american() -> None:
    assert all(map(american, ("America/New_York", "America/Indiana/Knox", "Pacific/Guam", "America/Puerto_Rico", "US/Eastern")))
    assert not any(map(american, ("America/Toronto", "America/Mexico_City", "Europe/London", "", "Etc/UTC", "America/Nassau")))


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+12126640000", "America/New_York"),
        ("+13125550123", "America/Chicago"),
        ("+16023641234", "America/Phoenix"),
        ("+442079460000", "Europe/London"),
        ("+18002221222", None),
        ("+19005551234", None),
        ("+15550001111", None),
        ("+12083345678", None),
        ("+18502345678", None),
        ("+1212", None),
        ("12345", None),
        ("", None),
        ("hello", None),
    ],
)
def test_zone_of_a_number(number: str, zone: str | None) -> None:
    assert zone_of_number(number) == zone


def test_same_clock() -> None:
    assert same_clock("America/New_York", "America/Toronto")
    assert not same_clock("America/Denver", "America/Phoenix")
    assert not same_clock("No/Where", "No/Where else")


def test_area_codes() -> None:
    path = SHARED / "oracles" / "nanp_area_code_timezone.tsv"
    if not path.is_file():
        pytest.skip("no oracles here")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        zones = [z for z in row["libphonenumber_zones"].split("&") if z]
        got = {zone_of_number(f"+1{row['area_code']}{rest}") for rest in ("2345678", "4445566", "6412233")} - {None}
        assert len(got) <= (len(zones) > 0 and row["spans_zones"] == "no"), row
        assert all(same_clock(str(zone), zones[0]) for zone in got), row


@given(st.text(max_size=200), st.floats(-1e12, 1e12))
@settings(max_examples=200, deadline=None)
def test_never_raises(text: str, now: float) -> None:
    assert all(map(ZoneInfo, read_zone(WORDS, text, now)))
    zone_of_number(text)
    american(text)


@pytest.mark.parametrize("text", ["a" * 1600, "new york " * 177, "l.a." * 400, "ﷺ" * 1600, "8 " * 800, "A/" * 800])
def test_no_text_is_slow(text: str) -> None:
    began = time.process_time()
    read_zone(WORDS, text, WINTER)
    assert time.process_time() - began < 0.02
