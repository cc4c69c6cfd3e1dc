"""What the checks hold the content against."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.core.menu import HOME, MOST_URL
from service.core.wording import LONGEST

TOPICS: Final = ("missed", "effects", "storage", "stopping", "taking", "mixing", "careful", "overdose", "about")
KINDS: Final = (
    "withdrawal",
    "overdose",
    "breathing",
    "unresponsive",
    "seizure",
    "pump",
    "allergy",
    "self_harm",
    "violence",
    "other_emergency",
)
NEVER_STOP: Final = ("missed", "effects", "stopping", "careful", "mixing", "mixing-alcohol", "storage-odd", "taking", "taking-dose")
"""Texts that must say never to stop suddenly: a topic stands for all its screens."""
NEVER_STOP_SAYINGS: Final = (
    "left",
    "ask_leave",
    "down",
    "down_leave",
    "noted_skipped",
    "noted_skipped_twice",
    "snooze_refused",
    "times_saved",
    "times_saved_from",
    "zone_saved",
    "ask_pause",
    "paused",
    "paused_until",
    "reminders_ended",
    "deleted",
    "noted_close",
    "nothing_open_paused",
    "saved_close",
    "ask_end",
    "not_taken",
    "not_pump",
    "notice_silent_tip",
    "notice_silent_many",
    "notice_paused",
    "supply_saved",
    "supply_soon",
    "runout",
    "runout_tomorrow",
    "runout_today",
)
ONE_SEGMENT: Final = (
    "reminder",
    "reminder_after_silence",
    "reminder_after_unsent",
    "reminder_after_too_much",
    "late",
    "nudge",
    "still_right",
    "runout",
    "runout_tomorrow",
)
"""What we start is one segment: long lists of reminders go out faster, and a phone shows it whole."""
STARTED: Final = (*ONE_SEGMENT, "runout_today", "invite")
"""What we start names no medicine."""

LONGEST_BRAND: Final = "W" * 24
LONGEST_CLINIC: Final = "w" * 40
LONGEST_URL: Final = "https://".ljust(MOST_URL, "w")
LONGEST_NUMBER: Final = "+123 456 789 0123 45"
MOST_GRADE: Final = 6.0
REVIEW_DAYS: Final = 365
DEPTH: Final = 2
"""Replies from home to any tip that stands under an option."""

DOSE: Final = re.compile(
    r"\d[\d.,/]*\s*(?:mg|mcg|ml|g|mil+igramo?s?|tablets?|pills?|tabs?|pastillas?|tabletas?|comprimidos?)\b", re.IGNORECASE
)
HOURS: Final = re.compile(r"(\d+)\s*(?:hours?|hrs?|horas?)\b", re.IGNORECASE)
CLOSE_HOURS: Final = "2"
"""The one number of closeness between doses (NHS)."""
PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")
KNOWN_PLACEHOLDERS: Final = ("{brand}", "{clinic}", "{url}", "{terms}", "{terms_new}", *LONGEST)
UNSIGNED: Final = "not yet signed off"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one run checks with. `today` None: the age of reviews is left alone.

    `sources`: id -> whether it is used, and not left out, of SOURCES.md. `release`: for a clinic, not for a developer.
    """

    today: date | None
    sources: Mapping[str, bool]
    release: bool


def concerns(id: str, topics: tuple[str, ...]) -> bool:
    """Whether a screen is one of some topics, or belongs to one: "missed-many" to "missed", "mixing-pain" not to a bare pair."""
    topic = id.split("-", maxsplit=1)[0]
    whole = topic in topics and not any(t.startswith(f"{topic}-") for t in topics)
    return id != HOME and (id in topics or whole)
