"""Faults of the public page and of the carrier registration, at the longest that an operator's settings may be."""

import re
from collections.abc import Iterator
from typing import Final

from service.core import campaign, page
from service.core.check.reading import grade
from service.core.check.rules import LONGEST_BRAND, LONGEST_CLINIC, LONGEST_NUMBER, LONGEST_URL, MOST_GRADE, PLACEHOLDER, Rules
from service.core.menu import Menu, fill

_FACTS: Final = {*page.FACTS, "brand", "clinic", "url", "medicine", "hello", "reply_hours", "number"}
_CAMPAIGN: Final = "campaign."
_OF_CAMPAIGN: Final = {*_FACTS, "consent", "consent_es", "reminder", "tip", "runout"}
_NUMBER = re.compile(r"\d[\d-]*")
_LEAST_WORDS: Final = 5
_PLAIN: Final = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")
"""Texts that are sent have no such accents, so the grade does not know them as vowels."""


def placeholders(menu: Menu, rules: Rules) -> Iterator[str]:
    for name, text in menu.page.items():
        known = _OF_CAMPAIGN if name.startswith(_CAMPAIGN) else _FACTS
        for placeholder in PLACEHOLDER.findall(text):
            if placeholder.strip("{}") not in known:
                yield f"page {name}: {placeholder} is no placeholder; there are {', '.join(sorted(known))}"


def readable(menu: Menu, rules: Rules) -> Iterator[str]:
    """Each paragraph and each list by itself; the registration is read by reviewers."""
    said = page.filled(fill(menu, "Tips", "us", ""), {})
    for name, text in said.items():
        for block in page.blocks(text) if not name.startswith(_CAMPAIGN) else ():
            words = "\n".join(block.lines).translate(_PLAIN)
            if len(words.split()) > _LEAST_WORDS and (hard := grade(words, menu.language)) > MOST_GRADE:
                yield f"page {name}: reading grade {hard:.1f}, at most {MOST_GRADE:.0f}: {words[:60]!r}"


def registration(menu: Menu, rules: Rules) -> Iterator[str]:
    """At the longest brand, clinic, address and number."""
    if any(name.startswith(_CAMPAIGN) for name in menu.page):
        whole = fill(menu, LONGEST_BRAND, LONGEST_CLINIC, LONGEST_URL)
        yield from campaign.faults(campaign.campaign(whole, LONGEST_BRAND, LONGEST_CLINIC, LONGEST_URL, LONGEST_NUMBER).texts)
        yield from _keywords(menu)


def _keywords(menu: Menu) -> Iterator[str]:
    """What is registered as a word to leave or to get help does that; a menu without phrases cannot tell."""
    carrier = {word: kind for reader in menu.readers for word, kind in reader.carrier.items()}
    for kind in ("stop", "help") if carrier else ():
        key = "opt_out" if kind == "stop" else kind
        for word in menu.page[f"campaign.{key}_keywords"].split():
            if carrier.get(word.lower()) != kind:
                yield f"page campaign.{key}_keywords: {word} is no word for {kind!r} under [carrier]"


def differences(menu: Menu, other: Menu) -> Iterator[str]:
    """Texts of the page that only one language has, or that hold other numbers or placeholders."""
    ours, theirs = ({k: v for k, v in m.page.items() if not k.startswith(_CAMPAIGN)} for m in (menu, other))
    for name in sorted(ours.keys() ^ theirs.keys()):
        yield f"page {name}: missing in {other.language if name in ours else menu.language}"
    own = other.sayings.get("signs_own", "\n")
    for name in ours.keys() & theirs.keys():
        for what, pattern in (("number", _NUMBER), ("placeholder", PLACEHOLDER)):
            found, there = set(pattern.findall(ours[name])), set(pattern.findall(theirs[name].replace(own, "")))
            if found != there:
                yield f"page {name}: its {what}s are {sorted(there)}, in {menu.language} {sorted(found)}"


CHECKS: Final = (placeholders, readable, registration)
