"""What is kept, in Redis: the only package that knows its keys (see `keys`), and the scripts that change them."""

from service.store.calls import FAULTS, Script, StoreDown
from service.store.client import COMMAND_SECONDS, connect
from service.store.clock import SharedClock
from service.store.due import DueIndex
from service.store.records import COMMIT, SEEN_SECONDS, Loaded, Records
from service.store.sending import Sending
from service.store.upkeep import Rebuilt, Upkeep

__all__ = [
    "COMMAND_SECONDS",
    "COMMIT",
    "FAULTS",
    "SEEN_SECONDS",
    "Loaded",
    "Rebuilt",
    "Script",
    "SharedClock",
    "Store",
    "StoreDown",
    "connect",
]


class Store(Upkeep, Records, DueIndex, Sending):
    """Contacts by id, when each is due, and what all senders share. Connects at the first use; safe to share between threads.

    Every method raises `StoreDown`.
    """
