"""A phone call: what is pressed or said -> `Message`, an answer -> TwiML that is read out, repeated on silence, and hung up kindly.

A call is a chain of questions: each has its place in the URL of the next (`n`), so that the same request again is the same message,
and the language that pound changes to (`l`). Caller ID can be faked, so nothing here is `proven`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from twilio.twiml.voice_response import Gather, Say, VoiceResponse

from service.channels import Form
from service.channels.form import fields, wrong, xml_text
from service.core.menu import Menu
from service.core.model import Answer, Message
from service.core.render import at_home, localise, show
from service.core.words import MAX_TEXT, bare, pieces

NAME: Final = "voice"
BEGIN: Final = "0"
_MENU: Final = "0"
_CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
_STEP = re.compile(r"[0-9]{1,4}")
_CALLER = re.compile(r"\+[1-9][0-9]{6,14}")
_DIGIT = re.compile(r"[0-9*#]")
# What stands for a withheld number, spelled on a keypad: RESTRICTED, ANONYMOUS, UNAVAILABLE, BLOCKED, UNKNOWN.
_WITHHELD: Final = ("+7378742833", "+266696687", "+86282452253", "+2562533", "+8656696")
_SILENCE_SECONDS: Final = 6
_REPEATS: Final = 2
_MOST_STEPS: Final = 300
"""Nobody listens so long; a machine that talks to us might."""
MOST_SAID: Final = 4096
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
    other, speech = query.get("l", ""), field.get("SpeechResult", "")[:MAX_TEXT]
    words = _listened(menu, other).channels[NAME]
    alone = " ".join(bare(pieces(speech)))
    if step != BEGIN and alone in words["repeat"]:
        step, speech = str(int(step) - 1), _MENU  # the message before: it is answered what it was answered
    known = _CALLER.fullmatch(caller) and caller not in _WITHHELD
    text = _pressed(field.get("Digits", ""), other) or dict(words["homophones"]).get(alone, speech)
    begins = step == BEGIN and not text
    return Message(f"{call}.{step}", caller if known else call, _MENU if begins else text, channel=NAME, proven=False)


def _pressed(digits: str, other: str) -> str:
    """A key as what it stands for."""
    if not _DIGIT.fullmatch(digits):
        return ""
    return {"*": "MORE", "#": _SWITCH.get(other, "0")}.get(digits, digits)


def _listened(menu: Menu, other: str) -> Menu:
    """The menu in the language that speech was heard in: not the `other`."""
    return next((spoken for code, spoken in menu.languages.items() if code != other), menu)


_SWITCH: Final = {"en": "ENGLISH", "es": "ESPANOL"}


def render(menu: Menu, answer: Answer, message: Message) -> str:
    """The answer read out while listening, twice more on silence, then goodbye.

    Who has left hears once why there is none, and is listened to all the same: it may be an emergency.
    """
    spoken = menu.speaking(answer.language)
    response, ends = VoiceResponse(), _step(message) >= _MOST_STEPS
    for repeat in range(0 if ends else 1 + _REPEATS if answer.texts else 1):
        gather = Gather(**_listening(spoken, answer, message))
        for say in _told(menu, answer, message, again=repeat > 0):
            gather.append(say)
        response.append(gather)
    response.append(_say(spoken, "silent" if ends else "goodbye", message))
    response.hangup()
    return str(response)


def _told(menu: Menu, answer: Answer, message: Message, *, again: bool) -> Iterator[Say]:
    """What is said once: the answer, and at the beginning of a call what to do in it, also to who speaks the other language."""
    spoken = menu.speaking(answer.language)
    begins = message.id.endswith(f".{BEGIN}")
    if again or begins:
        yield _say(spoken, "again" if again else "begin", message)
    if begins and (other := menu.languages.get(_other(spoken))):
        yield _say(other, "begin_other", message)
    if not answer.texts:
        yield _say(spoken, "silent", message)
        return
    yield _read(spoken, " ".join(aloud(spoken, text) for text in answer.texts))
    if begins:
        yield _say(spoken, "listen", message)


def _listening(menu: Menu, answer: Answer, message: Message) -> dict[str, Any]:
    """How Twilio listens: one key, or speech, with the words that may be said."""
    ways = (menu.sayings["way_home"], menu.sayings["way_back"])
    labels = [m[2] for text in answer.texts for m in _OPTION.finditer(text) if m[0] not in ways][:_MOST_HINTS]
    return {
        "input": "dtmf speech",
        "action": f"/voice?n={_step(message) + 1}&l={_other(menu)}",
        "method": "POST",
        "num_digits": 1,
        "finish_on_key": "",
        "timeout": _SILENCE_SECONDS,
        "speech_timeout": "auto",
        "language": menu.channels[NAME]["language"],
        "profanity_filter": False,
        "hints": ", ".join(xml_text(label) for label in labels),
    }


def _step(message: Message) -> int:
    """How far into its call a message is."""
    return int(message.id.rpartition(".")[2])


def _other(menu: Menu) -> str:
    """The language that pound changes to, "" where there is none."""
    return next((code for code in menu.languages if code != menu.language), "")


def _say(menu: Menu, name: str, message: Message) -> Say:
    """One of the channel's own phrases."""
    phrase: str = menu.channels[NAME][name]
    return _read(menu, _pronounced(menu, localise(menu, phrase, home=at_home(message.address))))


def _read(menu: Menu, text: str) -> Say:
    words = menu.channels[NAME]
    return Say(xml_text(text)[:MOST_SAID], voice=words["voice"], language=words["language"])


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
    line = _worded(words, line, more)
    for written, said in words["instead"]:
        line = line.replace(written, said)
    return line


def _worded(words: Mapping[str, Any], line: str, more: str) -> str:
    option = _OPTION.fullmatch(line)
    if option:
        return _filled(words["option"], label=option[2], number=option[1])
    return _filled(words["more"], label=line.removeprefix(more)) if line.startswith(more) else line


def _filled(phrase: str, **values: str) -> str:
    for name, value in values.items():
        phrase = phrase.replace(f"{{{name}}}", value)
    return phrase


def _pronounced(menu: Menu, text: str) -> str:
    words: dict[str, str] = dict(menu.channels[NAME]["words"])
    dialled = _DIALLED.sub(lambda m: ", ".join(map(" ".join, m[0].split("-"))), text)
    return _WORD.sub(lambda m: words.get(m[0], words.get(m[0].lower(), m[0])), dialled)


# ---- what must be true of the words

_PHRASES: Final = (
    "language",
    "voice",
    "begin",
    "begin_other",
    "option",
    "more",
    "home",
    "back",
    "listen",
    "again",
    "goodbye",
    "silent",
)
_TABLES: Final = ("instead", "words", "homophones", "repeat", "never")
_EMERGENCY: Final = ("begin", "goodbye", "silent")


def faults(menu: Menu) -> Iterator[str]:
    """What is wrong with the words of calls, in each language."""
    for code, spoken in menu.languages.items():
        words, where = spoken.channels[NAME], f"{code}.{NAME}.toml"
        yield from (f"{where}: {key} is missing" for key in (*_PHRASES, *_TABLES) if key not in words)
        if any(key not in words for key in (*_PHRASES, *_TABLES)):
            continue
        yield from (f"{where}: {key} must name 911" for key in _EMERGENCY if "911" not in words[key])
        yield from (f"{where}: option must have {name}" for name in ("{label}", "{number}") if name not in words["option"])
        said = {name: aloud(spoken, text) for name, text in _texts(spoken)}
        yield from (
            f"{where}: {name} is read out with {left!r}" for name, text in said.items() for left in words["never"] if left in text
        )
        lines = [_worded(words, line, f"{spoken.sayings['more']} ") for _, text in _texts(spoken) for line in text.splitlines()]
        yield from (f"{where}: {row[0]!r} stands in no text" for row in words["instead"] if row[0] not in "\n".join(lines))


def _texts(menu: Menu) -> Iterator[tuple[str, str]]:
    """Every text that may be read out."""
    yield from ((id, show(menu, screen, home=home).text) for id, screen in menu.screens.items() for home in (True, False))
    yield from ((f"alarm.{id}", alarm.text) for id, alarm in menu.alarms.items())
    yield from ((f"say.{id}", text) for id, text in menu.sayings.items() if not id.startswith("signs_"))
