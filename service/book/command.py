"""python -m service book: one file that a clinician can sign off without seeing code."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service import config, content
from service.book import before, pages, revision
from service.book.before import BookError
from service.core.check import problems
from service.core.menu import HOME, Menu

_STDOUT: Final = "-"


def run_book(options: argparse.Namespace) -> int:
    """Write the book; exit 2 with a plain reason when it cannot be made."""
    try:
        _write(pages.book(_found(config.menu_folder(os.environ), options.since)), options.out)
    except BookError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def _found(folder: Path, since: str | None) -> pages.Found:
    """Everything the book is made of, read once. Raises `BookError`, `ContentError`."""
    menu, unread = content.read(folder)
    if menu is None:
        raise content.ContentError(unread)
    _must_show(menu)
    earlier = before.read(folder, since, menu) if since is not None else None
    sources = _sources(folder)
    return pages.Found(
        menu, folder.resolve().name, datetime.now(UTC).date(), sources, _faults(menu, sources), revision.here(folder), earlier
    )


def _must_show(menu: Menu) -> None:
    """A book of faulty content is of use, for it marks the faults; but some texts stand in every screen."""
    for code, spoken in menu.languages.items():
        lacks = [f"say.{id}" for id in before.NEEDED if id not in spoken.sayings] + ([] if HOME in spoken.screens else [HOME])
        if lacks:
            raise BookError(f"no book can be made: {', '.join(lacks)} is missing in {code}; python -m service check tells more")


def _faults(menu: Menu, sources: str) -> list[str]:
    """What the check says, but for the age of reviews, which stands beside each text anyway."""
    try:
        return problems(menu, None, sources)
    except KeyError as fault:
        return [f"the check cannot be made: {fault} is missing"]


def _sources(folder: Path) -> str:
    try:
        return (folder / "SOURCES.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(html: str, out: str) -> None:
    """To a file, or to stdout. Raises `BookError`."""
    if out == _STDOUT:
        sys.stdout.buffer.write(html.encode())
        sys.stdout.flush()
        return
    try:
        Path(out).write_text(html, encoding="utf-8")
    except OSError as fault:
        raise BookError(f"--out {out}: cannot be written: {fault.strerror or fault}") from fault
    print(f"{out}: {len(html) // 1024} kB; open it in a browser, print it from there", file=sys.stderr)


COMMANDS: Final = {
    "book": (
        run_book,
        "everything people read, as one HTML file for a clinician to sign off",
        {
            "--out": {"default": "book.html", "metavar": "FILE", "help": "where to write it; book.html; - is stdout"},
            "--since": {"metavar": "WHERE", "help": "mark what is changed since a git revision, or against another folder"},
        },
    )
}
