"""The loop guard: two machines must not text each other for ever. Rungs above it are never held back."""

import zlib
from dataclasses import replace
from typing import Final

from service.core.hearing import Heard
from service.core.model import Contact, Pace

MOST_REPLIES: Final = 10
PER_SECONDS: Final = 30
"""Twilio stops all replies between two numbers at 15 to 30 in 30 seconds (error 14107)."""
MOST_SAME: Final = 10


def too_fast(contact: Contact, heard: Heard, now: float) -> bool:
    """Whether to keep silent: more than 10 replies in 30 s, or the same text for the eleventh time in a row."""
    recent = [at for at in contact.pace.replies if now - at < PER_SECONDS]
    return len(recent) >= MOST_REPLIES or (contact.pace.same >= MOST_SAME and contact.pace.print == _print(heard))


def noted(contact: Contact, heard: Heard, now: float, *, answered: bool) -> Contact:
    """The contact after this text: who it came from is kept in mind for `too_fast`, never what it said."""
    pace, print = contact.pace, _print(heard)
    replies = (*pace.replies, now)[-MOST_REPLIES:] if answered else pace.replies
    return replace(contact, pace=Pace(replies, print, pace.same + 1 if print == pace.print else 1))


def _print(heard: Heard) -> int:
    return zlib.crc32(" ".join(heard.words).encode())
