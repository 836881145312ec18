"""The catalogue in a terminal: every KPI with its formula, unit, source and dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from footfall.catalogue import Catalogue, Kpi
from footfall.catalogue.kpi import Checked, Example
from footfall.money import to_text
from footfall.report.numbers import NOTHING, plural
from footfall.report.table import (
    PLAIN,
    SHORTEST_TEXT,
    Column,
    Style,
    Table,
    both_ends,
    cut,
    lines,
    natural_width,
    paragraph,
)
from footfall.report.words import dimension_sets, formula, groups, named_sets

INDENT = "  "
COLUMNS = (
    Column(""),
    Column("id", faint=True),
    Column("formula"),
    Column("unit"),
    Column("source"),
    Column("by"),
)


def report(catalogue: Catalogue, width: int, style: Style = PLAIN) -> list[str]:
    """Every KPI: in a table where there is room for it, else in two lines each."""
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(catalogue):
        rows += ["", group] if rows else [group]
        rows += [_row(kpi) for kpi in kpis]
    table = Table(COLUMNS, tuple(rows))
    fits = natural_width(table) <= width
    told = lines(table, width, style) if fits else _two_lines_each(table, width, style)
    return [*told, "", *_foot(catalogue, width, style)]


def catalogue_json(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as data."""
    return {
        "definitions": catalogue.definitions,
        "kpis": [kpi_json(kpi) for kpi in catalogue],
    }


def kpi_json(kpi: Kpi) -> dict[str, Any]:
    """A KPI as data."""
    return {
        "id": kpi.id,
        "name": kpi.name,
        "group": kpi.group,
        "help": kpi.help,
        "formula": kpi.formula.text,
        "unit": kpi.unit,
        "better": kpi.better,
        "source": kpi.source,
        "dimensions": list(kpi.dimensions),
        "requires": kpi.requires,
        "is_ratio": kpi.is_ratio,
        "adds_up": kpi.is_additive,
        "benchmark": kpi.benchmark,
        "traps": kpi.traps,
    }


def card_json(kpi: Kpi, checks: Sequence[Checked] = (), currency: str = "EUR") -> dict[str, Any]:
    """A KPI as data, with its worked examples; with `checks` whether each of them holds."""
    examples = [_example(each) for each in kpi.examples]
    results = [_check(each, currency) for each in checks] or [{} for _ in examples]
    return kpi_json(kpi) | {
        "examples": [example | result for example, result in zip(examples, results, strict=True)]
    }


def _check(checked: Checked, currency: str) -> dict[str, Any]:
    """What the events give, money as a text, and whether that is the value."""
    got, paid_in = checked.got, str(checked.example.site.get("currency", currency))
    return {
        "got": to_text(got, paid_in) if isinstance(got, Decimal) else got,
        "holds": checked.holds,
        "fault": checked.fault,
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "about": example.about,
        "events": [dict(event) for event in example.events],
        "tables": {kind: [dict(row) for row in rows] for kind, rows in example.tables.items()},
        "value": example.value,
        "by": dict(example.by),
        "site": dict(example.site),
    }


def _row(kpi: Kpi) -> tuple[str, ...]:
    by = ", ".join(named_sets(kpi)) or NOTHING
    return (INDENT + kpi.name, kpi.id, formula(kpi), kpi.unit, kpi.source, by)


def _two_lines_each(table: Table, width: int, style: Style) -> list[str]:
    told: list[str] = []
    for row in table.rows:
        if isinstance(row, str):
            told.append(style.strong(row) if row else "")
            continue
        name, key, made, unit, source, by = row
        rest = f" · {unit} · {source} · by {by}"
        made = cut(made, max(width - len(INDENT * 2 + rest), SHORTEST_TEXT))
        told.append(both_ends(name, key, width, right_style=style.faint))
        told.append(style.faint(cut(INDENT * 2 + made + rest, width)))
    return told


def _foot(catalogue: Catalogue, width: int, style: Style) -> list[str]:
    sets = "; ".join(f"{name} = {', '.join(names)}" for name, names in dimension_sets().items())
    told = (
        f"{plural(len(catalogue.kpis), 'KPI')}. What they can be cut by: {sets}.",
        "All about one of them: footfall catalogue ID",
    )
    return [style.faint(line) for note in told for line in paragraph(note, width)]
