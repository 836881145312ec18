"""A report of behaviour as data for other programs, and the lines that every such report has."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from footfall.report.cells import segment_text
from footfall.report.data import safe
from footfall.report.kpis import BETWEEN, period
from footfall.report.numbers import NOTHING, count, money, rate, ratio, seconds
from footfall.report.table import PLAIN, Style, cells, clean, cut

if TYPE_CHECKING:
    from footfall.query.findings import Findings

LONGEST_SEGMENT = 40


def findings_json(findings: Findings) -> str:
    """The report as JSON text; a list of rows has each on a line of its own."""
    told = findings.to_json()
    if isinstance(told, list):
        return _listed(told) + "\n"
    rows = told.pop("rows", None)
    head = json.dumps(told, ensure_ascii=False, indent=None if rows is not None else 2)
    return f'{head[:-1]}, "rows": {_listed(rows)}}}\n' if rows is not None else head + "\n"


def _listed(rows: Iterable[Any]) -> str:
    body = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n  {body}\n]" if body else "[]"


def findings_csv(findings: Findings) -> str:
    """The report as CSV with a header: numbers in full, money in its minor unit, null empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(findings.columns)
    for row in findings.rows:
        writer.writerow([_data(findings.plain(row[name])) for name in findings.columns])
    return out.getvalue()


def _data(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe(value) if isinstance(value, str) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    """Money is a text that may begin with a minus, and is no formula."""
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def heading(
    findings: Findings, name: str, words: Sequence[str], width: int, style: Style = PLAIN
) -> list[str]:
    """The site in bold and what was asked, in as few lines as there is room for."""
    of = findings.of
    words = [*words, period(of.start, of.end)]
    words += [f"by {', '.join(findings.by)}"] if findings.by else []
    name = cut(clean(name), width)
    told = [name]
    for word in (*words, of.timezone):
        longer = told[-1] + BETWEEN + word
        fits = cells(longer) <= width
        told = [*told[:-1], longer] if fits else [*told, cut(word, width)]
    first = style.strong(name) + style.faint(told[0].removeprefix(name))
    return [first, *map(style.faint, told[1:])]


def segment_of(findings: Findings, row: Any) -> str:
    """The row's segment in one text; empty where there are none."""
    return segment_text(tuple(row[name] for name in findings.by), LONGEST_SEGMENT)


def shown(value: Any, kind: str, currency: str) -> str:
    """A value as its column's kind is written."""
    if value is None:
        return NOTHING
    if isinstance(value, Decimal):
        return money(value, currency)
    return {"count": count, "rate": rate, "number": ratio, "seconds": seconds}.get(kind, str)(value)
