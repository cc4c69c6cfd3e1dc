"""What an operator has done now and then: go through everybody, put the due index right, seal with a new key, forget."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from service.core.model import Contact
from service.store import keys
from service.store.calls import FAULTS, Script, StoreDown
from service.store.due import DueIndex
from service.store.records import VERSION, Records

LONGEST_LEASE: Final = 15 * 60.0
"""Seconds by which an entry of somebody who is due may lie ahead: a lease, or a wake put off after a fault."""
_RESTORE: Final = Script.read("restore")
_RESEAL: Final = Script.read("reseal")
_FORGET: Final = Script.read("forget")
_AT_ONCE: Final = 2.0
"""Seconds: the core never says that something was due, but that it is due in a moment."""
_PAGE: Final = 1000
_KEY_ID: Final = 4  # bytes in front of a sealed value


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found: records read, entries put right, entries of nobody removed, records that do not open."""

    records: int = 0
    restored: int = 0
    removed: int = 0
    unreadable: int = 0


class Upkeep(Records, DueIndex):
    """All of these may run while the service does."""

    def everyone(self) -> Iterator[str]:
        """Every contact's id, in no order; one that comes or goes meanwhile may be left out, or come twice."""
        try:
            self._client = self._client or self._connect()
            for key in self._client.scan_iter(match=keys.EVERY_CONTACT, count=_PAGE):
                yield key.decode().rpartition(":")[2]
        except FAULTS as fault:
            raise StoreDown(f"{type(fault).__name__}: SCAN failed") from fault

    def rebuild(self, due_of_record: Callable[[Contact], float | None], now: float) -> Rebuilt:
        """The whole due index from the records alone. A commit in between wins; a lease stays."""
        found = Rebuilt()
        for id in self.everyone():
            loaded = self.load(id)
            found.records += 1
            if loaded.contact is None:
                found.unreadable += bool(loaded.unreadable)
                continue
            found.restored += self._restore(id, loaded.version, due_of_record(loaded.contact), now)
        found.removed = sum(self._restore(id, "", None, now) for id in self._listed())
        return found

    def rekey(self, id: str) -> bool:
        """Seal a record and its journal with the newest key; whether there was anything to do. Kept replies end by themselves."""
        its = keys.of(id)
        while True:
            record = self._call("GET", its.contact, its.contact) or b""
            entries = self._journal(id)
            fresh = record[:VERSION] + self._resealed(record[VERSION:], f"contact:{id}")
            lines = [(old, self._resealed(old, f"journal:{id}")) for old in entries]
            if fresh == record and all(old == new for old, new in lines):
                return False
            if self._run(_RESEAL, (its.contact, its.journal), record, fresh, *(value for line in lines for value in line)):
                return True

    def forget(self, id: str) -> bool:
        """Delete record, journal, due and every reply kept; whether there was anything."""
        return bool(self._run(_FORGET, keys.of(id), id))

    def _restore(self, id: str, version: str, due: float | None, now: float) -> int:
        its = keys.of(id)
        leased = now + LONGEST_LEASE if due is not None and due <= now + _AT_ONCE else 0
        return int(self._run(_RESTORE, (its.contact, its.due), version, id, "" if due is None else repr(float(due)), leased))

    def _listed(self) -> Iterator[str]:
        """Everybody in the due index."""
        for shard in keys.SHARDS:
            members = self._call("ZRANGE", keys.due(shard), keys.due(shard), 0, -1)
            yield from (member.decode() for member in members)

    def _resealed(self, sealed: bytes, about: str) -> bytes:
        """The same value under the newest key, or as it was when it is. Raises `StoreDown` for one that does not open."""
        if not sealed or sealed[:_KEY_ID] == self._vault.seal(b"", "")[:_KEY_ID]:
            return sealed
        return self._opened(lambda: self._vault.seal(self._vault.open(sealed, about), about))
