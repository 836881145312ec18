"""Retention in a terminal: the triangle of cohorts, a row for each, their later buckets across."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footfall.query.retention import RetentionFindings
from footfall.report.cells import bucket_text, segment_text
from footfall.report.findings import LONGEST_SEGMENT, heading
from footfall.report.numbers import count, rate
from footfall.report.table import PLAIN, Column, Style, Table, blocks, lines, paragraph

TITLES = {
    "returning": "Came again: with a session so many {every}s after the one of the first session",
    "buying_again": "Bought again: with an order so many {every}s after the one of the first order",
}
FIXED = 2


def report(found: RetentionFindings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read."""
    told = [*heading(found, name, ["retention", f"every {found.every}"], width, style), ""]
    for table in tables(found, width):
        told += [*lines(table, width, style), ""]
    if not found.rows:
        told += [*paragraph("Nobody came for the first time in this period.", width), ""]
    return told[:-1]


def tables(found: RetentionFindings, width: int) -> Iterator[Table]:
    """A table for each kind and segment, cut into several where there are many buckets."""
    for kind, cohorts in found.to_json().items():
        segments: dict[tuple[str | None, ...], list[dict[str, Any]]] = {}
        for cohort in cohorts:
            segments.setdefault(tuple(cohort.get("segment", {}).values()), []).append(cohort)
        for segment, own in segments.items():
            title = TITLES[kind].format(every=found.every)
            where = f" · {segment_text(segment, LONGEST_SEGMENT)}" if segment else ""
            yield from _triangle(own, found.every, title + where, width)


def _triangle(cohorts: list[dict[str, Any]], every: str, title: str, width: int) -> Iterator[Table]:
    most = max(len(cohort["later"]) for cohort in cohorts)
    columns = (
        Column(f"{every} of the first"),
        Column("people", right=True),
        *(Column(f"+{after}", right=True) for after in range(1, most + 1)),
    )
    rows = tuple(
        (
            bucket_text(cohort["cohort"], every),
            count(cohort["size"]),
            *(rate(each["share"]) for each in cohort["later"]),
            *[""] * (most - len(cohort["later"])),
        )
        for cohort in cohorts
    )
    whole = Table(columns, rows, title)
    if most == 0:
        yield whole
    for number, block in enumerate(blocks(whole, width, FIXED)):
        yield Table(block.columns, block.rows, title if number == 0 else f"{title}, further on")
