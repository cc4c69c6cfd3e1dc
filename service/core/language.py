"""Which language somebody reads: the one they chose by word, else the one they last wrote in, else the menu's first."""

from dataclasses import replace

from service.core.hearing import Heard
from service.core.menu import Menu
from service.core.model import Contact, Turn

_SHORT_ANSWER = 3
_NEVER_WITH = ("red_flag", "opt_out")


def spoken_to(menu: Menu, contact: Contact, heard: Heard) -> Contact:
    """The contact with the language of this text, unless they chose one by word; El Paso, as an answer, tells none."""
    answers = contact.asking is not None and len(heard.bare) <= _SHORT_ANSWER
    if contact.language_chosen or answers or not heard.language or heard.language == (contact.language or menu.language):
        return contact
    return replace(contact, language=heard.language)


def asked(menu: Menu, before: Contact, turn: Turn) -> Turn:
    """The turn, and once, where it is the first in another language than the menu's own: whether that is the right one."""
    after = turn.contact
    if before.language or after.language_chosen or not after.language or not turn.replies:
        return turn
    if turn.verdict.startswith(_NEVER_WITH):
        return replace(turn, contact=replace(after, language=""))  # to be asked with the next text
    return replace(turn, replies=(*turn.replies, menu.speaking(after.language).sayings["ask_language"]))
