"""A form -> a message, replies -> TwiML that is always XML."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels import sms
from service.core.model import Message
from tests.menus import loaded

ACCOUNT = "AC" + "0" * 32
GOOD = {"AccountSid": [ACCOUNT], "MessageSid": ["SM" + "a1" * 16], "From": ["+15550001111"], "To": ["+15550000000"], "Body": ["hi"]}


def parsed(form: dict[str, list[str]]) -> Message | str:
    return sms.parse(loaded(), form, {}, ACCOUNT)


def test_a_good_form() -> None:
    message = parsed({**GOOD, "NumMedia": ["0"], "Something": ["new"]})

    assert not isinstance(message, str)
    assert (message.id, message.address, message.text, message.keyword) == ("SM" + "a1" * 16, "+15550001111", "hi", "")


@pytest.mark.parametrize(
    ("field", "values", "why"),
    [
        ("AccountSid", ["AC" + "1" * 32], "AccountSid"),
        ("AccountSid", [""], "AccountSid"),
        ("MessageSid", ["SM" + "g" * 32], "MessageSid"),
        ("MessageSid", ["SM" + "a" * 31], "MessageSid"),
        ("MessageSid", ["XX" + "a" * 32], "MessageSid"),
        ("MessageSid", ["SM" + "a" * 32 + "\n"], "MessageSid"),
        ("From", ["15550001111"], "From"),
        ("From", ["+05550001111"], "From"),
        ("From", ["+1555000111１"], "From"),
        ("From", ["whatsapp:+15550001111"], "From"),
        ("From", ["1234"], "From"),
        ("From", [""], "From"),
        ("Body", ["a", "b"], "twice"),
        ("Body", ["helloFrom+15557654321MessageSidSM" + "0" * 32 + "N"], "holds a field"),
        ("SmsSid", ["SM" + "b" * 32], "SmsSid"),
        ("Extra", ["a", "a"], "twice"),
    ],
)
def test_a_form_not_in_order(field: str, values: list[str], why: str) -> None:
    assert why in str(parsed({**GOOD, field: values}))


@pytest.mark.parametrize("field", ["AccountSid", "MessageSid", "From"])
def test_a_missing_field(field: str) -> None:
    assert isinstance(parsed({k: v for k, v in GOOD.items() if k != field}), str)


def test_short_codes_pictures_and_long_texts() -> None:
    no_body = {k: v for k, v in GOOD.items() if k != "Body"}

    assert parsed({**GOOD, "From": ["12345"]}).address == "12345"  # type: ignore[union-attr]
    assert parsed(no_body).text == ""  # type: ignore[union-attr]
    assert len(parsed({**GOOD, "Body": ["x" * 9000]}).text) == 1600  # type: ignore[union-attr]


@pytest.mark.parametrize(("mark", "expected"), [("STOP", "stop"), ("Help", "help"), ("START", "start"), ("x", "")])
def test_the_carriers_mark(mark: str, expected: str) -> None:
    assert parsed({**GOOD, "OptOutType": [mark]}).keyword == expected  # type: ignore[union-attr]


@given(st.lists(st.text(st.characters()), max_size=3))
def test_twiml_is_always_xml(replies: list[str]) -> None:
    messages = ElementTree.fromstring(sms.twiml(tuple(replies))).findall("Message")

    assert len(messages) == len(replies)
    assert all(child.tag == "Message" for child in ElementTree.fromstring(sms.twiml(tuple(replies))))


def test_what_xml_cannot_hold_is_left_out() -> None:
    odd = "a\x00\x0b\x1b\ufffe\ud800<b>&\u202e"

    assert ElementTree.fromstring(sms.twiml((odd,))).findtext("Message") == "a<b>&\u202e"
    assert ElementTree.fromstring(sms.EMPTY).findall("*") == []


def test_no_reply_is_an_empty_response() -> None:
    assert sms.twiml(()) == sms.EMPTY
