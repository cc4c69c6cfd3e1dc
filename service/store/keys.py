"""The keys, all of them.

    contact:{07}:<id>       a version, then the sealed record
    seen:{07}:<id>:<sid>    the sealed reply to one message, kept 48 h
    said:{07}:<id>          the messages whose replies are kept, by when they came
    journal:{07}:<id>       a list of sealed entries: consents, leavings
    due:{07}                when each contact of the shard must be woken next
    pace:{pace} halt:{pace} the next free sending slot; why nothing is sent at present

{07} is one of 256 shards, from the id: all keys of one person lie in one hash slot, so that one script commits a turn whole on
one Redis and on a Redis Cluster alike. No number and no text stands in a key, and none in clear in a value.
"""

from typing import Final, NamedTuple

SHARDS: Final = tuple(f"{shard:02x}" for shard in range(256))
EVERY_CONTACT: Final = "contact:*"
PACE: Final = "pace:{pace}"
HALT: Final = "halt:{pace}"


class Keys(NamedTuple):
    """The keys of one contact and one message, in the order the commit script takes them."""

    contact: str
    seen: str
    journal: str
    said: str
    due: str


def of(id: str, message_id: str = "") -> Keys:
    """The keys of a contact; without a message `seen` is the prefix of all of them."""
    shard = f"{{{id[:2]}}}:{id}"
    return Keys(f"contact:{shard}", f"seen:{shard}:{message_id}", f"journal:{shard}", f"said:{shard}", due(id[:2]))


def due(shard: str) -> str:
    """The due index of a shard."""
    return f"due:{{{shard}}}"


EVERY_DUE: Final = tuple(due(shard) for shard in SHARDS)
