"""Twilio's Messages API through its own client, on our own connections.

Twilio has no idempotency key for texts: one that is sent again may arrive twice. So nothing here is ever sent again by itself.
"""

import json
import logging
import math
from base64 import b64encode
from dataclasses import dataclass
from threading import local
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from service.gateway.errors import KINDS, Kind, SendError, refusal
from service.gateway.wire import Connections

API: Final = "https://api.twilio.com"
LONGEST_VALIDITY: Final = 36_000
WHATSAPP: Final = "whatsapp:"
SLACK_SECONDS: Final = 60.0
"""Twilio's clock and ours may differ by this much."""
_PAGE: Final = 50
_TRIAL: Final = "Sent from your Twilio trial account - "
_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError, TwilioException)

# At DEBUG and INFO these write URLs and forms: numbers and texts.
for _name in ("twilio", "twilio.http_client", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Found:
    """A text Twilio has. `text`: the one of those asked for that it is; `status` and `error_code` as Twilio has them now.

    `way`: the channel it went by, "" for a text message.
    """

    sid: str
    status: str
    error_code: int | None
    text: str
    way: str = ""


class Gateway:
    """Texts out, in the name of one account. Safe to share between threads; opens its connections at the first use."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_url: str,
        api_base: str | None = None,
        *,
        whatsapp: str | None = None,
        threads: int = 128,
    ) -> None:
        self._http = _Http(api_base or API, threads)
        # An environment of its own, or TWILIO_EDGE and TWILIO_REGION would change where requests seem to go.
        client = Client(account_sid, auth_token, http_client=self._http, environment={"TWILIO_EDGE": ""})
        self._messages = client.messages
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._whatsapp = {"from_": f"{WHATSAPP}{whatsapp}"}
        self._receipts = f"{public_url}/receipt?o="

    def send(self, to: str, text: str, *, entry: str, validity: int, deadline: float, template: str | None = None) -> str:
        """Send a text and return its SID. Raises `SendError`.

        `to`: E.164, with "whatsapp:" before it where it goes there; `template`: SID of a content template whose only value is the
        text; `entry`: what its receipts carry back; `validity`: seconds it may wait at Twilio, 1 to 36,000; `deadline`: the instant
        of time.monotonic() when this call ends at the latest. When it has passed before, nothing goes out.
        """
        self._http.deadline = deadline
        try:
            message = self._messages.create(
                to=to,
                status_callback=self._receipts + quote(entry, safe=""),
                validity_period=min(validity, LONGEST_VALIDITY),
                **(self._whatsapp if to.startswith(WHATSAPP) else self._sender),
                **({"content_sid": template, "content_variables": json.dumps({"1": text})} if template else {"body": text}),
            )
            sid = message.sid
        except _UNREADABLE:
            sid = None
        if not isinstance(sid, str) or not sid:
            raise SendError(Kind.AMBIGUOUS, reason="unreadable")
        return sid

    def find(self, to: str, texts: tuple[str, ...], since: float, deadline: float) -> Found | None:
        """The newest text to this number that is one of `texts`, made at Twilio since `since` (Unix seconds, 60 s of slack).

        One that failed there is found too. On WhatsApp it is enough that it holds the text, as a template does; so may one of ours
        whose text Twilio does not tell. One that may have gone out comes before one that was refused. Raises `SendError`: then
        nobody knows whether there is one.
        """
        self._http.deadline = deadline
        wanted = {_plain(text): text for text in texts}
        try:
            candidates = [m for m in self._since(to, since - SLACK_SECONDS) if str(m.direction).startswith("outbound")]
            is_it = _holds if to.startswith(WHATSAPP) else _equals
            matches = [(m, text) for m in candidates if (text := is_it(m, wanted)) is not None]
            newest = max(
                matches, key=lambda match: (KINDS.get(match[0].error_code) is not Kind.CLOSED, _created(match[0])), default=None
            )
            if newest is None:
                return None
            found, text = newest
            return Found(str(found.sid), str(found.status), found.error_code, text, to.rpartition(":")[0])
        except _UNREADABLE:
            pass
        raise SendError(Kind.AMBIGUOUS, reason="unreadable")

    def close(self) -> None:
        """Close the connections that are idle."""
        self._http.connections.close()

    def _since(self, to: str, oldest: float) -> list[Any]:
        """All messages to a number, made since `oldest`.

        Twilio's own filter knows days only, and by when a text was sent: one that is still queued has no such day.
        """
        messages: list[Any] = []
        page = self._messages.page(to=to, page_size=_PAGE)
        while page is not None:
            found = list(page)
            messages += [message for message in found if _created(message) >= oldest]
            page = page.next_page() if found and min(map(_created, found)) >= oldest else None
        return messages


def _created(message: Any) -> float:
    """Unix seconds. A message without a date counts as new: better not sent than sent twice."""
    return message.date_created.timestamp() if message.date_created else math.inf


def _equals(message: Any, wanted: dict[str, str]) -> str | None:
    """Which of some texts a message is."""
    return wanted.get(_plain(message.body or ""))


def _holds(message: Any, wanted: dict[str, str]) -> str | None:
    """Which of some texts a message holds. Of a template that tells no text nobody knows, and better not sent than sent twice."""
    body = _plain(message.body or "")
    if not body and message.direction == "outbound-api":
        return next(iter(wanted.values()), "")
    return next((text for plain, text in wanted.items() if plain and plain in body), None)


def _plain(text: str) -> str:
    """A text as it compares: Twilio trims and may change white space, and a trial account writes its own words before it."""
    return " ".join(text.removeprefix(_TRIAL).split())


class _Http(HttpClient):  # type: ignore[misc]
    """What Twilio's client sends with: our connections, under the deadline of the thread that asks."""

    def __init__(self, origin: str, most: int) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=False)
        self.connections = Connections(origin, most)
        self._own = local()

    @property
    def deadline(self) -> float:
        """An instant of time.monotonic(), of this thread's request."""
        return float(self._own.deadline)

    @deadline.setter
    def deadline(self, instant: float) -> None:
        self._own.deadline = instant

    def request(  # noqa: PLR0917 - twilio calls it so
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is total
        allow_redirects: bool = False,  # noqa: ARG002 - none is followed
    ) -> Response:
        """One request to our origin, whatever host the URI names. Raises `SendError` for any answer but 2xx."""
        path, query = urlsplit(uri)[2:4]
        query = "&".join(filter(None, (query, urlencode(params or {}, doseq=True))))
        asked = dict(headers or {})
        if auth:
            asked["Authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
        form = urlencode(data, doseq=True) if data else None
        target = f"{path}?{query}" if query else path
        status, answered, body = self.connections.ask(method, target, form, asked, self.deadline)
        if not 200 <= status < 300:
            raise refusal(status, body, answered.get("Retry-After"))
        return Response(status, body, answered)
