"""A person's own clock: local days and minutes <-> instants, in any IANA zone, over every change of the clock."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.core.model import Slot

DAY: Final = 86400


def known(zone: str) -> bool:
    """Whether a zone is one whose rules we have."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@lru_cache(8192)
def instant(zone: str, day: int, minute: int) -> float:
    """When a minute (0 to 1439) of a local day is: the first time where the clock goes back and shows it twice.

    A time that the clock skips is the moment right after the gap, as Debian's cron has it.
    """
    wall = datetime.combine(date.fromordinal(day), datetime.min.time()) + timedelta(minutes=minute)
    here = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=here, fold=fold).astimezone(UTC).timestamp() for fold in (0, 1))
    # In a gap, fold 0 counts with the offset from before it and lands behind the change, fold 1 ahead of it.
    return _change(here, second, first) if second < first else first


def _change(here: ZoneInfo, before: float, after: float) -> float:
    """The instant between two at which the zone's offset changes, to the second."""
    old = datetime.fromtimestamp(before, here).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, here).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def local(zone: str, at: float) -> Slot:
    """The local day and minute of an instant."""
    there = datetime.fromtimestamp(at, ZoneInfo(zone))
    return there.toordinal(), there.hour * 60 + there.minute


def utc(at: float) -> str:
    """An instant for operators: "2026-11-23T13:00:00+00:00"."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def offset(zone: str, at: float) -> int:
    """Seconds that a zone is ahead of UTC at an instant."""
    ahead = datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0


def weekday(day: int) -> int:
    """0 Monday to 6 Sunday."""
    return (day - 1) % 7
