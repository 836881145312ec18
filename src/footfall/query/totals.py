"""What there is at the end of each bucket, from what comes in with each."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from footfall.catalogue.formula import Number, add

Cell = tuple[int | None, tuple[str | None, ...]]
Entering = Mapping[Cell, Number]


def totals(entering: Entering, buckets: Sequence[int | None]) -> dict[Cell, Number]:
    """In every bucket of a segment, from its first thing on: all that came in so far."""
    by_segment: dict[tuple[str | None, ...], dict[int | None, Number]] = defaultdict(dict)
    for (bucket, segment), number in entering.items():
        by_segment[segment][bucket] = number
    found: dict[Cell, Number] = {}
    for segment, came in by_segment.items():
        so_far: Number = 0
        for bucket in buckets:
            so_far = add(so_far, came.get(bucket, 0))
            if so_far:
                found[bucket, segment] = so_far
    return found


def middles(
    values: Iterable[tuple[Cell, Number]], buckets: Sequence[int | None]
) -> tuple[dict[Cell, Number], dict[Cell, Number]]:
    """Twice the middle of all values that came in so far, and of how many it is the middle."""
    by_segment: dict[tuple[str | None, ...], dict[int | None, list[Number]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for (bucket, segment), value in values:
        by_segment[segment][bucket].append(value)
    twice, known = dict[Cell, Number](), dict[Cell, Number]()
    for segment, came in by_segment.items():
        so_far: list[Number] = []
        for bucket in buckets:
            for value in came.get(bucket, ()):
                insort(so_far, value)
            if so_far:
                many = len(so_far)
                twice[bucket, segment] = add(so_far[(many - 1) // 2], so_far[many // 2])
                known[bucket, segment] = many
    return twice, known
