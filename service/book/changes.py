"""What is otherwise than in another version: every text, where numbers lead, what texts rest on, who signed them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from service.book import marks, texts
from service.book.before import Before
from service.book.entries import Entry, Source, anchor, sources
from service.core.menu import ALARM, Menu, Screen

_KINDS: Final = {
    "label": "its name",
    "elsewhere": "outside North America",
    "other": "about somebody else",
    "first": "as a first text",
    "say": "text of the service",
    "abroad": "words outside North America",
    "name": "name",
}
_OF_SCREENS: Final = ("label", "screen", "alarm", "other", "elsewhere", "first")


@dataclass(frozen=True, slots=True)
class Change:
    """One text, or one fact, that is otherwise. `how`: changed, new or gone, of a language added or removed.

    `code`: its language, "" for a fact.
    """

    where: str
    anchor: str
    code: str
    how: str
    shown: Markup


class Pages:
    """All texts of the book, and how they are shown: with `before`, what is otherwise is marked in them."""

    def __init__(self, languages: Mapping[str, Menu], before: Before | None) -> None:
        self.languages, self.before = languages, before
        self.raw = {code: texts.everything(menu) for code, menu in languages.items()}
        self._now = {code: _marked(menu, self.raw[code]) for code, menu in languages.items()}
        old = before.languages if before else {}
        self._old = {code: _marked(menu, texts.everything(menu)) for code, menu in old.items()}

    def there(self, code: str, key: str) -> bool:
        return key in self._now[code]

    def text(self, code: str, key: str) -> Markup:
        """A text as it stands on the page; a language that is wholly new is not marked."""
        now = self._now[code].get(key)
        old = self._old.get(code)
        return marks.plain(now or "") if old is None else marks.changed(old.get(key), now)

    def differs(self, code: str, key: str) -> bool:
        return code in self._old and self._old[code].get(key) != self._now[code].get(key)

    def changes(self, entries: Mapping[str, Entry], known: Mapping[str, Source]) -> list[Change]:
        """Everything that is otherwise, in the order of the book."""
        if self.before is None:
            return []
        facts = [*self._languages(), *_facts(self.before, self.languages, known)]
        return [*(change for code in self._now if code in self._old for change in self._texts(code, entries)), *facts]

    def _texts(self, code: str, entries: Mapping[str, Entry]) -> Iterator[Change]:
        now, old = self._now[code], self._old[code]
        for key in [*now, *(key for key in old if key not in now)]:
            if now.get(key) != old.get(key):
                how = "gone" if key not in now else "new" if key not in old else "changed"
                where, target = _where(key, entries)
                yield Change(where, target if key in now else "", code, how, marks.changed(old.get(key), now.get(key)))

    def _languages(self) -> Iterator[Change]:
        for code in sorted({*self._now} ^ {*self._old}):
            how = "added" if code in self._now else "removed"
            yield Change("A whole language", "", code, how, Markup("Its texts are all {}.").format(how))


def _marked(menu: Menu, found: Mapping[str, str]) -> dict[str, str]:
    return {key: texts.filled(menu, text, marked=True) for key, text in found.items()}


def _where(key: str, entries: Mapping[str, Entry]) -> tuple[str, str]:
    """What a text is called, and where it stands in the book."""
    kind, _, rest = key.partition(":")
    name = f"{ALARM}{rest}" if kind in ("alarm", "other") else rest
    if name in entries and kind in _OF_SCREENS:
        told = f"{entries[name].number}: {next(iter(entries[name].titles.values()))}"
        return (f"{told}, {_KINDS[kind]}" if kind in _KINDS else told), entries[name].anchor
    if kind in _OF_SCREENS:
        return f"{name}, {_KINDS.get(kind, 'the whole text')}", ""
    plain = rest.replace("_", " ").replace(":", ": ")
    return f"{_KINDS.get(kind, 'phone call')}: {plain}".capitalize(), {"say": anchor(key), "abroad": "elsewhere"}.get(kind, "calls")


def _facts(before: Before, languages: Mapping[str, Menu], known: Mapping[str, Source]) -> Iterator[Change]:
    """What is otherwise besides the words. Facts are the same in all languages, so the first tells them."""
    code, menu = next(iter(languages.items()))
    old = dict(_all(before.languages[code])) if code in before.languages else {}
    for name, screen in _all(menu):
        for what, then, now in _told(old[name], screen) if name in old else ():
            if then != now:
                yield Change(f"{name}: {what}", anchor(name), "", "changed", marks.changed(then, now))
    there = sources(before.sources)
    for id in [*known, *(id for id in there if id not in known)]:
        then, now = (_row(place.get(id)) for place in (there, known))
        if then != now:
            how = "gone" if not now else "new" if not then else "changed"
            yield Change(f"Source {id}", "sources", "", how, marks.changed(then, now))


def _told(was: Screen, now: Screen) -> list[tuple[str, str, str]]:
    """What is told of a screen, then and now."""
    return [
        ("leads to", _targets(was), _targets(now)),
        ("rests on", ", ".join(was.sources), ", ".join(now.sources)),
        ("reviewed by", was.reviewed_by, now.reviewed_by),
        ("reviewed on", str(was.reviewed), str(now.reviewed)),
    ]


def _targets(screen: Screen) -> str:
    return ", ".join((*screen.options, *([screen.more] if screen.more else [])))


def _all(menu: Menu) -> Iterator[tuple[str, Screen]]:
    yield from menu.screens.items()
    yield from ((f"{ALARM}{id}", alarm) for id, alarm in menu.alarms.items())


def _row(source: Source | None) -> str:
    return " | ".join((source.statement, source.says, source.ours)) if source else ""
