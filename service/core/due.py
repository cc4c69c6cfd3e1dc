"""When a contact must be woken next: the least of a few moments, each computed from the record alone."""

from collections.abc import Callable
from typing import Final

from service.core import localtime
from service.core.doses import untold
from service.core.model import Contact, Dose, Plan, Supply
from service.core.schedule import BACK, NUDGE, QUIET, upcoming

WARNINGS: Final = (10, 7, 3, 1, 0)
"""Days before the tablets run out on which we warn."""
WARN_MINUTE: Final = 10 * 60
CHECK_MINUTE: Final = 10 * 60 + 30
CHECK_DAYS: Final = 30
SILENT_DAYS: Final = 14
GIVE_UP_DAYS: Final = 21
_SATURDAY: Final = 5


def due(contact: Contact, now: float) -> float | None:
    """The next moment something is to do for a contact, never in the past; None: nothing is planned."""
    moments = [at for moment in _MOMENTS if (at := moment(contact, now)) is not None]
    return max(min(moments), now + 1.0) if moments else None


def outbox(contact: Contact, now: float) -> float | None:
    """A text that waits, or one whose fate must be asked for."""
    waiting = [o.at if o.state == "waiting" else o.at + QUIET for o in contact.outbox if o.state != "sent"]
    return min(waiting, default=None)


def slot(contact: Contact, now: float) -> float | None:
    """The next dose of the plan, also one that has come up and nobody has looked at yet."""
    if untold(contact):
        return now
    found = upcoming(contact, now - BACK)
    return found.at if found else None


def again(contact: Contact, now: float) -> float | None:
    """A dose put off, or one without an answer."""
    if contact.plan is None or contact.left is not None:
        return None
    moments = [again_at(contact.plan, dose) for dose in contact.doses]
    return min(filter(None, moments), default=None)


def again_at(plan: Plan, dose: Dose) -> float:
    """When a dose is told once more; 0: not any more."""
    if dose.state != "open":
        return 0.0
    return dose.again or (dose.told + NUDGE if plan.nudge and dose.told and not dose.nudged else 0.0)


def warning(contact: Contact, now: float) -> float | None:
    """The next run-out warning."""
    if contact.supply is None or not contact.zone or contact.left is not None:
        return None
    days = [day for day in warning_days(contact.supply) if day > contact.supply.told]
    return localtime.instant(contact.zone, min(days), WARN_MINUTE) if days else None


def warning_days(supply: Supply) -> list[int]:
    """The local days of the warnings; a weekend's is on the Friday before, when pharmacies and prescribers answer."""
    days = (supply.ends - left for left in WARNINGS)
    return sorted({day - max(0, localtime.weekday(day) - _SATURDAY + 1) for day in days})


def check(contact: Contact, now: float) -> float | None:
    """When to ask whether the times are still right; after a week without an answer to that, when to give up."""
    plan = contact.plan
    if plan is None or plan.paused or contact.left is not None:
        return None
    return localtime.instant(contact.zone, check_day(plan, contact.zone), CHECK_MINUTE)


def check_day(plan: Plan, zone: str) -> int:
    """The local day of the next "still right?", or of giving up."""
    # A pause until some day is no silence: counted from when the plan goes on.
    heard, checked = (localtime.local(zone, max(at, plan.start, plan.until))[0] for at in (plan.heard, plan.checked))
    if checked >= heard + SILENT_DAYS:
        return heard + GIVE_UP_DAYS
    return min(checked + CHECK_DAYS, heard + SILENT_DAYS)


_MOMENTS: Final[tuple[Callable[[Contact, float], float | None], ...]] = (outbox, slot, again, warning, check)
