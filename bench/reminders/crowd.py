"""A crowd with reminders: people who have lived two weeks with them, written into the store by its own code, many at a time.

A few lives are lived through the service's own core; each person of the crowd gets one of them, with a number and message ids of
their own, packed and sealed on its own.
"""

import random
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any, Final

from bench.proof.people import ZONES
from service import content
from service.config import Settings
from service.core import localtime
from service.core.dialogue import step
from service.core.due import due
from service.core.menu import Menu
from service.core.model import Consent, Contact, Due, Entry, Event, Message, Plan, Receipt, Sent, Turn
from service.store import COMMIT, Store, connect
from service.vault import Vault

DAYS: Final = 14
_EACH_DAY: Final = 3
_LIVES: Final = 4
"""Lives in each zone: who answers a quarter of their reminders, up to all of them. Who never answers is asked after two weeks
whether the times are still right, which is another text."""
_MOST_WAKES: Final = 10 * DAYS * _EACH_DAY
_AT_ONCE: Final = 500
_WORDING: Final = "aaaaaaaa"
_FIRST: Final = 2_000_000_000
PROCESSES: Final = 2


# ---- two weeks of a life


def lives(menu: Menu, dose: float, now: float) -> list[Contact]:
    """People as they are `now`, each with a dose at `dose`, a whole minute, and two more every eight hours."""
    return [_lived(menu, zone, (n + 1) / _LIVES, dose, now) for zone in ZONES for n in range(_LIVES)]


def _lived(menu: Menu, zone: str, answering: float, dose: float, now: float) -> Contact:
    """Somebody of a zone who answers so many of their reminders, from two weeks ago until now."""
    dice, start = random.Random(f"{zone} {answering}"), now - DAYS * localtime.DAY
    minute = localtime.local(zone, dose)[1]
    times = tuple(sorted((minute + n * 1440 // _EACH_DAY) % 1440 for n in range(_EACH_DAY)))
    contact = Contact(start, welcomed=True, address=f"+1{_FIRST}", zone=zone, consent=Consent(start, 4, _WORDING))
    contact = replace(contact, plan=Plan(times, start, heard=start, checked=start))
    at = due(contact, start)
    for _ in range(_MOST_WAKES):
        if at is None or at >= min(dose, now):
            break
        contact, at = _woken(menu, contact, at, dice.random() < answering)
    return contact


def _woken(menu: Menu, contact: Contact, at: float, answers: bool) -> tuple[Contact, float | None]:
    """What a wake leaves, once Twilio took the text, the phone got it, and they answered or did not; and when the next one is."""
    turn = step(menu, contact, Due(), at)
    events: list[tuple[float, Event]] = []
    for entry in turn.send:
        sid = f"SM{secrets.token_hex(16)}"
        events += [(1, Sent(entry.id, sid)), (3, Receipt(entry.id, sid, "delivered"))]
    events += [(240, Message(secrets.token_hex(4), contact.address, "1"))] if answers and events else []
    for seconds, event in events:
        turn = step(menu, turn.contact, event, at + seconds)
    return turn.contact, turn.due


# ---- into the store


class _Held:
    """A client of Redis that keeps the commits of a store back, and sends many in one trip; says of each that it is done."""

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._client.execute_command("SCRIPT", "LOAD", COMMIT.text)
        self._pipeline = self._client.pipeline(transaction=False)

    def execute_command(self, *command: Any) -> list[bytes]:
        self._pipeline.execute_command(*command)
        if len(self._pipeline) >= _AT_ONCE:
            self.send()
        return [b"done", b""]

    def send(self) -> None:
        if any(outcome[0] != b"done" for outcome in self._pipeline.execute()):
            raise RuntimeError("somebody of the crowd was there already")


def enrol(settings: Settings, numbers: range, dose: float, at: float | None = None) -> None:
    """Write the people of these numbers, who have a dose at `dose`; they are due `at`, by default when the core says."""
    share = max(1, -(-len(numbers) // PROCESSES))
    parts = [numbers[start : start + share] for start in range(0, len(numbers), share)]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        for part in [pool.submit(write, settings, part, dose, at) for part in parts]:
            part.result()


def write(settings: Settings, numbers: range, dose: float, at: float | None = None) -> list[str]:
    """The same in this process; the ids of these people."""
    menu, vault, now = content.load(settings.menu, None, settings.clinic), Vault(settings.id_key, settings.secret_keys), time.time()
    held = _Held(settings.redis_url)
    store, those = Store(vault, lambda: held), lives(menu, dose, now)
    whens = [due(life, min(dose, now) - 1) if at is None else at for life in those]
    ids = []
    for number in numbers:
        contact = _own(those[number % len(those)], number)
        ids.append(vault.contact_id(contact.address))
        agreed = Entry(contact.since, "agreed", f"4 texts a day, wording {_WORDING}, sms, SM{secrets.token_hex(16)}")
        store.advance(ids[-1], "", Turn(contact, journal=(agreed,), due=whens[number % len(those)]))
    held.send()
    return ids


def _own(life: Contact, number: int) -> Contact:
    outbox = tuple(replace(entry, sid=f"SM{secrets.token_hex(16)}") for entry in life.outbox)
    return replace(life, address=f"+1{_FIRST + number}", outbox=outbox)
