"""menus/*.toml -> `Menu`: the tree, what people read, and what they text. Faults of content are returned, not raised."""

import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from service.core.answers import vocabulary
from service.core.answers.vocabulary import Vocabulary
from service.core.grammar import PhraseError
from service.core.reader import Reader, own_words, reader

File = Mapping[str, Any]

HOME: Final = "home"
ALARM: Final = "alarm."
LEAVE: Final = "leave"
"""An option that opts out: it stands beside screens where a text may mean either."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen or alarm. `options` are screen ids, "alarm.<id>" or `LEAVE`; labels stand with their targets.

    `abroad` is the text where the menu's emergency numbers are not the reader's. `stay`: an alarm about somebody else begins
    with staying with them. `weighs`: how much the words for it count beside those for another screen.
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
    weighs: float = 1.0


@dataclass(frozen=True, slots=True)
class Menu:
    """All content of one medicine in one language, ready to answer with.

    `alarms` stand in the order in which they win over each other; `sayings` are the service's own texts;
    `prints` is a memo of `pace`, by the text of a reply.
    `abroad` are wordings for people whose emergency number is another: (at home, elsewhere, elsewhere when said again).
    Texts are read in every language, by `readers`; `own_words` are those that only one of them knows. `languages` are the menus
    in each language, this one too. `alike`: signs that a text of the first language and of this one must both name, or neither;
    `signed_by`: the native speaker who read them side by side. `page`: the words of the public page and of the carrier
    registration, by "file-table.key" (see `page`).
    """

    name: str
    discreet_name: str
    language: str
    screens: Mapping[str, Screen]
    alarms: Mapping[str, Screen]
    sayings: Mapping[str, str]
    abroad: tuple[tuple[str, str, str], ...]
    alike: Mapping[str, tuple[str, ...]]
    signed_by: str
    page: Mapping[str, str]
    readers: tuple[Reader, ...]
    vocabulary: Vocabulary
    own_words: Mapping[str, Set[str]] = field(default_factory=dict, repr=False, compare=False)
    languages: Mapping[str, "Menu"] = field(default_factory=dict, repr=False, compare=False)
    prints: dict[str, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def label(self, target: str) -> str:
        """How an option reads: a screen's label, or what leaving is called."""
        if target == LEAVE:
            return self.sayings["leave_label"]
        return (self.screens.get(target) or self.alarms[target.removeprefix(ALARM)]).label

    @property
    def reader(self) -> Reader:
        """How texts of this menu's own language are read."""
        return next(reader for reader in self.readers if reader.language == self.language)

    def means(self, word: str, name: str) -> bool:
        """Whether a word is in a named set of any language."""
        return any(word in reader.sets.get(name, ()) for reader in self.readers)

    def speaking(self, language: str) -> "Menu":
        """This menu in another language; itself, where there is none in that."""
        return self if language == self.language else self.languages.get(language, self)

    def only(self, language: str) -> "Menu":
        """The menu in one language, that reads no other."""
        alone = self.speaking(language)
        readers = (alone.reader,)
        return replace(alone, readers=readers, own_words=own_words(readers), languages={language: alone})

    def standing(self, targets: Iterable[str]) -> tuple[str, ...]:
        """Of some options, those that lead somewhere: an edit of the menu may have removed what somebody was shown."""
        return tuple(t for t in targets if t == LEAVE or t in self.screens or (t[:6] == ALARM and t[6:] in self.alarms))


@dataclass(frozen=True, slots=True)
class Spoken:
    """The text of the files of one language: what people read, the medicine's, what is common, the page; by name what they text."""

    texts: str
    common_texts: str
    page: str
    words: Mapping[str, str]


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
        texts |= {f"{code}.texts": spoken.texts, f"{code}.common_texts": spoken.common_texts, f"{code}.page": spoken.page}
        texts |= spoken.words
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
        reader(code, [files[name] for name in spoken.words], sources.real[code])
        for code, spoken in sources.languages.items()
        if not deaf
    )
    telling = own_words(readers)
    languages: dict[str, Menu] = {}
    for code in sources.languages:
        languages[code] = replace(_menu(code, files, readers, times), own_words=telling, languages=languages)
    return next(iter(languages.values()))


def _menu(code: str, files: Mapping[str, File], readers: tuple[Reader, ...], times: Vocabulary) -> Menu:
    tree, texts, common = (files[name] for name in ("tree", f"{code}.texts", f"{code}.common_texts"))
    return Menu(
        name=tree["name"],
        discreet_name=tree["discreet_name"],
        language=code,
        screens=_screens(_only_screens(tree), _only_screens(texts)),
        alarms=_screens(tree["alarm"], {**common.get("alarm", {}), **texts.get("alarm", {})}),
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
            texts |= (
                {f"{name}.{key}.{k}": v.strip() for k, v in value.items()} if isinstance(value, dict) else {f"{name}.{key}": value}
            )
    return texts


_NOT_SCREENS: Final = ("alarm", "say", "page")


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
        branch.get("weighs", 1.0),
    )


def fill(menu: Menu, brand: str, clinic: str, url: str) -> Menu:
    """The menu, in all its languages, with the operator's own words in it: {brand}, {clinic}, {url}; 24, 40 and 40 characters."""

    def put(text: str) -> str:
        return text.replace("{url}", url).replace("{brand}", brand).replace("{clinic}", clinic)

    def put_in(screens: Mapping[str, Screen]) -> dict[str, Screen]:
        return {s.id: replace(s, text=put(s.text), abroad=s.abroad and put(s.abroad)) for s in screens.values()}

    languages: dict[str, Menu] = {}
    for code, spoken in menu.languages.items():
        languages[code] = replace(
            spoken,
            screens=put_in(spoken.screens),
            alarms=put_in(spoken.alarms),
            sayings={id: put(text) for id, text in spoken.sayings.items()},
            page={id: put(text) for id, text in spoken.page.items()},
            languages=languages,
            prints={},
        )
    return languages[menu.language]
