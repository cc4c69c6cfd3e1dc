"""What all forms of Twilio have in common: each field once, our account, no field hidden in a value; and well-formed XML back."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.channels import Form

NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{5,6}")
MESSAGE_SID: Final = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
# Names and values are signed without a sign between them: a text that holds the next field could be cut into another form.
_FIELD_INSIDE = re.compile(r"(?:MessageSid(?:SM|MM)|CallSidCA)[0-9a-fA-F]{32}")
# XML 1.0 has no place for these; Twilio drops an answer that holds one (error 12100).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fields(form: "Form", account_sid: str) -> Mapping[str, str] | str:
    """The fields of a signed form, or what is wrong with all of it."""
    if any(len(values) != 1 for values in form.values()):
        return "a field stands twice"
    field = {name: values[0] for name, values in form.items()}
    if field.get("AccountSid") != account_sid:
        return "AccountSid is not ours"
    if any(_FIELD_INSIDE.search(value) for value in field.values()):
        return "a value holds a field"
    return field


def wrong(**faults: bool) -> str:
    """The first of some faults that is so, in words; "" for none."""
    return next((why.replace("_", " ") for why, is_so in faults.items() if is_so), "")


def xml_text(text: str) -> str:
    """A text without what XML has no place for."""
    return _NOT_XML.sub("", text)
