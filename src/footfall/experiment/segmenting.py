"""The primary by segments that were fixed when somebody was exposed (statistics.segments)."""

from __future__ import annotations

from dataclasses import dataclass

from footfall.experiment.comparing import Compared, Run, segment_reading
from footfall.experiment.readings import Held, variants
from footfall.experiment.result import Difference, SegmentReading
from footfall.statistics.decision import LEAST_CONVERTERS, LEAST_NONZERO
from footfall.statistics.moments import nobody
from footfall.statistics.segments import Cell, SegmentArms, Segments, pooled, segment


@dataclass(frozen=True, slots=True)
class SegmentsFound:
    """What came of the segments; `harmed` are the variants (from 1) that harm somebody."""

    readings: tuple[SegmentReading, ...] = ()
    differences: tuple[Difference, ...] = ()
    mismatched: tuple[str, ...] = ()
    harmed: frozenset[int] = frozenset()


def segments_of(run: Run, primary: Compared) -> SegmentsFound:
    """The primary in every segment of the design's dimensions."""
    if not run.design.segments:
        return SegmentsFound()
    least = LEAST_CONVERTERS if primary.kpi.unit == "rate" else LEAST_NONZERO
    arms = {name: _arms(run, primary, name, least) for name in run.design.segments}
    weights = [each.weight for each in run.design.variants if each.weight > 0]
    first = arms[run.design.segments[0]]
    if not first:
        return SegmentsFound()
    monitoring = run.monitoring(primary.control, primary.treatments[0])
    found = segment(arms, weights, primary.goal.better, monitoring, run.design.alpha)
    return SegmentsFound(
        tuple(_readings(run, found, arms)),
        tuple(_differences(run, found)),
        tuple(
            f"{name} {'without a value' if value is None else value}"
            for name, value in found.mismatches
        ),
        found.is_harmed,
    )


def _arms(run: Run, primary: Compared, name: str, least: int) -> list[SegmentArms]:
    """The segments of a dimension, small ones put together."""
    bare = primary.places.bare()
    columns = bare.names(capped=False)
    cells = []
    for value in run.cells.values(name):
        told = [run.cells.by_segment.get((name, value, each)) for each in run.live]
        moments = tuple(cell.moments(columns) if cell else nobody(columns) for cell in told)
        converters = tuple(int(each.nonzero[each.at(bare.above)]) for each in moments)
        cells.append(Cell(value, moments, converters))
    is_binary = run.cells.is_binary(bare.above) and primary.places.cut is None
    found = []
    for cell in pooled(cells, least):
        arms = variants(bare, Held(cell.variants), is_binary=is_binary, plain=True).observed
        enough = min(cell.converters) >= least
        found.append(SegmentArms(cell.value, arms[0], arms[1:], enough))
    return found


def _readings(
    run: Run, found: Segments, arms: dict[str, list[SegmentArms]]
) -> list[SegmentReading]:
    told = []
    for row in found.rows:
        of_dimension = arms[row.dimension]
        everybody = sum(_units(each) for each in of_dimension)
        mine = next(each for each in of_dimension if each.value == row.value)
        reading = segment_reading(
            run.live[row.variant], row.comparison, row.adjusted_p, is_significant=row.is_significant
        )
        told.append(
            SegmentReading(
                row.dimension, row.value, run.live[row.variant], _units(mine),
                _units(mine) / everybody if everybody else 0.0, reading,
                _shrunk(found, row.dimension, row.variant, row.value), mine.enough_events,
            )
        )  # fmt: skip
    return told


def _units(arms: SegmentArms) -> int:
    return arms.control.n + sum(arm.n for arm in arms.treatments)


def _shrunk(found: Segments, dimension: str, variant: int, value: str | None) -> float | None:
    """The segment's effect drawn to the others', in the KPI's unit."""
    told = found.differences.get((dimension, variant))
    tested = [
        row
        for row in found.rows
        if (row.dimension, row.variant) == (dimension, variant)
        and row.value is not None
        and row.adjusted_p is not None
        and row.comparison.difference
    ]
    if told is None or len(tested) != len(told.shrunk):
        return None
    at = next((at for at, row in enumerate(tested) if row.value == value), None)
    return None if at is None else told.shrunk[at].mean


def _differences(run: Run, found: Segments) -> list[Difference]:
    return [
        Difference(
            dimension, run.live[variant], told.q, told.df, told.p.p,
            found.adjusted[dimension, variant], told.i2,
            found.adjusted[dimension, variant] < run.design.alpha,
        )
        for (dimension, variant), told in found.differences.items()
    ]  # fmt: skip
