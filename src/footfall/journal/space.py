"""The stop line: the journal refuses while there is still room to put everything in order."""

from __future__ import annotations

LEAST_RESERVE = 256 << 20
RESERVED_SHARE = 50
SMALL_DISK_SHARE = 4


def reserve(total: int) -> int:
    """How many bytes of a disk stay free: 256 MiB or 2 %, of a small disk a quarter at most."""
    return min(max(LEAST_RESERVE, total // RESERVED_SHARE), total // SMALL_DISK_SHARE)
