"""The stub Twilio itself: as a process, with a record of what is true, and with receipts."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import pytest

from service.channels.signature import valid
from tests.conftest import PHONE, until
from tests.test_gateway import ACCOUNT, TEXT, closing, failure, gateway_to, send
from tests.twilio_stub import Stub

TOKEN = "t" * 32
Posted = list[tuple[str, dict[str, list[str]], str]]


@pytest.fixture
def posted() -> Iterator[tuple[str, Posted]]:
    """Where receipts go: the address, and what came there as (path, form, signature)."""
    got: Posted = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append((self.path, parse_qs(form), self.headers["X-Twilio-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize("chaos", [False, True])
def test_receipts_are_signed_and_counted(posted: tuple[str, Posted], chaos: bool) -> None:
    base, got = posted
    stub = Stub(ACCOUNT, undelivered={"+15550002222": 30003})
    stub.post_receipts(base, TOKEN, chaos, seed=4)
    stub.start()
    with closing(gateway_to(stub.url)) as twilio:
        sids = [send(twilio, to, entry=f"e{to}") for to in (PHONE, "+15550002222")]
        until(lambda: stub.stats["receipt-204"] >= 4 and all(stub.truth()[n][4] for n in (0, 1)), what="receipts")
    stub.close()

    assert {(form["MessageSid"][0], form["MessageStatus"][0]) for _, form, _ in got} == {
        (sids[0], "sent"),
        (sids[0], "delivered"),
        (sids[1], "sent"),
        (sids[1], "undelivered"),
    }
    assert {form["ErrorCode"][0] for _, form, _ in got if "ErrorCode" in form} == {"30003"}
    assert all(valid(TOKEN, f"https://tips.example{path}", form, signature) for path, form, signature in got)
    assert {path for path, _, _ in got} == {"/receipt?o=e%2B15550001111", "/receipt?o=e%2B15550002222"}


def test_as_a_process(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.twilio_stub",
        "--account",
        ACCOUNT,
        "--log",
        str(tmp_path / "log"),
        "--fail",
        "500-after=1",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().split()[1]}"

        def ask(path: str, body: Any = None) -> Any:
            with urlopen(Request(url + path, None if body is None else json.dumps(body).encode()), timeout=5) as answer:
                return json.load(answer)

        with closing(gateway_to(url)) as twilio:
            assert failure(lambda: send(twilio)).ambiguous
            assert ask("/control", {"fail": {}, "delay": 0.01})["delay"] == 0.01
            send(twilio, text="a\tb\nc", entry="e2")
            ask("/control", {"down": True})
            assert failure(lambda: send(twilio)).ambiguous
        truth, stats = ask("/truth"), ask("/stats")
        ask("/forget", {})
        assert ask("/truth") == []
        process.kill()

    assert [line[:3] for line in truth] == [[PHONE, TEXT, "e1"], [PHONE, "a\tb\nc", "e2"]]
    assert (stats["500-after"], stats["ok"], stats["down"]) == (1, 1, 1)
    lines = (tmp_path / "log").read_text().splitlines()
    assert [line.split("\t")[2:] for line in lines] == [["e1", PHONE, TEXT], ["e2", PHONE, r"a\tb\nc"]]
