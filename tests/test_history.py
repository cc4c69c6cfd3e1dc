"""Fourteen days of doses in a line of text."""

from hypothesis import given
from hypothesis import strategies as st

from service.core import history
from service.core.model import Dose

TODAY = 739950
STATES = ("taken", "skipped", "unanswered", "dropped", "merged")
SLOTS = st.dictionaries(st.tuples(st.integers(TODAY - 20, TODAY), st.integers(0, 1439)), st.sampled_from(STATES), max_size=60)


@given(SLOTS)
def test_whatever_is_packed_is_there_again(slots: dict[tuple[int, int], str]) -> None:
    """In any order, one by one, also the last minutes of a day."""
    packed = ""
    for (day, minute), state in slots.items():
        packed = history.add(packed, [Dose(day, minute, 0.0, state)], TODAY)
    young = {slot: state for slot, state in slots.items() if slot[0] > TODAY - history.DAYS}

    assert dict(history.all_doses(packed, ())) == young
    assert all(history.knows(packed, slot) for slot in young)
    assert not history.knows(packed, (TODAY + 1, 0))


def test_a_line_that_was_damaged_is_read_as_far_as_it_goes() -> None:
    assert history.unpack(";;x:?;:::;") is not None
    assert history.unpack("") == {}


def test_two_weeks_three_times_a_day_are_short() -> None:
    packed = ""
    for day in range(TODAY - 13, TODAY + 1):
        packed = history.add(packed, [Dose(day, minute, 0.0, "taken") for minute in (480, 840, 1320)], TODAY)
    assert len(packed) <= 14 * 15
