"""HTTP requests under one total deadline, on connections kept alive; after a failure it is known whether any of it went out."""

import socket
import ssl
import time
from contextlib import suppress
from http.client import HTTPException
from threading import Lock
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import Url, make_headers, parse_url

from service.gateway.errors import Kind, SendError
from service.gateway.sockets import Tls, connected, left

IDLE_SECONDS: Final = 20.0
"""A connection idle for longer is not used again: the other side may be closing it just as a text goes out."""
_PORTS: Final = {"http": 80, "https": 443}

Answer = tuple[int, Any, str]
"""The HTTP status, the headers (a mapping that ignores case), the body."""


class _Whole:
    """A connection that sends a request in one piece: what fails before is surely not processed, and it is one system call."""

    deadline = 0.0
    sent = False
    _parts: list[bytes] | None = None

    def _new_conn(self) -> socket.socket:
        return connected(self._dns_host, self.port, self.deadline)  # type: ignore[attr-defined]

    def send(self, data: Any) -> None:
        if self._parts is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._parts.append(data)

    def ask(self, method: str, target: str, body: str | None, headers: dict[str, str], deadline: float) -> Answer:
        """One request and its answer. Afterwards `sent` tells whether any of it may have arrived."""
        self.sent, self.deadline = False, deadline
        conn: Any = self
        if conn.sock is None:
            conn.connect()
        conn.sock.deadline = deadline
        self._parts = []
        conn.request(method, target, body=body, headers=headers)
        request, self._parts = b"".join(self._parts), None
        conn.timeout = left(deadline)  # the last look at the clock before the bytes go out
        conn.sock.settimeout(conn.timeout)
        self.sent = True
        try:
            conn.sock.sendall(request)
        except ConnectionError:
            self.sent = False  # it was closed before: the kernel took nothing
            raise
        answer = conn.getresponse()
        return answer.status, answer.headers, answer.data.decode("utf-8", "replace")


class _Http(_Whole, HTTPConnection):
    pass


class _Https(_Whole, HTTPSConnection):
    pass


class Connections:
    """Connections to one origin (scheme://host[:port]), kept alive between requests, at most `most` of them idle."""

    def __init__(self, origin: str, most: int) -> None:
        self._url = parse_url(origin)
        self._port = self._url.port or _PORTS[str(self._url.scheme)]
        self._proxy = _proxy(self._url)
        self._tls = _verifying() if self._url.scheme == "https" else None
        self._most, self._lock = most, Lock()
        self._idle: list[tuple[float, Any]] = []

    def ask(self, method: str, target: str, body: str | None, headers: dict[str, str], deadline: float) -> Answer:
        """One request, never repeated, no redirect followed.

        Raises `SendError`: `retry` where it surely never arrived, `ambiguous` where it may have.
        """
        conn, done = self._take(), False
        try:
            answer: Answer = conn.ask(method, target, body, headers, deadline)
            done = conn.sock is not None  # None: the other side said it closes
        except (OSError, HTTPError, HTTPException, ValueError) as fault:
            reason = type(fault).__name__
        else:
            return answer
        finally:
            self._give(conn) if done else conn.close()
        # Raised out here so that nothing is chained: messages of the libraries name the URL, and with it the number.
        raise SendError(Kind.AMBIGUOUS if conn.sent else Kind.RETRY, reason=reason)

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, conn in idle:
            conn.close()

    def _take(self) -> Any:
        """The connection used last that is still open, or a new one, not yet connected."""
        oldest = time.monotonic() - IDLE_SECONDS
        with self._lock:
            stale = [conn for since, conn in self._idle if since < oldest]
            self._idle = self._idle[len(stale) :]
        for conn in stale:
            conn.close()
        while conn := self._last():
            if conn.is_connected:
                return conn
            conn.close()  # the other side closed it, or said something nobody asked for
        return self._new()

    def _last(self) -> Any:
        with self._lock:
            return self._idle.pop()[1] if self._idle else None

    def _give(self, conn: Any) -> None:
        with self._lock:
            if len(self._idle) < self._most:
                self._idle.append((time.monotonic(), conn))
                return
        conn.close()

    def _new(self) -> Any:
        host = str(self._url.host)
        if self._tls is None:
            return _Http(host, self._port)
        if self._proxy is None:
            return _Https(host, self._port, ssl_context=self._tls)
        conn = _Https(str(self._proxy.host), self._proxy.port or _PORTS["http"], ssl_context=self._tls)
        conn.set_tunnel(host, self._port, make_headers(proxy_basic_auth=self._proxy.auth) if self._proxy.auth else None)
        return conn


def _verifying() -> ssl.SSLContext:
    """Certificates are checked: with the system's authorities, and certifi's where a slim image has none."""
    context = ssl.create_default_context()
    with suppress(OSError):
        context.load_verify_locations(certifi.where())
    context.sslsocket_class = Tls
    return context


def _proxy(url: Url) -> Url | None:
    """The plain HTTP proxy of HTTPS_PROXY, unless NO_PROXY names this host. One to be reached by TLS itself is not supported."""
    proxy = getproxies().get("https", "")
    return parse_url(proxy) if url.scheme == "https" and proxy and not proxy_bypass(str(url.host)) else None
