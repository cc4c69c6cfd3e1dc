"""A caller: signed requests to POST /voice of a service in this process, each answer as what is heard."""

from dataclasses import dataclass, field
from xml.etree import ElementTree

from flask.testing import FlaskClient

from service.channels import signature
from service.config import Settings

CALL = "CA" + "a1" * 16
DIGITS = frozenset("0123456789*#")


@dataclass
class Call:
    """One phone call. `press` and `speak` answer what is heard once while Twilio listens; `twiml` is the last answer whole."""

    client: FlaskClient
    settings: Settings
    caller: str = "+15550001111"
    sid: str = CALL
    path: str = "/voice"
    twiml: str = ""
    form: dict[str, str] = field(default_factory=dict)

    def begin(self) -> str:
        self.path = "/voice"
        return self.send({})

    def says(self, what: str) -> str:
        """A key, or speech."""
        return self.send({"Digits": what} if what in DIGITS else {"SpeechResult": what, "Confidence": "0.9"})

    def send(self, extra: dict[str, str]) -> str:
        self.form = {
            "CallSid": self.sid,
            "AccountSid": self.settings.account_sid,
            "From": self.caller,
            "CallStatus": "in-progress",
            **extra,
        }
        self.twiml = self.again()
        return self.heard

    def again(self) -> str:
        """The same request once more, as Twilio sends it when an answer was lost; the TwiML."""
        signed = signature.sign(
            self.settings.auth_token, self.settings.public_url + self.path, {k: [v] for k, v in self.form.items()}
        )
        answer = self.client.post(self.path, data=self.form, headers={"X-Twilio-Signature": signed})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self._next = answer.get_data(as_text=True)
        return self._next

    @property
    def heard(self) -> str:
        """What is said until Twilio listens for the first time, or all of it; the next request goes where it is told."""
        root = ElementTree.fromstring(self.twiml)
        gather = root.find("Gather")
        if gather is not None:
            self.path = gather.attrib["action"]
        return " ".join(say.text or "" for say in (gather if gather is not None else root).iter("Say"))
