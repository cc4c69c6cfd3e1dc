"""All content of one medicine: the tree, what people read, and how what they text is read."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from service.core.answers.vocabulary import Vocabulary
from service.core.reader import Reader, own_words

HOME: Final = "home"
ALARM: Final = "alarm."
MOST_URL: Final = 40
"""Characters of an address that the text has room for which asks somebody new for consent."""
_TERMS: Final = ("terms", "terms_new")
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
    `signed_by`: the native speaker who read them side by side. `channels`: what only one channel says, by its name; it is only
    handed on. `page`: the words of the public page and of the carrier registration, by "file-table.key" (see `page`).
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
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)
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


def fill(menu: Menu, brand: str, clinic: str, url: str) -> Menu:
    """The menu, in all its languages, with the operator's own words in it: {brand}, {clinic}, {url}; 24 and 40 characters, any.

    The link to the terms stands in texts only where it is at most `MOST_URL` characters.
    """
    languages: dict[str, Menu] = {}
    for code, spoken in menu.languages.items():
        terms = {f"{{{name}}}": spoken.sayings[name] if len(url) <= MOST_URL else "" for name in _TERMS}
        own = {**terms, "{url}": url, "{brand}": brand, "{clinic}": clinic}
        languages[code] = replace(_filled(spoken, own), languages=languages, prints={})
    return languages[menu.language]


def _filled(menu: Menu, own: Mapping[str, str]) -> Menu:
    """A menu in one language with these words put in."""

    def put(text: str) -> str:
        for name, value in own.items():
            text = text.replace(name, value)
        return text

    def put_in(screens: Mapping[str, Screen]) -> dict[str, Screen]:
        return {s.id: replace(s, text=put(s.text), abroad=s.abroad and put(s.abroad)) for s in screens.values()}

    return replace(
        menu,
        screens=put_in(menu.screens),
        alarms=put_in(menu.alarms),
        sayings={id: put(text) for id, text in menu.sayings.items()},
        channels={name: {k: put(v) if isinstance(v, str) else v for k, v in row.items()} for name, row in menu.channels.items()},
        page={id: put(text) for id, text in menu.page.items()},
    )
