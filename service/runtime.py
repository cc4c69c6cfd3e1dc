"""Everything a process needs to answer, built once and passed down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from service import content, store
from service.config import Settings
from service.core.menu import Menu
from service.gateway import Found, Gateway
from service.store import SharedClock, Store
from service.vault import Vault


class Sender(Protocol):
    """What sends the texts that we start: `gateway.Gateway`, or a simulator's."""

    def send(self, to: str, text: str, *, entry: str, validity: int, deadline: float, template: str | None = None) -> str: ...

    def find(self, to: str, texts: tuple[str, ...], since: float, deadline: float) -> Found | None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """`now` gives seconds since 1970, UTC: the real clock, or the one of a simulator."""

    settings: Settings
    menu: Menu
    vault: Vault
    store: Store
    gateway: Sender
    now: Callable[[], float]


def build(
    settings: Settings,
    *,
    client: Callable[[], Any] | None = None,
    gateway: Sender | None = None,
    now: Callable[[], float] | None = None,
    deaf: bool = False,
) -> Runtime:
    """A runtime for these settings. Raises `ContentError`.

    `client` makes the Redis client, by default one for REDIS_URL; `gateway` is Twilio; `now` the clock that all processes share.
    `deaf`: for processes that answer no texts, which start several times as fast.
    """
    vault = Vault(settings.id_key, settings.secret_keys)
    menu = content.load(settings.menu, settings.brand, settings.clinic, settings.public_url, deaf=deaf)
    kept = Store(vault, client or (lambda: store.connect(settings.redis_url)))
    return Runtime(settings, menu, vault, kept, gateway or _twilio(settings), now or SharedClock(kept))


def _twilio(settings: Settings) -> Gateway:
    account = (settings.account_sid, settings.auth_token)
    return Gateway(*account, settings.sender, settings.public_url, settings.api_base, whatsapp=settings.whatsapp_from)
