"""Status callbacks over the real web: signed, de-duplicated, and whatever they say of a text."""

from typing import Any
from urllib.parse import urlencode

import fakeredis
import pytest

from service import config, handle, runtime
from service.channels import signature
from service.core.model import Consent, Contact, Plan, Turn
from service.gateway import Found, Kind, SendError
from service.runtime import Runtime
from service.web import create_app

NUMBER = "+12125551234"
SID = "SM" + "a" * 32
NOON = 1_795_453_200.0  # Mon Nov 23 2026, 12:00 in New York


class Air:
    """Twilio as a test wants it: what `outcome` holds is raised, or is the SID."""

    def __init__(self) -> None:
        self.outcome: list[SendError | str] = []
        self.found: Found | None = None
        self.sent: list[tuple[str, str, int]] = []
        self.asked = 0

    def send(self, to: str, text: str, *, entry: str, validity: int, deadline: float) -> str:
        outcome = self.outcome.pop(0) if self.outcome else SID
        if isinstance(outcome, SendError):
            raise outcome
        self.sent.append((to, text, validity))
        return outcome

    def close(self) -> None:
        pass

    def find(self, to: str, texts: tuple[str, ...], since: float, deadline: float) -> Found | None:
        self.asked += 1
        return self.found


@pytest.fixture
def air() -> Air:
    return Air()


@pytest.fixture
def now() -> list[float]:
    return [NOON]


@pytest.fixture
def built(air: Air, now: list[float]) -> Runtime:
    """A runtime with one member: every day at noon and at 8 in the evening."""
    server = fakeredis.FakeServer()
    client = lambda: fakeredis.FakeRedis(server=server)  # noqa: E731
    made = runtime.build(config.simulated(), client=client, gateway=air, now=lambda: now[0])
    plan = Plan((720, 1200), NOON - 86400, heard=NOON, checked=NOON)
    member = Contact(0.0, True, address=NUMBER, zone="America/New_York", consent=Consent(0.0, 8, "x"), plan=plan)
    made.store.advance(made.vault.contact_id(NUMBER), "", Turn(member, due=NOON))
    return made


def kept(built: Runtime) -> Contact:
    contact = built.store.load(built.vault.contact_id(NUMBER)).contact
    assert contact
    return contact


def wake(built: Runtime) -> None:
    handle.wake(built, built.vault.contact_id(NUMBER))


def post(built: Runtime, entry: str, *, signed: bool = True, **fields: str) -> int:
    form = {"AccountSid": built.settings.account_sid, "MessageSid": SID, "To": NUMBER, "MessageStatus": "delivered", **fields}
    url = f"/receipt?{urlencode({'o': entry})}"
    sign = signature.sign(built.settings.auth_token, built.settings.public_url + url, {k: [v] for k, v in form.items()})
    headers = {"X-Twilio-Signature": sign if signed else "no"}
    return create_app(built).test_client().post(url, data=form, headers=headers).status_code


def test_a_wake_sends_once_and_keeps_it(built: Runtime, air: Air) -> None:
    wake(built)
    wake(built)
    assert [to for to, _, _ in air.sent] == [NUMBER]
    assert 1790 < air.sent[0][2] <= 1800, "seconds it may wait at Twilio: what is left of the half hour"
    assert [(o.kind, o.state, o.sid) for o in kept(built).outbox] == [("reminder", "sent", SID[-8:])]
    assert kept(built).doses[-1].state == "open"


@pytest.mark.parametrize(
    ("kind", "state", "outbox"),
    [
        (Kind.RETRY, "sending", ["waiting"]),
        (Kind.CONFIG_RECIPIENT, "sending", ["waiting"]),
        (Kind.CONFIG_ACCOUNT, "sending", ["waiting"]),
        (Kind.AMBIGUOUS, "sending", ["sending"]),
        (Kind.BAD_NUMBER, "dropped", []),
        (Kind.PROGRAM, "dropped", []),
        (Kind.OPTED_OUT, "", ["sending"]),
    ],
)
def test_what_an_error_of_sending_leaves(built: Runtime, air: Air, kind: Kind, state: str, outbox: list[str]) -> None:
    air.outcome = [SendError(kind, 1)]
    wake(built)
    assert air.sent == []
    assert "".join(d.state for d in kept(built).doses[-1:]) == state
    assert [o.state for o in kept(built).outbox] == outbox
    assert (kept(built).left is not None) == (kind is Kind.OPTED_OUT)
    assert (built.store.halted() is not None) == (kind is Kind.CONFIG_ACCOUNT)


def test_an_ambiguous_send_is_looked_up_before_it_is_tried_again(built: Runtime, air: Air, now: list[float]) -> None:
    air.outcome = [SendError(Kind.AMBIGUOUS)]
    wake(built)
    now[0] += 49
    wake(built)
    assert (air.asked, air.sent) == (0, [])
    now[0] += 2
    wake(built)
    assert (air.asked, len(air.sent)) == (1, 1)


def test_one_that_twilio_has_is_not_sent_again(built: Runtime, air: Air, now: list[float]) -> None:
    air.outcome = [SendError(Kind.AMBIGUOUS)]
    air.found = Found(SID, "delivered", None, "x")
    wake(built)
    now[0] += 51
    wake(built)
    assert air.sent == []
    assert [(o.state, o.sid) for o in kept(built).outbox] == [("sent", SID[-8:])]


def test_one_that_twilio_has_and_could_not_deliver(built: Runtime, air: Air, now: list[float]) -> None:
    air.outcome = [SendError(Kind.AMBIGUOUS)]
    air.found = Found(SID, "undelivered", 21610, "x")
    wake(built)
    now[0] += 51
    wake(built)
    assert kept(built).left is not None
    assert built.store.journal(built.vault.contact_id(NUMBER))[-1].how == "carrier 21610"


def test_a_receipt_is_news_once(built: Runtime) -> None:
    wake(built)
    entry = kept(built).outbox[0].id
    assert post(built, entry) == 204
    version = built.store.load(built.vault.contact_id(NUMBER)).version
    assert post(built, entry) == 204
    assert post(built, entry, MessageStatus="sent") == 204
    assert built.store.load(built.vault.contact_id(NUMBER)).version == version
    assert kept(built).outbox[0].rank == 6


def test_a_receipt_proves_the_sending(built: Runtime, air: Air) -> None:
    air.outcome = [SendError(Kind.AMBIGUOUS)]
    wake(built)
    assert post(built, kept(built).outbox[0].id, MessageStatus="sent") == 204
    assert kept(built).outbox[0].state == "sent"


def test_a_receipt_that_opts_out(built: Runtime) -> None:
    wake(built)
    assert post(built, kept(built).outbox[0].id, MessageStatus="undelivered", ErrorCode="21610") == 204
    assert (kept(built).left, kept(built).plan) == (NOON, None)


BAD: dict[str, dict[str, Any]] = {
    "another account": {"AccountSid": "AC" + "f" * 32},
    "no sid": {"MessageSid": "x"},
    "no number": {"To": "me"},
}


@pytest.mark.parametrize("name", BAD)
def test_receipts_that_are_not_in_order(built: Runtime, name: str) -> None:
    assert post(built, "x", **BAD[name]) == 400


def test_receipts_that_are_not_signed(built: Runtime) -> None:
    assert post(built, "x", signed=False) == 403


def test_a_receipt_of_what_we_do_not_know_changes_nothing(built: Runtime) -> None:
    before = kept(built)
    assert post(built, "nothing") == 204
    assert kept(built).outbox == before.outbox


def test_a_receipt_that_cannot_be_kept_must_come_again(built: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.store import StoreDown

    wake(built)
    entry = kept(built).outbox[0].id

    def down(*_: Any) -> None:
        raise StoreDown("away")

    monkeypatch.setattr(built.store, "load", down)
    assert post(built, entry) == 503


def test_what_twilio_said_is_kept_later_when_the_store_is_away_meanwhile(
    built: Runtime, air: Air, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry stays marked; after the quiet time Twilio is asked, and nothing goes out twice."""
    from service.store import StoreDown

    advance, calls = built.store.advance, []

    def away(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise StoreDown("away")
        return advance(*arguments, **named)

    monkeypatch.setattr(built.store, "advance", away)
    wake(built)
    assert (len(air.sent), kept(built).outbox[0].state) == (1, "sending")
    air.found = Found(SID, "sent", None, air.sent[0][1])
    now[0] += 51
    wake(built)
    assert (len(air.sent), kept(built).outbox[0].state) == (1, "sent")
