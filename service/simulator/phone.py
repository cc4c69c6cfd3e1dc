"""The simulated phone: real signed webhooks, to a service in this process or to a running one."""

import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Final
from urllib.parse import urlencode
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

    def text(self, sender: str, body: str) -> list[str]:
        """Send one text; the replies to it, in order. Raises `PhoneError` when the service refuses it."""
        form = {
            "MessageSid": "SM" + secrets.token_hex(16),
            "AccountSid": self._settings.account_sid,
            "From": sender,
            "To": self._settings.sender,
            "Body": body[:MAX_TEXT],
            "NumMedia": "0",
        }
        signed = signature.sign(self._settings.auth_token, f"{self._settings.public_url}/sms", {k: [v] for k, v in form.items()})
        headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self._post("/sms", urlencode(form).encode(), headers)
        if status != 200:
            raise PhoneError(f"the service answered {status}: {answer.strip()}")
        return [message.text or "" for message in ElementTree.fromstring(answer).iter("Message")]


class PhoneError(Exception):
    """The service refused a text or does not answer; the message says why."""


class Embedded:
    """A whole service in this process, on a store of its own that is gone with it: its web, its clock and its worker."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        server = fakeredis.FakeServer()
        self._air = Air(clock)
        self._clock = clock
        self._built = runtime.build(settings, client=lambda: fakeredis.FakeRedis(server=server), gateway=self._air, now=clock)
        self._web = create_app(self._built).test_client()
        self._queue = worker.broker(settings)
        worker.actor(self._queue, self._built.store, partial(handle.wake, self._built), clock, Event())
        self._rounds = worker.Clock(self._built.store, self._queue, _AT_ONCE, clock)
        self._worker = dramatiq.Worker(self._queue, worker_threads=1, worker_timeout=10)
        self._worker.start()

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        answer = self._web.post(path, data=body, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    def next_due(self) -> float | None:
        """When the service has something to do by itself."""
        return self._built.store.next_due()

    def work(self) -> list[Arrived]:
        """Everything that is due by now, done; the texts that arrived because of it."""
        for _ in range(_MOST_ROUNDS):
            if self._rounds.round():
                break
        self._queue.join(worker.QUEUE)
        self._worker.join()
        return self._air.take()

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
