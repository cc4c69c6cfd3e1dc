"""Reads a menu's files. What is in them is the core's business."""

from datetime import date
from pathlib import Path
from typing import Final

from service.core.check import problems
from service.core.menu import Menu, Sources, fill, parse

LANGUAGE: Final = "en"


class ContentError(Exception):
    """The content has faults; the message names each. `python -m service check` prints the same."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("The content has faults:\n" + "\n".join(f"  - {fault}" for fault in faults))


def read(folder: Path) -> tuple[Menu | None, list[str]]:
    """The menu of a folder with a menu.toml, and what kept it from being read."""
    common = folder.parent / "common"
    files = [folder / "menu.toml", *(f / n for f in (folder, common) for n in (f"{LANGUAGE}.toml", f"{LANGUAGE}.words.toml"))]
    files += [common / name for name in ("en.clock.toml", "es.clock.toml", "zones.toml")]
    texts, faults = [], []
    for path in files:
        try:
            texts.append(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{path}: cannot be read: {fault}")
    if faults:
        return None, faults
    return parse(Sources(*texts), LANGUAGE)


def faults(folder: Path, today: date | None, *, release: bool = False) -> list[str]:
    """Everything wrong with the content of a folder. `today` None: the age of reviews is not looked at."""
    return _checked(folder, today, release=release)[1]


def _checked(folder: Path, today: date | None, *, release: bool = False) -> tuple[Menu | None, list[str]]:
    """The menu, read once, and everything wrong with it."""
    menu, unread = read(folder)
    if menu is None:
        return None, unread
    sources = folder / "SOURCES.md"
    if not sources.is_file():
        return menu, [f"{sources}: is missing; it tells what each text rests on"]
    return menu, problems(menu, today, sources.read_text(encoding="utf-8"), release=release)


def load(folder: Path, brand: str | None, clinic: str) -> Menu:
    """The menu to answer with. Raises `ContentError`; a review that is only too old does not keep a service from starting."""
    menu, found = _checked(folder, None)
    if menu is None or found:
        raise ContentError(found)
    return fill(menu, brand or menu.name, clinic)
