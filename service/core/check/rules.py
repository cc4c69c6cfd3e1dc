"""What the checks hold the content against."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.core.menu import HOME

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
NEVER_STOP_SAYINGS: Final = ("left", "ask_leave", "down", "down_leave")

LONGEST_BRAND: Final = "W" * 24
LONGEST_CLINIC: Final = "w" * 40
MOST_GRADE: Final = 6.0
REVIEW_DAYS: Final = 365
DEPTH: Final = 2
"""Replies from home to any tip that stands under an option."""

DOSE: Final = re.compile(r"\d[\d.,/]*\s*(?:mg|mcg|ml|g|milligrams?|tablets?|pills?|tabs?)\b", re.IGNORECASE)
HOURS: Final = re.compile(r"(\d+)\s*(?:hours?|hrs?)\b", re.IGNORECASE)
CLOSE_HOURS: Final = "2"
"""The one number of closeness between doses (NHS)."""
PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")
KNOWN_PLACEHOLDERS: Final = ("{brand}", "{clinic}")
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
