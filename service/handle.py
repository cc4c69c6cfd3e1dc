"""The shell: load -> step -> commit -> reply. Two trips to Redis a text, and an answer also when Redis is away."""

import time
from dataclasses import replace
from typing import Final

from service import log, metrics
from service.channels import sms
from service.core.dialogue import step
from service.core.model import Message, Place, Turn
from service.core.stranded import stranded
from service.runtime import Runtime
from service.store import Replies, StoreDown

PATIENCE_SECONDS: Final = 1.2
"""No new try begins after this; a try takes at most two commands. Twilio waits 15 s, a person less."""


def receive(runtime: Runtime, message: Message, channel: str) -> Replies | None:
    """Answer one text: the replies to give. None: it could not be kept and must be sent again (a stop word, Redis away)."""
    begun = time.monotonic()
    id = runtime.vault.contact_id(message.address)
    try:
        return _answer(runtime, id, message, channel, begun)
    except StoreDown as fault:
        metrics.STRANDED.labels(type(fault.__cause__ or fault).__name__).inc()
        log.warning("stranded", contact=id, channel=channel, reason=str(fault))
        reply = stranded(runtime.menu, message)
        return None if reply is None else (reply,)


def _answer(runtime: Runtime, id: str, message: Message, channel: str, begun: float) -> Replies:
    """Load, step and commit until the commit holds. Trying again is safe: a message is answered once."""
    lost = False
    while time.monotonic() - begun < PATIENCE_SECONDS:
        try:
            replies = _try(runtime, id, message, channel, begun)
        except StoreDown as fault:
            if lost or not fault.passing:
                raise
            lost = True
            continue
        if replies is not None:
            return replies
        metrics.STALE.inc()
    raise StoreDown("too many texts of one phone at once")


def _try(runtime: Runtime, id: str, message: Message, channel: str, begun: float) -> Replies | None:
    loaded = runtime.store.load(id, message.id)
    if loaded.answered is not None:
        metrics.AGAIN.inc()
        return loaded.answered
    turn = _spoken(runtime, message, step(runtime.menu, loaded.contact, message, runtime.now()))
    if loaded.unreadable and turn.contact.left is None:
        raise StoreDown(loaded.unreadable)
    replies = runtime.store.commit(id, message.id, loaded.version, turn)
    if replies is not None:
        _note(id, channel, loaded.contact.place if loaded.contact else None, turn, begun)
    return replies


def _spoken(runtime: Runtime, message: Message, turn: Turn) -> Turn:
    """The turn without its replies where Twilio gives them itself; an emergency text is given all the same."""
    if (
        turn.verdict in {"opt_out", "help"}
        and runtime.settings.keyword_replies == "twilio"
        and sms.carrier_answers(message, runtime.menu.carrier)
    ):
        return replace(turn, replies=())
    return turn


def _note(id: str, channel: str, before: Place | None, turn: Turn, begun: float) -> None:
    """One line and a few counts a turn."""
    seconds = time.monotonic() - begun
    metrics.TURNS.labels(channel, turn.verdict.partition(":")[0]).inc()
    metrics.SECONDS.observe(seconds)
    log.info(
        "turn",
        contact=id,
        channel=channel,
        verdict=turn.verdict,
        before=before.screen if before else None,
        after=turn.contact.place.screen if turn.contact.place else None,
        entries=[entry.what for entry in turn.journal],
        replies=len(turn.replies),
        ms=round(seconds * 1000, 1),
    )
