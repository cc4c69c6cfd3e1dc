"""The phone in a real browser, headless Chromium: by mouse, by keyboard, without a script; ARTEFACTS keeps what it looks like."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from service import config
from service.simulator import page as pages
from service.simulator.phone import Clock, Embedded
from service.simulator.serve import Quiet
from service.simulator.table import Table
from tests.test_simulator_page import JOIN, START

WIDE, MIDDLE, NARROW = (1280, 900), (768, 1000), (360, 740)
SHOTS = Path(os.environ.get("ARTEFACTS") or config.ROOT / "artefacts")
OFF: Final = ("gpu", "quic", "background-networking", "component-update", "sync")
OPTIONS: Final = ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in OFF)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing on CI")
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(browser: Browser) -> Iterator[tuple[str, Table]]:
    service = Embedded(config.simulated(), Clock())
    table = Table(service, lambda: START)
    server = make_server("127.0.0.1", 0, pages.put_on(service.app, table), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/simulator", table
    server.shutdown()
    thread.join()
    server.server_close()
    service.close()


def opened(context: BrowserContext, served: tuple[str, Table]) -> tuple[Page, list[str]]:
    """A fresh table in a page, and all that its console complains of."""
    url, table = served
    with table.held(change=True):
        table.start_over()
    table.touched = False
    page, complaints = context.new_page(), list[str]()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on("request", lambda asked: None if asked.url.startswith(url) else complaints.append(asked.url))
    page.goto(url)
    return page, complaints


@pytest.fixture
def phone(browser: Browser, served: tuple[str, Table]) -> Iterator[Page]:
    with browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}) as context:
        page, complaints = opened(context, served)
        yield page
        assert complaints == []


def say(page: Page, *texts: str, id: int = 1) -> None:
    for text in texts:
        before = page.locator(f"#log-{id} li").count()
        page.fill(f"#text-{id}", text)
        page.press(f"#text-{id}", "Enter")
        page.locator(f"#log-{id} li").nth(before + 1).wait_for()


def looked_at(page: Page, name: str, *sizes: tuple[int, int]) -> None:
    """No fault that axe finds, nothing wider than the screen, and a picture; in light and dark, wide to narrow, or these sizes."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for size in sizes or (WIDE, MIDDLE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light",) if size == MIDDLE or sizes else ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=SHOTS / f"{name}-{size[0]}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)
            if size != MIDDLE:
                found = Axe().run(page).response["violations"]
                assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == [], (name, size, scheme)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def test_a_day_with_the_phone(phone: Page) -> None:
    looked_at(phone, "start")
    phone.click("text=HELLO")
    phone.click("button:has-text('1 Missed a dose')")
    expect(phone.locator("#log-1 .us").last).to_contain_text("Missed a dose?")
    assert phone.locator("#log-1").get_attribute("role") == "log"
    phone.evaluate("document.querySelector('#log-1 li').seen = true")

    say(phone, *JOIN)
    expect(phone.locator("#text-1")).to_be_focused()
    phone.click("button:has-text('Next text')")
    expect(phone.locator("#log-1 .us").last).to_contain_text("your Mon 8:00 AM dose")
    expect(phone.locator("#clock .time")).to_have_text("Mon Nov 23, 2026, 8:00 AM EST")
    looked_at(phone, "reminder")
    phone.click("button:has-text('1 taken')")
    expect(phone.locator("#record-1")).to_contain_text("taken")
    assert phone.evaluate("document.querySelector('#log-1 li').seen"), "a log that is made anew is read aloud anew"

    phone.click("text=Deliver each text twice")
    expect(phone.locator("#twice")).to_be_checked()
    phone.check("#receipts-4")
    say(phone, "0")
    expect(phone.locator("#log-1 .them").last).to_contain_text("Delivered twice")
    phone.click("button:has-text('Next text')")
    expect(phone.locator("#log-1 .lost")).to_contain_text("Never arrived: error 30003")
    with phone.expect_download() as saving:
        phone.click("text=Save as a transcript")
    assert saving.value.suggested_filename == "simulator-15550001111.txt"
    looked_at(phone, "switches", WIDE)


def test_phones_side_by_side(phone: Page) -> None:
    phone.click("text=Add a British one")
    phone.locator("#text-2").fill("half typed")
    say(phone, "I can't breathe")
    expect(phone.locator("#text-2")).to_have_value("half typed")
    phone.fill("#number", "me")
    phone.click("text=Add it")
    expect(phone.locator("[role=alert]")).to_contain_text("is no phone number")
    phone.click("text=Add a Mexican one")
    say(phone, "olvide mi pastilla", id=3)
    looked_at(phone, "three-phones", WIDE)
    phone.click("text=Put phone 2 away")
    expect(phone.locator(".person")).to_have_count(2)


def test_a_call_by_key_and_by_speech(phone: Page) -> None:
    phone.evaluate("() => { speechSynthesis.speak = (said) => (window.read ??= []).push(`${said.lang} ${said.text}`); }")
    phone.locator("#call-1 summary").press("Enter")
    phone.check("#aloud-1")
    phone.locator("#begin-1").press("Enter")
    expect(phone.locator("#speech-1")).to_be_focused()
    expect(phone.locator("#heard-1 .us [lang=es-US]")).to_contain_text("Para español")
    assert [read[:5] for read in phone.evaluate("window.read")] == ["en-US", "es-US", "en-US", "en-US"]
    phone.locator("#key-1-1").press("Enter")
    expect(phone.locator("#heard-1 .us").last).to_contain_text("Missed a dose?")
    expect(phone.locator("#key-1-1")).to_be_focused()
    assert phone.evaluate("window.read.length") == 5
    assert phone.evaluate("Math.min(...[...document.querySelectorAll('.keys button')].map(e => e.offsetHeight))") >= 56
    phone.fill("#text-1", "half typed")
    phone.fill("#speech-1", "reminders")
    phone.press("#speech-1", "Enter")
    expect(phone.locator("#heard-1 .us").last).to_contain_text("What times")
    expect(phone.locator("#speech-1")).to_be_focused()
    expect(phone.locator("#speech-1")).to_have_value("")
    expect(phone.locator("#text-1")).to_have_value("half typed")
    looked_at(phone, "call")
    phone.locator("#silence-1").press("Enter")
    expect(phone.locator("#heard-1 li").last).to_contain_text("The call ended.")
    expect(phone.locator("#begin-1")).to_be_focused()
    looked_at(phone, "call-ended", WIDE)


def test_by_keyboard_alone(phone: Page) -> None:
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.locator("#text-1")).to_be_focused()
    phone.keyboard.type("HELLO")
    phone.keyboard.press("Enter")
    expect(phone.locator("#log-1 .us")).to_have_count(1)
    expect(phone.locator("#text-1")).to_be_focused()
    phone.keyboard.press("Shift+Tab")
    expect(phone.locator("button:has-text('MORE About')")).to_be_focused()
    assert phone.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    phone.keyboard.press("Space")
    expect(phone.locator("#log-1 .us")).to_have_count(2)
    expect(phone.locator("#text-1")).to_be_focused()
    for text in ("i missed my pill", "0"):  # faster than they are answered
        phone.keyboard.type(text)
        phone.keyboard.press("Enter")
    expect(phone.locator("#log-1 .us")).to_have_count(4)
    sizes = phone.evaluate("[...document.querySelectorAll('button, .button, .switch')].map(e => e.getBoundingClientRect().height)")
    assert min(sizes) >= 44


def test_without_a_script(browser: Browser, served: tuple[str, Table]) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": NARROW[0], "height": NARROW[1]}) as context:
        page, complaints = opened(context, served)
        for text in JOIN[:-1]:
            served[1].text(1, text)
        page.reload()
        say(page, JOIN[-1])
        expect(page.locator("#text-1")).to_be_focused()
        page.click("button:has-text('Next text')")
        expect(page.locator("#log-1 .us").last).to_contain_text("your Mon 8:00 AM dose")
        log, last = page.locator("#log-1").bounding_box(), page.locator("#log-1 li").last.bounding_box()
        assert log
        assert last
        assert last["y"] + last["height"] <= log["y"] + log["height"], "the newest text is in sight"
        page.click("button:has-text('1 taken')")
        expect(page.locator("#record-1")).to_contain_text("taken")
        page.click("#call-1 summary")
        page.click("#begin-1")
        expect(page.locator("#speech-1")).to_be_focused()
        page.click("#key-11-1")
        expect(page.locator("#key-11-1")).to_be_focused()
        expect(page.locator("#aloud-1")).to_be_hidden()
        page.click("#hang-1")
        expect(page.locator("#begin-1")).to_be_focused()
        assert complaints == []
