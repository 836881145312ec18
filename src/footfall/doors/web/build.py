"""From what a page should show to what it shows: tiles, charts and tables with their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from footfall.catalogue import Kpi
from footfall.doors.web.asking import Asker
from footfall.doors.web.blocks import Block, blocks_of
from footfall.doors.web.spec import CHAT_KPIS, ChartSpec, Tab, TableSpec
from footfall.report.cells import Cube
from footfall.report.chart import Chart, Series, Words, beside, over_time, series_of
from footfall.report.numbers import NOTHING
from footfall.report.tile import Shown, Tile, shown, tile_of, value_of
from footfall.report.words import label

if TYPE_CHECKING:
    from footfall.query.answer import Value

MOST_ROWS = 200
MOST_BARS = 24
NAMED = {"agent": "agents", "asset": "assets", "experience": "experiences", "module": "modules"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, how many of its values are written, and where its numbers can be had."""

    chart: Chart
    export: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: a name, or a number with its change."""

    shown: Shown
    change: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is of, its numbers, where a click on its name leads."""

    name: str
    cells: tuple[Cell, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name column and columns of numbers."""

    title: str
    head: str
    columns: tuple[Kpi, ...]
    lines: tuple[Line, ...]
    export: str
    more: int = 0

    def labels(self) -> list[str]:
        """What the columns are called."""
        return [label(kpi) for kpi in self.columns]


@dataclass(frozen=True, slots=True)
class Built:
    """A tab as it is shown."""

    headline: tuple[Tile, ...]
    charts: tuple[Drawn, ...]
    tables: tuple[Table, ...]
    everything: tuple[Tile, ...]
    blocks: tuple[Block, ...] = ()
    answers: str = ""
    """Where the typed answers can be had, if the page is of chat experiences."""


def build(asker: Asker, tab: Tab, page: str = "") -> Built:
    """Everything of a tab."""
    listed = [kpi.id for kpi in asker.catalogue if kpi.group == tab.group]
    tiles = tiles_of(asker, (*tab.headline, *listed))
    headline = tuple(tiles[each] for each in tab.headline if each in tiles)
    charts = tuple(drawn for spec in tab.charts if (drawn := chart_of(asker, spec)))
    tables = tuple(table for spec in tab.tables if (table := table_of(asker, spec)))
    everything = tuple(tiles[each] for each in listed if each in tiles)
    blocks = tuple(blocks_of(asker, page, tab.id))
    answers = f"/s/{asker.site.id}/answers.csv{asker.query()}" if tab is CHAT_KPIS else ""
    return Built(headline, charts, tables, everything, blocks, answers)


def tiles_of(asker: Asker, ids: Iterable[str]) -> dict[str, Tile]:
    """A tile for each KPI that can be asked; those that have a row for each score have none."""
    kpis = (asker.catalogue.kpis.get(each) for each in dict.fromkeys(ids))
    plain = [kpi.id for kpi in kpis if kpi and kpi.split is None]
    totals = asker.kpis(plain, compare=True)
    if totals is None:
        return {}
    cube, courses = Cube(totals), _courses(asker, plain)
    return {
        kpi.id: tile_of(kpi, cube.row(kpi), totals, asker.local, courses.get(kpi.id, ()))
        for kpi in cube.kpis
    }


def _courses(asker: Asker, ids: Sequence[str]) -> dict[str, list[Value]]:
    """The KPIs' values over time."""
    answer = asker.kpis(ids, every=asker.every)
    if answer is None:
        return {}
    cube = Cube(answer)
    return {kpi.id: _values(cube, kpi) for kpi in cube.kpis}


def _values(cube: Cube, kpi: Kpi) -> list[Value]:
    nothing: Value = None if kpi.is_ratio else 0
    rows = [cube.row(kpi, bucket) for bucket in cube.buckets]
    return [row.value if row else nothing for row in rows]


def chart_of(asker: Asker, spec: ChartSpec) -> Drawn | None:
    """A chart; None where it cannot be asked so."""
    first = asker.catalogue.kpis.get(spec.kpis[0])
    if first is None:
        return None
    if first.split is not None:
        return _distribution(asker, spec)
    return _by_dimension(asker, spec, spec.by) if spec.by else _over_time(asker, spec)


def _over_time(asker: Asker, spec: ChartSpec) -> Drawn | None:
    alone = len(spec.kpis) == 1
    answer = asker.kpis(spec.kpis, every=asker.every, cumulate=spec.is_cumulated, compare=alone)
    if answer is None:
        return None
    cube = Cube(answer)
    words = Words(asker.local, cube.kpis[0].unit)
    series = [_series(cube, kpi, asker) for kpi in cube.kpis]
    if alone and answer.comparison:
        series.append(_past(cube, cube.kpis[0], asker))
    buckets = [bucket for bucket in cube.buckets if bucket is not None]
    chart = over_time(spec.title, spec.kind, buckets, asker.every, series, words)
    chart = replace(chart, open_from=asker.open_from(buckets))
    return Drawn(
        chart, export_link(asker, spec.kpis, every=asker.every, cumulate=spec.is_cumulated)
    )


def _series(cube: Cube, kpi: Kpi, asker: Asker) -> Series:
    return series_of(
        label(kpi), _values(cube, kpi), lambda value: asker.local.shown(value, kpi.unit)
    )


def _past(cube: Cube, kpi: Kpi, asker: Asker) -> Series:
    """The values that a chart's line is compared with."""
    name = {"previous": "Previous period", "year": "Year before"}[asker.state.compare]
    rows = [cube.row(kpi, bucket) for bucket in cube.buckets]
    values = [row.previous if row else None for row in rows]
    return series_of(
        name, values, lambda value: asker.local.shown(value, kpi.unit), is_past=True
    )  # fmt: skip


def _by_dimension(asker: Asker, spec: ChartSpec, by: str) -> Drawn | None:
    answer = asker.kpis(spec.kpis, by=(by,))
    if answer is None:
        return None
    cube = Cube(answer)
    names = [segment[0] for segment in cube.segments][:MOST_BARS]
    series = [
        series_of(
            label(kpi),
            [row.value if (row := cube.row(kpi, None, (name,))) else 0 for name in names],
            lambda value, unit=kpi.unit: asker.local.shown(value, unit),  # type: ignore[misc]
        )
        for kpi in cube.kpis
    ]
    chart = beside(
        spec.title, [named(asker, by, name) for name in names], series,
        Words(asker.local, cube.kpis[0].unit),
    )  # fmt: skip
    return Drawn(chart, export_link(asker, spec.kpis, by=by))


def _distribution(asker: Asker, spec: ChartSpec) -> Drawn | None:
    """The bars of a KPI that has a row for each score."""
    answer = asker.kpis(spec.kpis)
    if answer is None:
        return None
    kpi = answer.kpis[0]
    assert kpi.split is not None  # noqa: S101 - what this is asked for
    names = [str(row.segment[kpi.split.column]) for row in answer.rows]
    values = [row.value for row in answer.rows]
    series = series_of(label(kpi), values, lambda value: asker.local.shown(value, kpi.unit))
    chart = beside(spec.title, names, [series], Words(asker.local, kpi.unit))
    return Drawn(chart, export_link(asker, spec.kpis))


def table_of(asker: Asker, spec: TableSpec) -> Table | None:
    """A table; None where it cannot be asked so."""
    answer = asker.kpis(spec.kpis, by=(spec.by,), compare=True)
    if answer is None:
        return None
    cube = Cube(answer)
    segments = biggest_first(cube)
    lines = tuple(
        Line(
            named(asker, spec.by, segment[0]),
            tuple(_cell(cube, kpi, segment, asker) for kpi in cube.kpis),
            _link(asker, spec.by, segment[0]),
        )
        for segment in segments[:MOST_ROWS]
    )
    more = len(segments) - len(lines)
    export = export_link(asker, spec.kpis, by=spec.by)
    return Table(spec.title, spec.by.replace("_", " "), cube.kpis, lines, export, more)


def biggest_first(cube: Cube) -> list[tuple[str | None, ...]]:
    """The segments of an answer, the biggest by its first KPI first."""
    return sorted(cube.segments, key=lambda each: _size(cube, each), reverse=True)


def _size(cube: Cube, segment: tuple[str | None, ...]) -> float:
    row = cube.row(cube.kpis[0], None, segment)
    return float(row.value) if row and row.value is not None else -1.0


def _cell(cube: Cube, kpi: Kpi, segment: tuple[str | None, ...], asker: Asker) -> Cell:
    row = cube.row(kpi, None, segment)
    tile = tile_of(kpi, row, cube.answer, asker.local)
    change = tile.change
    return Cell(tile.value, change.text if change else "", change.verdict if change else "")


def named(asker: Asker, dimension: str, value: str | None) -> str:
    """A thing's shown name from the settings, else its id."""
    if value is None:
        return NOTHING
    kind = NAMED.get(dimension)
    return asker.site.names[kind].get(value, value) if kind else value


def _link(asker: Asker, dimension: str, value: str | None) -> str:
    """Where a row of a table leads: to its experience or folder, or to the page for it only."""
    if dimension in ("experience", "folder") and value is not None:
        kept = asker.state.query().removeprefix("?")
        told = urlencode({dimension: value})
        return f"/s/{asker.site.id}/{dimension}?{told}" + (f"&{kept}" if kept else "")
    return _narrowed(asker, dimension, value)


def _narrowed(asker: Asker, dimension: str, value: str | None) -> str:
    """The same page for one row of a table only."""
    told = f"{dimension}={value or ''}"
    where = list(asker.state.given.many("where"))
    return asker.state.here(where=where if told in where else [*where, told])


def export_link(
    asker: Asker,
    kpis: Sequence[str],
    *,
    by: str | None = None,
    every: str | None = None,
    cumulate: bool = False,
) -> str:
    """Where the numbers of a chart or a table can be had as CSV."""
    words = [("kpi", each) for each in kpis]
    words += [("by", by)] if by else []
    words += [("cumulate", "true")] if cumulate else []
    rest = asker.query(every=every).removeprefix("?")
    told = urlencode(words)
    return (
        f"/s/{asker.site.id}/export.csv?{told}&{rest}"
        if rest
        else f"/s/{asker.site.id}/export.csv?{told}"
    )


__all__ = ["Built", "build", "chart_of", "export_link", "shown", "table_of", "tiles_of", "value_of"]
