"""The clinician's book: no text is missing, what is changed or unsigned is marked, and what cannot be made is said plainly."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from service import cli, config, content
from service.book import before, drawing, entries, examples, groups, marks, pages, texts
from service.core import render
from service.core.menu import Menu, Screen

FOLDER = config.ROOT / config.DEFAULT_MENU
TODAY = date(2026, 11, 23)
FILLED = '<span class="filled">{} AM</span>'


@cache
def deaf() -> Menu:
    menu, _ = content.read(FOLDER, deaf=True)
    assert menu
    return menu


def made(menu: Menu | None = None, faults: tuple[str, ...] = (), since: before.Before | None = None, today: date = TODAY) -> str:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    return pages.book(pages.Found(menu or deaf(), "amedicine", today, sources, faults, "abc1234", since))


@cache
def plain() -> str:
    return made()


class _Bubbles(HTMLParser):
    """The texts that stand in bubbles, by language, as somebody reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag == "p" and "bubble" in (told.get("class") or ""):
            self._inside = True
            self.found.append((told.get("lang") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, text: str) -> None:
        if self._inside:
            self.found[-1] = (self.found[-1][0], self.found[-1][1] + text)


def everything_read(menu: Menu) -> Iterator[str]:
    """What people read in one language, put together here from the content alone."""
    yield from (render.show(menu, screen, home=True).text for screen in menu.screens.values())
    yield from (render.localise(menu, s.abroad, home=False) for s in menu.screens.values() if s.abroad)
    yield from (render.alarm(menu, id, someone_else=other, home=True) for id in menu.alarms for other in (False, True))
    yield from (render.alarm(menu, id, someone_else=False, home=False) for id in menu.alarms)
    yield from (text for id, text in menu.sayings.items() if not id.startswith("signs_") and id not in ("weekdays", "months"))
    yield from (said for own in menu.channels.values() for said in own.values() if isinstance(said, str))


@pytest.mark.parametrize("code", content.LANGUAGES)
def test_no_text_is_missing(code: str) -> None:
    menu, shown = deaf().languages[code], set(_Bubbles(plain()).found)

    assert [text for text in everything_read(menu) if (code, texts.filled(menu, text)) not in shown] == []


def test_it_needs_nothing_from_elsewhere() -> None:
    html = plain()
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)

    assert f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in html
    assert "default-src 'none'" in html
    assert not re.findall(r"<script|<link|src=|url\((?!#)|https?://|style=|\son\w+=", html)
    assert texts.OPENS not in html


def test_links_lead_somewhere_and_no_id_stands_twice() -> None:
    ids = re.findall(r'\sid="([^"]+)"', plain())

    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', plain())) <= set(ids)


def test_every_own_text_has_a_group() -> None:
    assert groups.grouped(deaf().sayings)[-1][0] == groups.GROUPS[-1][0]
    assert groups.grouped(["a_new_one"])[-1][2] == ("a_new_one",)


def reviewed(**changes: Any) -> entries.Review:
    return entries.review(replace(Screen("missed", reviewed=TODAY, reviewed_by="Dr Who"), **changes), TODAY)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "Signed off"),
        ({"reviewed_by": "not yet signed off"}, "Not signed off"),
        ({"reviewed": date(2025, 11, 1)}, "Signed off, and the review has expired: older than 365 days"),
        ({"reviewed": date(2027, 1, 1)}, "Signed off, and the review lies in the future"),
        ({"reviewed": None}, "Has no review"),
        ({"reviewed_by": ""}, "Has no review"),
    ],
)
def test_what_a_review_is_worth(changes: dict[str, Any], state: str) -> None:
    assert reviewed(**changes).state == state
    assert reviewed(**changes).good == (state == "Signed off")


def test_what_is_not_right_stands_in_words() -> None:
    html = made(faults=("es: missed: 3 segments (400 characters), at most 2",), today=date(2028, 1, 1))

    assert html.count("es: missed: 3 segments") == 2
    assert "0 of 47 tips and emergency texts are signed off. 47 reviews have expired. The check names 1 fault." in html
    assert "Not signed off, and the review has expired" in html


def changed(menu: Menu, **screens: Screen) -> Menu:
    """The menu with some screens of its first language otherwise."""
    languages = dict(menu.languages)
    first = replace(menu, screens={**menu.screens, **screens}, languages=languages)
    languages[menu.language] = first
    return first


def test_the_print_is_of_the_words() -> None:
    menu = deaf()
    missed = menu.screens["missed"]

    whole = texts.fingerprint(menu.languages)
    assert whole == texts.fingerprint(changed(menu, missed=replace(missed, reviewed=TODAY, reviewed_by="Dr Who")).languages)
    assert whole != texts.fingerprint(changed(menu, missed=replace(missed, text=f"{missed.text}!")).languages)
    assert whole != texts.fingerprint(changed(menu, missed=replace(missed, options=missed.options[:1])).languages)


@pytest.mark.parametrize(
    ("then", "now", "shown"),
    [
        ("Call now.", "Call now.", "Call now."),
        ("Call 911 now.", "Call 112 now.", "Call <del>911</del><ins>112</ins> now."),
        ("a b c", "a d e", "a <del>b c</del><ins>d e</ins>"),
        (None, "new <b>", "<ins>new &lt;b&gt;</ins>"),
        ("gone & out", None, "<del>gone &amp; out</del>"),
        ("\ue0008 AM\ue001.", "\ue0009 AM\ue001.", f"<del>{FILLED.format(8)}.</del><ins>{FILLED.format(9)}.</ins>"),
    ],
)
def test_changes_are_marked_word_by_word(then: str | None, now: str | None, shown: str) -> None:
    assert marks.changed(then, now) == shown


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder of a menu that may be changed."""
    for folder in (FOLDER, FOLDER.parent / "common"):
        shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("*.words.toml"))
    return tmp_path / FOLDER.name


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_against_a_folder(copy: Path) -> None:
    edit(copy / "en.toml", "Take it when you remember", "Take it <whenever> you like")
    edit(copy / "menu.toml", '["O06", "S18"]', '["O06"]')
    edit(copy / "menu.toml", "[about-talk]", "[about-gone]")
    edit(copy / "SOURCES.md", "| S25 |", "| S99 |")
    edit(copy.parent / "common" / "es.toml", '\nmore = "', '\nno_more = "x"\nmore = "')
    html = made(since=before.read(copy, str(copy), deaf()))
    changes = html.partition('id="changes"')[2].partition('id="tips"')[0]

    assert html.count("<del>&lt;whenever&gt;") == 2  # in the chapter of changes, and in its place
    for told in ("Tip 2: Missed a dose", "missed-unsure: rests on", "about-gone", "Source S25", "Source S99", "no more"):
        assert told in changes
    assert "Nothing: every text" in made(since=before.read(FOLDER, str(FOLDER), deaf()))


def test_against_a_git_revision_older_than_half_of_the_files(copy: Path) -> None:
    def git(*arguments: str) -> None:
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        subprocess.run(["git", *who, *arguments], cwd=copy.parent, check=True, capture_output=True, env={**os.environ, **own})

    for name in ("es.toml", "../common/es.toml", "../common/en.voice.toml", "SOURCES.md"):
        (copy / name).unlink()
    edit(copy / "en.toml", "Driving", "Cars")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "old")
    html = made(since=before.read(copy, "HEAD", deaf()))

    assert "<del>Cars</del><ins>Driving</ins>" in html
    assert "Its texts are all added." in html
    assert "Compared with revision" in html
    with pytest.raises(before.BookError, match="is no folder, and no git revision"):
        before.read(copy, "--output=x", deaf())


def test_one_language_gives_one_column() -> None:
    languages: dict[str, Menu] = {}
    languages["en"] = replace(deaf(), languages=languages)
    html = made(languages["en"])

    assert 'class="sides n1"' in html
    assert 'lang="es"' not in html
    assert "native speaker" not in html


def test_the_picture_has_every_number_and_no_two_boxes_on_each_other() -> None:
    menu = deaf()
    drawn = drawing.draw(menu)
    ways = sum(len(screen.options) + bool(screen.more) for screen in menu.screens.values())

    assert len(drawn.boxes) == len(menu.screens)
    assert len(drawn.arrows) == ways - 1  # one leads to an emergency text
    assert all(a is b or abs(a.y - b.y) >= a.height or abs(a.x - b.x) >= a.width for a in drawn.boxes for b in drawn.boxes)
    tags = [(arrow.x, arrow.y) for arrow in drawn.arrows]
    assert all(a is b or abs(a[0] - b[0]) > 14 or abs(a[1] - b[1]) > 13 for a in tags for b in tags)


@pytest.mark.parametrize(("code", "family"), [("en", "screen:missed"), ("es", "screen:missed"), ("en", "alarm:overdose-child")])
def test_examples_lead_where_they_stand(code: str, family: str, menu: Menu) -> None:
    said = examples.said(menu.languages[code], family)

    assert said.phrases == len(menu.languages[code].reader.families[family])
    assert len(said.examples) == examples.MOST
    for text in said.examples:
        verdict, _ = cli.understood(menu.only(code), text.replace("…", ""))
        assert verdict in (family, "red_flag:overdose")


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command, without the seconds that reading the phrases takes."""
    read = content.read
    monkeypatch.setattr(content, "read", lambda folder: read(folder, deaf=True))


@pytest.mark.usefixtures("fast")
def test_the_command(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["book", "--out", str(tmp_path / "b.html")]) == 0
    assert (tmp_path / "b.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    capfdbinary.readouterr()
    assert cli.main(["book", "--out", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert (out.decode()[:15], err) == ("<!doctype html>", b"")


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "nothing-like-it"], "is no folder, and no git revision"),
        (["--since", ""], "there is no menu.toml in it"),
        (["--since", "tests"], "there is no menu.toml in it"),
        (["--out", "no/such/folder/b.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["book", "--out", os.devnull, *arguments]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("fast")
def test_faulty_content(copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MENU", str(copy))
    for old, new, code, told in (
        ("Less than 2 hours", "Less than 3 hours", 0, ""),
        ("Less than 3 hours", "Less " + "and less " * 60, 0, ""),
        ("[home]", "[nowhere]", 2, "home is missing in en"),
        ("[nowhere]", "[home", 2, "not readable as TOML"),
    ):
        for path in (copy / "en.toml", copy / "menu.toml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new), encoding="utf-8")
        assert cli.main(["book", "--out", str(copy / "b.html")]) == code
        assert told in capsys.readouterr().err
    assert "over the limit of 2" in (copy / "b.html").read_text(encoding="utf-8")
