"""The public page: true to the texts and to the program, in both languages, safe and readable in a real browser."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from threading import Thread
from typing import Any

import fakeredis
import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from service import config, public, runtime
from service.core import history, page, wording
from service.core.model.contact import STRANGER_DAYS
from service.core.talk.setup import USUAL_MOST
from service.store import SEEN_SECONDS
from service.web import create_app

PATHS = ("/", "/privacy", "/terms")
LANGUAGES = ("en", "es")
CHROMIUM = shutil.which("chromium")
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"


def app(**settings: Any) -> Flask:
    """The application as it serves, with some settings of its own; the page needs no phrases."""
    told = replace(config.simulated(), **{"sender": "+12125550123", **settings})
    return create_app(runtime.build(told, client=fakeredis.FakeRedis, deaf=True))


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return app().test_client()


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page(path: str, language: str, client: FlaskClient) -> None:
    response = client.get(path, query_string={"lang": language})
    html = response.get_data(as_text=True)

    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert (response.headers["Content-Language"], response.headers["Vary"]) == (language, "Accept-Language")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script" not in response.headers["Content-Security-Policy"]
    assert (response.headers["X-Content-Type-Options"], response.headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert "Set-Cookie" not in response.headers
    assert f'<html lang="{language}">' in html
    assert not re.search(r"<script|style=|\son\w+=|\{\w*\}", html)
    assert not re.search(r"""(?:src|href)=["'](?!/|\#|sms:|tel:|mailto:)""", html)
    for must in (
        ("911", "STOP", "rates" if language == "en" else "cargos", "555-010-0100") if path != "/privacy" else ("911", "STOP")
    ):
        assert must in html
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    ("asked", "accepts", "language"),
    [
        ("", "", "en"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "de, en;q=0.5", "en"),
        ("", "de", "en"),
        ("", "en;q=0.5, es;q=0.9", "es"),
        ("en", "es", "en"),
        ("es", "en", "es"),
        ("xx", "es", "es"),
        ("../en", "", "en"),
    ],
)
def test_the_language(asked: str, accepts: str, language: str, client: FlaskClient) -> None:
    response = client.get("/", query_string={"lang": asked}, headers={"Accept-Language": accepts})

    assert response.headers["Content-Language"] == language


def test_the_style_sheet(client: FlaskClient) -> None:
    response = client.get("/page.css")

    assert response.content_type == "text/css; charset=utf-8"
    assert b"url(" not in response.data
    assert b"@import" not in response.data


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_stand_as_they_are_sent(language: str, client: FlaskClient) -> None:
    built = runtime.build(config.simulated(), client=fakeredis.FakeRedis, deaf=True)
    menu = built.menu.speaking(language)
    html = unescape(client.get("/", query_string={"lang": language}).get_data(as_text=True))

    assert wording.say(menu, "consent_new", most=str(USUAL_MOST)) in html
    for saying in ("help", "left"):
        assert menu.sayings[saying].strip() in html
    for text in page.samples(menu).values():
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_stored_is_what_the_program_stores(language: str, client: FlaskClient) -> None:
    said = words(client.get("/privacy", query_string={"lang": language}).get_data(as_text=True))
    days, hours = ("days", "hours") if language == "en" else ("días", "horas")

    assert said.count(f"{STRANGER_DAYS} {days}") == 2
    assert f"{history.DAYS} {days}" in said
    assert f"{SEEN_SECONDS // 3600} {hours}" in said
    assert ("third parties" if language == "en" else "terceros") in said


@pytest.mark.parametrize(
    ("settings", "number", "shown"),
    [
        ({}, "+12125550123", "(212) 555-0123"),
        ({"sender": "12345"}, "12345", "12345"),
        ({"sender": "MG" + "0" * 32, "public_number": "+447700900123"}, "+447700900123", "+44 7700 900123"),
        ({"sender": "+12125550123", "public_number": "54321"}, "54321", "54321"),
        ({"sender": "MG" + "0" * 32}, None, None),
    ],
)
def test_the_number(settings: dict[str, Any], number: str | None, shown: str | None) -> None:
    html = app(**settings).test_client().get("/").get_data(as_text=True)

    assert ("<svg" in html) == ("sms:" in html) == (number is not None)
    if number:
        assert f'href="sms:{number}"' in html
        assert f">{shown}</a>" in html
    else:
        assert "Ask the clinic for the number" in html


@pytest.mark.parametrize("hello", ["HELLO", "HOLA"])
def test_the_square_says_what_it_should(hello: str) -> None:
    """Capitals, digits, + and : alone make the smallest code; its modules are those of the words, with a quiet zone of four."""
    code = segno.make(f"SMSTO:+12125550123:{hello}", error="m", micro=False)
    drawn = public.square("+12125550123", hello)

    assert code.mode == "alphanumeric"
    assert code.symbol_size(border=4) == (33, 33)
    assert f'<svg viewBox="0 0 {33} {33}">' in drawn
    assert _dark(drawn) == {(x, y) for y, row in enumerate(code.matrix_iter(border=4)) for x, module in enumerate(row) if module}


def _dark(svg: str) -> set[tuple[int, int]]:
    """The dark modules of segno's path: rows of runs, each moved to from where the last one ended."""
    found, x, y = set[tuple[int, int]](), 0.0, 0.0
    path = re.findall(r'd="([^"]+)"', svg)[1]
    for command, first, _, second in re.findall(r"([Mmh])(-?[\d.]+)(\s(-?[\d.]+))?", path):
        if command == "h":
            found |= {(int(x) + n, int(y)) for n in range(int(first))}
            x += int(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    return found


def test_the_operators_words_are_only_words() -> None:
    told = {"brand": "<b>Tips&\"'", "clinic": "<script>1</script> a@b.org"}
    client = app(**told).test_client()

    for path in PATHS:
        html = client.get(path).get_data(as_text=True)
        assert "<script" not in html
        assert "<b>" not in html
        assert "&lt;b&gt;Tips&amp;&#34;&#39;" in html
        assert '<a class="mail" href="mailto:a@b.org">a@b.org</a>' in html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Call 911. Or 1-800-222-1222.", ["tel:911", "tel:18002221222"]),
        ("Clinic (555) 010-0100 ext 4", ["tel:5550100100"]),
        ("+1 555 010 0100", ["tel:+15550100100"]),
        ("18 or older, 90 days, 9111", []),
        ("me.too@clinic.example.org", ["mailto:me.too@clinic.example.org"]),
        ("<911>", ["tel:911"]),
    ],
)
def test_what_can_be_called_is_a_link(text: str, links: list[str]) -> None:
    html = str(public.linked(text))

    assert re.findall('href="([^"]+)"', html) == links
    assert unescape(re.sub("</?a[^>]*>", "", html)) == text


# ---- in a browser


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing on CI")
        pytest.skip("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS.split())
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(scheme: str, served: str, browser: Any) -> None:
    """No violation that axe knows of, no console error, no sideways scrolling on the narrowest phone, a number to hit."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    shown = context.new_page()
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    for path in PATHS:
        for language in LANGUAGES:
            shown.goto(f"{served}{path}?lang={language}")
            found = Axe().run(shown)
            assert found.violations_count == 0, found.generate_report()
            assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, language)
    shown.goto(served)
    box = shown.locator(".number").bounding_box()
    assert box["height"] >= 48
    assert shown.locator(".square").bounding_box()["width"] >= 160
    assert said == []
    context.close()
