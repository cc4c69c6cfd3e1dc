"""python -m service simulate: the phone in the browser, for this machine only."""

import argparse
import errno
import os
import socket
import sys
import time
import webbrowser
from threading import Timer
from typing import Final

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from service import config
from service.config import Settings
from service.simulator.page import put_on
from service.simulator.phone import Clock, Embedded
from service.simulator.table import Table

HOST: Final = "127.0.0.1"
PORT: Final = 8000


class Quiet(WSGIRequestHandler):
    """Writes nothing of what is asked."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def application(settings: Settings) -> Flask:
    """The whole service with the phone in front of it, in this process."""
    service = Embedded(settings, Clock())
    return put_on(service.app, Table(service, lambda: float(int(time.time()))))


def run_simulate(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    try:
        listening = _listening(options.port)
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 2
    url = f"http://{HOST}:{listening.getsockname()[1]}/simulator"
    print("One moment: reading the menu ...", flush=True)
    app = application(config.simulated(config.menu_folder(os.environ)))
    server = make_server(HOST, options.port, app, threaded=True, request_handler=Quiet, fd=listening.fileno())
    print(f"A phone to try: {url}\nCtrl-C ends.", flush=True)
    if somebody_is_there():
        Timer(0.2, webbrowser.open, (url,)).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


def _listening(port: int) -> socket.socket:
    """A socket on this machine's own address. Raises `OSError`, in words, when the port is not to be had."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(64)
    except (OSError, OverflowError) as fault:
        listening.close()
        busy = isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE
        why = "is in use" if busy else "cannot be opened"
        raise OSError(f"port {port} {why}: choose another one, such as --port 8001 (make run PORT=8001)") from fault
    return listening


def somebody_is_there() -> bool:
    """Whether a browser may be opened: there is a terminal and a display, and no CI."""
    display = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(display and sys.stdout.isatty() and not os.environ.get("CI"))


COMMANDS: Final = {
    "simulate": (
        run_simulate,
        "a phone in the browser, on this machine only",
        {"--port": {"type": int, "default": PORT, "help": f"{PORT}; 0 is any that is free"}},
    ),
}
