"""Answers a question: rows as in the JSON of `footfall kpis` (cli.md)."""

from __future__ import annotations

from typing import Any

from . import acquisition_kpis, asset_kpis, chat_kpis, store_kpis, talk_kpis
from .cells import Cell, Key, Table
from .registry import KPIS, Kpi, Value

# Importing them registers their KPIs.
FORMULAS = (store_kpis, asset_kpis, talk_kpis, chat_kpis, acquisition_kpis)
Row = dict[str, Any]


def catalogue(site: dict[str, Any]) -> dict[str, Kpi]:
    """All KPIs of a site, those of its own micro-conversion rules too."""
    return KPIS | store_kpis.rule_kpis(site)


def reads(kpi: Kpi, table: Table) -> set[str]:
    """The lists that a formula reads, found by asking it about a cell with nothing in it."""
    probe = Cell(table, ("no such bucket", (None,) * len(table.question.by)))
    kpi.formula(probe)
    return probe.read


def knows_hours(kpi: Kpi, table: Table) -> bool:
    """Imported tables know days only."""
    return not reads(kpi, table) & set(acquisition_kpis.DAYS_ONLY)


def answer(kpi: Kpi, table: Table) -> list[Row]:
    """The rows of one KPI; with a breakdown, a segment without anything has no row (R17)."""
    rows: list[Row] = []
    for key in table.keys(sorted(reads(kpi, table))):
        cell = Cell(table, key)
        values = kpi.formula(cell)
        several = values if isinstance(values, list) else [values]
        rows.extend(_row(kpi, table, key, value) for value in several)
    return rows


def _row(kpi: Kpi, table: Table, key: Key, value: Value) -> Row:
    return {
        "kpi": kpi.id,
        "bucket": key[0],
        "segment": dict(zip(table.question.by, key[1], strict=True)) | dict(value.extra),
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
    }
