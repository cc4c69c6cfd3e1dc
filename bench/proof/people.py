"""People with reminders, written into the store by the service's own code, each with one dose due at a chosen minute."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.core import localtime, wording
from service.core.due import due
from service.core.menu import Menu
from service.core.model import Consent, Contact, Plan, Slot, Turn
from service.store import Store
from service.vault import Vault

ZONES: Final = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/St_Johns",
)
_THIRD: Final = 480
"""Minutes between the doses of a day: the next one is out of a scene's reach."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one dose due in the scene: `slot`, at the instant `at`, called `dose` in texts."""

    address: str
    id: str
    slot: Slot
    at: float
    dose: str
    contact: Contact


def minute_before(now: float) -> float:
    """The last whole minute: a dose of that time is due at once, and not late."""
    return now // 60 * 60


def person(menu: Menu, vault: Vault, number: int, at: float) -> Person:
    """The person of a number, with a dose due at `at`, a whole minute."""
    address, zone = f"+1{2_000_000_000 + number}", ZONES[number % len(ZONES)]
    slot = localtime.local(zone, at)
    times = tuple(sorted((slot[1] + n * _THIRD) % 1440 for n in range(3)))
    now = time.time()
    plan = Plan(times, at - 1, heard=now, checked=now)
    joined = Contact(at - 86400, welcomed=True, address=address, zone=zone, consent=Consent(at - 86400, 8, "proof"), plan=plan)
    return Person(address, vault.contact_id(address), slot, at, wording.dose(menu, slot), joined)


def people(menu: Menu, vault: Vault, numbers: Iterable[int], at: float) -> list[Person]:
    return [person(menu, vault, number, at) for number in numbers]


def enrol(store: Store, crowd: Iterable[Person]) -> None:
    """Write people into the store, as if they had joined by texting before their dose was due."""
    for one in crowd:
        turn = Turn(one.contact, due=due(one.contact, one.at - 1))
        if store.advance(one.id, "", turn) is None:
            raise RuntimeError("there is somebody of this number already")
