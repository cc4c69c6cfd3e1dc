"""Pure translations, one file a channel: a signed form -> an event, an answer -> what the channel speaks.

A channel is a module with these three; the web mounts each at a path of its name.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from service.core.menu import Menu
from service.core.model import Answer, Message

Form = Mapping[str, Sequence[str]]
"""A form as it was signed: each field with all its values."""


class Channel(Protocol):
    def parse(self, menu: Menu, form: Form, query: Mapping[str, str], account_sid: str) -> Message | str:
        """The message of a signed form at a URL with this query, or what is wrong with it."""

    def render(self, menu: Menu, answer: Answer, message: Message) -> str:
        """TwiML for an answer; always well-formed XML, whatever is in it."""

    def not_kept(self, menu: Menu, message: Message) -> tuple[int, str]:
        """Status and TwiML when somebody wants to leave, and it cannot be kept now."""
