"""Sockets on which nothing waits past an instant, from looking up the name on, however slowly the other side drips.

A timeout of a socket is for one read; a byte now and then keeps such a call for ever. Here every read is given what is left.
"""

import socket
import ssl
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final

_RESOLVERS: Final = 4


def left(deadline: float) -> float:
    """Seconds until `deadline`, an instant of time.monotonic(). Raises `TimeoutError` when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    return seconds


class _Timed:
    """A socket on which nothing waits past `deadline`."""

    deadline = 0.0

    def recv_into(self, *args: Any) -> int:
        self.settimeout(left(self.deadline))  # type: ignore[attr-defined]
        return int(super().recv_into(*args))  # type: ignore[misc]


class Plain(_Timed, socket.socket):
    """One over TCP."""


class Tls(_Timed, ssl.SSLSocket):
    """One over TLS; its handshake takes the timeout it is made with as a total."""


class _Names:
    """Addresses of hosts. A lookup cannot be given a deadline, so a few threads wait for it; those who ask together share one."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="names")
        self._lock = Lock()
        self._asked: dict[tuple[str, int], Future[list[Any]]] = {}

    def find(self, host: str, port: int, deadline: float) -> list[Any]:
        """As socket.getaddrinfo() gives them. Raises `OSError`."""
        with self._lock:
            asked = self._asked.get((host, port))
            if asked is None or asked.done():
                asked = self._threads.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
                self._asked[host, port] = asked
        return asked.result(left(deadline))


_names: Final = _Names()


def connected(host: str, port: int, deadline: float) -> Plain:
    """A socket to the first address that answers; a silent one leaves the others their share of the time. Raises `OSError`."""
    fault: OSError = OSError("no address")
    addresses = _names.find(host.strip("[]"), port, deadline)
    for others, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        sock = Plain(family, kind, protocol)
        try:
            sock.deadline = deadline
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(left(deadline) / others)
            sock.connect(address)
            sock.settimeout(left(deadline))
        except OSError as refused:
            sock.close()
            fault = refused
        else:
            return sock
    raise fault
