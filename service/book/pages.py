"""The book as one HTML file: everything put together, and the template filled."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.book import drawing, entries, groups, marks, texts
from service.book.before import Before
from service.book.changes import Pages
from service.book.entries import Entry, Facts, Known, Source
from service.core.check.rules import MOST_GRADE, REVIEW_DAYS, UNSIGNED
from service.core.menu import HOME, Menu
from service.core.render import MOST_SEGMENTS

_PLACE: Final = Path(__file__).parent
_MANY: Final = 20
"""New texts above which the chapter of changes only names them."""
NAMES: Final = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class Found:
    """What the book is made of: a menu with {brand} and {clinic} unfilled, and what is known of it.

    `sources`: the text of SOURCES.md; `faults`: what the check says; `revision`: of git, or ""; `medicine`: how the cover calls it.
    """

    menu: Menu
    medicine: str
    today: date
    sources: str
    faults: Sequence[str]
    revision: str
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """What only one channel says: single texts, and tables of what is said in place of something, in each language."""

    name: str
    keys: tuple[str, ...]
    tables: tuple[str, ...]
    own: Mapping[str, Mapping[str, Any]]

    def rows(self, code: str, table: str) -> list[str]:
        return [row[0] for row in self.own[code].get(table, ())]


def book(found: Found) -> str:
    """The whole file."""
    style = Markup((_PLACE / "book.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of our own
    env = Environment(
        loader=FileSystemLoader(_PLACE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters |= {"anchor": entries.anchor, "bold": marks.bold}
    own = {"style": style, "style_hash": base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}
    return env.get_template("book.html").render({**own, **_context(found)})


def _context(found: Found) -> dict[str, Any]:
    languages = found.menu.languages
    by_name = _by_name(found.faults)
    known = Known(languages, found.today, entries.sources(found.sources), by_name)
    tips, alarms = entries.entries(known)
    pages = Pages(languages, found.before)
    changes = pages.changes({e.name: e for e in (*tips, *alarms)}, known.sources)
    tally = Counter(change.how for change in changes)
    grouped = groups.grouped(found.menu.sayings)
    return {
        **_cover(found, [*tips, *alarms]),
        "tips": tips,
        "alarms": alarms,
        "groups": grouped,
        "sayings": sum(len(ids) for _, _, ids in grouped),
        "pages": pages,
        "changes": changes,
        "tally": tally,
        "many_new": tally["new"] > _MANY,
        "findings": found.faults,
        "by_name": by_name,
        "over": len(found.faults),
        "channels": _channels(languages),
        "calls": groups.CALLS,
        "parts_of_texts": groups.PARTS,
        "tables": groups.TABLES,
        "facts": _facts(pages),
        "most_grade": f"{MOST_GRADE:.0f}",
        "most_parts": MOST_SEGMENTS,
        "review_days": REVIEW_DAYS,
        "unsigned": UNSIGNED,
        "drawing": drawing.draw(found.menu),
        "lone": [e for e in tips if not e.comes and e.name != HOME],
        "sources": list[Source](known.sources.values()),
    }


def _cover(found: Found, all_: Sequence[Entry]) -> dict[str, Any]:
    codes = list(found.menu.languages)
    reviewed = [e for e in all_ if e.review.age]
    oldest = min(reviewed, key=lambda e: e.review.day, default=None)
    return {
        "menu": found.menu,
        "medicine": found.medicine,
        "languages": found.menu.languages,
        "codes": codes,
        "first": codes[0],
        "names": {**{code: code for code in codes}, **NAMES},
        "today": found.today.isoformat(),
        "revision": found.revision,
        "print": texts.fingerprint(found.menu.languages),
        "total": len(all_),
        "signed": sum(e.review.good for e in all_),
        "expired": sum("expired" in e.review.state for e in all_),
        "oldest": f"{oldest.review.day} ({oldest.review.age})" if oldest else "none",
        "translated": {code: found.menu.languages[code].signed_by for code in codes[1:]},
    }


def _by_name(faults: Sequence[str]) -> dict[str, list[str]]:
    """The faults by what they are about: "es: missed (abroad): ..." is about missed."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        name = re.split(r"[ :]", re.sub(r"^[a-z]{2}: ", "", fault), maxsplit=1)[0]
        found.setdefault(name, []).append(fault)
    return found


def _facts(pages: Pages) -> Any:
    """How long a text is and how hard to read, by language and place."""

    def facts(code: str, key: str) -> Facts:
        menu, raw = pages.languages[code], pages.raw[code][key]
        kind, _, id = key.partition(":")
        words = menu.screens[id].text if kind == "screen" else raw
        return entries.facts(menu, texts.filled(menu, raw), words)

    return facts


def _channels(languages: Mapping[str, Menu]) -> list[Channel]:
    found = []
    for name in dict.fromkeys(name for menu in languages.values() for name in menu.channels):
        own = {code: menu.channels.get(name, {}) for code, menu in languages.items()}
        keys = dict.fromkeys(key for said in own.values() for key in said)
        tables = tuple(key for key in keys if any(texts.is_table(said.get(key)) for said in own.values()))
        found.append(Channel(name, tuple(key for key in keys if key not in tables), tables, own))
    return found
