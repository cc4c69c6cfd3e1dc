"""The gateway's connections: every call over in time, and what never went out told apart from what may have."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from service.gateway import Gateway, Kind, sockets, wire
from tests.conftest import free_port, until
from tests.test_gateway import LATE, SOON, TEXT, closing, failure, find, gateway_to, send, stub, twilio
from tests.twilio_stub import Stub

__all__ = ["stub", "twilio"]


@contextlib.contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with each connection what it is told; gives host:port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                conn = listening.accept()[0]
                with conn, contextlib.suppress(OSError):
                    talk(conn)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def read_request(conn: socket.socket) -> bytes:
    """A whole one, or what came before the other side closed."""
    request = b""
    while not request.endswith(b"taken."):
        more = conn.recv(65536)
        if not more:
            break
        request += more
    return request


def answered(conn: socket.socket) -> bytes:
    request = read_request(conn)
    conn.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 16\r\n\r\n{"sid": "SM123"}')
    return request


@pytest.mark.parametrize(
    ("outcome", "processed"), [("hang-before", 0), ("hang-after", 1), ("drip", 1), ("drip-head", 1), ("late", 0)]
)
def test_the_deadline_is_total(stub: Stub, twilio: Gateway, outcome: str, processed: int) -> None:
    stub.modes.drip = 0.02
    stub.modes.fail = {outcome: 1.0}
    began = time.monotonic()

    fault = failure(lambda: send(twilio, within=SOON))

    assert fault.ambiguous
    assert SOON <= time.monotonic() - began <= SOON + LATE
    assert len(stub.messages) == processed


def test_a_find_that_drips_ends_too(stub: Stub, twilio: Gateway) -> None:
    stub.modes.fail_get, stub.modes.drip = {"drip": 1.0}, 0.02
    began = time.monotonic()

    assert failure(lambda: find(twilio, TEXT, within=SOON)).ambiguous
    assert time.monotonic() - began <= SOON + LATE


def test_an_answer_without_length_is_read(stub: Stub, twilio: Gateway) -> None:
    stub.modes.fail = {"no-length": 1.0}

    assert [send(twilio), send(twilio)] == [message.sid for message in stub.messages]


def test_nothing_goes_out_after_the_deadline(stub: Stub, twilio: Gateway) -> None:
    send(twilio)

    faults = [failure(lambda: send(twilio, within=0)), failure(lambda: find(twilio, TEXT, within=-1))]

    assert [fault.kind for fault in faults] == [Kind.RETRY, Kind.RETRY]
    assert len(stub.messages) == 1
    assert stub.stats == {"ok": 1, "connections": 1}


def test_a_deadline_that_passes_while_the_name_is_looked_up(stub: Stub, twilio: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    found, lookup = threading.Event(), socket.getaddrinfo
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *args: [found.wait(5), lookup(*args)][1])
    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        faults = list(threads.map(lambda _: failure(lambda: send(twilio, within=SOON)), range(8)))
    found.set()

    assert {fault.kind for fault in faults} == {Kind.RETRY}
    assert time.monotonic() - began <= SOON + LATE
    assert send(twilio)
    assert stub.stats == {"ok": 1, "connections": 1}


def test_what_never_arrived_is_to_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(gateway_to(f"http://127.0.0.1:{free_port()}")) as refused:
        assert failure(lambda: send(refused)).reason == "ConnectionRefusedError"
        assert failure(lambda: find(refused, TEXT)).retry

    def unknown(*_: Any) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(sockets.socket, "getaddrinfo", unknown)
    with closing(gateway_to("http://twilio.invalid")) as nowhere:
        fault = failure(lambda: send(nowhere))
    assert fault.retry
    assert 1 <= (fault.wait or 0) <= 4


def test_the_second_address_is_tried(stub: Stub, twilio: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    here = socket.getaddrinfo("127.0.0.1", stub.port, 0, socket.SOCK_STREAM)
    dead = socket.getaddrinfo("127.0.0.1", free_port(), 0, socket.SOCK_STREAM)
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *_: dead + here)

    assert send(twilio)


def test_a_connection_closed_while_idle_is_not_used() -> None:
    closed: list[socket.socket] = []

    def once(conn: socket.socket) -> None:
        answered(conn)
        conn.close()
        closed.append(conn)

    with serving(once) as address, closing(gateway_to(f"http://{address}")) as twilio:
        for n in range(1, 6):
            assert send(twilio) == "SM123"
            until(lambda n=n: len(closed) == n, what="closing")


def test_a_connection_idle_for_long_is_not_used(stub: Stub, twilio: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    send(twilio)
    monkeypatch.setattr(wire, "IDLE_SECONDS", -1.0)
    send(twilio)

    assert stub.stats["connections"] == 2


def test_a_connection_that_takes_no_byte_is_to_be_tried_again(stub: Stub, twilio: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patched:
        patched.setattr(sockets.Plain, "sendall", broken, raising=False)
        assert failure(lambda: send(twilio)).retry
    assert stub.messages == []
    assert send(twilio)


def test_a_connection_closed_in_answer_to_a_request_is_ambiguous() -> None:
    def twice(conn: socket.socket) -> None:
        answered(conn)
        read_request(conn)

    with serving(twice) as address, closing(gateway_to(f"http://{address}")) as twilio:
        send(twilio)
        assert failure(lambda: send(twilio)).ambiguous


def test_many_threads_share_the_pool(stub: Stub) -> None:
    with closing(gateway_to(stub.url, threads=64)) as twilio, ThreadPoolExecutor(64) as threads:
        sids = list(threads.map(lambda n: send(twilio, text=f"{TEXT} {n}", within=10), range(640)))

    assert len(set(sids)) == 640
    assert set(sids) == {message.sid for message in stub.messages}
    assert {message.body for message in stub.messages} == {f"{TEXT} {n}" for n in range(640)}
    assert stub.stats["connections"] <= 64


def test_no_more_stay_idle_than_the_pool_holds(stub: Stub) -> None:
    stub.modes.delay = 0.1
    with closing(gateway_to(stub.url, threads=2)) as twilio:
        for _ in range(2):
            with ThreadPoolExecutor(8) as threads:
                list(threads.map(lambda _: send(twilio), range(8)))

    assert stub.stats == {"ok": 16, "connections": 14}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stub")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def over_tls(certificate: Path, talk: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def wrapped(conn: socket.socket) -> None:
        with context.wrap_socket(conn, server_side=True) as secure:
            talk(secure)

    return wrapped


def test_certificates_are_checked(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def twice(conn: socket.socket) -> None:
        seen.extend([answered(conn), answered(conn)])

    with serving(over_tls(certificate, twice)) as address:
        with closing(gateway_to(f"https://{address}")) as stranger:
            fault = failure(lambda: send(stranger))
        assert (fault.kind, fault.reason, seen) == (Kind.RETRY, "SSLCertVerificationError", [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with closing(gateway_to(f"https://{address}")) as twilio:
            assert [send(twilio), send(twilio)] == ["SM123", "SM123"]
    assert len(seen) == 2


def test_the_deadline_holds_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(conn: socket.socket) -> None:
        read_request(conn)
        for byte in b"HTTP/1.1 201 Created\r\n" + b"x" * 100:
            conn.sendall(bytes([byte]))
            threading.Event().wait(0.02)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    began = time.monotonic()
    with serving(over_tls(certificate, drip)) as address, closing(gateway_to(f"https://{address}")) as twilio:
        assert failure(lambda: send(twilio, within=SOON)).ambiguous
        assert time.monotonic() - began <= SOON + LATE


def test_a_handshake_that_drips_ends_and_nothing_went_out() -> None:
    def drip(conn: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 100:
            conn.sendall(bytes([byte]))
            threading.Event().wait(0.02)

    began = time.monotonic()
    with serving(drip) as address, closing(gateway_to(f"https://{address}")) as twilio:
        fault = failure(lambda: send(twilio, within=SOON))
        assert (fault.kind, fault.reason) == (Kind.RETRY, "TimeoutError")
        assert time.monotonic() - began <= SOON + LATE


def test_a_proxy_is_used_for_https_only(certificate: Path, monkeypatch: pytest.MonkeyPatch, stub: Stub) -> None:
    asked: list[bytes] = []

    def tunnel(conn: socket.socket) -> None:
        asked.append(conn.recv(65536))
        conn.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        over_tls(certificate, answered)(conn)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(tunnel) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:pw@{address}")
        with closing(gateway_to("https://127.0.0.1:4443")) as twilio:
            assert send(twilio) == "SM123"
        with closing(gateway_to(stub.url)) as plain:
            assert send(plain)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with closing(gateway_to(f"https://127.0.0.1:{free_port()}")) as direct:
            assert failure(lambda: send(direct)).retry

    assert len(asked) == 1
    assert asked[0].startswith(b"CONNECT 127.0.0.1:4443 ")
    assert b"dXNlcjpwdw==" in asked[0]
