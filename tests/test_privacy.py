"""No number and no text anywhere: a canary in every input, then a look at logs, metrics, errors and all that Redis wrote."""

import json
import logging
from pathlib import Path

import pytest
from redis import Redis

from service import config, log, runtime, store
from service.web import create_app
from tests.conftest import Server
from tests.test_web import form_of, signed

NUMBER, TEXT = "+15557654321", "canarytext"
TEXTS = [TEXT, f"i missed my {TEXT} pill", f"stop texting me {TEXT}", f"i cant breathe {TEXT}", "STOP", "START", f"{TEXT} \x00\x1b"]


def leaks(what: str, text: str, token: str) -> None:
    for canary in (NUMBER, NUMBER[1:], TEXT, token):
        assert canary not in text, f"{what} shows {canary}"


def test_nothing_leaks(redis_server: Server, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    log.set_up("DEBUG")
    built = runtime.build(config.simulated(), client=lambda: store.connect(redis_server.url))
    token = built.settings.auth_token
    client = create_app(built).test_client()
    bodies = []
    for n, text in enumerate(TEXTS):
        form = form_of(built, text, sid=f"SM{n:032x}", sender=NUMBER)
        bodies.append(client.post("/sms", data=form, headers=signed(built, form)))
        bodies.append(client.post("/sms", data=form, headers={"X-Twilio-Signature": "forged" + TEXT}))
        wrong = form | {"MessageSid": TEXT}
        bodies.append(client.post("/sms", data=wrong, headers=signed(built, wrong)))

    def broken(*_: object) -> None:
        raise RuntimeError(f"{NUMBER} wrote {TEXT}")

    monkeypatch.setattr("service.handle.step", broken)
    form = form_of(built, TEXT, sid="SM" + "f" * 32, sender=NUMBER)
    bodies.append(client.post("/sms", data=form, headers=signed(built, form)))

    for response in bodies:
        leaks("an answer", response.get_data(as_text=True) + str(response.headers), token)
    leaks("/metrics", client.get("/metrics").get_data(as_text=True), token)
    out, err = capfd.readouterr()
    leaks("the log", out + err, token)
    assert '"fault"' in err
    assert '"error": "RuntimeError"' in err
    with Redis(port=redis_server.port) as admin:
        admin.execute_command("SAVE")
        keys = [key.decode() for key in admin.scan_iter()]
    leaks("a key", " ".join(keys), token)
    for path in Path(redis_server.folder).rglob("*"):
        if path.is_file():
            leaks(path.name, path.read_bytes().decode("latin-1"), token)


def test_one_json_line_a_turn(capfd: pytest.CaptureFixture[str]) -> None:
    import fakeredis

    log.set_up("INFO")
    built = runtime.build(config.simulated(), client=fakeredis.FakeRedis)
    form = form_of(built, "i missed my pill")
    create_app(built).test_client().post("/sms", data=form, headers=signed(built, form))
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]

    assert len(lines) == 1
    where = {"at", "level", "event", "contact", "channel", "cause"}
    assert set(lines[0]) == where | {"verdict", "before", "after", "entries", "replies", "sends", "ms"}
    assert (lines[0]["event"], lines[0]["after"], lines[0]["channel"]) == ("turn", "missed", "sms")


@pytest.fixture(autouse=True)
def quiet_again() -> object:
    yield
    logging.getLogger("service").handlers.clear()
    logging.getLogger("service").propagate = True
