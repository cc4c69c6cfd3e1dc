"""Where the clock's buttons lead: in a quarter of an hour, in the morning, to the evening before the clocks change."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from service.core import localtime

MORNING: Final = 8 * 60
EVENING: Final = 20 * 60
CHANGING: Final = "America/New_York"
"""Whose change of the clock it is, while nobody told their zone."""
LAST: Final = 4_102_444_800.0
"""2100-01-01: no move goes further."""
_NOON: Final = 12 * 60
_YEAR: Final = 366


@dataclass(frozen=True, slots=True)
class Move:
    """A button: its name in the form, what it says, and the instant it leads to. None: there is nowhere to go."""

    name: str
    says: str
    at: float | None


def moves(now: float, zone: str, due: float | None) -> list[Move]:
    """All buttons. `zone`: of the person whose phone is in hand, "" when not known."""
    changing = zone or CHANGING
    return [
        Move("quarter", "+15 min", now + 900),
        Move("hour", "+1 hour", now + 3600),
        Move("next", "Next text", due),
        Move("morning", "Next morning", _next_morning(zone or "UTC", now)),
        Move("forward", "Spring change", _eve(changing, now, 1)),
        Move("back", "Autumn change", _eve(changing, now, -1)),
    ]


def _next_morning(zone: str, now: float) -> float:
    today = localtime.local(zone, now)[0]
    return next(at for day in (today, today + 1) if (at := localtime.instant(zone, day, MORNING)) > now)


def _eve(zone: str, now: float, way: int) -> float | None:
    """The evening before the clocks go forward (`way` 1) or back (-1) next."""
    days = _eves(zone, localtime.local(zone, now)[0], way)
    return next((at for day in days if (at := localtime.instant(zone, day, EVENING)) > now), None)


@lru_cache(64)
def _eves(zone: str, today: int, way: int) -> tuple[int, ...]:
    """The local days of the coming year after whose noon, and before the next, the clocks change that way."""
    ahead = [localtime.offset(zone, localtime.instant(zone, today + n, _NOON)) for n in range(_YEAR + 2)]
    return tuple(today + n for n in range(_YEAR + 1) if (ahead[n + 1] - ahead[n]) * way > 0)


def typed(moment: str, zone: str) -> float | None:
    """What a date-time field says ("2026-03-08T07:59"), by the clock of a zone; None: nothing that can be read."""
    try:
        wall = datetime.fromisoformat(moment.strip())
        at = (wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    return at if at <= LAST else None


def field(at: float, zone: str) -> str:
    """An instant as a date-time field has it."""
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone or 'UTC')):%Y-%m-%dT%H:%M}"
