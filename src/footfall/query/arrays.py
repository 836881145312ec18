"""Arrays of whole numbers, as reports of behaviour hold them by the million."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEVER = np.iinfo(np.int64).max
"""A moment, or a key, after all others."""
MS = 1000
WHOLE = 63
"""The bits that a number has."""
_FEW = 1 << 24


def ints_of(batch: pa.RecordBatch, name: str) -> Ints:
    """A column of whole numbers, none of them null."""
    return whole_numbers(batch.column(name))


def whole_numbers(told: pa.Array) -> Ints:
    """The same of an array. Its own way to numpy would load pandas first: half a second."""
    found: Ints = np.from_dlpack(told).astype(np.int64, copy=False)
    return found


def joined(parts: Sequence[Ints]) -> Ints:
    """Parts together; of none nothing."""
    return np.concatenate([np.zeros(0, np.int64), *parts])


def ordered_by(keys: Ints, ts: Ints) -> Ints:
    """The order by key and time (µs, of whole milliseconds); of the same moment any.

    By one number of both, where there is one, for that is much faster.
    """
    first, lowest = int(ts.min(initial=NEVER)), int(keys.min(initial=0))
    bits = int((ts.max(initial=first) - first) // MS).bit_length()
    if (int(keys.max(initial=0)) - lowest).bit_length() + bits > WHOLE:
        return np.lexsort((ts, keys))
    return np.argsort(((keys - lowest) << bits) + (ts - first) // MS)


def numbered(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """The different codes below ``size`` in order, and of each code its place among them."""
    if size > _FEW:
        return np.unique(codes, return_inverse=True)
    known = np.zeros(size, np.bool_)
    known[codes] = True
    found = np.flatnonzero(known)
    places = np.zeros(size, np.int64)
    places[found] = np.arange(len(found))
    return found, places[codes]
