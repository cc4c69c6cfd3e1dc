"""The loop guard: two machines must not text each other for ever. Only an echo holds back what stands above it."""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from service.core.hearing import Heard
from service.core.menu import Menu
from service.core.model import Contact, Pace, Turn
from service.core.words import bare, pieces

MOST_REPLIES: Final = 10
PER_SECONDS: Final = 30
"""Twilio stops all replies between two numbers at 15 to 30 in 30 seconds (error 14107)."""
MOST_SAME: Final = 10
FEWEST_QUOTED: Final = 6
_MOST_PRINTS: Final = 4096
SAME_SECONDS: Final = 600
"""The same text counts as in a row when the one before came within this."""


def echo(contact: Contact, heard: Heard) -> bool:
    """Whether a text ends with our own last one: a machine sends it back, or a phone quotes it with a heart.

    Our emergency texts hold the very words that are red flags, so this comes before anything is understood.
    """
    count, print = contact.pace.reply
    return count >= FEWEST_QUOTED and len(heard.typed) >= count and _print(heard.typed[-count:]) == print


def too_fast(contact: Contact, heard: Heard, now: float) -> bool:
    """Whether to keep silent: more than 10 replies in 30 s, or the same text for the eleventh time in a row; 0 is the way out."""
    recent = [at for at in contact.pace.replies if 0 <= now - at < PER_SECONDS]
    return len(recent) >= MOST_REPLIES or (_in_a_row(contact.pace, heard, now) >= MOST_SAME and heard.number != 0)


def noted(menu: Menu, turn: Turn, heard: Heard, now: float) -> Contact:
    """The contact of a turn with what the loop guard keeps of it."""
    pace = turn.contact.pace
    replies, reply = pace.replies, pace.reply
    if turn.replies:
        recent = (at for at in replies if 0 <= now - at < PER_SECONDS)
        replies, reply = (*recent, now)[-MOST_REPLIES:], reply_print(menu, turn.replies[-1])
    return replace(turn.contact, pace=Pace(replies, _print(heard.typed), _in_a_row(pace, heard, now) + 1, now, reply))


def reply_print(menu: Menu, reply: str) -> tuple[int, int]:
    """The number of words of a text of ours, and their print. Most replies are the same few, so they are read once."""
    known = menu.prints.get(reply)
    if known is None:
        if len(menu.prints) >= _MOST_PRINTS:
            menu.prints.clear()
        said = bare(pieces(reply))
        known = menu.prints[reply] = (len(said), _print(said))
    return known


def _in_a_row(pace: Pace, heard: Heard, now: float) -> int:
    """How often this very text came just before."""
    return pace.same if pace.print == _print(heard.typed) and 0 <= now - pace.at < SAME_SECONDS else 0


def _print(words: Sequence[str]) -> int:
    return zlib.crc32(" ".join(words).encode())
