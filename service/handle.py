"""The shell: load -> step -> commit -> reply, for a text; load -> step -> commit -> send -> step -> commit, for what we start."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from service import log, metrics
from service.channels import sms, whatsapp
from service.core.dialogue import step
from service.core.model import TEXT, Answer, Contact, Due, Enrol, Event, Message, Outgoing, Place, Receipt, Turn
from service.core.schedule import SEND_SECONDS
from service.core.stranded import stranded
from service.deliver import LOUD, outcome
from service.gateway import kind_of_receipt
from service.runtime import Runtime
from service.store import Loaded, StoreDown

PATIENCE_SECONDS: Final = 1.2
"""No new try begins after this; a try takes at most two commands. Twilio waits 15 s, a person less."""
SETTLE_SECONDS: Final = 5.0
"""How long to try to keep what Twilio said. After that the next wake asks Twilio."""

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
    if kind in LOUD:
        log.error("undelivered", kind=str(kind), code=event.code)
    known = replace(event, kind=str(kind) if kind else "", shut=whatsapp.SHUTS.get(event.code, ()))
    _apply(runtime, runtime.vault.contact_id(address), known, time.monotonic() + PATIENCE_SECONDS)


# ---- sending


def _deliver(runtime: Runtime, id: str, kept: Loaded, entry: Outgoing, deadline: float) -> Loaded:
    """Send one entry, or find that it was sent; and keep what came of it."""
    for event in outcome(runtime, id, kept.contact or Contact(0.0), entry, deadline):
        try:
            kept = _apply(runtime, id, event, time.monotonic() + SETTLE_SECONDS, known=kept).kept
        except StoreDown as fault:
            # The entry stays marked as being sent, and the wake after the quiet time asks Twilio.
            log.warning("not kept", contact=id, what=type(event).__name__, reason=str(fault))
    return kept


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
