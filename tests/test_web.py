"""The webhook as Twilio meets it, and as everybody else does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.channels import signature
from service.runtime import Runtime
from service.web import create_app
from tests.conftest import PHONE

Send = Callable[..., TestResponse]


def form_of(runtime: Runtime, text: str, sid: str = "SM" + "0" * 32, sender: str = PHONE) -> dict[str, str]:
    account = runtime.settings.account_sid
    return {"MessageSid": sid, "AccountSid": account, "From": sender, "To": "+15550000000", "Body": text, "NumMedia": "0"}


def signed(runtime: Runtime, form: dict[str, str], path: str = "/sms") -> dict[str, str]:
    url = runtime.settings.public_url + path
    fields = {name: [value] for name, value in form.items()}
    return {"X-Twilio-Signature": signature.sign(runtime.settings.auth_token, url, fields)}


@pytest.fixture
def client(embedded: Runtime) -> FlaskClient:
    return create_app(embedded).test_client()


@pytest.fixture
def send(client: FlaskClient, embedded: Runtime) -> Send:
    def post(text: str, **more: str) -> TestResponse:
        form = form_of(embedded, text, **more)
        return client.post("/sms", data=form, headers=signed(embedded, form))

    return post


def replies(response: TestResponse) -> list[str]:
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    return [message.text or "" for message in ElementTree.fromstring(response.data).findall("Message")]


def test_a_text_is_answered(send: Send) -> None:
    assert replies(send("HELLO"))[0].startswith("Baclofen Tips: automatic tips")
    assert replies(send("1", sid="SM" + "1" * 32))[0].startswith("Missed a dose?")


@pytest.mark.parametrize("given", [None, "", "x", "é", "A" * 28, "A" * 20_000])
def test_what_is_not_signed_is_refused(given: str | None, client: FlaskClient, embedded: Runtime) -> None:
    headers = {} if given is None else {"X-Twilio-Signature": given}
    response = client.post("/sms", data=form_of(embedded, "HELLO"), headers=headers)

    assert response.status_code == 403


def test_a_signature_of_another_text_url_or_token_is_refused(client: FlaskClient, embedded: Runtime) -> None:
    form = form_of(embedded, "HELLO")
    good = signed(embedded, form)
    foreign = replace(embedded, settings=replace(embedded.settings, auth_token="1" * 32))

    assert client.post("/sms", data={**form, "Body": "HELLo"}, headers=good).status_code == 403
    assert client.post("/sms?x=1", data=form, headers=good).status_code == 403
    assert client.post("/sms", data=form, headers=signed(foreign, form)).status_code == 403
    assert client.post("/sms", data=form, headers=signed(embedded, form, "/voice")).status_code == 403
    assert client.post("/sms", data=form, headers={**good, "Host": "evil", "X-Forwarded-Host": "evil"}).status_code == 200


def test_fields_split_another_way_are_refused(client: FlaskClient, embedded: Runtime) -> None:
    """Names and values are signed without a sign between them, so one signature fits two forms; the schema tells them apart."""
    form = {"AccountSid": embedded.settings.account_sid, "Body": "STOP", "From": PHONE, "MessageSid": "SM" + "0" * 32}
    joined = {"AccountSid": embedded.settings.account_sid, "Body": "STOPFrom" + PHONE + "MessageSidSM" + "0" * 32}

    assert signed(embedded, form) == signed(embedded, joined)
    assert client.post("/sms", data=joined, headers=signed(embedded, form)).status_code == 400


@pytest.mark.parametrize(
    "broken",
    [{"AccountSid": "AC" + "9" * 32}, {"MessageSid": "SM1"}, {"From": "nobody"}, {"From": "whatsapp:+15550001111"}],
)
def test_signed_and_not_in_order(broken: dict[str, str], client: FlaskClient, embedded: Runtime) -> None:
    form = form_of(embedded, "HELLO") | broken

    assert client.post("/sms", data=form, headers=signed(embedded, form)).status_code == 400


def test_a_field_twice(client: FlaskClient, embedded: Runtime) -> None:
    form = {name: [value] for name, value in form_of(embedded, "HELLO").items()} | {"Body": ["HELLO", "STOP"]}
    mark = signature.sign(embedded.settings.auth_token, embedded.settings.public_url + "/sms", form)
    response = client.post("/sms", data=urlencode(form, doseq=True), headers={"X-Twilio-Signature": mark, **FORM_TYPE})

    assert response.status_code == 400


FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    headers = {"X-Twilio-Signature": "A" * 28, **FORM_TYPE}

    assert client.post("/sms", data="Body=" + "x" * 65536, headers=headers).status_code == 413
    assert client.post("/sms", data="&".join("abcdefgh" * 5000), headers=headers).status_code == 413
    assert client.post("/sms", data="&".join("abcdefgh" * 500), headers=headers).status_code == 403


@pytest.mark.parametrize("body", ["Body=%FF%FE", "Body=%ED%A0%80", "a&b&&==", "Body=%", "\x00\x01", "Body=" + "%F0%9F%92%80" * 400])
def test_odd_bodies_are_no_fault_of_ours(body: str, client: FlaskClient) -> None:
    assert client.post("/sms", data=body, headers={"X-Twilio-Signature": "A" * 28, **FORM_TYPE}).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", ""])
def test_other_content_types(kind: str, client: FlaskClient, embedded: Runtime) -> None:
    response = client.post("/sms", data="{}", headers={"X-Twilio-Signature": "A" * 28, "Content-Type": kind})

    assert response.status_code == 403


def test_other_methods_and_paths(client: FlaskClient) -> None:
    assert client.get("/sms").status_code == 405
    assert "POST" in client.get("/sms").headers["Allow"]
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "text", ["\x00", "\x1b[2J", "\ufffe", "</Message><Redirect>http://evil</Redirect>", "\u202e1", "z̸̡̛a̷͜l̶̀g̵o" * 90, "<&>"]
)
def test_whatever_comes_the_answer_is_xml_and_echoes_nothing(text: str, send: Send) -> None:
    reply = replies(send(text))

    assert len(reply) == 1
    assert "evil" not in reply[0]


def test_the_same_message_again_gets_the_same_bytes(send: Send) -> None:
    first = send("HELLO")
    assert send("HELLO").data == first.data
    send("1", sid="SM" + "1" * 32)

    assert send("HELLO").data == first.data
    assert replies(send("1", sid="SM" + "2" * 32))[0].startswith("Not sure")


def test_the_same_message_fifty_times_at_once(embedded: Runtime) -> None:
    app = create_app(embedded)
    form = form_of(embedded, "HELLO")

    def post(_: int) -> bytes:
        return app.test_client().post("/sms", data=form, headers=signed(embedded, form)).data

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(post, range(50)))) == 1


def test_fifty_texts_of_one_phone_at_once(embedded: Runtime) -> None:
    """As if in some order: exactly one of them was the first, and each is answered or held back by the loop guard."""
    app = create_app(embedded)

    def post(n: int) -> list[str]:
        form = form_of(embedded, ["HELLO", "1", "storage", "can i drive"][n % 4], sid=f"SM{n:032x}")
        return replies(app.test_client().post("/sms", data=form, headers=signed(embedded, form)))

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(50)))

    assert sum("not a doctor" in answer[0].lower() for answer in answers if answer) == 1
    assert sum(map(bool, answers)) == 10


@pytest.mark.parametrize(
    ("text", "answered"), [("STOP", False), (" stop ", False), ("Help", False), ("START", True), ("stop please", True)]
)
def test_keywords_that_twilio_answers_itself(text: str, answered: bool, embedded: Runtime) -> None:
    quiet = replace(embedded, settings=replace(embedded.settings, keyword_replies="twilio"))
    form = form_of(quiet, text)
    response = create_app(quiet).test_client().post("/sms", data=form, headers=signed(quiet, form))

    assert bool(replies(response)) is answered
    left = quiet.store.load(quiet.vault.contact_id(PHONE), "").contact
    assert left
    assert (left.left is not None) is ("stop" in text.lower())


def test_a_keyword_of_another_language_marked_by_twilio(embedded: Runtime) -> None:
    quiet = replace(embedded, settings=replace(embedded.settings, keyword_replies="twilio"))
    form = form_of(quiet, "ALTO") | {"OptOutType": "STOP"}

    assert replies(create_app(quiet).test_client().post("/sms", data=form, headers=signed(quiet, form))) == []


def test_a_fault_of_our_own_still_answers(embedded: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary text")

    monkeypatch.setattr("service.handle.step", broken)
    client = create_app(embedded).test_client()
    for text, expected in (("HELLO", "Never stop"), ("I can't breathe", "Call 911 now"), ("stop texting me", "one word STOP")):
        form = form_of(embedded, text)
        assert expected in replies(client.post("/sms", data=form, headers=signed(embedded, form)))[0]
    form = form_of(embedded, "STOP")
    assert client.post("/sms", data=form, headers=signed(embedded, form)).status_code == 503

    monkeypatch.setattr("service.web.stranded", broken)
    assert "Never stop" in replies(client.post("/sms", data=form, headers=signed(embedded, form)))[0]


def test_health_and_ready(client: FlaskClient) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200


def test_metrics_are_for_this_machine_or_the_token(embedded: Runtime) -> None:
    client = create_app(embedded).test_client()

    assert b"turns_total" in client.get("/metrics").data
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.1"}).status_code == 403
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": ""}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403

    told = replace(embedded, settings=replace(embedded.settings, metrics_token="open sesame"))
    client = create_app(told).test_client()
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "open sesame"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer open sesame"}).status_code == 200
