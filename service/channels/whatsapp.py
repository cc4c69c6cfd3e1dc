"""WhatsApp: the same form and the same numbers as SMS, titles in bold; and by which way a text that we start goes.

Whoever writes opens a window of 24 hours in which we may write freely; outside it only a template that Meta approved goes through.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from service.channels import Form, sms
from service.core.menu import Menu
from service.core.model import TEXT, Answer, Contact, Message
from service.core.words import MAX_TEXT

NAME: Final = "whatsapp"
TEMPLATE: Final = f"{NAME} template"
"""The way by which a content template goes."""
PREFIX: Final = f"{NAME}:"
WINDOW_SECONDS: Final = 24 * 3600.0
SLACK_SECONDS: Final = 60.0
"""The window is shut for us this much sooner: their clock is not ours, and a text takes a while."""
SHUTS: Final[Mapping[int | None, tuple[str, ...]]] = {63016: (NAME,), 63014: (NAME, TEMPLATE)}
"""Ways that are shut after an error: outside the window; blocked by them."""

# A sign at the start of a word or a line makes bold, slanted, struck or typewriter letters of what follows, or a list.
_FORMAT: Final = re.compile(r"`|(?<!\w)[*_~](?=\S)|(?m:^\*)")
_INSTEAD: Final = {"`": "'", "*": "\u2217", "_": "\u02cd", "~": "\u223c"}


def parse(menu: Menu, form: Form, query: Mapping[str, str], account_sid: str) -> Message | str:
    """The message of a signed form, in the name of the bare number; a button says what it stands for."""
    message = sms.parse(menu, form, query, account_sid, channel=NAME, prefix=PREFIX)
    pressed = next(iter(form.get("ButtonPayload", ())), "")[:MAX_TEXT]
    return replace(message, text=pressed) if pressed and isinstance(message, Message) else message


def render(_menu: Menu, answer: Answer, _message: Message) -> str:
    """TwiML that sends these replies in order, the screen's title in bold before the first."""
    texts = tuple(written(text) for text in answer.texts)
    if texts and answer.title:
        title = " ".join(re.sub("[*_~`]", " ", answer.title).split())
        texts = (f"*{title}*\n{texts[0]}", *texts[1:])
    return sms.twiml(texts)


not_kept = sms.not_kept


def written(text: str) -> str:
    """A text in which nothing becomes bold or slanted by accident."""
    return _FORMAT.sub(lambda sign: _INSTEAD[sign[0]], text)


def in_template(text: str) -> str:
    """A text as the value of a template: on one line, without tabs and rows of blanks."""
    return " ".join(written(text).split())


def way(contact: Contact, now: float, *, on: bool, template: bool) -> str | None:
    """By which way a text that we start goes to somebody: `TEXT`, `NAME`, `TEMPLATE`; None: by none. `template`: there is one.

    Only who agreed to it by WhatsApp gets any of it there; by text message only who ever texted.
    """
    if not _agreed(contact):
        return TEXT
    last = contact.last_by(NAME)
    window = last is not None and now < last + WINDOW_SECONDS - SLACK_SECONDS
    may = {NAME: on and window, TEMPLATE: on and template, TEXT: contact.texts}
    return next((name for name, is_open in may.items() if is_open and name not in contact.shut), None)


def _agreed(contact: Contact) -> bool:
    return contact.consent is not None and contact.consent.channel == NAME


def knows(contact: Contact) -> bool:
    """Whether anything may ever have gone to them here."""
    return _agreed(contact) or contact.last_by(NAME) is not None
