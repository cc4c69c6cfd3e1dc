"""The due index: 256 sorted sets of contact ids, by when each must be woken next. Whose clock `now` is, is the caller's choice."""

from typing import Final

from service.store import keys
from service.store.calls import Calls, Script

_CLAIM: Final = Script.read("claim")
_DEEP: Final = 32
"""How far a claim looks into each shard. Ids are spread evenly: 500 of the oldest are about 2 a shard, and 32 never happen."""


class DueIndex(Calls):
    """Who is due. Instants are seconds since 1970."""

    def soonest(self, now: float, per_shard: int) -> list[tuple[float, str]]:
        """Instant and shard of what is due at `now`, oldest first, at most `per_shard` of each shard. One trip to every node."""
        answers = self._many("zrangebyscore", keys.EVERY_DUE, "-inf", now, start=0, num=per_shard, withscores=True)
        return sorted((float(at), shard) for shard, found in zip(keys.SHARDS, answers, strict=True) for _, at in found)

    def claim(self, now: float, most: int, lease: float) -> list[str]:
        """At most `most` ids that are due, oldest first; each is due again after `lease` seconds, unless a commit says otherwise.

        Any number of callers at once: each gets an id that no other gets before its lease has ended.
        """
        shares: dict[str, list[float]] = {}
        for at, shard in self.soonest(now, min(most, _DEEP))[:most] if most > 0 else ():
            shares.setdefault(shard, []).append(at)
        found: list[tuple[float, str]] = []
        for shard, moments in shares.items():
            claimed = self._run(_CLAIM, (keys.due(shard),), moments[-1], len(moments), now + lease)
            found += ((float(at), id.decode()) for id, at in zip(claimed[::2], claimed[1::2], strict=True))
        return [id for _, id in sorted(found)]

    def postpone(self, id: str, at: float) -> None:
        """Wake a contact at another instant, if it is to be woken at all."""
        key = keys.of(id).due
        self._call("ZADD", key, key, "XX", at, id)

    def enrolled(self) -> int:
        """How many contacts are to be woken some time."""
        return sum(self._many("zcard", keys.EVERY_DUE))

    def overdue(self, now: float) -> int:
        """How many contacts are due at `now`."""
        return sum(self._many("zcount", keys.EVERY_DUE, "-inf", now))

    def next_due(self) -> float | None:
        """The least instant at which anybody is due, past or to come."""
        answers = self._many("zrange", keys.EVERY_DUE, 0, 0, withscores=True)
        return min((float(found[0][1]) for found in answers if found), default=None)

    def due_of(self, id: str) -> float | None:
        """When a contact is due, or its lease ends."""
        key = keys.of(id).due
        at = self._call("ZSCORE", key, key, id)
        return None if at is None else float(at)
