"""The public page: what the service is, the number, privacy and terms. No script, no cookie, nothing from elsewhere.

Carriers look at it before they carry a text; people find it by the address in the text that asks for their consent.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
from flask import Flask, Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from service.config import Settings
from service.core import page, render
from service.core.menu import Menu
from service.runtime import Runtime
from service.store import SEEN_SECONDS

_TEMPLATES: Final = Path(__file__).parent / "templates"
_STYLE: Final = (_TEMPLATES / "page.css").read_bytes()
_PATHS: Final = {"home": "/", "privacy": "/privacy", "terms": "/terms"}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=600",
}
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_REACHED: Final = re.compile(r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|\+?\(?\d[\d ().-]{6,}\d|\b(?:911|988)\b")
"""What can be called or written to: an address, a number of eight signs or more, the emergency numbers of the US."""


def linked(text: str) -> Markup:
    """A text as HTML, with what can be called or written to as links: for stiff hands."""
    html, at = Markup(""), 0
    for match in _REACHED.finditer(text):
        kind, scheme, to = ("mail", "mailto", match[0]) if match["mail"] else ("dial", "tel", re.sub(r"[^\d+]", "", match[0]))
        link = Markup('<a class="{}" href="{}:{}">{}</a>').format(kind, scheme, to, match[0])
        html, at = html + text[at : match.start()] + link, match.end()
    return html + text[at:]


_ENVIRONMENT.filters["linked"] = linked


def register(app: Flask, runtime: Runtime) -> None:
    """The routes of the page. What a page says never changes while the service runs, so each is made once."""

    @cache
    def made(name: str, language: str) -> str:
        return draw(runtime.menu.speaking(language), runtime.settings, name)

    def show(name: str) -> Response:
        language = _language(runtime.menu)
        response = Response(made(name, language), content_type="text/html; charset=utf-8")
        response.headers.extend({**_HEADERS, "Content-Language": language, "Vary": "Accept-Language"})
        return response

    for name, path in _PATHS.items():
        app.add_url_rule(path, view_func=lambda name=name: show(name), endpoint=f"page.{name}")
    app.add_url_rule("/page.css", view_func=_style, endpoint="page.css")


def _style() -> Response:
    response = Response(_STYLE, content_type="text/css; charset=utf-8")
    response.headers.extend(_HEADERS)
    return response


def _language(menu: Menu) -> str:
    """The language asked for by the link, else the best that the browser knows, else the menu's first."""
    asked = request.args.get("lang", "")
    return asked if asked in menu.languages else request.accept_languages.best_match(menu.languages) or menu.language


def draw(menu: Menu, settings: Settings, name: str) -> str:
    """A page as HTML, in the language of the menu."""
    number = settings.number
    shown = pretty(number) if number else ""
    texts = page.filled(menu, {"number": shown, "reply_hours": str(SEEN_SECONDS // 3600)})
    values: dict[str, Any] = {
        "words": {key.removeprefix("words."): text for key, text in texts.items() if key.startswith("words.")},
        "urgent": page.blocks(texts["words.urgent_more"]),
        "sections": page.sections(texts, name),
        "name": name,
        "brand": settings.brand or menu.name,
        "language": menu.language,
        "other": next((code for code in menu.languages if code != menu.language), ""),
        "paths": _PATHS,
        "number": number,
        "shown": shown,
        "square": Markup(square(number, texts["words.hello"])) if number and name == "home" else "",  # noqa: S704 - segno's own
        "conversation": tuple(page.conversation(menu)) if name == "home" else (),
    }
    return _ENVIRONMENT.get_template("page.html").render(values)


def pretty(number: str) -> str:
    """A number as people of its country write it; a short code stays as it is."""
    try:
        known = parse(number)
    except NumberParseException:
        return number
    home = render.at_home(number)
    return format_number(known, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def square(number: str, hello: str) -> str:
    """A QR code, as SVG, that opens a text to the number with a first word in it.

    SMSTO, not the scheme sms: iPhones and Android phones alike take the word from it. All of it being capitals, digits, + and :, it
    is the smallest code there is for it. Dark on light with its quiet zone, whatever the page's colours: phones need that.
    """
    code = segno.make(f"SMSTO:{number}:{hello}", error="m", micro=False)
    return str(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None))
