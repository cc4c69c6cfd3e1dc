"""The operator's tools, against a real Redis and a stub Twilio."""

import base64
import json
from collections.abc import Iterator

import pytest
from redis import Redis

from service import cli, config, runtime
from service.core.dialogue import step
from service.core.model import Message
from service.runtime import Runtime
from tests.conftest import Server
from tests.twilio_stub import Stub

NUMBER = "+12125551234"
OLD, NEW, ID = (base64.b64encode(byte * 32).decode() for byte in (b"o", b"n", b"i"))
SETTINGS = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0123456789abcdef",
    "TWILIO_FROM": "+15550009999",
    "PUBLIC_URL": "https://texts.example",
    "ID_KEY": ID,
    "SECRET_KEYS": OLD,
    "CLINIC_PHONE": "555-010-0100",
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub().start()
    yield made
    made.close()


@pytest.fixture
def built(redis_server: Server, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    with Redis(port=redis_server.port) as client:
        client.flushall()
    for name, value in {**SETTINGS, "REDIS_URL": redis_server.url, "TWILIO_API_BASE": stub.url}.items():
        monkeypatch.setenv(name, value)
    import os

    return runtime.build(config.read(os.environ))


def join(built: Runtime, *texts: str) -> None:
    id = built.vault.contact_id(NUMBER)
    for n, text in enumerate(texts or ("reminders", "1", "8am 8pm", "1", "1", "2")):
        loaded = built.store.load(id, f"SM{n:032x}")
        turn = step(built.menu, loaded.contact, Message(f"SM{n:032x}", NUMBER, text), built.now())
        assert built.store.commit(id, f"SM{n:032x}", loaded.version, turn)


def said(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = cli.main(list(command))
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_show(built: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "show", NUMBER) == (0, "nothing is kept of this number\n\n")
    join(built)
    code, shown = said(capsys, "show", NUMBER)
    assert code == 0
    for part in (
        "has not left",
        "Reminders: 8:00 AM, 8:00 PM; on since ",
        "Supply: not told",
        "Next due: ",
        "agreed to at most 8 texts a day",
    ):
        assert part in shown
    assert NUMBER not in shown


def test_show_of_somebody_without_reminders(built: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    join(built, "hello")
    assert "Reminders: none" in said(capsys, "show", NUMBER)[1]


def test_show_of_what_cannot_be_opened(built: Runtime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    join(built, "hello")
    monkeypatch.setenv("SECRET_KEYS", NEW)
    code, shown = said(capsys, "show", NUMBER)
    assert code == 1
    assert "not in SECRET_KEYS" in shown


def test_export(built: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    join(built)
    code, shown = said(capsys, "export", NUMBER)
    everything = json.loads(shown)
    assert code == 0
    assert everything["record"]["plan"]["times"] == [480, 1200]
    assert [line["what"] for line in everything["journal"]] == ["agreed", "times"]


def test_forget_wants_to_be_sure(built: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    join(built)
    assert said(capsys, "forget", NUMBER)[0] == 1
    assert said(capsys, "forget", NUMBER, "--yes") == (0, "forgotten\n")
    assert said(capsys, "forget", NUMBER, "--yes") == (0, "nothing was kept of this number\n")
    assert built.store.next_due() is None


def test_enrol_invites_once_and_never_who_has_left(built: Runtime, stub: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "enrol", NUMBER) == (0, "invited\n")
    join(built, "stop")
    code, shown = said(capsys, "enrol", NUMBER)
    assert (code, shown) == (1, "has left\n")


def test_rekey(built: Runtime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    join(built)
    monkeypatch.setenv("SECRET_KEYS", f"{NEW},{OLD}")
    assert said(capsys, "rekey") == (0, "1 of 1 records sealed with the newest key\n")
    monkeypatch.setenv("SECRET_KEYS", NEW)
    assert "8:00 AM, 8:00 PM" in said(capsys, "show", NUMBER)[1]


@pytest.mark.parametrize(
    ("setting", "value"), [("PUBLIC_URL", "https://Baclofen.example"), ("CLINIC_PHONE", "baclofeno 555-010-0100")]
)
def test_enrol_never_tells_the_medicine(
    setting: str, value: str, built: Runtime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invitation carries both, and anybody may see it."""
    monkeypatch.setenv(setting, value)
    code, shown = said(capsys, "enrol", NUMBER)

    assert code == 2
    assert setting in shown
    assert "names the medicine" in shown
    assert built.store.load(built.vault.contact_id(NUMBER)).contact is None


@pytest.mark.parametrize("command", ["show", "export", "enrol"])
def test_what_is_no_number(built: Runtime, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = said(capsys, command, "me")
    assert code == 2
    assert "no number such as +15550001111" in shown


def test_redis_away(built: Runtime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    code, shown = said(capsys, "show", NUMBER)
    assert code == 2
    assert "look at REDIS_URL" in shown
