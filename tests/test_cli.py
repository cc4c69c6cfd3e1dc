"""The commands as somebody types them: real processes, real pipes, a real server. What only one of their many lines does is tried
by the same `main` in this process, which has read the menu before (`here`).
"""

import base64
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from service import cli, config, content
from service.core import picture
from tests.conftest import Server, free_port, until

Done = subprocess.CompletedProcess[bytes]
KEY, OTHER_KEY = (base64.b64encode(byte * 32).decode() for byte in (b"k", b"i"))


def run(*arguments: str, given: str | bytes = "", env: dict[str, str] | None = None) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        cwd=config.ROOT,
        env={**os.environ, **(env or {})},
        timeout=60,
        check=False,
    )


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Like `run`, in this process."""

    def run_here(*arguments: str, given: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = cli.main(list(arguments))
        return Done(arguments, code, *capfdbinary.readouterr())

    return run_here


def test_chat_piped() -> None:
    result = run("chat", given="HELLO\n1\n")
    first, second = result.stdout.decode().split("\n\n")

    assert result.returncode == 0
    assert first.startswith("Baclofen Tips: automatic tips")
    assert second.startswith("Missed a dose?")
    assert result.stderr == b""


def test_chat_as_json() -> None:
    script = "/at 2026-03-08T07:59\nHELLO\n\n/wait 2h\n/from +447700900123\nI can't breathe\n1"
    lines = [json.loads(line) for line in run("chat", "--json", given=script).stdout.decode().splitlines()]

    assert [(line["line"], line["at"], line["to"], line["kind"]) for line in lines] == [
        (2, "2026-03-08T07:59:00Z", "+15550001111", "reply"),
        (6, "2026-03-08T09:59:10Z", "+447700900123", "reply"),
        (7, "2026-03-08T09:59:20Z", "+447700900123", "reply"),
    ]
    assert "local emergency number" in lines[1]["text"]
    assert set(lines[0]) == {"line", "at", "to", "kind", "text"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/foo", "there is no /foo"),
        ("/at noon", "no time such as"),
        ("/wait long", "no span such as"),
        ("/from me", "is no number such as"),
    ],
)
def test_chat_says_what_is_wrong_with_a_line_and_goes_on(here: Callable[..., Done], line: str, expected: str) -> None:
    result = here("chat", given=f"{line}\nHELLO\n")

    assert result.stderr.startswith(b"line 1: ")
    assert expected in result.stderr.decode()
    assert b"not a doctor" in result.stdout
    assert result.returncode == 1


JOIN = "/from +12125551234\n/at 2026-11-23T12:30\nreminders\n1\n8am 2pm 8pm\n1\n1\n2\n"


def reminders(chat: Callable[..., Done], script: str) -> list[tuple[int, str, str]]:
    """Line, instant and text of every message that the service started."""
    lines = [json.loads(line) for line in chat("chat", "--json", given=JOIN + script).stdout.decode().splitlines()]
    return [(line["line"], line["at"], line["text"]) for line in lines if line["kind"] == "reminder"]


def test_chat_shows_a_day_of_reminders() -> None:
    shown = reminders(run, "/wait 24h\n")
    assert [(line, at) for line, at, _ in shown] == [
        (9, "2026-11-23T13:00:00Z"),
        (9, "2026-11-23T19:00:00Z"),
        (9, "2026-11-24T01:00:00Z"),
    ]
    assert all(text.startswith("Dose Tips: your ") for _, _, text in shown)


def test_a_reminder_that_comes_between_two_texts_stands_with_the_text_before(here: Callable[..., Done]) -> None:
    shown = reminders(here, "/at 2026-11-23T12:59:55\nhello\n1\n")
    assert [(line, at) for line, at, _ in shown] == [(10, "2026-11-23T13:00:00Z")]


def test_at_forwards_is_downtime(here: Callable[..., Done]) -> None:
    shown = reminders(here, "/at 2026-11-23T15:00\n/at 2026-11-23T23:30\n")
    assert [(line, at) for line, at, _ in shown] == [(9, "2026-11-23T15:00:00Z")]
    assert "late text, your Mon 8:00 AM dose" in shown[0][2]


def test_the_clock_does_not_go_back_once_something_is_planned(here: Callable[..., Done]) -> None:
    result = here("chat", given=f"{JOIN}/at 2026-11-22T00:00\n")
    assert b"does not go back" in result.stderr


def test_nothing_is_sent_after_leaving(here: Callable[..., Done]) -> None:
    assert reminders(here, "stop\n/wait 48h\n") == []


def test_chat_with_a_person(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from service.simulator import phone, terminal

    settings, clock = config.simulated(), phone.Clock()
    service = phone.Embedded(settings, clock)
    held = terminal.Terminal(phone.Phone(settings, service.post), clock, service)
    typed = iter(["HELLO", "/wait 1h", "/nonsense", "stop", "hello?"])

    def read(_: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    assert terminal.interactive(held, "Baclofen Tips", read) == 0
    shown = capsys.readouterr().out
    assert "    | 1 Missed a dose" in shown
    assert "segments" in shown
    assert "there is no /nonsense" in shown
    assert "(no answer)" in shown


def test_understand() -> None:
    texts = "stop\n１\n\ni missed my pill\nI can't breathe\nno\ni want to stop\nhelp\nstart\n0\nmore\nqwerty"
    result = run("understand", "--lang", "en", given=texts)

    assert result.stdout.decode().splitlines() == [
        "opt_out",
        "screen:missed",
        "miss",
        "screen:missed",
        "red_flag:breathing",
        "do:no",
        "ask:stopping,leave",
        "help",
        "start",
        "navigate:home",
        "navigate:more",
        "miss",
    ]


def test_understand_gives_one_verdict_a_line_whatever_comes(here: Callable[..., Done]) -> None:
    odd = b"\xff\xfe\x00\n\r\n a\rb\x0bc\x85\xe2\x80\xa8d\n" + b"stop " * 4000 + b"\nlast without an end"

    assert len(run("understand", given=odd).stdout.decode().splitlines()) == 5
    assert here("understand").stdout == b""


def test_understand_says_why(here: Callable[..., Done]) -> None:
    line = here("understand", "--why", given="i ran out and i am shaking\n").stdout.decode().rstrip("\n")

    assert line.split("\t") == ["red_flag:withdrawal", "{wd_bare} & {wd_shake}"]


def test_check_and_map_and_key(here: Callable[..., Done]) -> None:
    checked = run("check")
    assert (checked.returncode, checked.stdout) == (0, b"")
    assert here("check", "--release").returncode == 1
    assert run("map").stdout.startswith(b"graph LR")
    assert len(base64.b64decode(run("key").stdout)) == 32
    assert b"POST /sms" in run("--help").stdout


def test_a_wrong_menu_is_named() -> None:
    result = run("understand", given="hi", env={"MENU": "menus/nothing"})

    assert result.returncode == 2
    assert b"MENU is wrong" in result.stderr


def test_no_command_is_an_error() -> None:
    assert run().returncode == 2
    assert run("nonsense").returncode == 2


@pytest.fixture
def served(redis_server: Server) -> Iterator[dict[str, str]]:
    """The settings of a service that runs for real: two workers on a real Redis."""
    port = free_port()
    settings = {
        "REDIS_URL": redis_server.url,
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "2" * 32,
        "TWILIO_FROM": "+15550000000",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ID_KEY": OTHER_KEY,
        "SECRET_KEYS": KEY,
        "CLINIC_PHONE": "555-010-0100",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--port", str(port), "--no-ws", "wsgi:app"]
    process = subprocess.Popen(command, cwd=config.ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: ready(settings["PUBLIC_URL"]), 30, "the server")
        yield settings
    finally:
        process.terminate()
        process.wait(20)


def ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/ready", timeout=10) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


def test_chat_with_a_running_server(served: dict[str, str]) -> None:
    talk = run("chat", "--url", served["PUBLIC_URL"], given="/from +15550002222\nHELLO\n1\n/wait 2h\n", env=served)

    assert talk.stdout.decode().split("\n\n")[1].startswith("Missed a dose?")
    assert "cannot be moved" in talk.stderr.decode()
    wrong = run("chat", "--url", served["PUBLIC_URL"], given="HELLO", env={**served, "TWILIO_AUTH_TOKEN": "3" * 32})
    assert "403" in wrong.stderr.decode()


def test_chat_with_a_server_that_is_not_there() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    env = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "2" * 32, "PUBLIC_URL": url}

    assert b"does not answer" in run("chat", "--url", url, given="hi", env=env).stderr
    assert b"PUBLIC_URL is missing" in run("chat", "--url", url, given="hi").stderr


def test_the_web_does_not_start_without_its_settings() -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=config.ROOT, capture_output=True, env={"PATH": os.environ["PATH"]}, check=False
    )

    assert result.returncode == 1
    assert b"REDIS_URL is missing" in result.stderr
    assert b"Traceback" not in result.stderr


def test_commands_in_this_process(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    menu = content.load(config.ROOT / config.DEFAULT_MENU, None, "us")

    assert cli.main(["map"]) == 0
    assert capsys.readouterr().out.strip() == picture.menu(menu)
    assert cli.main(["check"]) == 0
    assert cli.main(["key"]) == 0
    monkeypatch.setenv("MENU", "menus/nothing")
    assert cli.main(["map"]) == 2


def test_a_reader_that_has_enough_is_no_fault() -> None:
    command = f"yes hello | head -300 | {sys.executable} -m service understand | head -1"
    result = subprocess.run(["sh", "-c", command], capture_output=True, cwd=config.ROOT, timeout=60, check=False)

    assert result.stdout == b"navigate:home\n"
    assert result.stderr == b""


def test_no_stdin_at_all() -> None:
    result = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m service understand <&-"], capture_output=True, cwd=config.ROOT, check=False
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_an_offset_is_understood(here: Callable[..., Done]) -> None:
    lines = here("chat", "--json", given="/at 2026-03-08T07:59+02:00\nHELLO").stdout.decode().splitlines()

    assert json.loads(lines[0])["at"] == "2026-03-08T05:59:00Z"
