"""SMS: Twilio's message form -> `Message`, replies -> TwiML. What people wrote is never part of an answer."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from twilio.twiml.messaging_response import MessagingResponse

from service.core.model import Message, Receipt
from service.core.words import MAX_TEXT

CONTENT_TYPE: Final = "text/xml; charset=utf-8"
EMPTY: Final = str(MessagingResponse())

_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_FROM = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{5,6}")
# Names and values are signed without a sign between them: a text that holds the next field could be cut into another form.
_FIELD_INSIDE = re.compile(r"MessageSid(?:SM|MM)[0-9a-fA-F]{32}")
_KEYWORDS: Final = {"STOP": "stop", "START": "start", "HELP": "help"}

# XML 1.0 has no place for these; Twilio drops an answer that holds one (error 12100).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(form: Mapping[str, Sequence[str]], account_sid: str) -> Message | str:
    """The message of a signed form (each field a list of its values), or what is wrong with the form."""
    if any(len(values) != 1 for values in form.values()):
        return "a field stands twice"
    field = {name: values[0] for name, values in form.items()}
    sid, sender = field.get("MessageSid", ""), field.get("From", "")
    wrong = {
        "AccountSid is not ours": field.get("AccountSid") != account_sid,
        "MessageSid is none": not _MESSAGE_SID.fullmatch(sid),
        "SmsSid is another message's": {field.get("SmsSid", sid), field.get("SmsMessageSid", sid)} != {sid},
        "From is no number": not _FROM.fullmatch(sender),
        "a value holds a field": any(_FIELD_INSIDE.search(value) for value in field.values()),
    }
    if fault := next((why for why, is_so in wrong.items() if is_so), None):
        return fault
    keyword = _KEYWORDS.get(field.get("OptOutType", "").upper(), "")
    return Message(sid, sender, field.get("Body", "")[:MAX_TEXT], keyword)


def parse_receipt(form: Mapping[str, Sequence[str]], account_sid: str, entry: str) -> tuple[str, Receipt] | str:
    """Whom a status callback is about, and what it says; or what is wrong with it. `entry` is what its URL carries back."""
    if any(len(values) != 1 for values in form.values()):
        return "a field stands twice"
    field = {name: values[0] for name, values in form.items()}
    sid, to, code = field.get("MessageSid", ""), field.get("To", ""), field.get("ErrorCode", "")
    wrong = {
        "AccountSid is not ours": field.get("AccountSid") != account_sid,
        "MessageSid is none": not _MESSAGE_SID.fullmatch(sid),
        "To is no number": not _FROM.fullmatch(to),
        "a value holds a field": any(_FIELD_INSIDE.search(value) for value in field.values()),
    }
    if fault := next((why for why, is_so in wrong.items() if is_so), None):
        return fault
    return to, Receipt(entry[:_MOST_ENTRY], sid, field.get("MessageStatus", ""), "", int(code) if _CODE.fullmatch(code) else None)


_CODE = re.compile("[1-9][0-9]{0,6}")
_MOST_ENTRY: Final = 64


def carrier_answers(message: Message, words: Mapping[str, str]) -> bool:
    """Whether Twilio answers this message itself, where it is set up to: a bare stop or help word, or one marked so."""
    kind = message.keyword or words.get(message.text.strip().lower(), "")
    return kind in ("stop", "help")


@lru_cache(maxsize=1024)
def render(replies: tuple[str, ...]) -> str:
    """TwiML that sends these replies in order; always well-formed XML, whatever is in them."""
    response = MessagingResponse()
    for reply in replies:
        response.message(_NOT_XML.sub("", reply))
    return str(response)
