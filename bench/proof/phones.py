"""Texts from people's phones: signed webhooks to the real web."""

import http.client
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.proof.stage import ACCOUNT, NUMBER, PUBLIC_URL, TOKEN
from service.channels import signature


@dataclass(slots=True)
class Line:
    """One connection to the web, as Twilio keeps them; for one thread at a time. What is refused a connection is tried again."""

    port: int
    again: int = 0
    _kept: http.client.HTTPConnection | None = None

    def text(self, sender: str, body: str, patience: float = 30.0) -> tuple[int, str]:
        """The status and the TwiML answered. A connection that cannot be made, or breaks, is one of Twilio's retries."""
        form = {"From": sender, "To": NUMBER, "Body": body, "AccountSid": ACCOUNT, "NumMedia": "0"}
        return self._posted("/sms", {**form, "MessageSid": f"SM{secrets.token_hex(16)}"}, patience)

    def receipt(self, to: str, entry: str, patience: float = 30.0) -> tuple[int, str]:
        """What is answered to a receipt that says "delivered"."""
        form = {"From": NUMBER, "To": to, "AccountSid": ACCOUNT, "MessageStatus": "delivered"}
        return self._posted(f"/receipt?o={entry}", {**form, "MessageSid": f"SM{secrets.token_hex(16)}"}, patience)

    def _posted(self, path: str, form: dict[str, str], patience: float) -> tuple[int, str]:
        signed = signature.sign(TOKEN, f"{PUBLIC_URL}{path}", {name: [value] for name, value in form.items()})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed}
        deadline = time.monotonic() + patience
        while True:
            try:
                self._kept = self._kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
                self._kept.request("POST", path, urlencode(form), headers)
                answer = self._kept.getresponse()
                return answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException):
                self._kept = None
                self.again += 1
                if time.monotonic() > deadline:
                    return 0, ""
                time.sleep(0.1)
