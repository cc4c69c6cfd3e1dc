"""Twilio as the simulator has it: every text arrives at once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from service.gateway import Found


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text that the service started. `at` in seconds since 1970."""

    at: float
    to: str
    text: str


class Air:
    """Takes texts and keeps those that nobody has looked at yet."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._arrived: list[Arrived] = []

    def send(self, to: str, text: str, *, entry: str, validity: int, deadline: float, template: str | None = None) -> str:  # noqa: ARG002
        self._arrived.append(Arrived(self._now(), to, text))
        return "SM" + secrets.token_hex(16)

    def find(self, to: str, texts: tuple[str, ...], since: float, deadline: float) -> Found | None:  # noqa: ARG002
        return None

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> list[Arrived]:
        """What has arrived since the last look."""
        taken, self._arrived = self._arrived, []
        return taken
