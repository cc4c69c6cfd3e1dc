"""menus/*.toml -> `Menu`: the tree, what people read, and what they text. Faults of content are returned, not raised."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from service.core.answers import vocabulary
from service.core.answers.vocabulary import Vocabulary
from service.core.grammar import PhraseError
from service.core.phrases import Phrasebook, compile_phrases

HOME: Final = "home"
ALARM: Final = "alarm."
LEAVE: Final = "leave"
"""An option that opts out: it stands beside screens where a text may mean either."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen or alarm. `options` are screen ids, "alarm.<id>" or `LEAVE`; labels stand with their targets.

    `abroad` is the text where the menu's emergency numbers are not the reader's. `stay`: an alarm about somebody else begins
    with staying with them.
    """

    id: str
    text: str = ""
    label: str = ""
    options: tuple[str, ...] = ()
    more: str | None = None
    sources: tuple[str, ...] = ()
    reviewed: date | None = None
    reviewed_by: str = ""
    abroad: str | None = None
    stay: bool = True


@dataclass(frozen=True, slots=True)
class Menu:
    """All content of one medicine in one language, ready to answer with.

    `alarms` stand in the order in which they win over each other; `sayings` are the service's own texts;
    `prints` is a memo of `pace`, by the text of a reply.
    `abroad` are wordings for people whose emergency number is another: (at home, elsewhere, elsewhere when said again).
    """

    name: str
    discreet_name: str
    language: str
    screens: Mapping[str, Screen]
    alarms: Mapping[str, Screen]
    sayings: Mapping[str, str]
    abroad: tuple[tuple[str, str, str], ...]
    carrier: Mapping[str, str]
    same: Mapping[str, str]
    signs: Mapping[str, str]
    families: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[str, ...]]
    book: Phrasebook
    vocabulary: Vocabulary
    prints: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def label(self, target: str) -> str:
        """How an option reads: a screen's label, or what leaving is called."""
        if target == LEAVE:
            return self.sayings["leave_label"]
        return (self.screens.get(target) or self.alarms[target.removeprefix(ALARM)]).label

    def standing(self, targets: Iterable[str]) -> tuple[str, ...]:
        """Of some options, those that lead somewhere: an edit of the menu may have removed what somebody was shown."""
        return tuple(t for t in targets if t == LEAVE or t in self.screens or (t[:6] == ALARM and t[6:] in self.alarms))


@dataclass(frozen=True, slots=True)
class Sources:
    """The text of the files a menu is made of. `tree` and two files are the medicine's, the others are common to all.

    The last three are the words for times, days and places (see `answers.vocabulary`).
    """

    tree: str
    texts: str
    words: str
    common_texts: str
    common_words: str
    clock_en: str
    clock_es: str
    zones: str


def parse(sources: Sources, language: str = "en") -> tuple[Menu | None, list[str]]:
    """The menu, and what kept it from being read. With a menu there may still be faults: `check.problems` finds those."""
    files: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for name in ("tree", "texts", "words", "common_texts", "common_words"):
        try:
            files[name] = tomllib.loads(getattr(sources, name))
        except tomllib.TOMLDecodeError as fault:
            faults.append(f"{name}: not readable as TOML: {fault}")
    if faults:
        return None, faults
    try:
        return _menu(files, language, vocabulary.parse(sources.clock_en, sources.clock_es, sources.zones)), []
    except (KeyError, TypeError, ValueError, AttributeError, PhraseError, tomllib.TOMLDecodeError) as fault:
        what = f"missing {fault}" if isinstance(fault, KeyError) else str(fault)
        return None, [f"the menu cannot be read: {what}"]


def _menu(files: dict[str, dict[str, Any]], language: str, words_of_time: Vocabulary) -> Menu:
    tree, texts, common = files["tree"], files["texts"], files["common_texts"]
    words = [files["common_words"], files["words"]]
    families, sets = _families(words), _merged(words, "sets")
    return Menu(
        name=tree["name"],
        discreet_name=tree["discreet_name"],
        language=language,
        screens=_screens(_only_screens(tree), _only_screens(texts)),
        alarms=_screens(tree["alarm"], {**common.get("alarm", {}), **texts.get("alarm", {})}),
        sayings={**common["say"], **texts.get("say", {})},
        abroad=tuple((row[0], row[1], row[-1]) for row in common["abroad"]["instead"]),
        carrier={word: kind for kind, row in files["common_words"]["carrier"].items() for word in row},
        same=_spellings(words, "same"),
        signs=_spellings(words, "signs"),
        families=families,
        sets=sets,
        book=compile_phrases(families, sets),
        vocabulary=words_of_time,
    )


_NOT_SCREENS: Final = ("alarm", "say")


def _only_screens(file: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row for name, row in file.items() if isinstance(row, dict) and name not in _NOT_SCREENS}


def _screens(tree: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Screen]:
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
    )


_NOT_FAMILIES: Final = ("same", "signs", "sets", "carrier")


def _families(files: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """{"screen:missed": phrases, "not:screen:missed": what undoes them, ...} from both word files.

    Lists at the top of a file are screens; a table is a group of families, its own table `not` undoes them.
    """
    families: dict[str, tuple[str, ...]] = {}
    for file in files:
        groups = {name: rows for name, rows in file.items() if isinstance(rows, dict) and name not in _NOT_FAMILIES}
        groups["screen"] = {name: row for name, row in file.items() if isinstance(row, list)} | {"not": groups.pop("not", {})}
        for group, rows in groups.items():
            undone = rows.get("not", {})
            for family, row in [(f"{group}:{n}", r) for n, r in rows.items() if n != "not"] + [
                (f"not:{group}:{n}", r) for n, r in undone.items()
            ]:
                families[family] = (*families.get(family, ()), *row)
    return families


def _merged(files: list[dict[str, Any]], table: str) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for name, row in ((n, r) for file in files for n, r in file.get(table, {}).items()):
        merged[name] = (*merged.get(name, ()), *row)
    return merged


def _spellings(files: list[dict[str, Any]], table: str) -> dict[str, str]:
    return {spelling: word for word, row in _merged(files, table).items() for spelling in row}


def fill(menu: Menu, brand: str, clinic: str) -> Menu:
    """The menu with the operator's own words in it: {brand} and {clinic}, 1 to 24 and 1 to 40 characters."""

    def put(text: str) -> str:
        return text.replace("{brand}", brand).replace("{clinic}", clinic)

    def put_in(screens: Mapping[str, Screen]) -> dict[str, Screen]:
        return {s.id: replace(s, text=put(s.text), abroad=s.abroad and put(s.abroad)) for s in screens.values()}

    sayings = {id: put(text) for id, text in menu.sayings.items()}
    return replace(menu, screens=put_in(menu.screens), alarms=put_in(menu.alarms), sayings=sayings)
