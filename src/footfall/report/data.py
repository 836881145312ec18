"""An answer as data for other programs: JSON as the contract has it, CSV that is safe to open."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footfall.query.answer import Answer

# A spreadsheet takes a text that begins so for a formula and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def kpis_json(answer: Answer) -> str:
    """The answer as JSON text, each row on a line of its own."""
    told = answer.to_json()
    rows = told.pop("rows")
    head = json.dumps(told, ensure_ascii=False)[:-1]
    body = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{head}, "rows": [\n  {body}\n]}}\n' if rows else f'{head}, "rows": []}}\n'


def kpis_csv(answer: Answer) -> str:
    """The answer as CSV with a header: numbers in full, money in its minor unit, null empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = answer.segment_keys
    is_open = ["open"] if answer.comparison else []
    writer.writerow(["kpi", "bucket", *keys, *answer.number_columns, *is_open])
    for row in answer.rows:
        segment = (row.segment.get(name) for name in keys)
        numbers = (answer.plain(getattr(row, name)) for name in answer.number_columns)
        ends = ["yes" if row.is_open else ""] if answer.comparison else []
        writer.writerow([row.kpi, row.bucket, *map(safe, segment), *numbers, *ends])
    return out.getvalue()


def safe(text: str | None) -> str | None:
    """A text as a spreadsheet may see it: what would be a formula begins with an apostrophe."""
    return f"'{text}" if text and text.startswith(FORMULA_STARTS) else text


def any_json(told: Any) -> str:
    """Anything else as JSON text, for people to read as well."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
