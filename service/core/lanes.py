"""Rows of whole numbers, each packed into one, so that rows are added by one addition: 32 bits a number.

A number below nothing borrows from the one above it, and adding half of what a lane holds to all of them gives that back.
"""

from collections.abc import Iterable
from functools import cache
from struct import unpack as _unpack
from typing import Final

_BITS: Final = 32
_HALF: Final = 1 << _BITS - 1
"""What the numbers of a sum of rows must stay below."""


def pack(numbers: Iterable[int]) -> int:
    """A row as one number."""
    return sum([number << _BITS * place for place, number in enumerate(numbers)])


def unpack(packed: int, count: int) -> list[int]:
    """The `count` numbers of a row, or of a sum of rows."""
    lanes = (packed + _halves(count)).to_bytes(_BITS // 8 * count, "little")
    return [number - _HALF for number in _unpack(f"<{count}I", lanes)]


@cache
def _halves(count: int) -> int:
    return pack([_HALF] * count)
