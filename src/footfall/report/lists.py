"""A list of facts as data for other programs: a piece at a time, however long it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from footfall.money import exact_text
from footfall.report.data import safe

if TYPE_CHECKING:
    import pyarrow as pa

    from footfall.facts.lists import Exported, Written

AMOUNTS = ("revenue", "direct_sales", "refunded")
"""Columns that are money of the site's currency: texts, exact. Other decimals are numbers."""


def list_json(found: Exported | Written, currency: str) -> Iterator[str]:
    """The list as JSON text, each row on a line of its own."""
    yield "["
    between = "\n  "
    for row in _rows(found.batches(), currency):
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n  "
    yield "\n]\n"


def list_csv(found: Exported | Written, currency: str) -> Iterator[str]:
    """The list as CSV with a header, null empty, safe to open in a spreadsheet."""
    batches = found.batches()
    yield _csv_line(batches.schema.names)
    for row in _rows(batches, currency):
        yield _csv_line([_cell(name, value) for name, value in row.items()])


def _rows(batches: pa.RecordBatchReader, currency: str) -> Iterator[dict[str, Any]]:
    for batch in batches:
        for row in batch.to_pylist():
            yield {name: _plain(name, value, currency) for name, value in row.items()}


def _plain(name: str, value: Any, currency: str) -> Any:
    if not isinstance(value, Decimal):
        return value
    if name in AMOUNTS:
        return exact_text(value, currency)
    return int(value) if value == value.to_integral_value() else float(value)


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return safe(value) if isinstance(value, str) and name not in AMOUNTS else value


def _csv_line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
