"""The book in a browser: nothing keeps anybody from reading it, in light and in dark."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from service.book import before, pages
from service.core.menu import Menu
from tests.test_book import deaf

CHROMIUM = Path("/usr/bin/chromium")
QUIET = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
SAYINGS = (*before.NEEDED, "reminder", "ask_close")


def small() -> Menu:
    """A menu of a few texts: a browser looks at each kind of thing once."""
    languages: dict[str, Menu] = {}
    for code, menu in deaf().languages.items():
        screens = {id: menu.screens[id] for id in ("home", "missed", "missed-unsure")}
        sayings = {id: menu.sayings[id] for id in SAYINGS}
        alarms = {id: menu.alarms[id] for id in ("self_harm", "overdose")}
        languages[code] = replace(menu, screens=screens, alarms=alarms, sayings=sayings, languages=languages)
    return languages["en"]


def test_nothing_keeps_anybody_from_reading_it(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium")
        pytest.skip("no chromium")
    sync = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    menu = small()
    earlier = before.Before("the folder x", {"en": replace(deaf(), discreet_name="Other Tips")}, "")
    found = pages.Found(menu, "amedicine", date(2026, 11, 23), "", ("missed: a fault",), "", earlier)
    page_file = tmp_path / "book.html"
    page_file.write_text(pages.book(found), encoding="utf-8")
    with sync.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=str(CHROMIUM), args=[f"--{flag}" for flag in QUIET.split()])
        page = browser.new_page()
        page.goto(page_file.as_uri())
        for scheme, width in (("light", 1100), ("dark", 360)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            assert axe.run(page).response["violations"] == [], scheme
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
