"""One connection to the stub Twilio: the least of HTTP/1.1 that a client needs, and every way to do it badly."""

import asyncio
import json
import socket
import struct
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.twilio_truth import OUTCOMES, STATUSES, Outcome, Record, Truth

TEMPLATE = "Your reminder: {{1}} - reply here."


class Wire(asyncio.Protocol):
    """Reads one request at a time and answers it as the draw says."""

    def __init__(self, truth: Truth, wires: set["Wire"]) -> None:
        self._truth, self._wires, self._buffer, self._busy = truth, wires, b"", False
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._wires.add(self)
        self._truth.stats["connections"] += 1

    def connection_lost(self, _exc: Exception | None) -> None:
        self._wires.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._busy:
            self._next()

    def abort(self) -> None:
        self._transport.abort()

    def _next(self) -> None:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        length = int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self._buffer, self._busy = rest[length:], True
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self._route(method, urlsplit(target), rest[:length].decode())

    def _route(self, method: str, url: Any, body: str) -> None:
        truth, query = self._truth, dict(parse_qsl(url.query))
        if url.path.endswith("/Messages.json"):
            self._api(method, url.path, query, body)
        elif (method, url.path) == ("POST", "/control"):
            try:
                self._json(200, truth.control(json.loads(body)))
            except ValueError as fault:
                self._json(400, {"message": str(fault)})
        elif (method, url.path) == ("POST", "/forget"):
            truth.forget()
            self._json(200, {})
        elif url.path in ("/truth", "/stats"):
            self._json(200, truth.truth() if url.path == "/truth" else truth.stats)
        else:
            self._json(404, {"code": 20404, "message": "not found", "status": 404})

    def _api(self, method: str, path: str, query: dict[str, str], body: str) -> None:
        truth, modes = self._truth, self._truth.modes
        name = "down" if modes.down else truth.draw(modes.fail if method == "POST" else modes.fail_get)
        outcome, form = OUTCOMES[name], dict(parse_qsl(body, keep_blank_values=True))
        code = 20404 if truth.account and f"/{truth.account}/" not in path else modes.to.get({**query, **form}.get("To", ""))
        code = code or (modes.free.get(form.get("To", "")) if "Body" in form else None)
        if code and outcome.processed != "never":
            name, outcome, answer = f"code-{code}", Outcome("never", STATUSES.get(code, 400)), _error(code)
        elif method == "GET":
            answer = truth.listed(path, query)
        elif outcome.processed == "before":
            answer = truth.resource(truth.keep(_record(form)))
        else:
            answer = _error({429: 20429}.get(outcome.status, 20500))
        truth.stats[name if method == "POST" else f"get-{name}"] += 1
        if outcome.processed == "late":
            self._loop.call_later(modes.hang, lambda: self._json(201, truth.resource(truth.keep(_record(form)))))
            return
        if method == "GET" and outcome.status == 201:
            outcome = outcome._replace(status=200)
        if outcome.status >= 500:
            answer = _error(20500)
        text = json.dumps(answer) if outcome.body is None else outcome.body
        headers = outcome.headers.format(retry_after=modes.retry_after)
        if modes.delay and outcome.way != "reset":
            self._loop.call_later(modes.delay, self._answer, outcome, headers, text)
        else:
            self._answer(outcome, headers, text)

    def _json(self, status: int, answer: Any) -> None:
        self._answer(Outcome(status=status), "", json.dumps(answer))

    def _answer(self, outcome: Outcome, headers: str, text: str) -> None:
        body = text.encode()
        length = "Connection: close" if outcome.way == "until-close" else f"Content-Length: {len(body)}"
        kind = "text/html" if text.startswith("<") else "application/json"
        head = f"HTTP/1.1 {outcome.status} {HTTPStatus(outcome.status).phrase}\r\nContent-Type: {kind}\r\n{headers}{length}\r\n\r\n"
        getattr(self, "_" + outcome.way.replace("-", "_"))(head.encode(), body)

    def _plain(self, head: bytes, body: bytes) -> None:
        self._transport.write(head + body)
        self._busy = False
        if self._buffer:
            self._next()

    def _drip(self, head: bytes, body: bytes, at: int = 0) -> None:
        """A byte now and then, from the first of the status line on."""
        whole = head + body
        if self._transport.is_closing() or at >= len(whole):
            self._busy = False
            return
        self._transport.write(whole[at : at + 1])
        self._loop.call_later(self._truth.modes.drip, self._drip, head, body, at + 1)

    def _drip_body(self, head: bytes, body: bytes) -> None:
        self._transport.write(head)
        self._drip(b"", body)

    def _hang(self, _head: bytes, _body: bytes) -> None:
        self._loop.call_later(self._truth.modes.hang, self.abort)

    def _close(self, _head: bytes, _body: bytes) -> None:
        self._transport.close()

    def _until_close(self, head: bytes, body: bytes) -> None:
        self._transport.write(head + body)
        self._transport.close()

    def _reset(self, _head: bytes, _body: bytes) -> None:
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


def _record(form: dict[str, str]) -> Record:
    service = form.get("MessagingServiceSid")
    body = form.get("Body", "").rstrip()
    if "ContentSid" in form:
        body = TEMPLATE.replace("{{1}}", json.loads(form["ContentVariables"])["1"])
    return Record(
        to=form.get("To", ""),
        body=body,
        content=form.get("ContentSid", ""),
        callback=form.get("StatusCallback", ""),
        validity=form.get("ValidityPeriod", ""),
        sender=form.get("From", "+15550000000"),
        service=service,
        status="accepted" if service else "queued",
    )


def _error(code: int) -> dict[str, Any]:
    status = STATUSES.get(code, 400)
    return {"code": code, "message": f"error {code}", "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
