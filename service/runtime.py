"""Everything a process needs to answer, built once and passed down."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service import content, store
from service.config import Settings
from service.core.menu import Menu
from service.store import Store
from service.vault import Vault


@dataclass(frozen=True, slots=True)
class Runtime:
    """`now` gives seconds since 1970, UTC: the real clock, or the one of a simulator."""

    settings: Settings
    menu: Menu
    vault: Vault
    store: Store
    now: Callable[[], float]


def build(settings: Settings, *, client: Callable[[], Any] | None = None, now: Callable[[], float] = time.time) -> Runtime:
    """A runtime for these settings. `client` makes the Redis client, by default one for REDIS_URL. Raises `ContentError`."""
    vault = Vault(settings.id_key, settings.secret_keys)
    menu = content.load(settings.menu, settings.brand, settings.clinic)
    connect = client or (lambda: store.connect(settings.redis_url))
    return Runtime(settings, menu, vault, Store(vault, connect), now)
