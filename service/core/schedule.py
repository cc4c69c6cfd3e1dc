"""The plan -> its slots as instants, their windows, and the next moment a contact must be woken. All computed, nothing kept."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final

from service.core import history, localtime
from service.core.model import Contact, Dose, Plan, Slot

Steps = tuple[tuple[int, tuple[int, ...]], ...]
CLOSE: Final = 2 * 3600
"""Seconds: the one number of closeness between doses (NHS), for tips, late texts, nudges and snoozes alike."""
LATE: Final = 1800
"""A reminder up to this late is still true as it stands."""
GRACE: Final = 600
"""A reminder may go out this long after its time even where the next dose is close by their own choice."""
NUDGE: Final = 1800
SEND_SECONDS: Final = 10.0
"""What one call of Twilio may take in all."""
QUIET: Final = 5 * SEND_SECONDS
"""While a text is being sent the contact is not woken for it again."""
BACK: Final = 2 * localtime.DAY
"""How long after its time a slot may still come up: after a longer downtime nobody needs to hear of it."""
_AHEAD: Final = 5
_MOST_BACK: Final = 2
_LONG_AGO: Final = (_AHEAD + _MOST_BACK) * localtime.DAY


@dataclass(frozen=True, slots=True)
class Coming:
    """A slot with its instant. `closes`: from here on a late text would come too near the next dose; `next` is that one's instant.

    `merged`: a change of the clock brought it within two hours of the one before, so it is not told on its own.
    """

    slot: Slot
    at: float
    closes: float
    next: float
    merged: bool = False


def times_on(plan: Plan, day: int) -> tuple[int, ...]:
    """The minutes of the plan on a local day."""
    return _times_on(plan.times, plan.steps, day)


def _times_on(times: tuple[int, ...], steps: Steps, day: int) -> tuple[int, ...]:
    return next((minutes for since, minutes in reversed(steps) if day >= since), times)


def coming(plan: Plan, zone: str, since: float) -> tuple[Coming, ...]:
    """The slots of a plan from `since` on, in order, at least until two days later; none before its start, none while paused."""
    if plan.paused:
        return ()
    since = max(since, plan.start, plan.until)
    first = localtime.local(zone, since)[0] - 1
    start = plan.start if plan.start > since - _LONG_AGO else 0.0  # so that most people share what is computed
    rows = _comings(plan.times, plan.steps, zone, first, start)
    return rows[bisect_left(rows, since, key=_at) :]


_at: Final = attrgetter("at")


@lru_cache(4096)
def _comings(times: tuple[int, ...], steps: Steps, zone: str, first: int, start: float) -> tuple[Coming, ...]:
    """The slots of a few local days, none before `start`."""
    found: list[Coming] = []
    before: tuple[float, Slot] | None = None
    told = [row for row in _instants(times, steps, zone, first) if row[0] >= start]
    for row, after in pairwise(told):
        merged = before is not None and _brought_close(before, row)
        found.append(Coming(row[1], row[0], max(after[0] - CLOSE, row[0] + GRACE), after[0], merged))
        before = before if merged else row
    return tuple(found)


@lru_cache(4096)
def _instants(times: tuple[int, ...], steps: Steps, zone: str, first: int) -> tuple[tuple[float, Slot], ...]:
    """The slots of a few local days from `first` on, in order. Thousands of people share a plan, and all of them a day."""
    days = ((day, _times_on(times, steps, day)) for day in range(first, first + _AHEAD + _MOST_BACK))
    return tuple(sorted((localtime.instant(zone, day, minute), (day, minute)) for day, minutes in days for minute in minutes))


def _brought_close(one: tuple[float, Slot], other: tuple[float, Slot]) -> bool:
    """Whether two slots are nearer in truth than on the clock's face, and nearer than two hours."""
    (at, (day, minute)), (then, (then_day, then_minute)) = one, other
    face = ((then_day - day) * 1440 + then_minute - minute) * 60
    return then - at < min(CLOSE, face)


def upcoming(contact: Contact, now: float) -> Coming | None:
    """The next slot that was not answered ahead of its time; None without a plan, or while paused."""
    if contact.plan is None or contact.left is not None:
        return None
    return next((found for found in fresh(contact, coming(contact.plan, contact.zone, now)) if not found.merged), None)


def next_dose(contact: Contact, now: float) -> Coming | None:
    """The next dose by their times, also while texts are paused: a pause is none of the medicine."""
    if contact.plan is None:
        return None
    return upcoming(replace(contact, left=None, plan=replace(contact.plan, paused=False, until=0.0)), now)


def fresh(contact: Contact, slots: Iterable[Coming]) -> Iterator[Coming]:
    """Of some slots those that have not come up yet, and were not answered ahead of their time."""
    come = {dose.slot for dose in contact.doses}
    return (found for found in slots if found.slot not in come and not history.knows(contact.history, found.slot))


def coming_of(contact: Contact, dose: Dose) -> Coming:
    """The slot of a dose with its window. One that a new plan does not have any more closes when the next dose is near."""
    if contact.plan is not None:
        going_on = replace(contact.plan, paused=False, until=0.0)
        later = [c for c in coming(going_on, contact.zone, dose.at) if not c.merged]
        found = next((c for c in later if c.slot == dose.slot), None)
        after = next((c.at for c in later if c.at > dose.at and c.slot != dose.slot), dose.at + localtime.DAY)
        return found or Coming(dose.slot, dose.at, max(after - CLOSE, dose.at + GRACE), after)
    return Coming(dose.slot, dose.at, dose.at + GRACE, dose.at + localtime.DAY)


def first_after_change(contact: Contact, now: float) -> float:
    """From which instant on new times count: two hours after the last dose that was, or may have been, told or taken; not past."""
    last = max((max(d.told, d.done if d.state == "taken" else 0.0) for d in contact.doses), default=0.0)
    unsure = max((o.at for o in contact.outbox if o.slot and o.ask), default=0.0)
    return max(now, last + CLOSE, unsure + CLOSE)
