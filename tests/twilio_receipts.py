"""The stub Twilio's status callbacks: signed, best effort, never in the way of the API."""

import asyncio
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

from service.channels.signature import sign
from tests.twilio_truth import Record, Truth

CLIENTS = 4
PAUSE = 0.05
PATIENCE = 10.0


class Receipts:
    """Posts `sent` and `delivered` (or `undelivered` with its code) for each message to `base` + the callback's path and query."""

    def __init__(self, truth: Truth, base: str, token: str, chaos: bool = False, seed: int = 0) -> None:
        self._truth, self._base, self._token, self._chaos, self._random = truth, urlsplit(base), token, chaos, Random(seed)
        self._queue: asyncio.Queue[tuple[Record, str, int | None]] = asyncio.Queue()

    def start(self) -> list[asyncio.Task[None]]:
        self._loop = asyncio.get_running_loop()
        return [asyncio.create_task(self._client()) for _ in range(CLIENTS)]

    def add(self, record: Record) -> None:
        if not record.callback:
            return
        error = self._truth.modes.undelivered.get(record.to)
        last = ("undelivered", error) if error else ("delivered", None)
        receipts: list[tuple[str, int | None]] = [("sent", None), last]
        if self._chaos:
            receipts += self._random.choices(receipts, k=self._random.randrange(3))
            self._random.shuffle(receipts)
        for n, (status, code) in enumerate(receipts, 1):
            self._loop.call_later(n * PAUSE, self._queue.put_nowait, (record, status, code))

    async def _client(self) -> None:
        """One connection, kept alive, opened again when it broke. What fails is counted and not tried again."""
        reader = writer = None
        try:
            while True:
                record, status, code = await self._queue.get()
                try:
                    async with asyncio.timeout(PATIENCE):
                        if writer is None or reader is None or reader.at_eof():
                            reader, writer = await asyncio.open_connection(self._base.hostname, self._base.port or 80)
                        answer = await _post(reader, writer, self._request(record, status, code))
                except (OSError, TimeoutError, ValueError, EOFError):
                    answer = 0
                    if writer is not None:
                        writer.close()
                        writer = None
                self._truth.stats[f"receipt-{answer or 'failed'}"] += 1
                record.status, record.error = status, code
                record.receipt = status if 200 <= answer < 300 else record.receipt
        finally:
            if writer is not None:
                writer.close()

    def _request(self, record: Record, status: str, code: int | None) -> bytes:
        form = {
            "MessageSid": record.sid,
            "SmsSid": record.sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": record.to,
            "From": record.sender,
            "AccountSid": self._truth.account,
            "ApiVersion": "2010-04-01",
        }
        if code:
            form["ErrorCode"] = str(code)
        url = urlsplit(record.callback)
        target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        body = urlencode(form).encode()
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"X-Twilio-Signature: {sign(self._token, record.callback, {name: [value] for name, value in form.items()})}\r\n\r\n"
        )
        return head.encode() + body


async def _post(reader: asyncio.StreamReader, writer: Any, request: bytes) -> int:
    """The status answered; the body is read and dropped."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, length, rest = head.partition(b"content-length:")
    if length:
        await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    return int(head.split(b" ", 2)[1])
