"""The load: signed texts made beforehand, then sent over a few kept-alive connections by a process of its own.

Raw sockets and one selector: a request costs this process some 40 microseconds, so that the server is the bottleneck.
"""

import random
import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import ceil
from typing import Final
from urllib.parse import urlencode

from service.channels import signature
from service.core.menu import Menu
from service.core.words import MAX_TEXT

ACCOUNT: Final = "AC" + "b" * 32
TOKEN: Final = "bench-token-that-signs-nothing-real"
PUBLIC_URL: Final = "https://bench.invalid"

CONNECTIONS: Final = 8
TEXTS_A_PHONE: Final = 6
"""Below the ten in 30 s after which the loop guard goes silent, however fast the server is."""

NUMBERS: Final = ("1", "2", "3", "0", "9")
SENTENCES: Final = (
    "i missed my pill",
    "forgot to take my dose this morning, what now",
    "can i drink wine",
    "is it ok to have a beer with baclofen",
    "what are the side effects",
    "it makes me so sleepy",
    "feeling dizzy since i started it",
    "can i drive on this",
    "i ran out of pills and the pharmacy is closed",
    "how do i stop taking it safely",
    "is it safe while pregnant",
    "im breastfeeding can i take it",
    "can i take ibuprofen with baclofen",
    "where should i keep it",
    "do i take it with food or on an empty stomach",
    "took two by mistake",
    "my kidneys are bad, is that a problem",
    "how much is too much",
    "whats this number for",
    "Thanks!",
)

_SET: Final = re.compile(r"{(\w+)}")
_CHOICE: Final = re.compile(r"\(([^()]*)\)")


@dataclass(slots=True)
class Round:
    """What one server did with one batch: milliseconds of each answer, seconds in all, and this process's own part of them."""

    seconds: float = 0.0
    own_seconds: float = 0.0
    millis: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)

    def add(self, other: "Round") -> None:
        """Count another turn of the same server to this round."""
        self.seconds += other.seconds
        self.own_seconds += other.own_seconds
        self.millis += other.millis
        self.wrong += other.wrong

    @property
    def rate(self) -> float:
        return len(self.millis) / self.seconds

    def percentile(self, percent: float) -> float:
        return sorted(self.millis)[ceil(len(self.millis) * percent / 100) - 1]


def batch(count: int, seed: int) -> list[bytes]:
    """`count` texts ready to send: half numbers, half sentences, each phone's own six far apart. The same for the same seed."""
    dice = random.Random(seed)
    phones = max(ceil(count / TEXTS_A_PHONE), CONNECTIONS + 1)
    first = 2_000_000_000 + seed * 1_000_000
    return [_request(f"+1{first + i % phones}", dice.choice(dice.choice((NUMBERS, SENTENCES))), dice) for i in range(count)]


def worst_texts(menu: Menu) -> Iterator[str]:
    """Texts of the greatest length made to be slow: signs, endless words, and every phrase of the menu said over and over."""
    bits = [
        "stop ",
        "a ",
        "i ",
        "a",
        "z\u0300\u0301\u0336\u20e3",
        "\U0001f480",
        "\u2764\ufe0f",
        "\ufdfa",
        "not? ",
        "q1 ",
        "unabridged ",
    ]
    bits += [f"{said} " for said in dict.fromkeys(_said(phrase, menu) for row in menu.reader.families.values() for phrase in row)]
    yield from ((bit * MAX_TEXT)[:MAX_TEXT] for bit in bits)


def _said(phrase: str, menu: Menu) -> str:
    """A phrase as somebody would text it: of each choice the first, a gap filled."""
    while "{" in phrase:
        phrase = _SET.sub(lambda name: f"({menu.reader.sets.get(name[1], ['um'])[0]})", phrase)
    while "(" in phrase:
        phrase = _CHOICE.sub(lambda choice: choice[1].partition(" | ")[0], phrase)
    words = (word.partition("|")[0].strip("?*^$&") for word in phrase.replace("~~", "~").replace("~", "um").split())
    return " ".join(filter(None, words))


def _request(sender: str, text: str, dice: random.Random) -> bytes:
    form = _form(sender, text, f"SM{dice.getrandbits(128):032x}")
    body = urlencode(form)
    signed = signature.sign(TOKEN, f"{PUBLIC_URL}/sms", {name: [value] for name, value in form.items()})
    head = (
        "POST /sms HTTP/1.1\r\nHost: bench.invalid\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signed}\r\n\r\n"
    )
    return (head + body).encode()


def _form(sender: str, text: str, sid: str) -> dict[str, str]:
    """The fields that Twilio sends with an inbound text."""
    places = {f"{end}{what}": "" for end in ("From", "To") for what in ("City", "State", "Zip")}
    ids = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "MessagingServiceSid": "MG" + "c" * 32}
    rest = {"ApiVersion": "2010-04-01", "SmsStatus": "received", "NumSegments": "1", "NumMedia": "0"}
    return {"From": sender, "To": "+15550100000", "Body": text, "FromCountry": "US", "ToCountry": "US"} | places | ids | rest


class _Wire:
    """One connection: one request on its way at a time."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._got = b""
        self._begun = 0.0

    def send(self) -> bool:
        """Send the next request; false when there is none left."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._got, self._begun = b"", time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self, into: Round) -> bool:
        """Take what has come; true when that is the whole answer."""
        chunk = self.socket.recv(65536)
        self._got += chunk
        if chunk and not _whole(self._got):
            return False
        into.millis.append((time.perf_counter() - self._begun) * 1000)
        if not self._got.startswith(b"HTTP/1.1 200 ") or b"<Message>" not in self._got:
            into.wrong.append(self._got[:500])
        return True


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    return bool(end) and len(body) >= int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])


def drive(port: int, requests: list[bytes], most_seconds: float) -> Round:
    """Send `requests` over all connections, as fast as they are answered, and begin none after `most_seconds`."""
    done, left = Round(), _until(iter(requests), time.perf_counter() + most_seconds)
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        wires = [_Wire(port, left) for _ in range(CONNECTIONS)]
        for wire in wires:
            selector.register(stack.enter_context(wire.socket), selectors.EVENT_READ, wire)
        begun, own = time.perf_counter(), time.process_time()
        _converse(selector, wires, done)
        done.seconds, done.own_seconds = time.perf_counter() - begun, time.process_time() - own
    return done


def _converse(selector: selectors.BaseSelector, wires: list[_Wire], done: Round) -> None:
    """Until every request is answered; a wrong answer ends it at once."""
    busy = sum(wire.send() for wire in wires)
    while busy and not done.wrong:
        ready = selector.select(timeout=10)
        if not ready:
            raise TimeoutError("the server does not answer")
        for key, _ in ready:
            wire: _Wire = key.data
            if wire.receive(done) and not wire.send():
                busy -= 1


def _until(requests: Iterator[bytes], end: float) -> Iterator[bytes]:
    return (request for request in requests if time.perf_counter() < end)
