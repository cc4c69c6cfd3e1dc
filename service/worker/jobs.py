"""What a worker does with a job."""

from collections.abc import Callable
from threading import Event
from typing import Final

from dramatiq import Actor, Broker
from dramatiq.threading import Interrupt

from service import log, metrics
from service.store import Store, StoreDown
from service.worker.queue import QUEUE

LEASE: Final = 60.0
"""Seconds after which a claimed contact is offered again. A ticket older than this is void: another holds the contact by then."""
EARLY: Final = LEASE / 2
"""Seconds a worker waits for its ticket at most. Usually it is two; only many clocks at once hand out slots far ahead."""
PUT_OFF: Final = 15 * 60.0
"""Seconds until a contact whose wake failed is tried again: no fault of one record may keep the workers busy."""


def actor(
    queue: Broker, store: Store, wake: Callable[[str], None], now: Callable[[], float], stopping: Event
) -> Callable[[str, float], None]:
    """What a worker does with a job: `wake(id)` when its ticket's instant has come.

    `stopping` set: whoever still waits for a ticket gives it back.
    """

    def job(id: str, at: float) -> None:
        early = at - now()
        if early < -LEASE:
            log.warning("ticket void", contact=id, seconds=round(-early))
        elif early > EARLY or stopping.wait(max(0.0, early)):
            _postpone(store, id, at)
        else:
            _woken(store, wake, id, now)

    Actor(job, broker=queue, actor_name=QUEUE, queue_name=QUEUE, priority=0, options={})
    return job


def _woken(store: Store, wake: Callable[[str], None], id: str, now: Callable[[], float]) -> None:
    """One wake; whatever it raises, the worker lives on. While the store is away the lease is all there is."""
    try:
        wake(id)
    except StoreDown as fault:
        log.warning("wake stranded", contact=id, reason=str(fault))
    except (Exception, Interrupt) as fault:  # noqa: BLE001 - whatever it is, the next job has nothing to do with it
        if _interrupted(fault):
            # Too slow, or told to end: no fault of the record, and by now another may hold it. The lease is all there is.
            return log.warning("wake interrupted", contact=id)
        metrics.ERRORS.inc()
        log.error("wake failed", contact=id)
        _postpone(store, id, now() + PUT_OFF)


def _interrupted(fault: BaseException | None) -> bool:
    """Whether an interrupt is behind it: one that comes while Python takes a lock ends as a RuntimeError of that lock."""
    return fault is not None and (isinstance(fault, Interrupt) or _interrupted(fault.__context__))


def _postpone(store: Store, id: str, at: float) -> None:
    try:
        store.postpone(id, at)
    except StoreDown as fault:
        log.warning("not put off", contact=id, reason=str(fault))
