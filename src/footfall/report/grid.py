"""A list as it is shown: heads, and cells as people and as programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from footfall.query.findings import COUNT, FLAG, MONEY, NUMBER, RATE, SECONDS, TEXT, Findings
from footfall.report.local import Local
from footfall.report.numbers import NOTHING
from footfall.report.tile import Shown

UNITS = {COUNT: "count", RATE: "rate", SECONDS: "seconds", MONEY: "money", NUMBER: "ratio"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, and what it holds."""

    head: str
    kind: str

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers, which stand beneath each other."""
        return self.kind in UNITS


@dataclass(frozen=True, slots=True)
class Grid:
    """A list with a title; `marked` are the rows that matter most."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Shown, ...], ...]
    note: str = ""
    nothing: str = "Nothing of this in these days."
    export: str = ""
    marked: frozenset[int] = frozenset()


def grid_of(
    title: str, found: Findings, heads: Mapping[str, str], local: Local, rows: Iterable[Any] = ()
) -> Grid:
    """Some columns of a report, under other heads; of all its rows or of some."""
    kinds = {**found.columns, **dict.fromkeys(found.by, TEXT)}
    columns = tuple(Column(head, kinds[name]) for name, head in heads.items())
    chosen = tuple(rows) or found.rows
    told = tuple(
        tuple(cell(row[name], kinds[name], local, found.plain(row[name])) for name in heads)
        for row in chosen
    )
    return Grid(title, columns, told)


def lines_of(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    heads: Mapping[str, tuple[str, str]],
    local: Local,
) -> Grid:
    """A list of mappings; `heads`: for each key what it is called and what it holds."""
    columns = tuple(Column(*head) for head in heads.values())
    told = tuple(
        tuple(cell(row.get(name), kind, local) for name, (_, kind) in heads.items()) for row in rows
    )
    return Grid(title, columns, told)


def cell(value: Any, kind: str, local: Local, plain: Any = None) -> Shown:
    """A value as people read it, and as data."""
    if value is None:
        return Shown(NOTHING, "")
    if kind == FLAG:
        return Shown("yes" if value else "", "1" if value else "0")
    if kind == TEXT:
        return Shown(str(value), str(value))
    data = value if plain is None else plain
    return Shown(local.shown(_number(value), UNITS[kind]), str(data))


def _number(value: Any) -> int | float | Decimal:
    return value if isinstance(value, int | float | Decimal) else float(value)
