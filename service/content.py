"""Reads a menu's files. What is in them is the core's business."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from wordfreq import cB_to_freq, get_frequency_list

from service.channels import voice
from service.config import EXAMPLE_URL
from service.core.check import problems
from service.core.menu import Menu, fill
from service.core.parse import Sources, Spoken, parse
from service.core.points import learned_from
from service.core.words import plain

LANGUAGES: Final = ("en", "es")
"""The default one first. A medicine may lack any but the first."""
CHANNELS: Final = ("voice",)
"""Channels with words of their own."""
_RAREST: Final = 3e-7
"""Rarer words are as often a slip as a word: "tommorow" is twice in ten million."""


class ContentError(Exception):
    """The content has faults; the message names each. `python -m service check` prints the same."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("The content has faults:\n" + "\n".join(f"  - {fault}" for fault in faults))


def read(folder: Path, *, deaf: bool = False) -> tuple[Menu | None, list[str]]:
    """The menu of a folder with a menu.toml, and what kept it from being read. `deaf`: see `menu.parse`."""
    return _read(folder, _stamp(folder), deaf=deaf)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of a folder's menu does. Reading takes seconds, and tests and the simulator read often."""
    files = sorted((*folder.glob("*"), *(folder.parent / "common").glob("*")))
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Reading makes hundreds of thousands of things to keep; looking through them for garbage again and again finds none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@lru_cache(maxsize=2)
@_uncollected()
def _read(folder: Path, _changed: object, *, deaf: bool) -> tuple[Menu | None, list[str]]:
    common, faults = folder.parent / "common", list[str]()

    def text(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{path}: cannot be read: {fault}")
            return ""

    def spoken(code: str) -> Spoken:
        names = [path for place in (common, folder) for path in _word_files(place, code)]
        words = {f"{path.parent.name}/{path.name}": "" if deaf else text(path) for path in names}
        channels = {channel: [text(path) for path in _channel_files(common, folder, f"{code}.{channel}")] for channel in CHANNELS}
        senses, points = (
            text(path) if path.exists() and not deaf else ""
            for path in (common / f"{code}.senses.toml", folder / f"{code}.points.tsv")
        )
        read, common_read, page = (
            text(path) for path in (folder / f"{code}.toml", common / f"{code}.toml", common / f"{code}.page.toml")
        )
        return Spoken(read, common_read, page, words, channels, senses, points)

    languages = {code: spoken(code) for code in LANGUAGES if code == LANGUAGES[0] or (folder / f"{code}.toml").exists()}
    clock_en, clock_es, zones = (text(common / name) for name in ("en.clock.toml", "es.clock.toml", "zones.toml"))
    real = {code: {} if deaf else _real(code) for code in languages}
    sources = Sources(text(folder / "menu.toml"), languages, clock_en, clock_es, zones, real)
    return (None, faults) if faults else parse(sources, deaf=deaf)


def _word_files(folder: Path, code: str) -> list[Path]:
    """en.words.toml, which must be there, and after it en.<what it is about>.words.toml."""
    first = folder / f"{code}.words.toml"
    return [first, *sorted(path for path in folder.glob(f"{code}.*.words.toml") if path != first)]


def _channel_files(common: Path, folder: Path, name: str) -> list[Path]:
    """What is common, which must be there, and the rows that a medicine adds to its tables."""
    own = folder / f"{name}.toml"
    return [common / f"{name}.toml", *([own] if own.exists() else [])]


def examples_print(folder: Path, language: str) -> str:
    """A print of what the points of a language are learned from: the examples, and what words mean."""
    files = [folder.parent / "common" / f"{language}.senses.toml", *sorted((folder / "examples" / language).glob("*.tsv"))]
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


@cache
def _real(code: str) -> Mapping[str, float]:
    """The words of a language as they are read, small letters and no accents, each with its share of all words people write."""
    real: dict[str, float] = {}
    for rank, alike in enumerate(get_frequency_list(code, "large")):
        if (share := cB_to_freq(-rank)) < _RAREST:
            break
        for word in alike:
            read = word if word.isascii() and word.isalpha() else plain(word)
            real[read] = real.get(read, 0.0) + share
    return real


def faults(folder: Path, today: date | None, *, release: bool = False, deaf: bool = False) -> list[str]:
    """Everything wrong with a folder's content; `deaf`, but for the phrases. `today` None: the age of reviews is left alone."""
    return _checked(folder, today, release=release, deaf=deaf)[1]


def _checked(folder: Path, today: date | None, *, release: bool = False, deaf: bool = False) -> tuple[Menu | None, list[str]]:
    """The menu, read once, and everything wrong with it."""
    menu, unread = read(folder, deaf=deaf)
    if menu is None:
        return None, unread
    sources = folder / "SOURCES.md"
    if not sources.is_file():
        return menu, [f"{sources}: is missing; it tells what each text rests on"]
    found = problems(menu, today, sources.read_text(encoding="utf-8"), release=release)
    return menu, [*found, *voice.faults(menu), *(() if deaf else _unlearned(folder, menu))]


def _unlearned(folder: Path, menu: Menu) -> Iterator[str]:
    """Points that were learned from other examples than those beside them."""
    for language in (reader.language for reader in menu.readers):
        path = folder / f"{language}.points.tsv"
        known = learned_from(path.read_text(encoding="utf-8")) if path.is_file() else ""
        if (folder / "examples" / language).is_dir() and known != examples_print(folder, language):
            yield f"{path}: was learned from other examples or senses than are there; run: make learn"


@lru_cache(maxsize=2)
def _sound(folder: Path, _changed: object, *, deaf: bool) -> tuple[Menu | None, list[str]]:
    return _checked(folder, None, deaf=deaf)


def load(folder: Path, brand: str | None, clinic: str, url: str = EXAMPLE_URL, *, deaf: bool = False) -> Menu:
    """The menu to answer with; `url` is PUBLIC_URL. Raises `ContentError`.

    A review that is only too old does not keep a service from starting.
    """
    menu, found = _sound(folder, _stamp(folder), deaf=deaf)
    if menu is None or found:
        raise ContentError(found)
    return fill(menu, brand or menu.name, clinic, url)
