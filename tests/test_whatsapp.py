"""WhatsApp: the form, the answer, by which way a text goes, and never twice over all ways together."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from urllib.parse import urlencode
from xml.etree import ElementTree

import fakeredis
import pytest
from werkzeug.test import TestResponse

from service import config, handle, metrics
from service.channels import signature, whatsapp
from service.core import record
from service.core.dialogue import step
from service.core.model import TEXT, Answer, Consent, Contact, Message, Outgoing, Plan, Receipt, Sent, Turn
from service.core.outbox import ONCE
from service.gateway import Found, Gateway
from service.runtime import Runtime
from service.store import Store
from service.vault import Vault
from service.web import create_app
from tests.menus import loaded
from tests.twilio_stub import Stub
from tests.twilio_truth import Record

NUMBER = "+12125551234"
THERE = f"whatsapp:{NUMBER}"
NOON = 1_795_453_200.0  # Mon Nov 23 2026, 12:00 in New York
HOUR, DAY = 3600.0, 86400.0
FROM, SID = "+15550009999", "HX" + "c" * 32
SETTINGS = replace(config.simulated(), whatsapp_from=FROM, whatsapp_content_sid=SID)
BARE = replace(SETTINGS, whatsapp_content_sid=None)
OFF = replace(SETTINGS, whatsapp_from=None, whatsapp_content_sid=None)
CONSENT = Consent(0.0, 8, "x", whatsapp.NAME)


class World:
    """A runtime whose Twilio is the stub, one person's phone, and the time."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.now, self.texts = stub, NOON, 0
        stub.forget()
        stub.modes.fail, stub.modes.fail_get, stub.modes.to, stub.modes.free = {}, {}, {}, {}
        stub.kept = self.kept
        vault, redis = Vault(SETTINGS.id_key, SETTINGS.secret_keys), fakeredis.FakeRedis()
        gateway = Gateway(SETTINGS.account_sid, "t" * 32, "+15550000000", SETTINGS.public_url, stub.url, whatsapp=FROM)
        self.built = Runtime(SETTINGS, loaded(), vault, Store(vault, lambda: redis), gateway, lambda: self.now)
        self.id = vault.contact_id(NUMBER)
        self.on(SETTINGS)

    def kept(self, message: Record) -> None:
        message.created = self.now

    def on(self, settings: config.Settings) -> "World":
        self.built = replace(self.built, settings=settings)
        self.web = create_app(self.built).test_client()
        return self

    def joined(self, *channels: tuple[str, float], consent: Consent = CONSENT) -> "World":
        """Somebody with reminders at noon and at 8 in the evening, who came by these channels at these instants."""
        plan = Plan((720, 1200), NOON - DAY, heard=NOON, checked=NOON)
        member = Contact(0.0, True, address=NUMBER, zone="America/New_York", consent=consent, plan=plan, channels=channels)
        self.built.store.advance(self.id, "", Turn(member, due=NOON))
        return self

    @property
    def contact(self) -> Contact:
        found = self.built.store.load(self.id).contact
        assert found
        return found

    def journal(self) -> list[str]:
        return [f"{entry.what}: {entry.how}" for entry in self.built.store.journal(self.id)]

    def wake(self, seconds: float = 0.0) -> None:
        self.now += seconds
        handle.wake(self.built, self.id)

    def says(self, text: str, path: str = "/whatsapp", **more: str) -> TestResponse:
        self.texts += 1
        sender = THERE if path == "/whatsapp" else NUMBER
        sid = f"SM{self.texts:032x}"
        return self.post(path, {"MessageSid": sid, "From": sender, "To": "+15550000000", "Body": text, **more})

    def post(self, path: str, form: dict[str, str], *, signed: bool = True) -> TestResponse:
        settings = self.built.settings
        form = {"AccountSid": settings.account_sid, **form}
        sign = signature.sign(settings.auth_token, settings.public_url + path, {k: [v] for k, v in form.items()})
        headers = {"X-Twilio-Signature": sign if signed else "A" * 28}
        return self.web.post(path, data=form, headers=headers)

    def receipt(self, message: Record, status: str, code: int | None = None) -> None:
        message.status, message.error = status, code
        form = {"MessageSid": message.sid, "To": message.to, "MessageStatus": status, **({"ErrorCode": str(code)} if code else {})}
        assert self.post(f"/receipt?{urlencode({'o': message.entry})}", form).status_code == 204

    def sent(self) -> list[tuple[str, str]]:
        """Where to, and as what, in order."""
        return [(m.to, "template" if m.content else "free" if m.to == THERE else "sms") for m in self.stub.messages]

    def states(self) -> list[tuple[str, str, str]]:
        return [(o.kind, o.state, o.way) for o in self.contact.outbox]


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    started = Stub().start()
    yield started
    started.close()


@pytest.fixture
def world(stub: Stub) -> Iterator[World]:
    made = World(stub)
    yield made
    made.built.gateway.close()


FREE, TEMPLATE, SMS = (THERE, "free"), (THERE, "template"), (NUMBER, "sms")
RECENTLY = (whatsapp.NAME, NOON - HOUR)
LONG_AGO = (whatsapp.NAME, NOON - 2 * DAY)
TEXTED = (TEXT, NOON - 9 * DAY)


# ---- in and out


ACCOUNT = "AC" + "0" * 32
GOOD = {"AccountSid": [ACCOUNT], "MessageSid": ["SM" + "a" * 32], "From": [THERE], "To": ["whatsapp:+15550009999"]}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"Body": ["2"]}, "2"),
        ({"Body": ["Taken"], "ButtonText": ["Taken"], "ButtonPayload": ["1"], "MessageType": ["button"]}, "1"),
        ({"Body": ["Taken"], "ButtonText": ["Taken"], "ButtonPayload": [""]}, "Taken"),
        ({"Body": [""], "NumMedia": ["1"], "MediaContentType0": ["image/webp"], "MessageType": ["sticker"]}, ""),
        ({"Body": [""], "Latitude": ["1.0"], "Longitude": ["2.0"]}, ""),
        ({"Body": ["hi"], "WaId": ["12125551234"], "ProfileName": ["A B"], "ChannelMetadata": ['{"type":"whatsapp"}']}, "hi"),
    ],
)
def test_a_form(fields: dict[str, list[str]], text: str) -> None:
    assert whatsapp.parse(loaded(), {**GOOD, **fields}, {}, ACCOUNT) == Message("SM" + "a" * 32, NUMBER, text, "", "whatsapp")


@pytest.mark.parametrize(
    ("field", "values", "why"),
    [
        ("From", [NUMBER], "From"),
        ("From", ["whatsapp:12125551234"], "From"),
        ("From", ["messenger:+12125551234"], "From"),
        ("From", [f"whatsapp:{THERE}"], "From"),
        ("AccountSid", ["AC" + "1" * 32], "AccountSid"),
        ("ButtonPayload", ["1", "2"], "twice"),
        ("ButtonPayload", ["MessageSidSM" + "0" * 32], "holds a field"),
    ],
)
def test_a_form_not_in_order(field: str, values: list[str], why: str) -> None:
    assert why in str(whatsapp.parse(loaded(), {**GOOD, field: values}, {}, ACCOUNT))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer(("Tip.\n1 More\n0 menu",), "en", "Missed a dose"), ["*Missed a dose*\nTip.\n1 More\n0 menu"]),
        (Answer(("Tip.",), "en", ""), ["Tip."]),
        (Answer(("One.", "Two."), "en", "T*i_t~l`e\n x"), ["*T i t l e x*\nOne.", "Two."]),
        (Answer(("*a* _b_ ~c~ `d` 2*3 x_y@z.org 5 * 6",), "en"), ["∗a* ˍb_ ∼c~ 'd' 2*3 x_y@z.org 5 * 6"]),
        (Answer(("* a list",), "en"), ["∗ a list"]),
        (Answer((), "en", "Title"), []),
    ],
)
def test_an_answer(answer: Answer, shown: list[str]) -> None:
    rendered = whatsapp.render(loaded(), answer, Message("SM", NUMBER, "x", channel="whatsapp"))
    assert [m.text for m in ElementTree.fromstring(rendered).findall("Message")] == shown


def test_it_is_off_by_default(world: World) -> None:
    assert config.simulated().whatsapp_from is None
    assert world.on(OFF).says("HELLO").status_code == 404
    assert world.says("HELLO", "/sms").status_code == 200


def test_it_is_the_same_menu(world: World) -> None:
    assert world.post("/whatsapp", {"MessageSid": "SM" + "e" * 32, "From": THERE, "Body": "hi"}, signed=False).status_code == 403
    assert "1 " in world.says("HELLO").text
    assert "<Message>*" in world.says("1").text
    assert "only read words" in world.says("", NumMedia="1", MediaContentType0="image/webp").text
    assert world.contact.channels == (("whatsapp", NOON),)
    assert not world.contact.texts


def test_twilio_answers_its_own_words_on_both(world: World) -> None:
    world.on(replace(SETTINGS, keyword_replies="twilio"))
    assert "<Message>" not in world.says("HELP").text
    assert "<Message>" not in world.says("STOP").text
    assert world.contact.left


def test_who_leaves_by_one_way_has_left_by_all(world: World) -> None:
    world.joined(TEXTED, RECENTLY)
    assert "<Message>" in world.says("STOP", "/sms").text
    world.wake()
    assert (world.contact.plan, world.sent()) == (None, [])
    assert "<Message>" not in world.says("1").text
    assert world.journal() == ["left: carrier word"]


def test_consent_keeps_its_channel(world: World) -> None:
    for text in ("REMINDERS", "1"):
        world.says(text)
    consent = world.contact.consent
    assert consent
    assert consent.channel == "whatsapp"
    assert ", whatsapp, SM" in world.journal()[0]
    assert world.contact.address == NUMBER
    assert record.read(record.dump(world.contact)) == world.contact
    kept = record.dump(replace(world.contact, consent=Consent(1.0, 2, "x")))
    assert b'channel"' not in kept, "as it was before there were others"


# ---- by which way


@pytest.mark.parametrize(
    ("since", "window"),
    [(0, True), (23 * HOUR + 58 * 60 + 59, True), (23 * HOUR + 59 * 60, False), (24 * HOUR, False), (30 * DAY, False)],
)
def test_the_window(since: float, window: bool) -> None:
    contact = Contact(0.0, consent=CONSENT, channels=((whatsapp.NAME, NOON - since),))
    assert whatsapp.way(contact, NOON, on=True, template=True) == (whatsapp.NAME if window else whatsapp.TEMPLATE)


@pytest.mark.parametrize(
    ("channels", "consent", "settings", "way"),
    [
        ((TEXTED,), Consent(0.0, 8, "x"), SETTINGS, SMS),
        ((), Consent(0.0, 8, "x"), SETTINGS, SMS),
        ((TEXTED, RECENTLY), Consent(0.0, 8, "x"), SETTINGS, SMS),
        ((RECENTLY,), CONSENT, SETTINGS, FREE),
        ((TEXTED, RECENTLY), CONSENT, SETTINGS, FREE),
        ((LONG_AGO,), CONSENT, SETTINGS, TEMPLATE),
        ((TEXTED, LONG_AGO), CONSENT, SETTINGS, TEMPLATE),
        ((TEXTED, LONG_AGO), CONSENT, BARE, SMS),
        ((LONG_AGO,), CONSENT, BARE, None),
        ((TEXTED, RECENTLY), CONSENT, OFF, SMS),
        ((RECENTLY,), CONSENT, OFF, None),
    ],
)
def test_a_reminder_goes(
    channels: tuple[tuple[str, float], ...],
    consent: Consent,
    settings: config.Settings,
    way: tuple[str, str] | None,
    world: World,
) -> None:
    world.on(settings).joined(*channels, consent=consent).wake()
    assert world.sent() == ([way] if way else [])
    world.wake(60)
    assert len(world.stub.messages) == bool(way)


def test_a_template_gets_one_line(world: World) -> None:
    world.joined(LONG_AGO).wake()
    message = world.stub.messages[0]
    assert (message.content, message.sender, message.service) == (SID, f"whatsapp:{FROM}", None)
    assert message.body.startswith("Your reminder: Dose Tips: ")
    assert not set("\n\t") & set(message.body)
    assert whatsapp.in_template("a\n\n1 b\t  c     d *e*") == "a 1 b c d ∗e*"


def test_what_cannot_go_is_told_and_never_tried_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.on(BARE).joined(LONG_AGO).wake()
    loud = [record.__dict__["fields"]["reason"] for record in caplog.records if record.levelname == "ERROR"]
    assert loud == ["agreed by WhatsApp, never texted: WHATSAPP_CONTENT_SID is not set"]
    assert (world.journal()[0].partition(" ")[0], world.contact.outbox) == ("dropped:", ())
    assert [n[0] for n in world.contact.notices] == ["dropped"]
    assert world.built.store.due_of(world.id) == NOON + 8 * HOUR
    assert "12:00 PM" in world.says("thanks").text


# ---- a way that turns out to be shut


def test_a_window_that_is_shut_at_once(world: World) -> None:
    world.stub.modes.free = {THERE: 63016}
    world.joined(RECENTLY).wake()
    assert (world.sent(), world.contact.shut) == ([], (whatsapp.NAME,))
    world.wake(2)
    assert (world.sent(), world.states()) == ([TEMPLATE], [("reminder", "sent", whatsapp.TEMPLATE)])
    world.says("hello")
    assert world.contact.shut == ()


@pytest.mark.parametrize(("channels", "then"), [((TEXTED, RECENTLY), [SMS]), ((RECENTLY,), [])])
@pytest.mark.parametrize("code", [63014, 63016])
def test_ways_that_are_all_shut_at_once(
    code: int, channels: tuple[tuple[str, float], ...], then: list[tuple[str, str]], world: World
) -> None:
    world.stub.modes.to = {THERE: code}
    world.joined(*channels)
    for _ in range(5):
        world.wake(2)
    assert world.sent() == then
    assert world.stub.stats[f"code-{code}"] == (1 if code == 63014 else 2)
    assert (world.contact.plan is not None and world.contact.plan.paused) == (not then)


def test_a_store_that_forgets_and_a_receipt_that_comes_twice(world: World) -> None:
    """Refused, so it went by text; then all that is forgotten, and the refusal comes again."""
    world.joined(TEXTED, RECENTLY).on(BARE).wake()
    before = world.contact
    world.receipt(world.stub.messages[0], "failed", 63016)
    world.wake(2)
    world.built.store.advance(world.id, world.built.store.load(world.id).version, Turn(before, due=world.now))
    world.receipt(world.stub.messages[0], "failed", 63016)
    world.wake(2)
    assert world.sent() == [FREE, SMS]
    assert world.states() == [("reminder", "sent", "")]


@pytest.mark.parametrize(
    ("code", "settings", "channels", "then"),
    [
        (63016, SETTINGS, (RECENTLY,), [TEMPLATE]),
        (63016, BARE, (TEXTED, RECENTLY), [SMS]),
        (63016, BARE, (RECENTLY,), []),
        (63014, SETTINGS, (TEXTED, RECENTLY), [SMS]),
        (63014, SETTINGS, (RECENTLY,), []),
        (30008, SETTINGS, (TEXTED, RECENTLY), []),
    ],
)
def test_a_receipt_says_it_is_shut(
    code: int, settings: config.Settings, channels: tuple[tuple[str, float], ...], then: list[tuple[str, str]], world: World
) -> None:
    world.on(settings).joined(*channels).wake()
    message = world.stub.messages[0]
    for _ in range(2):
        world.receipt(message, "failed", code)
        world.wake(2)
    assert world.sent() == [FREE, *then]
    if then:
        world.receipt(message, "failed", code)  # again, late
        world.receipt(world.stub.messages[1], "delivered")
        world.wake(60)
        assert world.sent() == [FREE, *then]
        assert world.contact.doses[-1].state == "open"
        assert world.contact.outbox[0].text == ""
    if code == 63014 and not then:
        assert world.contact.plan
        assert world.contact.plan.paused, "blocked, and no other way: nothing more until they write"


@pytest.mark.parametrize(("channels", "then"), [((TEXTED, LONG_AGO), [SMS]), ((LONG_AGO,), [])])
def test_a_template_that_is_refused_is_not_tried_for_ever(
    channels: tuple[tuple[str, float], ...], then: list[tuple[str, str]], world: World
) -> None:
    world.joined(*channels).wake()
    for _ in range(3):
        world.receipt(world.stub.messages[-1], "failed", 63016) if world.stub.messages[-1].to == THERE else None
        world.wake(2)
    assert world.sent() == [TEMPLATE, *then]
    assert world.contact.shut == (whatsapp.NAME, whatsapp.TEMPLATE)


def test_an_answered_dose_is_not_told_by_another_way(world: World) -> None:
    world.joined(RECENTLY).wake()
    world.says("1")
    world.receipt(world.stub.messages[0], "failed", 63016)
    world.wake(2)
    assert world.sent() == [FREE]


def test_a_receipt_that_overtakes_the_sending_waits_for_the_look_up(world: World) -> None:
    """While it is not known which try it is about, another may be on its way."""
    world.stub.modes.fail = {"500-after": 1.0}
    world.joined(RECENTLY).wake()
    world.receipt(world.stub.messages[0], "failed", 63016)
    assert world.states() == [("reminder", "sending", "")]
    world.stub.modes.fail = {}
    world.wake(2)
    assert world.sent() == [FREE]
    world.wake(51)
    assert world.sent() == [FREE, TEMPLATE]
    world.receipt(world.stub.messages[0], "failed", 63016)
    world.wake(51)
    assert world.sent() == [FREE, TEMPLATE]


def test_a_message_known_as_refused_proves_nothing_any_more(world: World) -> None:
    """Its own answer and receipts may come after its refusal, while the next try is on its way."""
    world.joined(RECENTLY)
    trying = Outgoing("1.1", "reminder", "Take it", NOON + HOUR, NOON, "sending", (739943, 720), NOON, 2, "deadbeef")
    contact = replace(world.contact, outbox=(trying,))
    for event in (
        Sent("1.1", "SM00deadbeef", "whatsapp"),
        Receipt("1.1", "SM00deadbeef", "sent"),
        Receipt("1.1", "SM00deadbeef", "read"),
    ):
        assert step(loaded(), contact, event, NOON + 5).contact.outbox == (trying,)
    took = step(loaded(), contact, Sent("1.1", "SM11111111"), NOON + 5).contact.outbox[0]
    assert (took.state, took.sid, took.way, took.text) == ("sent", "11111111", "", "")


# ---- never twice


def _consents_by_text(world: World) -> None:
    version = world.built.store.load(world.id).version
    agreed = replace(world.contact, consent=Consent(1.0, 8, "x"))
    world.built.store.advance(world.id, version, Turn(agreed, due=world.now))


BETWEEN: dict[str, Callable[[World], object]] = {
    "nothing": id,
    "the window shuts": lambda world: setattr(world, "now", world.now + 10 * 60),
    "switched off": lambda world: world.on(OFF),
    "no template any more": lambda world: world.on(BARE),
    "agreed anew by text": _consents_by_text,
    "they write": lambda world: world.says("hello"),
    "they text": lambda world: world.says("hello", "/sms"),
}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize(
    ("channels", "consent", "way"),
    [
        ((TEXTED, (whatsapp.NAME, NOON - DAY + 300)), CONSENT, FREE),
        ((TEXTED, LONG_AGO), CONSENT, TEMPLATE),
        ((TEXTED, RECENTLY), Consent(0.0, 8, "x"), SMS),
    ],
)
def test_a_lost_answer_is_looked_for_everywhere(
    channels: tuple[tuple[str, float], ...], consent: Consent, way: tuple[str, str], between: str, world: World
) -> None:
    world.stub.modes.fail = {"reset-after": 1.0}
    world.joined(*channels, consent=consent).wake()
    world.stub.modes.fail = {}
    BETWEEN[between](world)
    world.wake(51)
    world.wake(51)
    assert world.sent() == [way]
    assert world.contact.outbox[0].state == "sent"


def test_while_one_place_does_not_answer_nothing_goes_out(world: World) -> None:
    world.stub.modes.fail = {"reset-before": 1.0}
    world.joined(TEXTED, RECENTLY).wake()
    world.stub.modes.fail, world.stub.modes.to = {}, {NUMBER: 20500}
    world.wake(51)
    assert world.sent() == []
    world.stub.modes.to = {}
    world.wake(51)
    assert world.sent() == [FREE]


def test_a_template_that_tells_no_text_counts(world: World) -> None:
    world.stub.modes.fail = {"reset-after": 1.0}
    world.joined(LONG_AGO).wake()
    world.stub.messages[0].body, world.stub.modes.fail = "", {}
    world.wake(51)
    assert world.sent() == [TEMPLATE]


def test_what_was_refused_does_not_hide_what_went_out(world: World) -> None:
    """Free: refused. Template: its answer is lost. The refused one is the same text, and must not make it go out again."""
    world.joined(TEXTED, RECENTLY).wake()
    world.receipt(world.stub.messages[0], "failed", 63016)
    world.stub.modes.fail = {"500-after": 1.0}
    world.wake(2)
    world.stub.modes.fail = {}
    world.wake(51)
    world.wake(51)
    assert world.sent() == [FREE, TEMPLATE]
    assert world.states() == [("reminder", "sent", "whatsapp")]


def test_one_that_may_have_gone_out_is_found_before_a_refused_one(world: World) -> None:
    refused = {"to": THERE, "status": "failed", "error": 63016, "sid": "SMrefused"}
    for fields in ({"body": "x Take it. y", "to": THERE, "sid": "SMthere"}, {"body": "Take it.", **refused}):
        world.now += 1
        world.stub.keep(Record(**fields))
    found = world.built.gateway.find(THERE, ("Take  it.",), NOON, time.monotonic() + 5)
    assert found == Found("SMthere", "queued", None, "Take  it.", "whatsapp")
    assert world.built.gateway.find(NUMBER, ("Take it.",), NOON, time.monotonic() + 5) is None
    assert world.built.gateway.find(THERE, ("Take that.",), NOON, time.monotonic() + 5) is None


@pytest.mark.parametrize("seed", range(12))
def test_never_twice_whatever_happens(seed: int, world: World) -> None:
    """Errors, windows that are shut, receipts late, doubled or lost, people who write and settings that change: one a dose."""
    chance, kinds = Random(seed), dict[str, tuple[str, object]]()
    doomed: dict[str, int] = {}
    kept = world.kept

    def fate(message: Record) -> None:
        kept(message)
        if message.to == THERE and chance.random() < 0.4:
            doomed[message.sid] = 63014 if chance.random() < 0.2 else 63016

    world.stub.kept = fate
    world.stub._random.seed(seed)
    world.joined(
        *(TEXTED, RECENTLY, LONG_AGO)[: chance.randint(1, 2)], consent=chance.choice((CONSENT, CONSENT, Consent(0.0, 8, "x")))
    )
    for _ in range(30):
        ambiguous = dict.fromkeys(("500-after", "reset-after", "broken", "500-before", "429", "reset-before"), 0.12)
        world.stub.modes.fail = ambiguous if chance.random() < 0.7 else {}
        world.stub.modes.fail_get = {"500-before": 0.2}
        world.stub.modes.free = {THERE: 63016} if chance.random() < 0.2 else {}
        for message in world.stub.messages:
            if chance.random() < 0.3:
                code = doomed.get(message.sid)
                world.receipt(message, "failed" if code else chance.choice(("sent", "delivered")), code)
            elif message.sid in doomed and chance.random() < 0.3:
                message.status, message.error = "failed", doomed[message.sid]
        chance.choice([*BETWEEN.values(), *[BETWEEN["nothing"]] * 9])(world)
        if chance.random() < 0.2:
            world.on(chance.choice((SETTINGS, BARE, OFF)) if world.built.settings is SETTINGS else SETTINGS)
        if world.contact.left is None:
            world.wake(chance.choice((1, 2, 30, 51, 51, 400, 2 * HOUR)))
        kinds.update({o.id: (o.kind, o.slot) for o in world.contact.outbox})
    arrived = [kinds[m.entry] for m in world.stub.messages if m.sid not in doomed]
    told = Counter(slot for kind, slot in arrived if kind in ONCE)
    assert max(told.values(), default=1) == 1


def test_receipts_name_the_channel() -> None:
    from service.channels import sms

    form = {
        "AccountSid": [ACCOUNT],
        "MessageSid": ["SM" + "a" * 32],
        "To": [THERE],
        "MessageStatus": ["failed"],
        "ErrorCode": ["63016"],
    }
    assert sms.parse_receipt(form, ACCOUNT, "e") == (NUMBER, Receipt("e", "SM" + "a" * 32, "failed", "", 63016, "whatsapp"))
    assert metrics.exposition()


@pytest.mark.parametrize("text", ["delete", "wrong number"])
def test_who_never_texted_does_not_seem_to_after_deleting_everything(text: str) -> None:
    menu, contact, now = loaded(), None, 1_772_000_000.0
    for said in ("hello", text, "1", "start"):
        now += 60
        contact = step(menu, contact, Message(f"SM{now}", "+15550001111", said, channel=whatsapp.NAME), now).contact
    assert contact is not None
    assert not contact.texts
