"""An answer: the rows of a question, and what they were computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from footfall.catalogue import Kpi
from footfall.localtime import day_date, hour_label
from footfall.money import to_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from footfall.query.compare import Comparison

Value = int | float | Decimal | None
LAST = 1_000_000
"""Longer than any number in a segment: texts come after numbers."""


class Row(NamedTuple):
    """One KPI in one cell. Money is exact and unrounded; rates are fractions; None is no value."""

    kpi: str
    bucket: str | None
    segment: Mapping[str, str | None]
    value: Value
    numerator: Value
    denominator: Value
    previous: Value = None
    change: float | None = None
    """By which part of the previous value it is more; None where there is nothing to compare."""
    change_points: float | None = None
    is_open: bool = False
    """Whether its time is not over yet, so that it is not compared."""


@dataclass(frozen=True)
class Answer:
    """The rows of a question in reading order, with the site they are of."""

    site: str
    currency: str
    timezone: str
    start: date
    end: date
    every: str | None
    by: tuple[str, ...]
    as_of: int
    definitions: str
    kpis: tuple[Kpi, ...]
    left_out: tuple[Kpi, ...]
    rows: tuple[Row, ...]
    segment: str | None = None
    cumulated: bool = False
    comparison: Comparison | None = None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_json(self) -> dict[str, Any]:
        """The answer as ``footfall kpis --format json`` gives it: money as text (`plain`)."""
        return {
            "site": self.site,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "timezone": self.timezone,
            "every": self.every,
            "by": list(self.by),
            "as_of": self.as_of,
            "definitions": self.definitions,
            **self._asked_further(),
            "rows": [self._row_json(row) for row in self.rows],
        }

    def _asked_further(self) -> dict[str, Any]:
        """What else was asked, where it was: the segment, cumulated numbers, a comparison."""
        told: dict[str, Any] = {"segment": self.segment} if self.segment else {}
        if self.cumulated:
            told["cumulate"] = True
        if self.comparison:
            told["compare"] = {
                "with": self.comparison.with_,
                "align": self.comparison.align,
                "from": self.comparison.start.isoformat(),
                "to": self.comparison.end.isoformat(),
            }
        return told

    def _row_json(self, row: Row) -> dict[str, Any]:
        return {
            "kpi": row.kpi,
            "bucket": row.bucket,
            "segment": dict(row.segment),
            "value": self.plain(row.value),
            "numerator": self.plain(row.numerator),
            "denominator": self.plain(row.denominator),
            **(self.compared(row) if self.comparison else {}),
        }

    def compared(self, row: Row) -> dict[str, Any]:
        """What a row says of the period it is compared with."""
        return {
            "previous": self.plain(row.previous),
            "change": row.change,
            "change_points": row.change_points,
            "open": row.is_open,
        }

    def plain(self, value: Value) -> str | int | float | None:
        """A value as data: money as text rounded half away from zero to the minor unit."""
        return to_text(value, self.currency) if isinstance(value, Decimal) else value

    @property
    def segment_keys(self) -> tuple[str, ...]:
        """What the segments of rows speak of: what is asked by, and what KPIs always have."""
        splits = (kpi.split.column for kpi in self.kpis if kpi.split)
        return tuple(dict.fromkeys((*self.by, *splits)))

    def columns(self) -> dict[str, list[Any]]:
        """The rows by column: kpi, bucket, each dimension, value, numerator, denominator."""
        return {
            "kpi": [row.kpi for row in self.rows],
            "bucket": [row.bucket for row in self.rows],
            **{name: [row.segment.get(name) for row in self.rows] for name in self.segment_keys},
            **{
                name: [_number(self.plain(getattr(row, name))) for row in self.rows]
                for name in self.number_columns
            },
            **({"open": [row.is_open for row in self.rows]} if self.comparison else {}),
        }

    @property
    def number_columns(self) -> tuple[str, ...]:
        """The columns of numbers; where a comparison is asked, what it says too."""
        compared = ("previous", "change", "change_points") if self.comparison else ()
        return ("value", "numerator", "denominator", *compared)

    def to_arrow(self) -> pa.Table:
        """A pyarrow table; numbers as float64, money rounded to the minor unit."""
        import pyarrow as pa  # noqa: PLC0415 - only who asks for it pays for it

        texts = ["kpi", "bucket", *self.segment_keys]
        fields = [(name, pa.string()) for name in texts]
        fields += [(name, pa.float64()) for name in self.number_columns]
        fields += [("open", pa.bool_())] if self.comparison else []
        return pa.table(self.columns(), schema=pa.schema(fields))

    def to_polars(self) -> pl.DataFrame:
        """A Polars frame with the columns of `to_arrow`."""
        import polars as pl  # noqa: PLC0415

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """A pandas frame with the columns of `to_arrow`."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame


def reading_order(segment: Iterable[str | None]) -> list[tuple[bool, int, str]]:
    """Segments by name, numbers by their size, what lacks the attribute last."""
    return [
        (text is None, len(text) if text is not None and text.isdecimal() else LAST, text or "")
        for text in segment
    ]


def _number(value: str | float | None) -> float | None:
    return None if value is None else float(value)


@cache
def bucket_label(bucket: int, every: str) -> str:
    """A bucket as answers name it."""
    return hour_label(bucket) if every == "hour" else day_date(bucket).isoformat()
