"""What a report of behaviour found: rows of named columns, with the site and days they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from footfall.money import to_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

TEXT, COUNT, NUMBER, RATE, SECONDS, MONEY, FLAG = (
    "text", "count", "number", "rate", "seconds", "money", "flag",
)  # fmt: skip
"""What columns hold: a rate is a fraction, money a Decimal that nobody rounded."""
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Asker:
    """Of whom a report is: the site as people know it, the days, and the log's position."""

    site: str
    currency: str
    timezone: str
    start: date
    end: date
    as_of: int


@dataclass(frozen=True)
class Findings:
    """The rows of a report in reading order; ``columns`` says what each of their keys holds."""

    of: Asker
    columns: Mapping[str, str]
    rows: tuple[Found, ...]
    by: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Found]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_json(self) -> Any:
        """The report as ``--format json`` gives it: money as text in its minor unit."""
        return {
            "site": self.of.site,
            "from": self.of.start.isoformat(),
            "to": self.of.end.isoformat(),
            "timezone": self.of.timezone,
            "as_of": self.of.as_of,
            "by": list(self.by),
            "rows": self.plain_rows(),
        }

    def plain_rows(self) -> list[dict[str, Any]]:
        """The rows as data: the segment, where there is one, in a table of its own."""
        return [self._plain_row(row) for row in self.rows]

    def _plain_row(self, row: Found) -> dict[str, Any]:
        segment = {"segment": {name: row[name] for name in self.by}} if self.by else {}
        rest = {name: self.plain(row[name]) for name in self.columns if name not in self.by}
        return segment | rest

    def plain(self, value: Any) -> Any:
        """A value as data: money as text rounded half away from zero to the minor unit."""
        return to_text(value, self.of.currency) if isinstance(value, Decimal) else value

    def to_arrow(self) -> pa.Table:
        """A pyarrow table with the report's columns; money as float64 rounded to the minor unit."""
        import pyarrow as pa  # noqa: PLC0415 - only who asks for it pays for it

        types = {TEXT: pa.string(), COUNT: pa.int64(), FLAG: pa.bool_()}
        schema = pa.schema([(n, types.get(kind, pa.float64())) for n, kind in self.columns.items()])
        columns = {
            name: [_cell(self.plain(row[name]), kind) for row in self.rows]
            for name, kind in self.columns.items()
        }
        return pa.table(columns, schema=schema)

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


def _cell(value: Any, kind: str) -> Any:
    if value is None or kind in (TEXT, COUNT, FLAG):
        return value
    return float(value)
