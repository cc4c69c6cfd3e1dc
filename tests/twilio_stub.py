"""A stub Twilio over HTTP that keeps the truth: what it really processed, whatever it answered.

    python -m tests.twilio_stub --port 0 --delay 0.1 --fail 500-after=0.05 --fail 429=0.1 --seed 7
    -> port 40123

POST and GET /2010-04-01/Accounts/{sid}/Messages.json   as Twilio's
GET  /truth     [[to, body, entry, created (Unix seconds), receipt ("" or the last status delivered)], ...], in order
GET  /stats     {"ok": 12, "500-after": 1, ...}, receipts too
POST /control   {"fail": {"500-after": 0.1}, "delay": 0.2, "to": {"+1...": 21610}, ...}: sets what it names, answers all settings
POST /forget    forgets messages and counts, keeps settings

Each POST of a message draws one outcome of OUTCOMES by the probabilities in `fail` (the rest is "ok"), each GET by `fail_get`.
"""

import argparse
import asyncio
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from tests.twilio_receipts import Receipts
from tests.twilio_truth import OUTCOMES, Modes, Truth
from tests.twilio_wire import Wire


class Stub(Truth):
    """The truth, served. `start()` serves it from a thread of its own, for tests."""

    port = 0
    receipts: Receipts | None = None

    async def serve(self, port: int, ready: Callable[[], None]) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        wires: set[Wire] = set()
        listening = socket.create_server(("127.0.0.1", port), backlog=1024)
        server = await self._loop.create_server(lambda: Wire(self, wires), sock=listening)
        self.port = listening.getsockname()[1]
        sending = self.receipts.start() if self.receipts else []
        ready()
        await self._over.wait()
        server.close()
        for wire in list(wires):
            wire.abort()
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await asyncio.sleep(0)

    def post_receipts(self, base: str, token: str, chaos: bool = False, seed: int = 0) -> None:
        """Receipts for all that is processed from now on; before it is served."""
        self.receipts = Receipts(self, base, token, chaos, seed)
        self.kept = self.receipts.add

    def start(self) -> "Stub":
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve(0, ready.set)), daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _chance(text: str) -> tuple[str, float]:
    name, _, chance = text.partition("=")
    if name not in OUTCOMES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(OUTCOMES)}")
    return name, float(chance or 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--account", default="", help="answer 404 for any other account")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fail", type=_chance, action="append", default=[], metavar="OUTCOME=CHANCE")
    parser.add_argument("--fail-get", type=_chance, action="append", default=[], metavar="OUTCOME=CHANCE")
    for name in ("delay", "hang", "drip"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Modes(), name), help="seconds")
    parser.add_argument("--log", type=Path, help="append one line a processed message: created, SID, entry, to, body")
    parser.add_argument("--receipts", default="", metavar="URL_BASE", help="where receipts go, whatever host the callback names")
    parser.add_argument("--auth-token", default="")
    parser.add_argument("--receipt-chaos", action="store_true", help="duplicate and shuffle receipts")
    args = parser.parse_args()
    times = {"delay": args.delay, "hang": args.hang, "drip": args.drip}
    stub = Stub(args.account, args.seed, args.log, fail=dict(args.fail), fail_get=dict(args.fail_get), **times)
    if args.receipts:
        stub.post_receipts(args.receipts, args.auth_token, args.receipt_chaos, args.seed)
    asyncio.run(stub.serve(args.port, lambda: print("port", stub.port, flush=True)))


if __name__ == "__main__":
    main()
