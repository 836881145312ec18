"""A slow, literal second source of every number, written from the contract alone.

    from reference import Reference
    ref = Reference(events, site, tables)          # raw events in order of arrival
    ref.kpis(["aov"], start="2026-01-01", end="2026-01-31", by=["device"], every="day")

Lists of plain objects, the standard library only, no code shared with the product.
"""

from __future__ import annotations

from .accept import RefusedError
from .store import Reference

__all__ = ["Reference", "RefusedError"]
