"""The phone in the browser: forms in, a page out, nothing that needs a script. For this machine only."""

from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.simulator import calling, view
from service.simulator.held import Wrong
from service.simulator.table import Table

_HERE: Final = Path(__file__).parent
_HOSTS: Final = ("127.0.0.1", "localhost", "::1")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all, a browser does not say that a form is the page's own
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SUGGESTIONS: Final = ("HELLO", "i missed my pill", "I can't breathe", "REMINDERS", "stop texting me", "olvide mi pastilla")
NUMBERS: Final = {"a US phone": "", "a British one": "+447700900123", "a Mexican one": "+525512345678"}
SWITCHES: Final = {
    "receipts": (
        "Receipts",
        {
            "at once": ("At once", "Twilio tells right away that a text was delivered."),
            "late": ("Late", "They come with the next move of the clock."),
            "none": ("None", "The service never hears what became of its texts."),
            "unreachable": ("Failed, 30003", "The phone is off: the service's own texts never arrive."),
        },
    ),
    "sending": (
        "Sending",
        {
            "well": ("Works", "Twilio takes what the service starts."),
            "opted out": ("Refused, 21610", "The carrier says that they opted out."),
            "slow": ("Slow", "Twilio takes the text, but answers too late: the service must find out."),
            "down": ("Down, 503", "Twilio takes nothing, and answers nothing."),
        },
    ),
}


def put_on(app: Flask, table: Table) -> Flask:
    """The application with the simulator's routes."""
    pages = Blueprint("simulator", __name__, url_prefix="/simulator", template_folder="templates")
    pages.before_request(guard)
    pages.after_request(_guarded)
    pages.add_url_rule("", view_func=lambda: show(table), endpoint="page")
    for name, kind in (("phone.css", "text/css"), ("phone.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        pages.add_url_rule(f"/{name}", view_func=_file(_HERE / "static" / name, kind), endpoint=name.replace(".", "_"))
    for route, (name, change) in _CHANGES.items():
        pages.add_url_rule(route, view_func=_changing(table, change), endpoint=name, methods=["POST"])
    pages.add_url_rule("/phones/<int:id>/transcript", view_func=lambda **of: save(table, **of), endpoint="transcript")
    app.register_blueprint(pages)
    return app


def guard() -> None:
    """Only this machine's own browser, and only its own page: no name of another site may lead here, no other site may post."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in _HOSTS:
        abort(403, "the simulator answers at 127.0.0.1 and localhost only")
    if request.method == "POST":
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
        if site not in ("same-origin", "none") or (origin is not None and origin != request.host_url.rstrip("/")):
            abort(403, "the form is not the simulator's own")


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def show(table: Table) -> str:
    """The whole page."""
    with table.held():
        shown = view.page(table)
        return render_template(
            "simulator/page.html", page=shown, table=table, suggestions=SUGGESTIONS, numbers=NUMBERS, groups=SWITCHES, prices=view
        )


def _file(path: Path, kind: str) -> Callable[[], Response]:
    content = path.read_bytes()
    return lambda: Response(content, mimetype=kind)


def _changing(table: Table, change: Callable[..., None]) -> Callable[..., AnyResponse]:
    """A form's route: what it changes, then the page again. What is wrong is told there."""

    def changed(**of: int) -> AnyResponse:
        with table.held(change=True):
            change(table, **of)
        return redirect(url_for("simulator.page"), 303)

    return changed


def _field(name: str) -> str:
    return request.form.get(name, "")


def _text(table: Table, id: int) -> None:
    table.text(id, _field("tap") or _field("text"))


def _call(table: Table, id: int) -> None:
    kind = next((kind for kind in request.form if kind in calling.STEPS), "")
    calling.step(table, id, kind, _field(kind))


def _add(table: Table) -> None:
    table.add(_field("number") or table.next_number())


def _remove(table: Table, id: int) -> None:
    table.remove(id)


def _move(table: Table) -> None:
    if "move" in request.form:
        table.move(_field("move"))
    else:
        table.set(_field("at"))


def _switch(table: Table) -> None:
    table.switch(twice=bool(_field("twice")), receipts=_field("receipts"), sending=_field("sending"))


def _start_over(table: Table) -> None:
    table.start_over()


_CHANGES: Final[dict[str, tuple[str, Callable[..., None]]]] = {
    "/phones": ("add", _add),
    "/phones/<int:id>/texts": ("text", _text),
    "/phones/<int:id>/call": ("call", _call),
    "/phones/<int:id>/remove": ("remove", _remove),
    "/clock": ("clock", _move),
    "/switches": ("switches", _switch),
    "/over": ("over", _start_over),
}


def save(table: Table, id: int) -> AnyResponse:
    """A phone's conversation as a file."""
    with table.held(change=True):
        try:
            saved, name = table.transcript(id), table.phone(id).number.lstrip("+")
        except Wrong as wrong:
            table.said = wrong
            return redirect(url_for("simulator.page"), 303)
    headers = {"Content-Disposition": f'attachment; filename="simulator-{name}.txt"'}
    return Response(saved, content_type="text/plain; charset=utf-8", headers=headers)
