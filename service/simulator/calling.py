"""Calling from a phone on the table: one step of a call each, and what is heard of it, in the order it is said."""

from collections.abc import Callable
from typing import Final

from service.core.words import MAX_TEXT
from service.simulator.call import KEYS, Call, Heard, Said
from service.simulator.held import Held, Line, Turn, Wrong
from service.simulator.phone import PhoneError
from service.simulator.table import Table

ENDED: Final = "The call ended."
TEXTED: Final = "A text comes: it stands with the texts of this phone."


def step(table: Table, id: int, kind: str, what: str) -> None:
    """One step of a call: its `kind`, and with it the key or the words. Raises `Wrong`."""
    phone = table.phone(id)
    table.in_hand, table.focus = id, "speech"
    if kind not in STEPS:
        raise _wrong(phone, "A call has no such step.")
    if kind != "begin" and phone.line.call is None:
        raise _wrong(phone, "There is no call. Start one first.")
    try:
        STEPS[kind](table, phone, what)
    except PhoneError as fault:
        raise _wrong(phone, f"The call got no answer: {fault}") from fault
    finally:
        table.focus = table.focus if phone.line.call else "begin"
    before = len(phone.bubbles)
    table.step()
    if len(phone.bubbles) > before:
        _put(table, phone.line, "note", TEXTED)


def _wrong(phone: Held, why: str) -> Wrong:
    return Wrong(f"call-{phone.id}", why)


def _begin(table: Table, phone: Held, what: str) -> None:  # noqa: ARG001 - one shape for all steps
    if phone.line.call:
        raise _wrong(phone, "There is a call already. Hang up first.")
    call = Call(table.service.built.settings, table.service.post, phone.number)
    heard = call.begin()
    phone.line.call = call
    _put(table, phone.line, "note", "A call begins.")
    _hear(table, phone.line, heard)


def _key(table: Table, phone: Held, what: str) -> None:
    if what not in KEYS:
        raise _wrong(phone, "The phone has no such key.")
    table.focus = f"key-{KEYS.index(what) + 1}"
    _answer(table, phone.line, f"You pressed {what}", lambda call: call.answer(what))


def _speech(table: Table, phone: Held, what: str) -> None:
    words = " ".join(what.split())[:MAX_TEXT]
    if not words:
        raise _wrong(phone, "Type what is said, or choose Say nothing.")
    phone.line.draft = words
    _answer(table, phone.line, f"You said: {words}", lambda call: call.say(words))
    phone.line.draft = ""


def _answer(table: Table, line: Line, did: str, asks: Callable[[Call], Heard]) -> None:
    if line.call:
        heard = asks(line.call)
        _put(table, line, "them", did)
        _hear(table, line, heard)


def _silence(table: Table, phone: Held, what: str) -> None:  # noqa: ARG001 - one shape for all steps
    """All that is repeated, and then the goodbye: nothing is asked of the service for it."""
    for said in phone.line.heard.silence if phone.line.heard else ():
        _put(table, phone.line, "them", "You say nothing")
        _put(table, phone.line, "us", "", said)
    _end(table, phone.line, ENDED)


def _hang_up(table: Table, phone: Held, what: str) -> None:  # noqa: ARG001 - one shape for all steps
    _end(table, phone.line, f"You hung up. {ENDED}")


def _hear(table: Table, line: Line, heard: Heard) -> None:
    line.heard = heard
    _put(table, line, "us", "", heard.said)
    if heard.ends:
        _end(table, line, ENDED)


def _end(table: Table, line: Line, why: str) -> None:
    _put(table, line, "note", why)
    line.call = line.heard = None


def _put(table: Table, line: Line, who: str, did: str, said: tuple[Said, ...] = ()) -> None:
    line.turns.append(Turn(len(line.turns) + 1, who, table.clock.at, did, said))


STEPS: Final[dict[str, Callable[[Table, Held, str], None]]] = {
    "begin": _begin,
    "key": _key,
    "speech": _speech,
    "silence": _silence,
    "hang_up": _hang_up,
}
