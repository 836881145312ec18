"""Where an effect differs: by device, by source, by country; only by what was fixed before it.

A segment never ships anything. It can call for a review, where an effect truly differs and some
segment is surely harmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from footfall.statistics.allocation import MISMATCH, Allocation, allocation
from footfall.statistics.arm import Arm
from footfall.statistics.comparison import Comparison, at_level, compare
from footfall.statistics.decision import LEAST_CONVERTERS
from footfall.statistics.heterogeneity import Heterogeneity, heterogeneity
from footfall.statistics.margin import Better
from footfall.statistics.moments import Moments, total
from footfall.statistics.monitoring import ONCE, Monitoring
from footfall.statistics.multiple import benjamini_hochberg, holm, selected_level

OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A segment's units, one `Moments` per variant, the control first; None: attribute missing.

    `converters` are the units that converted, per variant.
    """

    value: str | None
    variants: tuple[Moments, ...]
    converters: tuple[int, ...]


def pooled(cells: Iterable[Cell], least: int = LEAST_CONVERTERS) -> tuple[Cell, ...]:
    """The cells, those with too few converters in some variant put together as "other".

    Units whose attribute is missing stay a row of their own.
    """
    kept: list[Cell] = []
    small: list[Cell] = []
    for cell in cells:
        is_small = cell.value is not None and min(cell.converters) < least
        (small if is_small else kept).append(cell)
    if not small:
        return tuple(kept)
    variants = tuple(total(each) for each in zip(*(cell.variants for cell in small), strict=True))
    converters = tuple(map(sum, zip(*(cell.converters for cell in small), strict=True)))
    return (*kept, Cell(OTHER, variants, converters))


@dataclass(frozen=True, slots=True)
class SegmentArms:
    """A segment of a dimension: the primary's arms, the control first, and who was assigned."""

    value: str | None
    control: Arm
    treatments: tuple[Arm, ...]
    enough_events: bool = True


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One variant in one segment; the interval is at the level of what was selected."""

    dimension: str
    value: str | None
    variant: int
    comparison: Comparison
    adjusted_p: float | None
    is_significant: bool


@dataclass(frozen=True, slots=True)
class Segments:
    """All of it: per dimension and variant whether effects differ, per segment what they are.

    `differences` and their adjusted p by (dimension, variant); `mismatches` are segments whose
    counts do not fit the allocation. `is_harmed` by variant: a reason for a review.
    """

    rows: tuple[SegmentRow, ...] = ()
    differences: dict[tuple[str, int], Heterogeneity] = field(default_factory=dict)
    adjusted: dict[tuple[str, int], float] = field(default_factory=dict)
    mismatches: tuple[tuple[str, str | None], ...] = ()
    is_harmed: frozenset[int] = frozenset()


def segment(
    dimensions: Mapping[str, Sequence[SegmentArms]],
    weights: Sequence[float],
    better: Better = "higher",
    monitoring: Monitoring = ONCE,
    alpha: float = 0.05,
) -> Segments:
    """M16 per dimension first, Holm across dimensions; segments by Benjamini-Hochberg.

    `weights` are the allocation, the control first. Intervals are at the level that
    Benjamini-Hochberg's selection leaves (false coverage rate).
    """
    told = (_rows(name, each, monitoring, alpha) for name, each in dimensions.items())
    rows = _corrected(tuple(chain.from_iterable(told)), monitoring, alpha)
    found = {key: each for key in _keys(rows) if (each := _differing(rows, key))}
    p_values = holm([each.p.p for each in found.values()])
    adjusted = dict(zip(found, p_values, strict=True))
    harmed = {key[1] for key in found if adjusted[key] < alpha and _harms(rows, key, better)}
    return Segments(rows, found, adjusted, _mismatches(dimensions, weights), frozenset(harmed))


def _rows(
    name: str, segments: Sequence[SegmentArms], monitoring: Monitoring, alpha: float
) -> Iterable[SegmentRow]:
    for each in segments:
        for variant, arm in enumerate(each.treatments, 1):
            found = compare(each.control, arm, monitoring, alpha)
            told = found.p.p if found.p and each.enough_events else None
            yield SegmentRow(name, each.value, variant, found, told, is_significant=False)


def _corrected(
    rows: Sequence[SegmentRow], monitoring: Monitoring, alpha: float
) -> tuple[SegmentRow, ...]:
    """All rows with their p adjusted across everything that is tested."""
    tested = [row.adjusted_p for row in rows if row.adjusted_p is not None]
    level = selected_level(tested, alpha) if tested else alpha
    adjusted = iter(benjamini_hochberg(tested))
    return tuple(
        row if row.adjusted_p is None else _row_at(row, next(adjusted), monitoring, level, alpha)
        for row in rows
    )


def _row_at(
    row: SegmentRow, p: float, monitoring: Monitoring, level: float, alpha: float
) -> SegmentRow:
    comparison = at_level(row.comparison, monitoring, level)
    return SegmentRow(row.dimension, row.value, row.variant, comparison, p, p <= alpha)


def _keys(rows: Iterable[SegmentRow]) -> list[tuple[str, int]]:
    return list(dict.fromkeys((row.dimension, row.variant) for row in rows))


def _of(rows: Iterable[SegmentRow], key: tuple[str, int]) -> list[SegmentRow]:
    """The tested rows of a dimension and a variant, those without the attribute left out."""
    return [
        row
        for row in rows
        if (row.dimension, row.variant) == key
        and row.value is not None
        and row.adjusted_p is not None
    ]


def _differing(rows: Sequence[SegmentRow], key: tuple[str, int]) -> Heterogeneity | None:
    effects = [row.comparison.difference for row in _of(rows, key)]
    return heterogeneity([each for each in effects if each])


def _harms(rows: Sequence[SegmentRow], key: tuple[str, int], better: Better) -> bool:
    sign = 1 if better == "higher" else -1
    return any(
        row.is_significant
        and row.comparison.difference is not None
        and sign * row.comparison.difference.estimate < 0
        for row in _of(rows, key)
    )


def _mismatches(
    dimensions: Mapping[str, Sequence[SegmentArms]], weights: Sequence[float]
) -> tuple[tuple[str, str | None], ...]:
    """Segments whose counts are off, Holm over all segments."""
    found: dict[tuple[str, str | None], Allocation] = {}
    for name, segments in dimensions.items():
        for each in segments:
            counts = [each.control.n, *(arm.n for arm in each.treatments)]
            if told := allocation(counts, weights):
                found[name, each.value] = told
    adjusted = holm([each.p.p for each in found.values()])
    return tuple(key for key, p in zip(found, adjusted, strict=True) if p < MISMATCH)
