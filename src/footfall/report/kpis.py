"""KPIs in a terminal: one list, or a table turned so that it fits.

Without a breakdown KPIs stand one below the other. With buckets or segments these stand on one side
and the KPIs on the other, whichever way there is room; with both, each KPI has a table with the
buckets across, and where they are too many each bucket and segment has a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from footfall.catalogue import Kpi
from footfall.query.compare import open_buckets
from footfall.report.cells import (
    BUCKET_HEADS,
    Cube,
    Segment,
    bucket_text,
    segment_text,
)
from footfall.report.changes import change_text, toned
from footfall.report.numbers import part, plural, shown
from footfall.report.table import (
    PLAIN,
    SHORTEST_TEXT,
    Column,
    Style,
    Table,
    blocks,
    cells,
    clean,
    cut,
    lines,
    natural_width,
    paragraph,
)
from footfall.report.words import groups, label

if TYPE_CHECKING:
    from footfall.query.answer import Answer, Row

BETWEEN = " · "
INDENT = "  "
LONGEST_HEAD = 24


def report(answer: Answer, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read: what was asked, the numbers, and what was left out."""
    told = [*_heading(answer, name, width, style), ""]
    for table in tables(answer, width):
        told += [*lines(table, width, style), ""]
    for note in notes(answer):
        told += [style.faint(line) for line in paragraph(note, width)] + [""]
    return told[:-1]


def tables(answer: Answer, width: int) -> Iterator[Table]:
    """The answer as tables that fit into `width`."""
    cube = Cube(answer)
    if not answer.rows:
        return
    if answer.every is None and not answer.by:
        yield _list(cube)
    elif answer.every is not None and answer.by:
        yield from _by_bucket_and_segment(cube, width)
    else:
        yield from _one_way(cube, width)


def notes(answer: Answer) -> list[str]:
    """What people should know of the answer."""
    told = []
    if not answer.rows:
        told.append("Nothing was found: no KPI has a value here.")
    needs = [kpi for kpi in answer.left_out if kpi.requires and not answer.by]
    told += [f"Left out: {kpi.id} has a value only by {kpi.requires}." for kpi in needs]
    daily = [kpi for kpi in answer.left_out if kpi.days_only and answer.every == "hour"]
    if daily:
        ids = ", ".join(kpi.id for kpi in daily)
        told.append(f"Left out, for they come from tables that know days only: {ids}.")
    others = [kpi.id for kpi in answer.left_out if kpi not in (*needs, *daily)]
    if others:
        told.append(f"Left out, for they lack a dimension that is asked for: {', '.join(others)}.")
    if answer.comparison and open_buckets(answer.rows):
        today = answer.comparison.today
        told.append(f"Open: {today} is not over yet, so what includes it is not compared.")
    return told


def period(start: date, end: date) -> str:
    """Days from the first to the last, both included."""
    if start == end:
        return f"{start}"
    return f"{start} to {end} ({plural((end - start).days + 1, 'day')})"


def asked(answer: Answer) -> list[str]:
    """What was asked: the days, and how they are cut, for whom, and beside what."""
    words = [period(answer.start, answer.end)]
    words += [f"by {', '.join(answer.by)}"] if answer.by else []
    words += [f"every {answer.every}"] if answer.every else []
    words += ["cumulated"] if answer.cumulated else []
    words += [f"in segment {answer.segment}"] if answer.segment else []
    other = answer.comparison
    return words + ([f"compared with {period(other.start, other.end)}"] if other else [])


def _heading(answer: Answer, name: str, width: int, style: Style) -> list[str]:
    """The site in bold and what was asked, in as few lines as there is room for."""
    words = asked(answer)
    name = cut(clean(name), width)
    told = [name]
    for word in (*words, answer.timezone, answer.currency):
        longer = told[-1] + BETWEEN + word
        fits = cells(longer) <= width
        told = [*told[:-1], longer] if fits else [*told, cut(word, width)]
    first = style.strong(name) + style.faint(told[0].removeprefix(name))
    return [first, *map(style.faint, told[1:])]


def _list(cube: Cube) -> Table:
    """Every KPI with its value, what it is made of, and its id."""
    if cube.answer.comparison:
        return _compared_list(cube)
    columns = (
        Column(""),
        Column("", right=True),
        Column("", rank=2, faint=True),
        Column("", rank=1, faint=True),
    )
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(cube.kpis):
        rows += ["", group] if rows else [group]
        rows += [(INDENT + label(kpi), cube.text(kpi), _parts(cube, kpi), kpi.id) for kpi in kpis]
    return Table(columns, tuple(rows))


def _compared_list(cube: Cube) -> Table:
    """Every KPI with its value, its change, the value before, and its id."""
    columns = (
        Column(""),
        Column("", right=True),
        Column("change", right=True),
        Column("before", right=True, faint=True),
        Column("", rank=1, faint=True),
    )
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(cube.kpis):
        rows += ["", group] if rows else [group]
        rows += [(INDENT + label(kpi), *_compared(cube, kpi), kpi.id) for kpi in kpis]
    return Table(columns, tuple(rows))


def _compared(cube: Cube, kpi: Kpi) -> tuple[str, str, str]:
    """The value, its change, and the value before."""
    row = cube.row(kpi)
    change = change_text(row, kpi)
    before = shown(row.previous if row else None, kpi.unit, cube.answer.currency)
    return cube.value(kpi), toned(change, change, kpi), before


def _parts(cube: Cube, kpi: Kpi) -> str:
    """What a ratio is made of: `41 of 801`, `€1,249.50 ÷ 12`."""
    row: Row | None = cube.row(kpi)
    if row is None or row.value is None or not kpi.is_ratio:
        return ""
    currency = cube.answer.currency
    below = part(row.denominator, kpi.unit, currency)
    if not kpi.formula.is_ratio:
        return f"middle of {below}"
    if kpi.unit == "rate":
        return f"{part(row.numerator, kpi.unit, currency)} of {below}"
    return f"{part(row.numerator, kpi.unit, currency, above=True)} ÷ {below}"


def _one_way(cube: Cube, width: int) -> Iterator[Table]:
    """Buckets or segments on one side, KPIs on the other."""
    for table in (_down(cube, cube.kpis, width), _across(cube)):
        if natural_width(table) <= width:
            yield table
            return
    yield from _in_blocks(cube, width)


def _by_bucket_and_segment(cube: Cube, width: int) -> Iterator[Table]:
    """For each KPI a table, turned the way it fits; else a row for each bucket and segment."""
    for way in (_segments_down, _buckets_down):
        turned = [way(cube, kpi, width) for kpi in cube.kpis]
        if all(natural_width(table) <= width for table in turned):
            yield from turned
            return
    yield from _in_blocks(cube, width)


def _in_blocks(cube: Cube, width: int) -> Iterator[Table]:
    """Group by group, as many KPIs beside each other as there is room for."""
    fixed = len(cube.answer.by) + (cube.answer.every is not None)
    for group, kpis in groups(cube.kpis):
        found = list(blocks(_down(cube, kpis, width), width, fixed))
        for number, block in enumerate(found, 1):
            turn = f"{BETWEEN}{number} of {len(found)}" if len(found) > 1 else ""
            yield replace(block, title=group + turn)


def _down(cube: Cube, kpis: Sequence[Kpi], width: int) -> Table:
    """A row for each bucket and segment, a column for each KPI."""
    columns = [*_bucket_column(cube.answer), *map(Column, cube.answer.by)]
    columns += [Column(label(kpi), right=True) for kpi in kpis]
    rows = tuple(
        (
            *_bucket_cell(bucket, cube.answer),
            *_segment_cells(segment, width),
            *(cube.text(kpi, bucket, segment) for kpi in kpis),
        )
        for bucket, segment in cube.places
    )
    return Table(tuple(columns), rows)


def _across(cube: Cube) -> Table:
    """A row for each KPI, a column for each bucket or segment."""
    heads = [
        bucket_text(bucket, cube.answer.every) or segment_text(segment, LONGEST_HEAD)
        for bucket, segment in cube.places
    ]
    columns = (Column(""), *(Column(head, right=True) for head in heads))
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(cube.kpis):
        rows += ["", group] if rows else [group]
        rows += [
            (INDENT + label(kpi), *(cube.text(kpi, *place) for place in cube.places))
            for kpi in kpis
        ]
    return Table(columns, tuple(rows))


def _segments_down(cube: Cube, kpi: Kpi, width: int) -> Table:
    every = cube.answer.every
    columns = [Column(name) for name in cube.answer.by]
    columns += [Column(bucket_text(bucket, every), right=True) for bucket in cube.buckets]
    rows = tuple(
        (
            *_segment_cells(segment, width),
            *(cube.text(kpi, bucket, segment) for bucket in cube.buckets),
        )
        for segment in cube.segments
    )
    return Table(tuple(columns), rows, label(kpi))


def _buckets_down(cube: Cube, kpi: Kpi, width: int) -> Table:
    heads = [segment_text(segment, min(LONGEST_HEAD, width)) for segment in cube.segments]
    columns = [*_bucket_column(cube.answer), *(Column(head, right=True) for head in heads)]
    rows = tuple(
        (
            *_bucket_cell(bucket, cube.answer),
            *(cube.text(kpi, bucket, segment) for segment in cube.segments),
        )
        for bucket in cube.buckets
    )
    return Table(tuple(columns), rows, label(kpi))


def _bucket_column(answer: Answer) -> list[Column]:
    return [Column(BUCKET_HEADS[answer.every])] if answer.every else []


def _bucket_cell(bucket: str | None, answer: Answer) -> list[str]:
    return [bucket_text(bucket, answer.every)] if answer.every else []


def _segment_cells(segment: Segment, width: int) -> list[str]:
    """A cell for each dimension; together they take at most half of the room."""
    most = max(SHORTEST_TEXT, width // (2 * max(len(segment), 1)))
    return [segment_text((value,), most) for value in segment]
