"""Sending one text that we start: by which way, whether Twilio has it already, what came of it. Never twice, by all ways together.

Before anything that may have gone out is sent again, Twilio is asked for it everywhere it may have gone to: as a text message, and
to the same number on WhatsApp, in whatever form. Only what is nowhere, or was refused wherever it is, goes out.
"""

from typing import Final

from service import log, metrics
from service.channels import whatsapp
from service.core.model import TEXT, Contact, Event, Failed, Outgoing, Receipt, Sent
from service.core.outbox import NO_WAY, UNSENT
from service.core.wake import wordings
from service.gateway import Found, Kind, SendError, kind_of_receipt
from service.runtime import Runtime

HALT_SECONDS: Final = 60.0
RECIPIENT_SECONDS: Final = 300.0
LEAST_VALIDITY: Final = 6
LOUD: Final = (Kind.CONFIG_ACCOUNT, Kind.CONFIG_RECIPIENT, Kind.PROGRAM)
_OF_A_SENDER: Final = (21212, 21606, 21703, 21704)
"""Errors that say something of who sends: on WhatsApp that is another one, and text messages go on."""


def outcome(runtime: Runtime, id: str, contact: Contact, entry: Outgoing, deadline: float) -> list[Event]:
    """Send one entry, or find that it was sent. `deadline`: an instant of time.monotonic()."""
    begun, way = runtime.now(), None
    try:
        found = _look_up(runtime, contact, entry, deadline) if entry.ask else []
        taken = next((one for one in found if not _refused(one)), None)
        if taken:
            metrics.SENDS.labels("found").inc()
            return [Sent(entry.id, taken.sid, taken.way), *_became(entry, taken)]
        if news := _news(contact, found):
            return [_shut(entry, news, whatsapp.SHUTS[news])]
        if runtime.now() >= entry.until:
            return [Failed(entry.id, UNSENT, 0.0, None, entry.tries)]
        way = way_of(runtime, contact)
        if way is None:
            return [_no_way(runtime, id, contact, entry)]
        sid = _send(runtime, way, contact.address, entry, deadline)
    except SendError as fault:
        return [_failed(runtime, id, entry, fault, way or TEXT)]
    metrics.SENDS.labels("sent").inc()
    metrics.LATENESS.observe(max(0.0, begun - entry.at))
    return [Sent(entry.id, sid, way)]


def way_of(runtime: Runtime, contact: Contact) -> str | None:
    """By which way a text that we start goes to this contact now; None: by none."""
    settings = runtime.settings
    on, template = settings.whatsapp_from is not None, settings.whatsapp_content_sid is not None
    return whatsapp.way(contact, runtime.now(), on=on, template=template)


def _send(runtime: Runtime, way: str, address: str, entry: Outgoing, deadline: float) -> str:
    validity = max(LEAST_VALIDITY, int(entry.until - runtime.now()))
    if way == TEXT:
        return runtime.gateway.send(address, entry.text, entry=entry.id, validity=validity, deadline=deadline)
    form = runtime.settings.whatsapp_content_sid if way == whatsapp.TEMPLATE else None
    text = whatsapp.in_template(entry.text) if form else whatsapp.written(entry.text)
    to = whatsapp.PREFIX + address
    return runtime.gateway.send(to, text, entry=entry.id, validity=validity, deadline=deadline, template=form)


# ---- looking for what may have gone out


def _look_up(runtime: Runtime, contact: Contact, entry: Outgoing, deadline: float) -> list[Found]:
    """The text at Twilio, in any wording and by any way it may have gone. Not being able to ask leaves it as unknown as it was."""
    texts = wordings(runtime.menu, contact, entry)
    places = {contact.address: texts}
    # Also who agreed by text now: they may have agreed anew since this was tried, or the store forgot which.
    if runtime.settings.whatsapp_from or whatsapp.knows(contact):
        places[whatsapp.PREFIX + contact.address] = tuple(map(whatsapp.written, texts))
    try:
        found = [runtime.gateway.find(to, forms, entry.since, deadline) for to, forms in places.items()]
    except SendError as fault:
        raise SendError(Kind.AMBIGUOUS, fault.code, reason=f"looking it up: {fault.kind}") from None
    return [one for one in found if one]


def _refused(found: Found) -> bool:
    """Whether a text that Twilio has surely did not go out, and may go by another way."""
    return found.error_code in whatsapp.SHUTS and kind_of_receipt(found.error_code) is Kind.CLOSED


def _news(contact: Contact, found: list[Found]) -> int | None:
    """The error by which a text was refused, if that tells of a way that it is shut."""
    return next((one.error_code for one in found if not set(whatsapp.SHUTS[one.error_code]) <= set(contact.shut)), None)


def _became(entry: Outgoing, found: Found) -> list[Event]:
    """What Twilio already knows of a text that was found."""
    kind = str(kind_of_receipt(found.error_code)) if found.error_code else ""
    return [Receipt(entry.id, found.sid, found.status, kind, found.error_code, found.way)]


# ---- what did not go out


def _shut(entry: Outgoing, code: int | None, ways: tuple[str, ...]) -> Failed:
    return Failed(entry.id, str(Kind.CLOSED), 0.0, code, entry.tries, ways)


def _no_way(runtime: Runtime, id: str, contact: Contact, entry: Outgoing) -> Failed:
    """Nothing may go to them: the operator hears which setting would mend it; who blocked us gets no more until they write."""
    metrics.SENDS.labels(NO_WAY).inc()
    settings = runtime.settings
    if whatsapp.TEMPLATE in contact.shut:
        log.warning("not sent", contact=id, what=entry.kind, kind=NO_WAY, reason="refused on WhatsApp, and they never texted")
        return Failed(entry.id, str(Kind.BAD_NUMBER), 0.0, None, entry.tries)
    missing = "WHATSAPP_FROM" if settings.whatsapp_from is None else "WHATSAPP_CONTENT_SID"
    log.error(
        "not sent", contact=id, what=entry.kind, kind=NO_WAY, reason=f"agreed by WhatsApp, never texted: {missing} is not set"
    )
    return Failed(entry.id, NO_WAY, 0.0, None, entry.tries)


def _failed(runtime: Runtime, id: str, entry: Outgoing, fault: SendError, way: str) -> Failed:
    """An error of sending, counted; what an operator must mend is said loudly, and stops everybody where it concerns everybody."""
    metrics.SENDS.labels(str(fault.kind)).inc()
    say = log.error if fault.kind in LOUD else log.warning
    say("not sent", contact=id, what=entry.kind, way=way, kind=str(fault.kind), code=fault.code, reason=str(fault))
    kind, wait = fault.kind, fault.wait or 0.0
    if kind is Kind.CLOSED:
        return _shut(entry, fault.code, (*whatsapp.SHUTS.get(fault.code, ()), way))
    if way != TEXT and fault.code in _OF_A_SENDER:
        kind = Kind.CONFIG_RECIPIENT
    if kind is Kind.CONFIG_ACCOUNT:
        runtime.store.halt(f"Twilio refuses the account: error {fault.code}", HALT_SECONDS)
        wait = HALT_SECONDS
    if kind is Kind.CONFIG_RECIPIENT:
        wait = RECIPIENT_SECONDS
    return Failed(entry.id, str(kind), wait, fault.code, entry.tries)
