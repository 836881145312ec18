"""An answer as cells: its KPIs, buckets and segments, and the value where they meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from footfall.catalogue import Kpi
from footfall.localtime import buckets_of, hour_label, hours_of
from footfall.query.answer import reading_order
from footfall.report.changes import beside, change_text
from footfall.report.numbers import NOTHING, shown
from footfall.report.table import cells, cut
from footfall.report.words import label

if TYPE_CHECKING:
    from footfall.query.answer import Answer, Row, Value

Segment = tuple[str | None, ...]
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Cube:
    """An answer's rows by where they stand. What has no row is 0, or no value (R13, R17)."""

    answer: Answer

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs as they are read: one with a breakdown of its own as one for each value."""
        return tuple(part for kpi in self.answer.kpis for part in _parts(kpi))

    @cached_property
    def _found(self) -> dict[tuple[str, str | None, Segment], Row]:
        by = self.answer.by
        splits = {kpi.id: kpi.split.column for kpi in self.answer.kpis if kpi.split}
        return {
            (
                _part_id(row.kpi, row.segment[splits[row.kpi]]) if row.kpi in splits else row.kpi,
                row.bucket,
                tuple(row.segment[name] for name in by),
            ): row
            for row in self.answer.rows
        }

    @cached_property
    def buckets(self) -> tuple[str | None, ...]:
        """Every bucket of the period in order of time, also those that nothing is in."""
        answer = self.answer
        if answer.every is None:
            return (None,)
        if answer.every == "hour":
            hours = hours_of(answer.timezone, answer.start, answer.end)
            return tuple(hour_label(hour) for hour in hours)
        starts = buckets_of(answer.start, answer.end, answer.every)
        return tuple(start.isoformat() for start in starts)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Every segment that something is in: by name, what lacks the attribute last."""
        return tuple(sorted({segment for _, _, segment in self._found}, key=reading_order))

    @cached_property
    def places(self) -> list[tuple[str | None, Segment]]:
        """Every bucket and segment that something is in; without a breakdown every bucket."""
        known = {(bucket, segment) for _, bucket, segment in self._found}
        every = [(bucket, segment) for bucket in self.buckets for segment in self.segments]
        return [place for place in every if place in known]

    def row(self, kpi: Kpi, bucket: str | None = None, segment: Segment = ()) -> Row | None:
        """The row that stands there, if there is one."""
        return self._found.get((kpi.id, bucket, segment))

    def text(self, kpi: Kpi, bucket: str | None = None, segment: Segment = ()) -> str:
        """The value that stands there, as people read it."""
        text = self.value(kpi, bucket, segment)
        if self.answer.comparison is None:
            return text
        change = change_text(self.row(kpi, bucket, segment), kpi)
        return beside(text, change, self._widest_changes[kpi.id], kpi)

    def value(self, kpi: Kpi, bucket: str | None = None, segment: Segment = ()) -> str:
        """The value that stands there, without what it is compared with."""
        row = self.row(kpi, bucket, segment)
        nothing: Value = None if kpi.is_ratio else 0
        return shown(row.value if row else nothing, kpi.unit, self.answer.currency)

    @cached_property
    def _widest_changes(self) -> dict[str, int]:
        """How wide the changes of each KPI are."""
        widths = dict.fromkeys((kpi.id for kpi in self.kpis), 0)
        kpis = {kpi.id: kpi for kpi in self.kpis}
        for (kpi_id, _, _), row in self._found.items():
            widths[kpi_id] = max(widths[kpi_id], cells(change_text(row, kpis[kpi_id])))
        return widths


def segment_text(segment: Segment, most: int) -> str:
    """A segment in one text of at most so many places; what lacks the attribute is –."""
    return cut(" · ".join(NOTHING if value is None else value for value in segment), most)


def bucket_text(bucket: str | None, every: str | None) -> str:
    """A bucket as people read it: `2026-01-05 Mon`, `2026-01`, `2026-01-05 13:00 +01:00`."""
    if bucket is None or every is None:
        return ""
    if every == "hour":
        moment = datetime.fromisoformat(bucket)
        return f"{moment:%Y-%m-%d %H:%M} {bucket[-6:]}"
    if every == "day":
        return f"{bucket} {WEEKDAYS[date.fromisoformat(bucket).weekday()]}"
    return {"month": bucket[:7], "year": bucket[:4]}.get(every, bucket)


BUCKET_HEADS = {
    "hour": "hour",
    "day": "day",
    "week": "week from",
    "month": "month",
    "year": "year",
}


def _parts(kpi: Kpi) -> tuple[Kpi, ...]:
    if kpi.split is None:
        return (kpi,)
    return tuple(
        replace(kpi, id=_part_id(kpi.id, part), name=f"{label(kpi)}: {part}", split=None)
        for part in kpi.parts
    )


def _part_id(kpi_id: str, part: str | None) -> str:
    return f"{kpi_id} {part}"
