"""A phone call: what is pressed or said -> `Message`, an answer -> TwiML that is read out, repeated on silence, and hung up kindly.

A call is a chain of questions: each has its place in the URL of the next (`n`), so that the same request again is the same message,
and the language that pound changes to (`l`). Caller ID can be faked, so nothing here is `proven`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from service.channels import Form
from service.channels.form import fields, wrong, xml_text
from service.core.menu import Menu
from service.core.model import Answer, Message
from service.core.render import at_home, localise
from service.core.words import MAX_TEXT, plain

NAME: Final = "voice"
BEGIN: Final = "0"
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_STEP = re.compile(r"[0-9]{1,4}")
_CALLER = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGIT = re.compile(r"[0-9*#]")
# What stands for a withheld number, spelled on a keypad: RESTRICTED, ANONYMOUS, UNAVAILABLE, BLOCKED, UNKNOWN.
_WITHHELD: Final = ("+7378742833", "+266696687", "+86282452253", "+2562533", "+8656696")
_SILENCE_SECONDS: Final = 6
_REPEATS: Final = 2
_MOST_SAID: Final = 4096
_MOST_HINTS: Final = 30


def parse(menu: Menu, form: Form, query: Mapping[str, str], account_sid: str) -> Message | str:
    """What was pressed or said; the call itself asks for the menu. Who withholds the number is somebody new in each call."""
    field = fields(form, account_sid)
    if isinstance(field, str):
        return field
    call, step, caller = field.get("CallSid", ""), query.get("n", BEGIN), field.get("From", "")
    fault = wrong(CallSid_is_none=not _CALL_SID.fullmatch(call), n_is_no_number=not _STEP.fullmatch(step))
    if fault:
        return fault
    known = _CALLER.fullmatch(caller) and caller not in _WITHHELD
    other = query.get("l", "")
    text = _pressed(field.get("Digits", ""), other) or _said(menu, field.get("SpeechResult", "")[:MAX_TEXT], other)
    begins = step == BEGIN and not text
    return Message(f"{call}.{step}", caller if known else call, "0" if begins else text, channel=NAME, proven=False)


def _pressed(digits: str, other: str) -> str:
    """A key as what it stands for."""
    if not _DIGIT.fullmatch(digits):
        return ""
    return {"*": "MORE", "#": _SWITCH.get(other, "0")}.get(digits, digits)


def _said(menu: Menu, speech: str, other: str) -> str:
    """What was said; a single word that speech is known to take for a number is that number."""
    spoken = next((m for code, m in menu.languages.items() if code != other), menu)
    numbers: dict[str, str] = dict(spoken.channels[NAME]["homophones"])
    return numbers.get(plain(speech).strip(" .?!"), speech)


_SWITCH: Final = {"en": "ENGLISH", "es": "ESPANOL"}


def render(menu: Menu, answer: Answer, message: Message) -> str:
    """The answer read out while listening, twice more on silence, then goodbye. Somebody who may not be talked to hears why."""
    spoken = menu.speaking(answer.language)
    words, home = spoken.channels[NAME], at_home(message.address)
    response = VoiceResponse()
    if not answer.texts:
        response.append(_say(words, localise(spoken, words["silent"], home=home)))
        response.hangup()
        return str(response)
    begins = message.id.endswith(f".{BEGIN}")
    told = " ".join(aloud(spoken, text) for text in answer.texts)
    for repeat in range(_REPEATS + 1):
        gather = Gather(**_listening(spoken, answer, message))
        first = words["begin"] if begins and not repeat else words["again"] if repeat else ""
        for text in filter(None, (localise(spoken, first, home=home), told, words["listen"] if begins else "")):
            gather.append(_say(words, text))
        other = menu.languages.get(_other(menu, spoken))
        if begins and other:
            gather.append(_say(other.channels[NAME], words["begin_other"]))
        response.append(gather)
    response.append(_say(words, localise(spoken, words["goodbye"], home=home)))
    response.hangup()
    return str(response)


def _listening(menu: Menu, answer: Answer, message: Message) -> dict[str, Any]:
    """How Twilio listens: one key, or speech, with the words that may be said."""
    step = int(message.id.rpartition(".")[2]) + 1
    labels = [m[2] for text in answer.texts for m in _OPTION.finditer(text)][:_MOST_HINTS]
    return {
        "input": "dtmf speech",
        "action": f"/voice?n={step}&l={_other(menu, menu)}",
        "method": "POST",
        "num_digits": 1,
        "finish_on_key": "",
        "timeout": _SILENCE_SECONDS,
        "speech_timeout": "auto",
        "language": menu.channels[NAME]["language"],
        "profanity_filter": False,
        "hints": ", ".join(xml_text(label) for label in labels),
    }


def _other(menu: Menu, spoken: Menu) -> str:
    return next((code for code in menu.languages if code != spoken.language), "")


def _say(words: Mapping[str, Any], text: str) -> Say:
    return Say(xml_text(text)[:_MOST_SAID], voice=words["voice"], language=words["language"])


def not_kept(menu: Menu, message: Message) -> tuple[int, str]:
    """A call cannot be sent again: they are told what works without us."""
    return 200, render(menu, Answer((menu.sayings["down_leave"],)), message)


# ---- a text, as it is read out

_OPTION = re.compile(r"^([0-9]) (.+)$", re.MULTILINE)
_DIALLED = re.compile(r"\b(?:911|988|[0-9]+(?:-[0-9]+)+)\b")
_WORD = re.compile(r"[^\W_]+")


def aloud(menu: Menu, text: str) -> str:
    """A text as it is said: options as what to press, numbers to call digit by digit, nothing about texting.

    Every number of an option is at the start of a line (`core.render` writes them there), and so is the way back.
    """
    words = menu.channels[NAME]
    more = f"{menu.sayings['more']} "
    ways = {menu.sayings["way_home"]: words["home"], menu.sayings["way_back"]: words["back"]}
    lines = [ways.get(line) or _line(words, line, more) for line in text.splitlines()]
    return _pronounced(menu, " ".join(filter(None, lines)))


def _line(words: Mapping[str, Any], line: str, more: str) -> str:
    option = _OPTION.fullmatch(line)
    if option:
        return str(words["option"]).replace("{label}", option[2]).replace("{number}", option[1])
    if line.startswith(more):
        return str(words["more"]).replace("{label}", line.removeprefix(more))
    for written, said in words["instead"]:
        line = line.replace(written, said)
    return line


def _pronounced(menu: Menu, text: str) -> str:
    words: dict[str, str] = dict(menu.channels[NAME]["words"])
    dialled = _DIALLED.sub(lambda m: " ".join(c if c != "-" else "," for c in m[0]), text)
    return _WORD.sub(lambda m: words.get(m[0], words.get(m[0].lower(), m[0])), dialled)
