"""Load and commit: one record a person, changed whole or not at all."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from typing import Any, Final, TypeVar

from service.core import record as records
from service.core.model import Answer, Contact, Entry, Turn
from service.store import keys
from service.store.calls import Calls, Script, StoreDown
from service.store.packed import pack, unpack
from service.vault import Unreadable, Vault

SEEN_SECONDS: Final = 48 * 3600
VERSION: Final = 16
COMMIT: Final = Script.read("run", "commit")
_LOAD: Final = Script.read("run", "load")
_RANDOM: Final = 10  # of a version; the run of Redis that wrote it is the rest
_PADDED: Final = 512

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contact as it was found. `answered`: what this very message was answered before, or None.

    `unreadable`: why there is a record and it cannot be opened; only leaving may be written over it. `doubt`, of a wake: Redis was
    restarted or changed its master since, so this may not be the last record that it acknowledged.
    """

    contact: Contact | None
    version: str
    answered: Answer | None
    unreadable: str = ""
    doubt: bool = False


class Records(Calls):
    """Contacts by id, sealed by a vault."""

    def __init__(self, vault: Vault, client: Callable[[], Any]) -> None:
        super().__init__(client)
        self._vault = vault

    def load(self, id: str, message_id: str = "") -> Loaded:
        """The contact, and what this message was answered before; without a message, a wake, whether there is doubt. One trip."""
        its = keys.of(id, message_id)
        if not message_id:
            record, run = self._run(_LOAD, its[:1])
            return self._loaded(id, record, None, record is not None and record[_RANDOM:VERSION] != run)
        record, seen = self._call("MGET", its.contact, its.contact, its.seen)
        return self._loaded(id, record, self._opened(lambda: self._answer(id, message_id, seen)) if seen else None)

    def commit(self, id: str, message_id: str, version: str, turn: Turn) -> Answer | None:
        """Keep the turn of a text, whole or not at all: record, due, reply, journal. One round trip.

        Returns the answer to give: the turn's, or the one this message got before. None: somebody else committed since
        `version` was loaded; load and step again. Safe to repeat when the outcome is unknown: a message is answered once.
        """
        reply = self._vault.seal(_padded(json.dumps(astuple(turn.answer)).encode()), f"seen:{id}:{message_id}")
        outcome = self._commit(id, message_id, version, turn, reply, wake=False)
        if outcome[0] == b"seen":
            return self._opened(lambda: self._answer(id, message_id, outcome[1]))
        return turn.answer if outcome[0] == b"done" else None

    def advance(self, id: str, version: str, turn: Turn, *, wake: bool = False) -> str | None:
        """Keep the turn of an event that is no text, as `commit` does; the new version, or None: load and step again.

        Only a `wake`, which looks up what it doubts, takes the doubt from a record; anything else leaves it.
        """
        outcome = self._commit(id, "", version, turn, b"", wake=wake)
        return outcome[1].decode() if outcome[0] == b"done" else None

    def _commit(self, id: str, message_id: str, version: str, turn: Turn, reply: bytes, *, wake: bool) -> Any:
        record = self._vault.seal(pack(records.dump(turn.contact)), f"contact:{id}")
        entries = [
            self._vault.seal(json.dumps(asdict(entry), separators=(",", ":")).encode(), f"journal:{id}") for entry in turn.journal
        ]
        days = turn.contact.keep_days or 0
        what = (version, secrets.token_urlsafe(_RANDOM)[:_RANDOM], record, days, message_id, reply, SEEN_SECONDS)
        when = (id, "" if turn.due is None else repr(float(turn.due)), int(turn.forget), int(wake))
        return self._run(COMMIT, keys.of(id, message_id), *what, *when, *entries)

    def journal(self, id: str) -> list[Entry]:
        """What is kept to prove, oldest first."""
        opened = self._opened(lambda: [json.loads(self._vault.open(line, f"journal:{id}")) for line in self._journal(id)])
        return [Entry(**fields) for fields in opened]

    def _journal(self, id: str) -> list[bytes]:
        key = keys.of(id).journal
        return list(self._call("LRANGE", key, key, 0, -1))

    def _loaded(self, id: str, record: bytes | None, answered: Answer | None, doubt: bool = False) -> Loaded:
        if record is None:
            return Loaded(None, "", answered)
        version = record[:VERSION].decode("ascii", "replace")
        try:
            opened = self._opened(lambda: records.read(unpack(self._vault.open(record[VERSION:], f"contact:{id}"))))
        except StoreDown as fault:
            return Loaded(None, version, answered, str(fault), doubt)
        return Loaded(opened, version, answered, "", doubt)

    def _answer(self, id: str, message_id: str, seen: bytes) -> Answer:
        kept = json.loads(self._vault.open(seen, f"seen:{id}:{message_id}"))
        if all(type(part) is str for part in kept):
            return Answer(tuple(kept))  # kept before there were other channels than texts
        texts, *about = kept
        return Answer(tuple(texts), *about)

    def _opened(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise StoreDown(str(fault) if isinstance(fault, Unreadable) else "a record cannot be read") from fault


def _padded(text: bytes) -> bytes:
    """JSON with blanks behind it, so that its sealed length does not tell which reply it is."""
    return text.ljust(-(-len(text) // _PADDED) * _PADDED)
