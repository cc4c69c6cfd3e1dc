"""When a slot is: in every zone, over every change of its clock, once a local day and in order."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.due import due
from service.core.localtime import DAY, instant, known, local, offset, weekday
from service.core.model import Contact, Dose, Plan, Slot
from service.core.schedule import CLOSE, GRACE, Coming, coming, coming_of, upcoming
from tests.conftest import SHARED

BEGIN = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
END = BEGIN + 2 * 365 * DAY
NEW_YORK = "America/New_York"
PLANS = [
    (0, 480, 960),
    (90, 570, 1050),
    (120, 600, 1080),
    (150,),
    (180, 1439),
    (0, 180, 360, 720, 1080, 1260),
    (0, 90, 120, 150, 180, 1439),
]
"""Minutes: in gaps and in folds, far from them, and nearer to each other than anybody should take a dose."""


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if line.strip() and line[0] != "#"), delimiter="\t"))


def minutes_of(schedule: str) -> list[int]:
    """The daily times of a cron line that has fixed ones only; none for any other."""
    fields = schedule.split()
    if len(fields) != 5 or not fields[0].isdigit() or set(fields[1]) & set("*/") or fields[2:] != ["*", "*", "*"]:
        return []
    ends = [(hours.partition("-")[0], hours.rpartition("-")[2]) for hours in fields[1].split(",")]
    return [hour * 60 + int(fields[0]) for first, last in ends for hour in range(int(first), int(last) + 1)]


VECTORS = [row for row in rows(SHARED / "oracles" / "dst_vectors.tsv") if "gap run right after; overlap once" in row["policy"]]
FIXED = [row for row in VECTORS if minutes_of(row["schedule"])]
DAILY = rows(SHARED / "practice" / "dst_daily.tsv")


@pytest.mark.skipif(not FIXED, reason="the oracle is not here")
def test_fixed_times_are_when_debians_cron_runs_them() -> None:
    assert len(FIXED) >= 15
    for row in FIXED:
        start, expected = datetime.fromisoformat(row["start"]), [datetime.fromisoformat(at) for at in row["expected"].split(";")]
        days = range(start.toordinal(), start.toordinal() + 4)
        found = sorted({instant(row["tz"], day, minute) for day in days for minute in minutes_of(row["schedule"])})
        ahead = [at for at in found if at > start.timestamp()]
        assert ahead[: len(expected)] == [at.timestamp() for at in expected], row


@pytest.mark.skipif(not DAILY, reason="the oracle is not here")
def test_daily_times_over_every_kind_of_change() -> None:
    assert len(DAILY) > 600
    for row in DAILY:
        day, minute = date.fromisoformat(row["day"]).toordinal(), int(row["local_time"][:2]) * 60 + int(row["local_time"][3:])
        found = [instant(row["tz"], day + n, minute) for n in (-1, 0, 1)]
        expected = [
            datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp() for at in row["expected_cronsim_3days_utc"].split(";")
        ]
        assert found == expected, row


@pytest.mark.parametrize(
    ("zone", "slot", "utc"),
    [
        (NEW_YORK, (2026, 11, 23, 8, 0), "2026-11-23T13:00"),
        (NEW_YORK, (2027, 3, 14, 1, 59), "2027-03-14T06:59"),
        (NEW_YORK, (2027, 3, 14, 2, 0), "2027-03-14T07:00"),
        (NEW_YORK, (2027, 3, 14, 2, 30), "2027-03-14T07:00"),
        (NEW_YORK, (2027, 3, 14, 3, 0), "2027-03-14T07:00"),
        (NEW_YORK, (2027, 11, 7, 1, 30), "2027-11-07T05:30"),
        (NEW_YORK, (2027, 11, 7, 2, 0), "2027-11-07T07:00"),
        ("Australia/Lord_Howe", (2027, 10, 3, 1, 59), "2027-10-02T15:29"),
        ("Australia/Lord_Howe", (2027, 10, 3, 2, 0), "2027-10-02T15:30"),
        ("Australia/Lord_Howe", (2027, 10, 3, 2, 15), "2027-10-02T15:30"),
        ("Australia/Lord_Howe", (2027, 10, 3, 2, 30), "2027-10-02T15:30"),
        ("Australia/Lord_Howe", (2027, 4, 4, 1, 30), "2027-04-03T14:30"),
        ("Australia/Lord_Howe", (2027, 4, 4, 2, 0), "2027-04-03T15:30"),
        ("Asia/Kathmandu", (2026, 11, 23, 8, 0), "2026-11-23T02:15"),
        ("Pacific/Apia", (2011, 12, 30, 8, 0), "2011-12-30T10:00"),  # a day the clock never showed: when it would have begun
        ("Africa/Cairo", (2027, 4, 30, 0, 30), "2027-04-29T22:00"),
    ],
)
def test_when_a_slot_is(zone: str, slot: tuple[int, int, int, int, int], utc: str) -> None:
    year, month, day, hour, minute = slot
    at = instant(zone, date(year, month, day).toordinal(), hour * 60 + minute)

    assert datetime.fromtimestamp(at, UTC) == datetime.fromisoformat(f"{utc}+00:00")


def test_zones_and_days() -> None:
    assert [known(zone) for zone in (NEW_YORK, "Nowhere/City", "", "../etc/passwd", "a" * 300)] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert local(NEW_YORK, instant(NEW_YORK, 739943, 480)) == (739943, 480)
    assert [weekday(739943 + n) for n in range(7)] == [0, 1, 2, 3, 4, 5, 6]
    assert offset("Asia/Kathmandu", BEGIN) == 20700


# ---- every zone


@cache
def changes(zone: str) -> tuple[float, ...]:
    """The instants at which a zone's clock changes in these two years, found by bisection."""
    found, at = [], BEGIN
    while at < END:
        after = at + 5 * DAY
        if offset(zone, at) != offset(zone, after):
            low, high = at, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append(high)
        at = after
    return tuple(found)


def zones() -> Iterator[str]:
    """One zone of each set of rules, and each that exists is looked at for its rules."""
    rules: dict[tuple[object, ...], str] = {}
    for zone in sorted(available_timezones()):
        shape = tuple((at, offset(zone, at - 1), offset(zone, at)) for at in changes(zone))
        rules.setdefault((offset(zone, BEGIN), shape), zone)
    return iter(rules.values())


def faces(zone: str, since: float, until: float) -> Iterator[tuple[Slot, float]]:
    """What the clock on the wall shows, minute by minute, with the instant: nothing of `localtime` is in this."""
    there, at = ZoneInfo(zone), since
    while at < until:
        shown = datetime.fromtimestamp(at, there)
        yield (shown.toordinal(), shown.hour * 60 + shown.minute), at
        at += 60


def watched(zone: str, change: float) -> dict[Slot, float]:
    """Every slot of the days around a change -> the first instant at which the clock shows it, or has passed it by."""
    seen: dict[Slot, float] = {}
    highest: Slot = (0, 0)
    for slot, at in faces(zone, change - 30 * 3600, change + 30 * 3600):
        if slot <= highest:
            continue
        while highest not in ((0, 0), slot):
            highest = (highest[0], highest[1] + 1) if highest[1] < 1439 else (highest[0] + 1, 0)
            seen[highest] = at
        highest = slot
        seen[slot] = at
    return seen


def walk(plan: Plan, zone: str, since: float, until: float, step: float = 7 * 3600) -> list[Coming]:
    """The slots of a plan between two instants, asked for in pieces."""
    found, at = [], since
    while at < until:
        found += [c for c in coming(plan, zone, at) if at <= c.at < min(at + step, until)]
        at += step
    return found


def merged(told: list[tuple[float, Slot]]) -> set[Slot]:
    """Of slots in order, those that a change of the clock brings too near to the one before that is told."""
    found, last = set(), None
    for at, slot in told:
        if last is not None:
            face = ((slot[0] - last[1][0]) * 1440 + slot[1] - last[1][1]) * 60
            if at - last[0] < min(CLOSE, face):
                found.add(slot)
                continue
        last = (at, slot)
    return found


@pytest.fixture(scope="module")
def every() -> list[tuple[str, float]]:
    return [(zone, change) for zone in zones() for change in changes(zone)]


@pytest.mark.parametrize("times", PLANS, ids=lambda t: " ".join(f"{m // 60}:{m % 60:02}" for m in t))
def test_each_slot_of_each_local_day_once_and_in_order(times: tuple[int, ...], every: list[tuple[str, float]]) -> None:
    assert len(every) > 100
    for zone, change in every:
        seen, plan = SEEN(zone, change), Plan(times, start=BEGIN - 9 * DAY)
        since, until = change - 28 * 3600, change + 28 * 3600
        expected = sorted((at, slot) for slot, at in seen.items() if slot[1] in times and since <= at < until)
        found = walk(plan, zone, since, until)
        assert [(c.at, c.slot) for c in found] == expected, (zone, change)
        before = [(c.at, c.slot) for c in walk(plan, zone, since - DAY, since)]
        alone = merged([*before, *expected]) - {slot for _, slot in before}
        assert {c.slot for c in found if c.merged} == alone, (zone, change)
        told = [c.at for c in found if not c.merged]
        assert len(set(told)) == len(told), (zone, change, "two texts at one instant")


SEEN = cache(watched)


def test_every_zone_has_its_plan_every_day_of_two_years() -> None:
    """Also far from a change: as many slots as days, once each, where the clock never changes and where it changes most."""
    busiest = sorted(available_timezones(), key=lambda z: len(changes(z)))
    for zone in (busiest[0], *busiest[-2:], "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", NEW_YORK):
        plan = Plan((150,), start=BEGIN)
        found = Counter(c.slot for c in walk(plan, zone, BEGIN, END, DAY))
        assert set(found.values()) == {1}
        assert 728 <= len(found) <= 731
        days = sorted(day for day, _ in found)
        assert days == list(range(days[0], days[0] + len(days)))


# ---- what holds of any plan

ZONES = st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "America/Phoenix", "Africa/Cairo"])
TIMES = st.lists(st.integers(0, 1439), min_size=1, max_size=8, unique=True).map(lambda m: tuple(sorted(m)))


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, float]:
    """A zone and an instant, more often than not about a change of its clock."""
    zone = draw(ZONES)
    near = st.sampled_from(changes(zone)).flatmap(lambda at: st.floats(at - 2 * DAY, at + DAY)) if changes(zone) else st.nothing()
    return zone, draw(near | st.floats(BEGIN, END))


@given(moments(), TIMES, st.floats(0, 2 * DAY), st.floats(-DAY, DAY))
def test_whenever_it_is_asked_the_slots_are_the_same(
    moment: tuple[str, float], times: tuple[int, ...], later: float, start: float
) -> None:
    zone, since = moment
    plan = Plan(times, start=since + start)
    early = list(coming(plan, zone, since))
    late = list(coming(plan, zone, since + later))

    until = min(early[-1].at, late[-1].at)
    assert early[-1].at >= max(since, plan.start) + DAY, "at least to the same time tomorrow"
    assert [c for c in early if since + later <= c.at <= until] == [c for c in late if c.at <= until]
    assert all(c.at >= plan.start and c.closes >= c.at + GRACE and c.next >= c.at for c in early)
    assert early == sorted(early, key=lambda c: (c.at, c.slot))
    assert not list(coming(replace(plan, paused=True), zone, since))


@given(moments(), TIMES, st.integers(1, 3), TIMES)
def test_new_times_begin_on_their_day(
    moment: tuple[str, float], times: tuple[int, ...], ahead: int, others: tuple[int, ...]
) -> None:
    zone, since = moment
    day = local(zone, since)[0] + ahead
    plan = Plan(times, start=since, steps=((day, others),))
    for slot in walk(plan, zone, since, since + 3 * DAY):
        assert slot.slot[1] in (others if slot.slot[0] >= day else times)


@given(moments(), TIMES, st.booleans(), st.floats(-3 * DAY, 3 * DAY))
def test_with_a_running_plan_they_are_always_due(
    moment: tuple[str, float], times: tuple[int, ...], nudge: bool, start: float
) -> None:
    zone, now = moment
    contact = Contact(now, zone=zone, plan=Plan(times, now + start, nudge, heard=now, checked=now))
    at, slot = due(contact, now), upcoming(contact, now)
    assert at is not None
    assert slot is not None
    assert now < at <= max(slot.at, now + 1)
    known_doses = tuple(Dose(*c.slot, c.at, "taken") for c in coming(contact.plan, zone, now) if c.at < now + DAY)
    answered = due(replace(contact, doses=known_doses), now)
    assert answered is not None
    assert answered > now


@given(moments(), TIMES, TIMES)
def test_a_dose_keeps_its_window_when_the_times_change(
    moment: tuple[str, float], times: tuple[int, ...], others: tuple[int, ...]
) -> None:
    zone, now = moment
    slot = coming(Plan(times, now), zone, now)[0]
    contact = Contact(now, zone=zone, plan=Plan(others, now), doses=(Dose(*slot.slot, slot.at, "open", told=slot.at),))
    window = coming_of(contact, contact.doses[0])

    assert window.slot == slot.slot
    assert slot.at + GRACE <= window.closes <= slot.at + 26 * 3600
    assert timedelta(seconds=window.next - slot.at) >= timedelta(0)
    assert coming_of(replace(contact, plan=replace(contact.plan, paused=True)), contact.doses[0]) == window
    assert coming_of(replace(contact, plan=None), contact.doses[0]).closes == slot.at + GRACE
