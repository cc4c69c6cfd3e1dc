"""The simulated phone call: signed requests to POST /voice, and what is heard of the TwiML that comes back."""

import secrets
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from service.config import Settings
from service.simulator.phone import PhoneError, Post, signed_post

KEYS: Final = tuple("123456789*0#")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is read out: its words, in which language ("es-US"), by which voice."""

    words: str
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a caller hears: `said` once; on `silence` each repeat, and the goodbye. `ends`: hung up after it."""

    said: tuple[Said, ...]
    silence: tuple[tuple[Said, ...], ...]
    ends: bool


class Call:
    """One call from a number, from ringing to hanging up."""

    def __init__(self, settings: Settings, post: Post, caller: str) -> None:
        self._settings, self._post, self.caller = settings, post, caller
        self.sid = "CA" + secrets.token_hex(16)
        self.path = "/voice"
        self.form: dict[str, str] = {}
        self.twiml = ""

    def begin(self) -> Heard:
        """The call comes in."""
        return self._ask({})

    def answer(self, what: str) -> Heard:
        """A key, or speech."""
        return self._ask({"Digits": what}) if what in KEYS else self.say(what)

    def say(self, words: str) -> Heard:
        """Speech, also where it is only "1"."""
        return self._ask({"SpeechResult": words, "Confidence": "0.9"})

    def again(self) -> str:
        """The TwiML for the same request once more, as Twilio sends it when an answer was lost."""
        status, twiml = signed_post(self._settings, self._post, self.path, self.form)
        if status != 200:
            raise PhoneError(f"the service answered {status}: {twiml.strip()}")
        return twiml

    def _ask(self, extra: dict[str, str]) -> Heard:
        self.form = {"CallSid": self.sid, "From": self.caller, "To": self._settings.sender, "CallStatus": "in-progress", **extra}
        self.twiml = self.again()
        root = ElementTree.fromstring(self.twiml)
        gathers = root.findall("Gather")
        if not gathers:
            return Heard(_says(root), (), True)
        self.path = gathers[0].attrib["action"]
        return Heard(_says(gathers[0]), (*map(_says, gathers[1:]), _says(root)), False)


def _says(part: ElementTree.Element) -> tuple[Said, ...]:
    return tuple(Said(say.text or "", say.get("language", ""), say.get("voice", "")) for say in part.findall("Say"))
