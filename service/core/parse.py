"""menus/*.toml -> `Menu`: the tree, what people read, and what they text. Faults of content are returned, not raised."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from service.core import points
from service.core.answers import vocabulary
from service.core.answers.vocabulary import Vocabulary
from service.core.grammar import PhraseError
from service.core.menu import Menu, Screen
from service.core.reader import Reader, own_words, reader

File = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The text of the files of one language: what people read, the medicine's, what is common, the page; by name what they
    text, and what only one channel says: what is common, and what the medicine adds to its tables; and what words mean, with
    their points for what texts want.
    """

    texts: str
    common_texts: str
    page: str
    words: Mapping[str, str]
    channels: Mapping[str, Sequence[str]]
    senses: str
    points: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The text of the files a menu is made of, by language, the default one first; what is in no language; and what is no slip.

    `clock_en`, `clock_es`, `zones` are the words for times, days and places (see `answers.vocabulary`). `real`: the words of each
    language with their share of all that people write, so that none is taken for another one mistyped.
    """

    tree: str
    languages: Mapping[str, Spoken]
    clock_en: str
    clock_es: str
    zones: str
    real: Mapping[str, Mapping[str, float]]


def parse(sources: Sources, *, deaf: bool = False) -> tuple[Menu | None, list[str]]:
    """The menu in its first language, and what kept it from being read. Its other faults are for `check.problems` to find.

    `deaf`: without the phrases, for whoever answers no texts; reading them is most of the work.
    """
    texts = {"tree": sources.tree}
    for code, spoken in sources.languages.items():
        own = {f"{code}.{channel}.{n}": text for channel, parts in spoken.channels.items() for n, text in enumerate(parts)}
        texts |= {f"{code}.texts": spoken.texts, f"{code}.common_texts": spoken.common_texts, f"{code}.page": spoken.page}
        texts |= {f"{code}.senses": spoken.senses}
        texts |= {**spoken.words, **own}
    files: dict[str, File] = {}
    faults: list[str] = []
    for name, text in texts.items():
        try:
            files[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            faults.append(f"{name}: not readable as TOML: {fault}")
    if faults:
        return None, faults
    try:
        return _together(sources, files, deaf=deaf), []
    except (KeyError, TypeError, ValueError, AttributeError, PhraseError) as fault:
        what = f"missing {fault}" if isinstance(fault, KeyError) else str(fault)
        return None, [f"the menu cannot be read: {what}"]


def _together(sources: Sources, files: Mapping[str, File], *, deaf: bool) -> Menu:
    """The menu in each language, each knowing the others; the first."""
    times = vocabulary.parse(sources.clock_en, sources.clock_es, sources.zones)
    readers = tuple(
        reader(
            code, [files[name] for name in spoken.words], sources.real[code], points.read(spoken.points, files[f"{code}.senses"])
        )
        for code, spoken in sources.languages.items()
        if not deaf
    )
    telling = own_words(readers)
    languages: dict[str, Menu] = {}
    for code in sources.languages:
        parts = sources.languages[code].channels
        channels = {name: joined([files[f"{code}.{name}.{n}"] for n in range(len(parts[name]))]) for name in parts}
        languages[code] = replace(_menu(code, files, readers, times), channels=channels, own_words=telling, languages=languages)
    return next(iter(languages.values()))


def joined(files: Sequence[File]) -> File:
    """Files as one: the rows of a table that stands in several follow each other, the last file's first."""
    whole: dict[str, Any] = {}
    for file in files:
        for key, value in file.items():
            whole[key] = [*value, *whole[key]] if isinstance(value, list) and key in whole else value
    return whole


def _menu(code: str, files: Mapping[str, File], readers: tuple[Reader, ...], times: Vocabulary) -> Menu:
    tree, texts, common = (files[name] for name in ("tree", f"{code}.texts", f"{code}.common_texts"))
    return Menu(
        name=tree["name"],
        discreet_name=tree["discreet_name"],
        language=code,
        screens=screens(only_screens(tree), only_screens(texts)),
        alarms=screens(tree["alarm"], {**common.get("alarm", {}), **texts.get("alarm", {})}),
        sayings={**common["say"], **texts.get("say", {})},
        abroad=tuple((row[0], row[1], row[-1]) for row in common["abroad"]["instead"]),
        alike={signs: tuple(row) for signs, row in common.get("alike", {}).items()},
        signed_by=texts.get("signed_by", ""),
        page=_page({**files[f"{code}.page"], "medicine": {"name": texts["page"]["medicine"]}}),
        readers=readers,
        vocabulary=times,
    )


def _page(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Every text of some tables, in their order, as "table.key" or "table.row.key"."""
    texts: dict[str, str] = {}
    for name, row in tables.items():
        for key, value in row.items():
            rows = value.items() if isinstance(value, dict) else ()
            texts |= {f"{name}.{key}.{k}": v.strip() for k, v in rows} if rows else {f"{name}.{key}": value}
    return texts


_NOT_SCREENS: Final = ("alarm", "say", "page")


def only_screens(file: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row for name, row in file.items() if isinstance(row, dict) and name not in _NOT_SCREENS}


def screens(tree: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Screen]:
    """Tree and texts joined; a screen that has only one of the two is kept, for `problems` to name."""
    return {id: _screen(id, tree.get(id, {}), texts.get(id, {})) for id in [*tree, *(t for t in texts if t not in tree)]}


def _screen(id: str, branch: Mapping[str, Any], words: Mapping[str, Any]) -> Screen:
    return Screen(
        id,
        words.get("text", "").strip(),
        words.get("label", ""),
        tuple(branch.get("options", ())),
        branch.get("more"),
        tuple(branch.get("source", ())),
        branch.get("reviewed"),
        branch.get("reviewed_by", ""),
        words.get("abroad", "").strip() or None,
        branch.get("stay", True),
        branch.get("weighs", 1.0),
    )
