"""The gateway over real HTTP: every failure classed, what is told true, nothing said in a log."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.gateway import Found, Gateway, Kind, SendError, errors, kind_of_receipt
from tests.conftest import PHONE
from tests.twilio_stub import Stub
from tests.twilio_truth import Record

ACCOUNT = "AC" + "0" * 32
TEXT = "Time for your dose. Reply 1 when taken."
SOON = 0.3
LATE = 0.3

EACH_CODE = {
    Kind.RETRY: [20429, 21611, 30001, 30047, 63018, 14107],
    Kind.AMBIGUOUS: [20500],
    Kind.OPTED_OUT: [21610],
    Kind.BAD_NUMBER: [21211, 21614, 21635, 30004, 30006],
    Kind.UNREACHABLE: [30003, 30005, 30008],
    Kind.EXPIRED: [30036],
    Kind.CONFIG_ACCOUNT: [20003, 20404, 10001, 30002, 21212, 21606, 21608, 21703, 21704, 30034, 30029, 30030, 63038],
    Kind.CONFIG_RECIPIENT: [21408, 21612, 30007, 30450, 30610, 30640, 11200, 29999],
    Kind.PROGRAM: [21617, 21619, 35114, 35115, 35116, 35117, 35126],
    Kind.CLOSED: [63014, 63016],
}
CODES = [(code, kind) for kind, codes in EACH_CODE.items() for code in codes]


@pytest.fixture
def stub() -> Iterator[Stub]:
    started = Stub(ACCOUNT).start()
    yield started
    started.close()


@pytest.fixture
def twilio(stub: Stub) -> Iterator[Gateway]:
    with closing(gateway_to(stub.url)) as made:
        yield made


@contextlib.contextmanager
def closing(made: Gateway) -> Iterator[Gateway]:
    yield made
    made.close()


def gateway_to(url: str, sender: str = "+15550000000", threads: int = 128) -> Gateway:
    return Gateway(ACCOUNT, "t" * 32, sender, "https://tips.example", url, threads=threads)


def send(twilio: Gateway, to: str = PHONE, text: str = TEXT, within: float = 5.0, entry: str = "e1") -> str:
    return twilio.send(to, text, entry=entry, validity=600, deadline=time.monotonic() + within)


def find(twilio: Gateway, *texts: str, to: str = PHONE, since: float = 0.0, within: float = 5.0) -> Found | None:
    return twilio.find(to, texts, since or time.time(), time.monotonic() + within)


def failure(call: Callable[[], Any]) -> SendError:
    with pytest.raises(SendError) as fault:
        call()
    return fault.value


def test_what_twilio_gets(stub: Stub, twilio: Gateway) -> None:
    sid = send(twilio, text="Dose: 8 AM & 2 PM +1 é", entry="e/1&x=2")

    record = stub.messages[0]
    assert sid == record.sid
    assert (record.to, record.body, record.validity) == (PHONE, "Dose: 8 AM & 2 PM +1 é", "600")
    assert (record.sender, record.service) == ("+15550000000", None)
    assert record.callback == "https://tips.example/receipt?o=e%2F1%26x%3D2"
    assert record.entry == "e/1&x=2"


def test_a_messaging_service_sends(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    with closing(gateway_to(stub.url, "MG" + "1" * 32)) as twilio:
        twilio.send(PHONE, TEXT, entry="e", validity=90_000, deadline=time.monotonic() + 5)

    assert (stub.messages[0].service, stub.messages[0].validity) == ("MG" + "1" * 32, "36000")


def test_each_code(stub: Stub, twilio: Gateway) -> None:
    stub.modes.to = {f"+1555{code}": code for code, _ in CODES}

    faults = {code: failure(lambda code=code: send(twilio, f"+1555{code}")) for code, _ in CODES}

    assert {code: fault.kind for code, fault in faults.items()} == dict(CODES)
    assert all(fault.code == code for code, fault in faults.items())
    assert all((fault.wait is not None) == fault.retry for fault in faults.values())
    assert [fault.code for fault in faults.values() if fault.opted_out] == [21610]
    assert stub.messages == []
    assert stub.stats["connections"] == 1


def test_each_code_in_a_receipt() -> None:
    assert {code: kind_of_receipt(code) for code, _ in CODES} == dict(CODES) | {20500: Kind.AMBIGUOUS}
    assert kind_of_receipt(None) == kind_of_receipt(1) == Kind.CONFIG_RECIPIENT
    assert set(errors.KINDS) == {code for code, _ in CODES} - {29999} | {20503, 20504}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, Kind.CONFIG_RECIPIENT),
        (400, 1, Kind.CONFIG_RECIPIENT),
        (401, None, Kind.CONFIG_ACCOUNT),
        (403, 1, Kind.CONFIG_ACCOUNT),
        (403, 21610, Kind.OPTED_OUT),
        (404, None, Kind.CONFIG_ACCOUNT),
        (408, None, Kind.AMBIGUOUS),
        (429, 21610, Kind.RETRY),
        (500, 21610, Kind.AMBIGUOUS),
        (503, 20429, Kind.AMBIGUOUS),
        (304, None, Kind.AMBIGUOUS),
    ],
)
def test_a_status_says_what_a_code_does_not(status: int, code: int | None, kind: Kind) -> None:
    assert errors.kind_of(status, code) == kind


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"code": "21610"}', '{"code": true}', "[" * 100_000, "null"])
def test_an_unreadable_refusal_has_no_code(body: str) -> None:
    assert errors.refusal(400, body, None).code is None


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("7", 7, 7), (None, 1, 4), ("0", 1, 4), ("-1", 1, 4), ("Wed, 21 Oct", 1, 4), ("99999", 3600, 3600), ("٣", 1, 4)],
)
def test_how_long_to_wait(header: str | None, least: float, most: float) -> None:
    wait = errors.refusal(429, "", header).wait

    assert wait is not None
    assert least <= wait <= most


@pytest.mark.parametrize(
    ("outcome", "kind", "processed"),
    [
        ("429", Kind.RETRY, False),
        ("429-retry-after", Kind.RETRY, False),
        ("500-before", Kind.AMBIGUOUS, False),
        ("500-after", Kind.AMBIGUOUS, True),
        ("503-html", Kind.AMBIGUOUS, False),
        ("reset-before", Kind.AMBIGUOUS, False),
        ("reset-after", Kind.AMBIGUOUS, True),
        ("close-after", Kind.AMBIGUOUS, True),
        ("broken", Kind.AMBIGUOUS, True),
        ("empty", Kind.AMBIGUOUS, True),
        ("list", Kind.AMBIGUOUS, True),
        ("redirect", Kind.AMBIGUOUS, False),
    ],
)
def test_each_bad_answer(stub: Stub, twilio: Gateway, outcome: str, kind: Kind, processed: bool) -> None:
    stub.modes.fail = {outcome: 1.0}

    fault = failure(lambda: send(twilio))

    assert fault.kind == kind
    assert fault.wait == 2 if outcome == "429-retry-after" else (fault.wait is not None) == fault.retry
    assert (len(stub.messages) == 1) == processed
    assert stub.stats == {outcome: 1, "connections": 1}
    stub.modes.fail = {}
    assert send(twilio) == stub.messages[-1].sid


def test_what_is_told_is_true() -> None:
    bad = ["429", "500-before", "500-after", "hang-before", "hang-after", "reset-before", "reset-after", "drip"]
    stub = Stub(ACCOUNT, seed=7, fail=dict.fromkeys(bad, 0.08), hang=3, drip=0.2).start()

    def one(to: str) -> str:
        try:
            return send(twilio, to, within=SOON) and "sent"
        except SendError as fault:
            return fault.kind

    numbers = [f"+1555{n:07}" for n in range(400)]
    with closing(gateway_to(stub.url)) as twilio, ThreadPoolExecutor(32) as threads:
        told = dict(zip(numbers, threads.map(one, numbers), strict=True))
        by_told = {what: {to for to in numbers if told[to] == what} for what in told.values()}
        found = {to for to in by_told[Kind.AMBIGUOUS] if find(twilio, TEXT, to=to)}
    stub.close()

    true = {message.to for message in stub.messages}
    assert by_told.keys() == {"sent", Kind.RETRY, Kind.AMBIGUOUS}
    assert len(true) == len(stub.messages)
    assert by_told["sent"] <= true
    assert not true & by_told[Kind.RETRY]
    assert found == true & by_told[Kind.AMBIGUOUS]


def test_find(stub: Stub, twilio: Gateway) -> None:
    now = time.time()
    stub.keep(Record(PHONE, TEXT, created=now - 3600, sid="SMold"))
    stub.keep(Record(PHONE, TEXT, created=now - 50, sid="SMfirst", status="delivered"))
    stub.keep(Record(PHONE, "Your tip. ", created=now - 40, sid="SMfailed", status="failed", error=30003))
    stub.keep(Record(PHONE, TEXT, created=now - 30, sid="SMin", direction="inbound"))
    stub.keep(Record("+15550009999", TEXT, created=now, sid="SMother"))

    assert find(twilio, TEXT) == Found("SMfirst", "delivered", None, TEXT)
    assert find(twilio, "Your  tip.\n") == Found("SMfailed", "failed", 30003, "Your  tip.\n")
    assert find(twilio, TEXT, "Your tip.") == Found("SMfailed", "failed", 30003, "Your tip.")
    assert find(twilio, "Your tip") is None
    assert find(twilio) is None
    assert find(twilio, TEXT, since=now + 60) is None
    stub.keep(Record(PHONE, f"Sent from your Twilio trial account - {TEXT}", created=now, sid="SMtrial"))
    assert find(twilio, TEXT) == Found("SMtrial", "queued", None, TEXT)
    assert stub.stats["get-ok"] == 7


def test_find_reads_on_while_pages_are_new(stub: Stub, twilio: Gateway) -> None:
    now = time.time()
    stub.keep(Record(PHONE, TEXT, created=now - 30, sid="SMdeep"))
    for n in range(120):
        stub.keep(Record(PHONE, f"another {n}", created=now - 20 + n / 10))

    found = find(twilio, TEXT)

    assert found is not None
    assert (found.sid, stub.stats["get-ok"]) == ("SMdeep", 3)
    assert find(twilio, TEXT, since=now + 45) is None
    assert stub.stats["get-ok"] == 3 + 2


def test_find_asks_no_more_than_it_must(stub: Stub, twilio: Gateway) -> None:
    for n in range(120):
        stub.keep(Record(PHONE, f"old {n}", created=time.time() - 7200 + n))

    assert find(twilio, TEXT) is None
    assert stub.stats["get-ok"] == 1


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("broken", Kind.AMBIGUOUS),
        ("empty", Kind.AMBIGUOUS),
        ("list", Kind.AMBIGUOUS),
        ("500-before", Kind.AMBIGUOUS),
        ("429", Kind.RETRY),
    ],
)
def test_a_find_that_fails_says_so(stub: Stub, twilio: Gateway, outcome: str, kind: Kind) -> None:
    stub.modes.fail_get = {outcome: 1.0}

    assert failure(lambda: find(twilio, TEXT)).kind == kind


def test_a_message_without_a_date_counts_as_new(stub: Stub, twilio: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    send(twilio)
    real = stub.resource
    monkeypatch.setattr(stub, "resource", lambda record: {**real(record), "date_created": None})

    assert find(twilio, TEXT, since=time.time() + 3600) == Found(stub.messages[0].sid, "queued", None, TEXT)


def test_no_log_and_no_error_names_anybody(stub: Stub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with closing(gateway_to(stub.url)) as twilio:
        send(twilio)
        find(twilio, TEXT)
        for outcome in ("429", "500-after", "reset-after", "broken", "redirect"):
            stub.modes.fail = stub.modes.fail_get = {outcome: 1.0}
            for call in (lambda: send(twilio), lambda: find(twilio, TEXT)):
                fault = failure(call)
                assert fault.__context__ is None
                shown.append(repr(fault))
        stub.modes.fail, stub.modes.to = {}, {PHONE: 21211}
        shown.append(repr(failure(lambda: send(twilio))))

    everything = "\n".join([caplog.text, *shown, *capfd.readouterr()])
    assert "21211" in everything
    assert [name for name in (PHONE, PHONE[1:], "dose", "Taken", "tips.example") if name in everything] == []
