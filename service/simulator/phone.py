"""The simulated phone: real signed webhooks, to a service in this process or to a running one."""

import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Final
from urllib.parse import parse_qs, quote, urlencode
from xml.etree import ElementTree

import dramatiq
import fakeredis

from service import handle, runtime, worker
from service.channels import signature
from service.config import Settings
from service.core.words import MAX_TEXT
from service.simulator.twilio import Air, Arrived
from service.web import create_app

Post = Callable[[str, bytes, dict[str, str]], tuple[int, str]]
"""(path, body, headers) -> (status, body)."""


class Clock:
    """The simulator's time: seconds since 1970, UTC. It stands still until it is moved."""

    def __init__(self) -> None:
        self.at = float(int(time.time()))

    def __call__(self) -> float:
        return self.at


class Phone:
    """A phone with one number, as Twilio would pass its texts on."""

    def __init__(self, settings: Settings, post: Post) -> None:
        self._settings = settings
        self._post = post

    def text(self, sender: str, body: str, sid: str = "") -> list[str]:
        """Send one text; the replies to it, in order. Raises `PhoneError` when the service refuses it.

        `sid` is its MessageSid, by default a new one; the same again is the same text, delivered once more.
        """
        form = {
            "MessageSid": sid or new_sid(),
            "From": sender,
            "To": self._settings.sender,
            "Body": body[:MAX_TEXT],
            "NumMedia": "0",
        }
        status, answer = signed_post(self._settings, self._post, "/sms", form)
        if status != 200:
            raise PhoneError(f"the service answered {status}: {answer.strip()}")
        return [message.text or "" for message in ElementTree.fromstring(answer).iter("Message")]


def new_sid() -> str:
    """What Twilio would call a text."""
    return "SM" + secrets.token_hex(16)


def signed_post(settings: Settings, post: Post, path: str, form: dict[str, str]) -> tuple[int, str]:
    """A form as Twilio posts it. `path` may have a query."""
    form = {"AccountSid": settings.account_sid, **form}
    signed = signature.sign(settings.auth_token, f"{settings.public_url}{path}", {k: [v] for k, v in form.items()})
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    return post(path, urlencode(form).encode(), headers)


class PhoneError(Exception):
    """The service refused a text or does not answer; the message says why."""


class Embedded:
    """A whole service in this process, on a store of its own that is gone with it: its web, its clock and its worker."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._server = fakeredis.FakeServer()
        self.air = Air(clock)
        self.clock = clock
        self.built = runtime.build(settings, client=self._redis, gateway=self.air, now=clock)
        self.app = create_app(self.built)
        self._web = self.app.test_client()
        self._numbers: set[str] = set()
        self._queue = worker.broker(settings)
        worker.actor(self._queue, self.built.store, partial(handle.wake, self.built), clock, Event())
        self._rounds = worker.Clock(self.built.store, self._queue, _AT_ONCE, clock)
        self._worker = dramatiq.Worker(self._queue, worker_threads=1, worker_timeout=10)
        self._worker.start()

    def _redis(self) -> fakeredis.FakeRedis:
        return fakeredis.FakeRedis(server=self._server)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        self._numbers |= set(parse_qs(body.decode()).get("From", ()))
        answer = self._web.post(path, data=body, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    def next_due(self) -> float | None:
        """When the service has something to do by itself. Asks for those who texted: the store would look into every shard."""
        ids = map(self.built.vault.contact_id, self._numbers)
        return min((due for id in ids if (due := self.built.store.due_of(id)) is not None), default=None)

    def pass_to(self, to: float, *, most: int = sys.maxsize, first: bool = False) -> list[Arrived]:
        """Time passes: whatever the service has to do by itself it does at its own moment. What arrives meanwhile.

        It ends before `to` when the service was woken `most` times; with `first` once a text has arrived or was refused, or when
        nothing more is to be done.
        """
        arrived: list[Arrived] = []
        for _ in range(most):
            due = self.next_due()
            if due is None or due > to:
                self.clock.at = self.clock.at if first else max(self.clock.at, to)
                break
            self.clock.at = max(self.clock.at, due)
            arrived += self.work()
            if first and (arrived or self.air.refused):
                break
        return arrived

    def work(self) -> list[Arrived]:
        """Everything that is due by now, done; the texts that arrived because of it."""
        for _ in range(_MOST_ROUNDS):
            if self._rounds.round():
                break
        self._queue.join(worker.QUEUE)
        self._worker.join()
        self.tell_receipts()
        return self.air.take()

    def tell_receipts(self, *, late: bool = False) -> None:
        """Tell the service what became of its texts; with `late` also what was to wait."""
        for text in self.air.receipts(late=late):
            for status, code in text.receipts:
                form = {"MessageSid": text.sid, "To": text.to, "MessageStatus": status}
                form |= {"ErrorCode": str(code)} if code else {}
                signed_post(self.built.settings, self.post, f"/receipt?o={quote(text.entry, safe='')}", form)
                text.status, text.code = status, code
            text.receipts = []

    def forget(self) -> None:
        """Everybody and everything, as at the start."""
        self._redis().flushall()
        self._numbers.clear()
        self.air.forget()

    def close(self) -> None:
        self._worker.stop()


_AT_ONCE: Final = 1e6
_MOST_ROUNDS: Final = 1000


def remote(url: str) -> Post:
    """A running service at `url`."""

    def post(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        try:
            request = urllib.request.Request(url.rstrip("/") + path, data=body, headers=headers, method="POST")
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(errors="replace")
        except (OSError, ValueError) as fault:
            raise PhoneError(f"{url} does not answer: {fault}") from fault

    return post
