"""The examples that points are learned from: menus/<medicine>/examples/<language>/*.tsv, a text and what it wants on a line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from service.core import words
from service.core.menu import Menu
from service.core.reader import Reader

NONE = "none"
_SAME = {"not_leave": NONE}


class Example(NamedTuple):
    """A text, and what it wants: "alarm:pump", "screen:missed", "leave", "reminders_off", "none"."""

    text: str
    want: str


def read(folder: Path) -> list[Example]:
    """All examples of one language. Where a line names two wants, the first counts."""
    return [Example(text, _SAME.get(want, want)) for path in sorted(folder.glob("*.tsv")) for text, want in _rows(path)]


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            text, want, *_ = line.split("\t")
            yield text, want.split("|")[0]


def chat(paths: Iterable[Path]) -> list[str]:
    """Texts that want nothing of us, from tab-separated files with a column `text`."""
    texts = list[str]()
    for path in paths:
        head, *lines = path.read_bytes().decode("utf-8").split("\n")
        column = head.split("\t").index("text")
        texts += [line.split("\t")[column] for line in lines if line]
    return texts


def spoken(menu: Menu, reader: Reader, text: str) -> tuple[str, ...]:
    """A text as the service reads it in a language."""
    return reader.read(words.pieces(words.pictured(text, menu.readers[0].signs)))
