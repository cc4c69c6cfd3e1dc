"""A record made small: zlib with a dictionary of what stands in every record, then blanks up to a multiple of 64 bytes.

The first byte says how it was packed: `{` is plain JSON, as before there was packing; 1 is dictionary 1. A dictionary never
changes, or what was packed with it would not open: a better one gets a number of its own.
"""

import zlib
from typing import Final

MOST: Final = 64 * 1024
"""Bytes of an opened record: a hundred times the usual. More is no record of ours."""
_BLOCK: Final = 64
_LEVEL: Final = 6
_NOW: Final = 1
# What comes most often stands last: the nearer, the shorter zlib can point at it.
_DICTIONARIES: Final = {
    1: b'"notices":[["dropped",["unanswered",["paused","history":""alarm":{"text":"","someone_else":true,"asking":{"kind":"",'
    b'"misses":1,"times":["slots":[["said":"","number":"supply":{"ends":"told":"steps":[["failures":1,"nudge":true,'
    b'"named":true,"paused":true,"outbox":[{"id":"1","kind":"dose","text":"Reminder: time for your  dose. Reply ","until":,'
    b'"state":"waiting","state":"sending","state":"sent","slot":["since":"tries":1,"sid":"SM"rank":2,"start":"heard":"checked":'
    b'"left":"consent":{"at":"most":4,"wording":""},"plan":{"times":[480,840,1200],"start":"serial":"zone":"America/New_York",'
    b'Chicago Denver Los_Angeles"address":"+1"pace":{"replies":[],"print":"same":1,"at":"reply":["welcomed":true,"place":{"screen":'
    b'"home","options":["missed","side-effects","stopping","trail":["home"],"at":"doses":[{"day":739,"minute":480,"at":177,'
    b'"state":"unanswered","state":"skipped","state":"open","again":"nudged":true,"before":"open","noted":},'
    b'{"day":739,"minute":1200,"at":178,"state":"taken","told":178,"done":178,"noted":178},{"v":2,"since":17',
}


def pack(record: bytes) -> bytes:
    """A record, packed and padded; its length tells little of what is in it."""
    packer = zlib.compressobj(_LEVEL, wbits=-15, zdict=_DICTIONARIES[_NOW])
    packed = bytes([_NOW]) + packer.compress(record) + packer.flush()
    return packed.ljust(-(-len(packed) // _BLOCK) * _BLOCK, b" ")


def unpack(packed: bytes) -> bytes:
    """What was packed, by whatever dictionary, or not at all. Raises `ValueError`."""
    dictionary = _DICTIONARIES.get(packed[0]) if packed else None
    if dictionary is None:
        return packed
    opener = zlib.decompressobj(wbits=-15, zdict=dictionary)
    try:
        record = opener.decompress(packed[1:], MOST)
    except zlib.error as fault:
        raise ValueError("a record does not unpack") from fault
    if not opener.eof:
        raise ValueError("a record is cut off or too long")
    return record
