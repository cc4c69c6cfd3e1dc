"""What went wrong with a text, classed by what to do about it (https://www.twilio.com/docs/api/errors)."""

import json
import random
from enum import StrEnum
from typing import Final

LEAST_WAIT: Final = 1.0
MOST_WAIT: Final = 4.0
LONGEST_WAIT: Final = 3600.0


class Kind(StrEnum):
    """What to do about a text that failed."""

    RETRY = "retry"
    """It was never processed: send it again, after `SendError.wait`."""
    AMBIGUOUS = "ambiguous"
    """It may have been processed: look before sending it again."""
    OPTED_OUT = "opted_out"
    BAD_NUMBER = "bad_number"
    """This person can never be reached at this number."""
    UNREACHABLE = "unreachable"
    """Transient at their end: one more try."""
    EXPIRED = "expired"
    """The validity period ran out before it left Twilio."""
    CONFIG_ACCOUNT = "config_account"
    """The whole account cannot send until the operator acts."""
    CONFIG_RECIPIENT = "config_recipient"
    """Set-up or policy is against this destination or text: tell the operator, go on with the others."""
    CLOSED = "closed"
    """This way to them is shut, so it surely did not go out: another way may be open."""
    PROGRAM = "program"
    """A fault of our own: never again as it is."""


_CODES: Final = {
    Kind.RETRY: (20429, 21611, 30001, 30047, 63018, 14107),
    Kind.AMBIGUOUS: (20500, 20503, 20504),
    Kind.OPTED_OUT: (21610,),
    Kind.BAD_NUMBER: (21211, 21614, 21635, 30004, 30006),
    Kind.UNREACHABLE: (30003, 30005, 30008),
    Kind.EXPIRED: (30036,),
    # 30029 and 30030: redaction is asked for and the account has none; 63038: the account's cap for the day.
    Kind.CONFIG_ACCOUNT: (20003, 20404, 10001, 30002, 21212, 21606, 21608, 21703, 21704, 30034, 30029, 30030, 63038),
    Kind.CONFIG_RECIPIENT: (21408, 21612, 30007, 30450, 30610, 30640, 11200),
    Kind.CLOSED: (63014, 63016),
    Kind.PROGRAM: (21617, 21619, 35114, 35115, 35116, 35117, 35126),
}
KINDS: Final = {code: kind for kind, codes in _CODES.items() for code in codes}

_STATUSES: Final = {401: Kind.CONFIG_ACCOUNT, 403: Kind.CONFIG_ACCOUNT, 404: Kind.CONFIG_ACCOUNT, 408: Kind.AMBIGUOUS}
# A queue of ten hours does not empty in four seconds; the guard against loops rests for 30 s, and so do we for WhatsApp's rate.
_LEAST_WAITS: Final = {21611: 60.0, 30001: 60.0, 14107: 30.0, 63018: 30.0}


class SendError(Exception):
    """A text that Twilio did not take, or perhaps took. Its message holds no number and no text.

    `code`: Twilio's, or None. `status`: the HTTP status, or None without an answer. `wait`: seconds to wait at least before the
    next try, set whenever `retry` is.
    """

    def __init__(
        self, kind: Kind, code: int | None = None, *, status: int | None = None, wait: float | None = None, reason: str = ""
    ) -> None:
        self.kind, self.code, self.status, self.reason = kind, code, status, reason
        self.wait = _backoff(code) if wait is None and kind is Kind.RETRY else wait
        super().__init__(f"{kind}: code {code}, HTTP {status}{reason and f', {reason}'}")

    @property
    def retry(self) -> bool:
        """Whether it was surely never processed and may go out again."""
        return self.kind is Kind.RETRY

    @property
    def ambiguous(self) -> bool:
        """Whether nobody but Twilio knows if it went out."""
        return self.kind is Kind.AMBIGUOUS

    @property
    def opted_out(self) -> bool:
        """Whether this person left, as Twilio or the carrier knows it."""
        return self.kind is Kind.OPTED_OUT


def _backoff(code: int | None) -> float:
    """Seconds, spread so that those who failed together do not come back together."""
    return _LEAST_WAITS.get(code or 0, 0.0) + random.uniform(LEAST_WAIT, MOST_WAIT)  # noqa: S311 - no secret


def kind_of_receipt(code: int | None) -> Kind:
    """What a receipt's ErrorCode calls for. One we do not know is never sent again, and the operator hears of it."""
    return KINDS.get(code or 0, Kind.CONFIG_RECIPIENT)


def kind_of(status: int, code: int | None) -> Kind:
    """What an HTTP status other than 2xx calls for, with Twilio's code where it gave one.

    A 5xx is ambiguous whatever it says: it may come from before or from behind what sends. So is a redirect: no API answers so.
    """
    if status == 429:
        return Kind.RETRY
    if not 400 <= status < 500:
        return Kind.AMBIGUOUS
    return KINDS.get(code or 0) or _STATUSES.get(status, Kind.CONFIG_RECIPIENT)


def refusal(status: int, body: str, retry_after: str | None) -> SendError:
    """The error for an answer other than 2xx. `retry_after`: that header, of which only whole seconds are read."""
    code = _code(body)
    kind = kind_of(status, code)
    given = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() and kind is Kind.RETRY else 0.0
    return SendError(kind, code, status=status, wait=min(given, LONGEST_WAIT) or None)


def _code(body: str) -> int | None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if type(code) is int else None
