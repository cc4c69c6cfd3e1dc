"""python -m service: what there is to run besides the web."""

import argparse
import base64
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from service import config, content, log, operators, pictures, processes, registration
from service.book import command as book
from service.core import picture
from service.core.answers import times
from service.core.dialogue import step
from service.core.menu import HOME, Menu
from service.core.model import Contact, Message, Place
from service.simulator import phone, serve, terminal
from service.store import StoreDown

_ROUTES: Final = """
web requests (granian --interface wsgi wsgi:app):
  POST /sms       a text from Twilio, signed
  POST /voice     a phone call from Twilio, signed
  POST /whatsapp  a WhatsApp message from Twilio, signed; only with WHATSAPP_FROM
  POST /receipt   what became of a text that we sent, signed
  GET  /, /privacy, /terms   the public page, ?lang=en or es
  GET  /health    200 while the process is alive
  GET  /ready     200 while Redis answers
  GET  /metrics   Prometheus; METRICS_TOKEN as bearer token, or from this machine
  GET  /simulator a phone in the browser; only with SIMULATOR=1, or `simulate`

simulate, chat, understand, check, map, book and key need no setting; campaign needs those it names; the web and all other
commands need those the README lists.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    log.set_up("ERROR")
    try:
        return int(options.run(options))
    except (config.ConfigError, content.ContentError) as fault:
        print(fault, file=sys.stderr)
        return 2
    except StoreDown as fault:
        print(f"{fault}: look at REDIS_URL, and at Redis", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read this has enough, such as head; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m service", description=__doc__, epilog=_ROUTES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, about, flags) in _COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        for flag, settings in flags.items():
            command.add_argument(flag, **settings)
    return parser


def _menu_folder() -> Path:
    """The folder of MENU, which is all that commands without settings look at."""
    return config.menu_folder(os.environ)


def run_chat(options: argparse.Namespace) -> int:
    settings = config.simulated(_menu_folder())
    clock = None if options.url else phone.Clock()
    if options.url:
        settings = config.calling(os.environ, settings)
    service = phone.Embedded(settings, clock) if clock else None
    post = service.post if service else phone.remote(options.url)
    held = terminal.Terminal(phone.Phone(settings, post), clock, service)
    if sys.stdin and sys.stdin.isatty() and not options.json:
        return terminal.interactive(held, content.load(settings.menu, None, settings.clinic).name)
    return terminal.piped(held, _lines(), sys.stdout, json_lines=options.json)


def run_understand(options: argparse.Namespace) -> int:
    read = _as_times(options.lang) if options.reading == "times" else _as_text(options.lang)
    for line in _lines():
        verdict, why = read(line)
        print(f"{verdict}\t{why}" if options.why else verdict, flush=True)
    return 0


def _as_text(lang: str | None) -> Callable[[str], tuple[str, str]]:
    menu = content.load(_menu_folder(), None, "the clinic")
    if lang is not None and lang not in menu.languages:
        raise config.ConfigError([f"--lang {lang}: the menu has only {', '.join(menu.languages)}"])
    return partial(understood, menu.only(lang) if lang else menu)


def _as_times(lang: str | None) -> Callable[[str], tuple[str, str]]:
    vocabulary = content.load(_menu_folder(), None, "the clinic", deaf=True).vocabulary

    def read(text: str) -> tuple[str, str]:
        said = times.read_times(vocabulary, text, lang)
        clock = ",".join(f"{minute // 60:02}:{minute % 60:02}" for minute in said.times)
        return clock or said.kind, said.why

    return read


def understood(menu: Menu, text: str) -> tuple[str, str]:
    """What a stranger's text would do with home shown, and the words that decided: through the very step the webhook takes."""
    now = datetime.now(UTC).timestamp()
    home = Place(HOME, menu.standing(menu.screens[HOME].options), (), now)
    turn = step(menu, replace(Contact(since=now), welcomed=True, place=home), Message("", "+15550001111", text), now)
    return turn.verdict, turn.why


def run_check(options: argparse.Namespace) -> int:
    folder = _menu_folder()
    faults = content.faults(folder, datetime.now(UTC).date(), release=options.release)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults in {folder.name}" if faults else f"{folder.name}: no fault", file=sys.stderr)
    return 1 if faults else 0


def run_map(options: argparse.Namespace) -> int:
    menu = content.load(_menu_folder(), None, "the clinic", deaf=True)
    if options.write:
        pictures.draw(menu, write=True)
    else:
        print(picture.menu(menu))
    return 0


def _lines() -> Iterator[str]:
    """Lines of UTF-8 on stdin that end in LF and nothing else; bytes that are no UTF-8 become a sign that says so."""
    for line in sys.stdin.buffer if sys.stdin else ():
        yield line.removesuffix(b"\n").decode("utf-8", errors="replace")


def run_key(_: argparse.Namespace) -> int:
    print(base64.b64encode(secrets.token_bytes(config.KEY_BYTES)).decode())
    return 0


_COMMANDS: Final[dict[str, tuple[Callable[[argparse.Namespace], int], str, dict[str, dict[str, Any]]]]] = {
    **serve.COMMANDS,
    "chat": (
        run_chat,
        "the phone in a terminal; reads stdin when piped, one text a line, and prints the replies",
        {
            "--json": {"action": "store_true", "help": "one JSON object a message sent: line, at, to, kind, text"},
            "--url": {"help": "text a running service; PUBLIC_URL, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are its own"},
        },
    ),
    "understand": (
        run_understand,
        "what each text on stdin would do, one verdict a line",
        {
            "--as": {"choices": ["times"], "dest": "reading", "help": "as an answer: 08:00,14:00, ask or no"},
            "--lang": {"choices": content.LANGUAGES, "help": "only this language"},
            "--why": {"action": "store_true", "help": "add a tab and the words that decided"},
        },
    ),
    "check": (
        run_check,
        "every fault of the content; exit 1 if any",
        {"--release": {"action": "store_true", "help": "also what must be done before a clinic may use it"}},
    ),
    "map": (
        run_map,
        "the menu as a picture (mermaid)",
        {"--write": {"action": "store_true", "help": "draw the pictures in README.md again instead"}},
    ),
    "campaign": (
        registration.run_campaign,
        "the fields of the carrier registration (A2P 10DLC), from the content and the settings; exit 1 if a carrier would refuse",
        {"--json": {"action": "store_true", "help": "one JSON object with the names of Twilio's API"}},
    ),
    **book.COMMANDS,
    "key": (run_key, "a new key for ID_KEY or SECRET_KEYS", {}),
    "clock": (processes.run_clock, "claim who is due and hand them to the workers; as many as you like", {}),
    "worker": (
        processes.run_worker,
        "send what is due",
        {
            "--processes": {"type": int, "default": 2, "help": "processes; 2"},
            "--threads": {"type": int, "default": 64, "help": "threads in each: calls of Twilio at once; 64"},
        },
    ),
    "due": (
        processes.run_due,
        "who is due; exit 1 when somebody waits too long",
        {"--rebuild": {"action": "store_true", "help": "make the due index anew from the records"}},
    ),
    **operators.COMMANDS,
}
