"""SMS: Twilio's message form -> `Message`, replies -> TwiML. What people wrote is never part of an answer."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from twilio.twiml.messaging_response import MessagingResponse

from service.channels import Form
from service.channels.form import MESSAGE_SID, NUMBER, fields, wrong, xml_text
from service.core.menu import Menu
from service.core.model import TEXT, Answer, Message, Receipt
from service.core.words import MAX_TEXT

EMPTY: Final = str(MessagingResponse())
_KEYWORDS: Final = {"STOP": "stop", "START": "start", "HELP": "help"}


def parse(
    _menu: Menu, form: Form, _query: Mapping[str, str], account_sid: str, *, channel: str = TEXT, prefix: str = ""
) -> Message | str:
    """The message of a signed form, or what is wrong with the form. `prefix`: what stands before a number on another channel."""
    field = fields(form, account_sid)
    if isinstance(field, str):
        return field
    sid, sender = field.get("MessageSid", ""), field.get("From", "")
    fault = wrong(
        MessageSid_is_none=not MESSAGE_SID.fullmatch(sid),
        SmsSid_is_another_messages={field.get("SmsSid", sid), field.get("SmsMessageSid", sid)} != {sid},
        From_is_no_number=not sender.startswith(prefix) or not NUMBER.fullmatch(sender.removeprefix(prefix)),
    )
    if fault:
        return fault
    keyword = _KEYWORDS.get(field.get("OptOutType", "").upper(), "")
    return Message(sid, sender.removeprefix(prefix), field.get("Body", "")[:MAX_TEXT], keyword, channel)


def parse_receipt(form: Form, account_sid: str, entry: str) -> tuple[str, Receipt] | str:
    """Whom a status callback is about, and what it says; or what is wrong with it. `entry` is what its URL carries back."""
    field = fields(form, account_sid)
    if isinstance(field, str):
        return field
    sid, code = field.get("MessageSid", ""), field.get("ErrorCode", "")
    way, _, to = field.get("To", "").rpartition(":")  # a channel's name may stand before the number
    if fault := wrong(MessageSid_is_none=not MESSAGE_SID.fullmatch(sid), To_is_no_number=not NUMBER.fullmatch(to)):
        return fault
    known = int(code) if _CODE.fullmatch(code) else None
    return to, Receipt(entry[:_MOST_ENTRY], sid, field.get("MessageStatus", ""), "", known, way[:_MOST_ENTRY])


_CODE = re.compile("[1-9][0-9]{0,6}")
_MOST_ENTRY: Final = 64


def carrier_answers(message: Message, words: Mapping[str, str]) -> bool:
    """Whether Twilio answers this message itself, where it is set up to: a bare stop or help word, or one marked so."""
    kind = message.keyword or words.get(message.text.strip().lower(), "")
    return message.proven and kind in ("stop", "help")


def render(_menu: Menu, answer: Answer, _message: Message) -> str:
    """TwiML that sends these replies in order; always well-formed XML, whatever is in them."""
    return twiml(answer.texts)


def not_kept(_menu: Menu, _message: Message) -> tuple[int, str]:
    """Twilio sends it again."""
    return 503, EMPTY


@lru_cache(maxsize=1024)
def twiml(texts: tuple[str, ...]) -> str:
    response = MessagingResponse()
    for text in texts:
        response.message(xml_text(text))
    return str(response)
