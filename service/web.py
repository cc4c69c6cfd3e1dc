"""The web: routes only. A signed webhook comes in, TwiML goes out; what a request may look like is checked here."""

from functools import partial
from ipaddress import ip_address
from typing import Final

from flask import Flask, Request, Response, abort, request
from werkzeug.exceptions import HTTPException

from service import handle, log, metrics, public
from service.channels import Channel, signature, sms, voice, whatsapp
from service.channels.form import CONTENT_TYPE
from service.core.model import Answer, Message
from service.core.stranded import stranded
from service.runtime import Runtime
from service.store import StoreDown

MOST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 200
"""Twilio sends about thirty; reading thousands would cost more than the signature that refuses them."""
_SIGNATURE: Final = "X-Twilio-Signature"
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def create_app(runtime: Runtime) -> Flask:
    """The WSGI application of a runtime."""
    app = Flask("service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    for path, channel in CHANNELS.items():
        if _off(runtime, channel):
            continue
        app.add_url_rule(path, view_func=partial(receive, runtime, channel), methods=["POST"], endpoint=path[1:])
    app.add_url_rule("/receipt", view_func=lambda: receive_receipt(runtime), methods=["POST"], endpoint="receipt")
    app.add_url_rule("/health", view_func=lambda: Response("alive\n", mimetype="text/plain"), endpoint="health")
    app.add_url_rule("/ready", view_func=lambda: ready(runtime), endpoint="ready")
    app.add_url_rule("/metrics", view_func=lambda: show_metrics(runtime), endpoint="metrics")
    public.register(app, runtime)
    app.register_error_handler(HTTPException, refuse)
    return app


CHANNELS: Final[dict[str, Channel]] = {"/sms": sms, "/voice": voice, "/whatsapp": whatsapp}


def _off(runtime: Runtime, channel: Channel) -> bool:
    return channel is whatsapp and runtime.settings.whatsapp_from is None


def receive(runtime: Runtime, channel: Channel) -> Response:
    """A message from Twilio. 403 unsigned, 400 not in order, 413 too long, 503 a stop word that could not be kept."""
    menu = runtime.menu
    message = channel.parse(menu, signed_form(runtime, request), request.args, runtime.settings.account_sid)
    if isinstance(message, str):
        abort(400, message)
    given = answer(runtime, message)
    status, body = channel.not_kept(menu, message) if given is None else (200, channel.render(menu, given, message))
    return Response(body, status=status, content_type=CONTENT_TYPE)


def receive_receipt(runtime: Runtime) -> Response:
    """What became of a text that we sent. 204; 403 unsigned, 400 not in order, 503 it could not be kept and must come again."""
    parsed = sms.parse_receipt(signed_form(runtime, request), runtime.settings.account_sid, request.args.get("o", ""))
    if isinstance(parsed, str):
        abort(400, parsed)
    address, event = parsed
    try:
        handle.receipt(runtime, address, event)
    except StoreDown as fault:
        log.warning("receipt not kept", reason=str(fault))
        abort(503, "not kept")
    return Response(status=204)


def signed_form(runtime: Runtime, request: Request) -> dict[str, list[str]]:
    """The form of a request whose signature is good; nothing is read of one that does not even bring a signature."""
    given = request.headers.get(_SIGNATURE, "")
    if not given:
        abort(403, "not signed")
    if request.get_data(cache=True).count(b"&") > MOST_FIELDS:
        abort(403, "more fields than Twilio signs")
    form = request.form.to_dict(flat=False)
    url = runtime.settings.public_url + request.full_path.removesuffix("?")
    if not signature.valid(runtime.settings.auth_token, url, form, given):
        abort(403, "the signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is what Twilio calls")
    return form


def answer(runtime: Runtime, message: Message) -> Answer | None:
    """The answer to a message. A fault of our own is logged and answered safely: somebody waits for it."""
    try:
        return handle.receive(runtime, message)
    except Exception:
        metrics.ERRORS.inc()
        log.error("fault", contact=runtime.vault.contact_id(message.address))
    try:
        return stranded(runtime.menu, message)
    except Exception:
        log.error("fault", contact=runtime.vault.contact_id(message.address))
        return Answer((runtime.menu.sayings["down"],), runtime.menu.language)


def ready(runtime: Runtime) -> Response:
    """200 while Redis answers, else 503."""
    good = runtime.store.ready()
    return Response("ready\n" if good else "Redis does not answer\n", status=200 if good else 503, mimetype="text/plain")


def show_metrics(runtime: Runtime) -> Response:
    """Prometheus metrics, to who has the METRICS_TOKEN; without one, only to this machine itself."""
    token = runtime.settings.metrics_token
    if token is not None and not signature.same(request.headers.get("Authorization", ""), f"Bearer {token}"):
        abort(403, "needs the METRICS_TOKEN as bearer token")
    if token is None and not _is_local(request):
        abort(403, "answers only this machine; set METRICS_TOKEN to ask from elsewhere")
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(request: Request) -> bool:
    """Whether the request comes from this machine and no proxy stands in between."""
    try:
        local = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return local and not any(header in request.headers for header in _FORWARDED)


def refuse(fault: HTTPException) -> Response:
    """A refused request, in one plain line."""
    metrics.REFUSED.labels(str(fault.code)).inc()
    if fault.code in (400, 403):
        log.warning("refused", status=fault.code, reason=fault.description, path=request.url_rule and request.url_rule.rule)
    response = Response(f"{fault.description}\n", status=fault.code or 500, mimetype="text/plain")
    response.headers.extend((name, value) for name, value in fault.get_headers() if name == "Allow")
    return response
