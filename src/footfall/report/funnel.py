"""A funnel in a terminal: its steps one below the other, each with a bar of those who took it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from footfall.catalogue.funnel import Step, window_text
from footfall.query.funnel import FunnelFindings
from footfall.report.findings import heading, segment_of
from footfall.report.numbers import NOTHING, count, rate, seconds
from footfall.report.table import PLAIN, Column, Style, Table, lines, paragraph

BAR, WIDEST_BAR = "█", 24
PARTS = " ▏▎▍▌▋▊▉"
COLUMNS = (
    Column("", right=True, rank=1, faint=True),
    Column("step"),
    Column("count", right=True),
    Column("from previous", right=True),
    Column("from first", right=True),
    Column("dropped off", right=True, rank=2),
    Column("median time", right=True, rank=3),
    Column("", rank=4),
)


def report(found: FunnelFindings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read."""
    funnel = found.funnel
    words = [funnel.name or "funnel", f"{funnel.scope}s", f"within {window_text(funnel.window_ms)}"]
    words += ["strict"] if funnel.strict else []
    told = [*heading(found, name, words, width, style), ""]
    for table in tables(found):
        told += [*lines(table, width, style), ""]
    if not found.rows:
        told += [*paragraph("Nobody took the first step in this period.", width), ""]
    return told[:-1]


def tables(found: FunnelFindings) -> Iterator[Table]:
    """A table for every segment."""
    for segment, rows in groupby(found.rows, key=lambda row: segment_of(found, row)):
        body = tuple(_line(row, step) for row, step in zip(rows, found.funnel.steps, strict=True))
        yield Table(COLUMNS, body, segment)


def _line(row: Any, step: Step) -> tuple[str, ...]:
    is_first = row["step"] == 1
    return (
        str(row["step"]),
        step.name or step.text,
        count(row["count"]),
        "" if is_first else _rate(row["rate_previous"]),
        "" if is_first else _rate(row["rate_first"]),
        "" if is_first else count(row["drop_off"]),
        "" if is_first else _time(row["median_seconds"]),
        bar(row["rate_first"] or 0),
    )


def _rate(value: float | None) -> str:
    return NOTHING if value is None else rate(value)


def _time(value: float | None) -> str:
    return NOTHING if value is None else seconds(value)


def bar(share: float) -> str:
    """A share as a bar, in eighths of a place."""
    eighths = round(share * WIDEST_BAR * 8)
    whole, part = divmod(eighths, 8)
    return BAR * whole + (PARTS[part] if part else "")
