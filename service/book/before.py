"""Another version of the content, to hold this one against: read leniently, for it may be older than what is needed today."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from service.book import revision
from service.content import CHANNELS, LANGUAGES
from service.core import parse
from service.core.menu import Menu

Files = Callable[[str], str | None]
"""The text of a file by its place ("menu.toml", "../common/en.toml"); None where there is none."""
NEEDED: Final = ("more", "way_home", "way_back", "leave_label", "stay", "welcome", "welcome_short")
"""Texts that no screen can be shown without."""


class BookError(Exception):
    """The book cannot be made; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Before:
    """The other version: what to call it, its menu by language, and its SOURCES.md."""

    name: str
    languages: Mapping[str, Menu]
    sources: str


def read(folder: Path, where: str, now: Menu) -> Before:
    """The version in a folder or in a git revision; what it lacks of the frame is as in `now`. Raises `BookError`."""
    try:
        name, files = _found(folder, where)
        return Before(name, _languages(files, now), files("SOURCES.md") or "")
    except (OSError, KeyError, TypeError, ValueError, AttributeError, revision.Unknown) as fault:
        raise BookError(f"--since {where}: its content cannot be read: {fault}") from fault


def _found(folder: Path, where: str) -> tuple[str, Files]:
    place = Path(where)
    if place.is_dir():
        if not (place / "menu.toml").is_file():
            raise BookError(f"--since {where}: there is no menu.toml in it; it is a folder such as menus/<medicine>")
        return f"the folder {'/'.join(place.resolve().parts[-2:])}", lambda name: _text(place / name)
    try:
        short = revision.of(folder, where)
        names = revision.files(folder, short)
        if "menu.toml" not in names:
            raise BookError(f"--since {where}: this revision has no {folder.name}/menu.toml")
        day = revision.day(folder, short)
    except revision.Unknown as fault:
        raise BookError(f"--since {where}: is no folder, and no git revision of {folder}: {fault}") from fault
    return f"revision {short} of {day}", lambda name: revision.git(folder, "show", f"{short}:./{name}") if name in names else None


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _languages(files: Files, now: Menu) -> dict[str, Menu]:
    tree = _toml(files, "menu.toml")
    languages: dict[str, Menu] = {}
    for code in LANGUAGES:
        texts, common = _toml(files, f"{code}.toml"), _toml(files, f"../common/{code}.toml")
        if texts:
            places = {channel: (f"../common/{code}.{channel}.toml", f"{code}.{channel}.toml") for channel in CHANNELS}
            channels = {channel: parse.joined([_toml(files, place) for place in both]) for channel, both in places.items()}
            languages[code] = replace(_menu(now.speaking(code), tree, texts, common), channels=channels, languages=languages)
    return languages


def _toml(files: Files, name: str) -> dict[str, Any]:
    return tomllib.loads(files(name) or "")


def _menu(now: Menu, tree: Mapping[str, Any], texts: Mapping[str, Any], common: Mapping[str, Any]) -> Menu:
    """The texts of the other version in the frame of this one."""
    alarms = {**common.get("alarm", {}), **texts.get("alarm", {})}
    return replace(
        now,
        name=tree.get("name", now.name),
        discreet_name=tree.get("discreet_name", now.discreet_name),
        screens=parse.screens(parse.only_screens(tree), parse.only_screens(texts)),
        alarms=parse.screens(tree.get("alarm", {}), alarms),
        sayings={**{id: now.sayings[id] for id in NEEDED}, **common.get("say", {}), **texts.get("say", {})},
        abroad=tuple((row[0], row[1], row[-1]) for row in common.get("abroad", {}).get("instead", ())),
        signed_by=texts.get("signed_by", ""),
        readers=(),
    )
