"""The words of the public page, and the texts it shows: each exactly as it is sent, so that page and phone cannot differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from service.core import history, render, wording
from service.core.menu import HOME, Menu
from service.core.model.contact import STRANGER_DAYS
from service.core.talk.setup import USUAL_MOST

PAGES: Final = ("home", "privacy", "terms")
FACTS: Final = {"most": str(USUAL_MOST), "stranger_days": str(STRANGER_DAYS), "history_days": str(history.DAYS)}
"""What the page says of the program, from the program itself."""
SHOWN: Final = ("hello", "tip", "consent", "agreed", "reminder", "help", "left")
_LIST: Final = "- "
_MONDAY: Final = date(2026, 11, 23).toordinal()
_MORNING: Final = 8 * 60


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of one line, or a list of several."""

    lines: tuple[str, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """Lines that begin with "- " one after the other are a list; any other line is a paragraph."""
    found: list[Block] = []
    for listed, lines in groupby(filter(None, text.splitlines()), lambda line: line.startswith(_LIST)):
        kept = [line.removeprefix(_LIST) if listed else line for line in lines]
        found += [Block(tuple(kept), listed)] if listed else [Block((line,), listed) for line in kept]
    return tuple(found)


def sections(texts: Mapping[str, str], page: str) -> tuple[Section, ...]:
    """The sections of a page, in the order of its file."""
    ids = dict.fromkeys(name.split(".")[1] for name in texts if name.startswith(f"{page}."))
    return tuple(Section(id, texts[f"{page}.{id}.heading"], blocks(texts.get(f"{page}.{id}.text", ""))) for id in ids)


def filled(menu: Menu, values: Mapping[str, str]) -> dict[str, str]:
    """Every text of the page with its facts in it, and `values` too."""
    facts = {**FACTS, "medicine": menu.page["medicine.name"], "hello": menu.page["words.hello"], **values}
    return {name: wording.fill(text, facts) for name, text in menu.page.items()}


def samples(menu: Menu) -> dict[str, str]:
    """Texts as they are sent in the US, by what they are."""
    most, dose = FACTS["most"], wording.dose(menu, (_MONDAY, _MORNING))
    agreed = f"{wording.say(menu, 'agreed', most=most)}\n{menu.sayings['ask_times']}"
    return {
        "hello": render.first_text(menu, menu.screens[HOME], home=True).text,
        "tip": render.show(menu, menu.screens["missed"], home=True).text,
        "about": render.show(menu, menu.screens["about-service"], home=True).text,
        "consent": wording.say(menu, "consent_new", most=most),
        "agreed": agreed,
        "reminder": wording.say(menu, "reminder", name=menu.discreet_name, dose=dose),
        "runout": wording.say(menu, "runout", name=menu.discreet_name, days="7", day=wording.day(menu, _MONDAY + 7)),
        "invite": wording.say(menu, "invite", name=menu.discreet_name, most=most),
        "help": menu.sayings["help"].strip(),
        "left": menu.sayings["left"],
    }


def conversation(menu: Menu) -> Iterator[tuple[str, str]]:
    """What the page shows: what somebody texts, "" where we begin, and the text they get."""
    said, texts = menu.page, samples(menu)
    for id in SHOWN:
        yield said[f"texted.{id}"], texts[id]
