"""The shell: load -> step -> commit -> reply, for a text; load -> step -> commit -> send -> step -> commit, for what we start."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from service import log, metrics
from service.channels import sms
from service.core.dialogue import step
from service.core.model import TEXT, Answer, Contact, Due, Enrol, Event, Failed, Message, Outgoing, Place, Receipt, Sent, Turn
from service.core.outbox import UNSENT
from service.core.schedule import SEND_SECONDS
from service.core.stranded import stranded
from service.core.wake import wordings
from service.gateway import Found, Kind, SendError, kind_of_receipt
from service.runtime import Runtime
from service.store import Loaded, StoreDown

PATIENCE_SECONDS: Final = 1.2
"""No new try begins after this; a try takes at most two commands. Twilio waits 15 s, a person less."""
SETTLE_SECONDS: Final = 5.0
"""How long to try to keep what Twilio said. After that the next wake asks Twilio."""
HALT_SECONDS: Final = 60.0
RECIPIENT_SECONDS: Final = 300.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Started:
    """What came of an event that is no text: the contact as it is kept now, and the turn."""

    kept: Loaded
    turn: Turn


def receive(runtime: Runtime, message: Message) -> Answer | None:
    """Answer one message. None: it could not be kept and must be sent again (a stop word, Redis away)."""
    begun = time.monotonic()
    id = runtime.vault.contact_id(message.address)
    try:
        return _until_kept(lambda: _answer(runtime, id, message, begun), begun + PATIENCE_SECONDS)
    except StoreDown as fault:
        metrics.STRANDED.labels(type(fault.__cause__ or fault).__name__).inc()
        log.warning("stranded", contact=id, channel=message.channel, reason=str(fault))
        return stranded(runtime.menu, message)


def _until_kept(attempt: Callable[[], T | None], until: float) -> T:
    """Load, step and commit until the commit holds. Trying again is safe: a message is answered once."""
    lost = False
    while time.monotonic() < until:
        try:
            kept = attempt()
        except StoreDown as fault:
            if lost or not fault.passing:
                raise
            lost = True
            continue
        if kept is not None:
            return kept
        metrics.STALE.inc()
    raise StoreDown("too many events of one contact at once")


def _answer(runtime: Runtime, id: str, message: Message, begun: float) -> Answer | None:
    loaded = runtime.store.load(id, message.id)
    if loaded.answered is not None:
        metrics.AGAIN.inc()
        return loaded.answered
    turn = _spoken(runtime, message, step(runtime.menu, loaded.contact, message, runtime.now()))
    if loaded.unreadable and turn.contact.left is None:
        raise StoreDown(loaded.unreadable)
    answer = runtime.store.commit(id, message.id, loaded.version, turn)
    if answer is not None:
        _note(id, loaded, turn, channel=message.channel, cause="message", begun=begun)
    return answer


def _spoken(runtime: Runtime, message: Message, turn: Turn) -> Turn:
    """The turn without its replies where Twilio gives them itself; an emergency text is given all the same."""
    if (
        turn.verdict in {"opt_out", "help"}
        and runtime.settings.keyword_replies == "twilio"
        and sms.carrier_answers(message, runtime.menu.reader.carrier)
    ):
        return replace(turn, replies=())
    return turn


def _apply(runtime: Runtime, id: str, event: Event, until: float, *, known: Loaded | None = None, wake: bool = False) -> Started:
    """Step a contact with an event that is no text, until it is kept; the contact as it is then, and what to send.

    `known` is the contact as this process itself kept it a moment ago. Nothing is written where nothing changed.
    """
    first = [known] if known else []

    def attempt() -> Started | None:
        begun = time.monotonic()
        loaded = first.pop() if first else runtime.store.load(id)
        if loaded.unreadable:
            raise StoreDown(loaded.unreadable)
        happened = Due(loaded.doubt) if isinstance(event, Due) else event
        turn = step(runtime.menu, loaded.contact, happened, runtime.now())
        if not wake and turn.contact == loaded.contact and not turn.journal:
            return Started(loaded, turn)
        version = runtime.store.advance(id, loaded.version, turn, wake=wake)
        if version is None:
            return None
        _note(id, loaded, turn, channel=TEXT, cause=type(event).__name__.lower(), begun=begun)
        return Started(Loaded(turn.contact, version, None), turn)

    return _until_kept(attempt, until)


def wake(runtime: Runtime, id: str) -> None:
    """A contact's time came: what is due is kept as being sent, then sent, then kept as sent. Raises `StoreDown` before sending."""
    _start(runtime, id, Due())


def _start(runtime: Runtime, id: str, event: Event) -> Turn:
    deadline = time.monotonic() + SEND_SECONDS
    started = _apply(runtime, id, event, time.monotonic() + PATIENCE_SECONDS, wake=True)
    kept = started.kept
    for entry in started.turn.send:
        kept = _deliver(runtime, id, kept, entry, deadline)
    return started.turn


def enrol(runtime: Runtime, address: str) -> str:
    """Invite somebody: "invited", or why not. Raises `StoreDown`."""
    turn = _start(runtime, runtime.vault.contact_id(address), Enrol(address))
    return turn.verdict if turn.verdict == "invited" else turn.why


def receipt(runtime: Runtime, address: str, event: Receipt) -> None:
    """What became of a text. Raises `StoreDown`: it must come again."""
    kind = kind_of_receipt(event.code) if event.code else None
    if kind in _LOUD:
        log.error("undelivered", kind=str(kind), code=event.code)
    known = replace(event, kind=str(kind) if kind else "")
    _apply(runtime, runtime.vault.contact_id(address), known, time.monotonic() + PATIENCE_SECONDS)


# ---- sending


def _deliver(runtime: Runtime, id: str, kept: Loaded, entry: Outgoing, deadline: float) -> Loaded:
    """Send one entry, or find that it was sent; and keep what came of it."""
    for event in _outcome(runtime, id, kept.contact or Contact(0.0), entry, deadline):
        try:
            kept = _apply(runtime, id, event, time.monotonic() + SETTLE_SECONDS, known=kept).kept
        except StoreDown as fault:
            # The entry stays marked as being sent, and the wake after the quiet time asks Twilio.
            log.warning("not kept", contact=id, what=type(event).__name__, reason=str(fault))
    return kept


def _outcome(runtime: Runtime, id: str, contact: Contact, entry: Outgoing, deadline: float) -> list[Event]:
    begun, to = runtime.now(), contact.address
    try:
        found = _look_up(runtime, contact, entry, deadline) if entry.ask else None
        if found:
            metrics.SENDS.labels("found").inc()
            return [Sent(entry.id, found.sid), *_became(entry, found)]
        if runtime.now() >= entry.until:
            return [Failed(entry.id, UNSENT, 0.0, None, entry.tries)]
        validity = max(LEAST_VALIDITY, int(entry.until - runtime.now()))
        sid = runtime.gateway.send(to, entry.text, entry=entry.id, validity=validity, deadline=deadline)
    except SendError as fault:
        return [_failed(runtime, id, entry, fault)]
    metrics.SENDS.labels("sent").inc()
    metrics.LATENESS.observe(max(0.0, begun - entry.at))
    return [Sent(entry.id, sid)]


LEAST_VALIDITY: Final = 6


def _look_up(runtime: Runtime, contact: Contact, entry: Outgoing, deadline: float) -> Found | None:
    """The text at Twilio, in any wording it may have had. Not being able to ask leaves it as unknown as it was."""
    try:
        texts = wordings(runtime.menu, contact, entry)
        return runtime.gateway.find(contact.address, texts, entry.since, deadline)
    except SendError as fault:
        raise SendError(Kind.AMBIGUOUS, fault.code, reason=f"looking it up: {fault.kind}") from None


def _became(entry: Outgoing, found: Found) -> list[Event]:
    """What Twilio already knows of a text that was found."""
    kind = str(kind_of_receipt(found.error_code)) if found.error_code else ""
    return [Receipt(entry.id, found.sid, found.status, kind, found.error_code)]


def _failed(runtime: Runtime, id: str, entry: Outgoing, fault: SendError) -> Failed:
    """An error of sending, counted; what an operator must mend is said loudly, and stops everybody where it concerns everybody."""
    metrics.SENDS.labels(str(fault.kind)).inc()
    say = log.error if fault.kind in _LOUD else log.warning
    say("not sent", contact=id, what=entry.kind, kind=str(fault.kind), code=fault.code, reason=str(fault))
    wait = fault.wait or 0.0
    if fault.kind is Kind.CONFIG_ACCOUNT:
        runtime.store.halt(f"Twilio refuses the account: error {fault.code}", HALT_SECONDS)
        wait = HALT_SECONDS
    if fault.kind is Kind.CONFIG_RECIPIENT:
        wait = RECIPIENT_SECONDS
    return Failed(entry.id, str(fault.kind), wait, fault.code, entry.tries)


_LOUD: Final = (Kind.CONFIG_ACCOUNT, Kind.CONFIG_RECIPIENT, Kind.PROGRAM)


def _note(id: str, loaded: Loaded, turn: Turn, *, channel: str, cause: str, begun: float) -> None:
    """One line and a few counts a turn."""
    seconds = time.monotonic() - begun
    before: Place | None = loaded.contact.place if loaded.contact else None
    metrics.TURNS.labels(channel, turn.verdict.partition(":")[0]).inc()
    if cause == "message":
        metrics.SECONDS.observe(seconds)
    log.info(
        "turn",
        contact=id,
        channel=channel,
        cause=cause,
        verdict=turn.verdict,
        before=before.screen if before else None,
        after=turn.contact.place.screen if turn.contact.place else None,
        entries=[entry.what for entry in turn.journal],
        replies=len(turn.replies),
        sends=[entry.kind for entry in turn.send],
        ms=round(seconds * 1000, 1),
    )
