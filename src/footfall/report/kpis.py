"""KPIs in a terminal: one list, or a table turned so that it fits.

Without a breakdown KPIs stand one below the other. With buckets or segments these stand on one side
and the KPIs on the other, whichever way there is room; with both, each KPI has a table with the
buckets across, and where they are too many each bucket and segment has a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from footfall.catalogue import Kpi
from footfall.query.answer import Answer, Row
from footfall.report.cells import (
    BUCKET_HEADS,
    Cube,
    Segment,
    bucket_text,
    groups,
    segment_text,
)
from footfall.report.numbers import part, plural
from footfall.report.table import (
    PLAIN,
    Column,
    Style,
    Table,
    blocks,
    cells,
    cut,
    lines,
    natural_width,
    paragraph,
)

BETWEEN = " · "
INDENT = "  "


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
    if answer.left_out:
        lacking = " and ".join(answer.by) if answer.by else "what was asked for"
        ids = ", ".join(kpi.id for kpi in answer.left_out)
        told.append(f"Left out, for they cannot be told by {lacking}: {ids}.")
    return told


def period(start: date, end: date) -> str:
    """Days from the first to the last, both included."""
    if start == end:
        return f"{start}"
    return f"{start} to {end} ({plural((end - start).days + 1, 'day')})"


def _heading(answer: Answer, name: str, width: int, style: Style) -> list[str]:
    """The site in bold, then what was asked, in a second line where one is too short."""
    words = [period(answer.start, answer.end)]
    if answer.by:
        words.append("by " + ", ".join(answer.by))
    if answer.every:
        words.append(f"every {answer.every}")
    words += [answer.timezone, answer.currency]
    asked = BETWEEN.join(words)
    if cells(name) + len(BETWEEN) + cells(asked) <= width:
        return [style.strong(name) + style.faint(BETWEEN + asked)]
    return [style.strong(cut(name, width)), *map(style.faint, paragraph(asked, width))]


def _list(cube: Cube) -> Table:
    """Every KPI with its value, what it is made of, and its id."""
    columns = (
        Column(""),
        Column("", right=True),
        Column("", rank=2, faint=True),
        Column("", rank=1, faint=True),
    )
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(cube.answer.kpis):
        rows += ["", group] if rows else [group]
        rows += [
            (INDENT + kpi.name, cube.text(kpi), _parts(cube, kpi), kpi.id) for kpi in kpis
        ]
    return Table(columns, tuple(rows))


def _parts(cube: Cube, kpi: Kpi) -> str:
    """What a ratio is made of: `41 of 801`, `€1,249.50 ÷ 12`."""
    row: Row | None = cube.row(kpi)
    if row is None or not kpi.is_ratio:
        return ""
    above, below = (part(each, cube.answer.currency) for each in (row.numerator, row.denominator))
    return f"{above} of {below}" if kpi.unit == "rate" else f"{above} ÷ {below}"


def _one_way(cube: Cube, width: int) -> Iterator[Table]:
    """Buckets or segments on one side, KPIs on the other."""
    down = _down(cube, cube.answer.kpis)
    if natural_width(down) <= width:
        yield down
        return
    across = _across(cube)
    if natural_width(across) <= width:
        yield across
        return
    for group, kpis in groups(cube.answer.kpis):
        yield from _blocks(_down(cube, kpis, group), width, _fixed(cube))


def _blocks(table: Table, width: int, fixed: int) -> Iterator[Table]:
    yield from blocks(table, width, fixed)


def _places(cube: Cube) -> list[tuple[str | None, Segment]]:
    """Every bucket and segment that something is in."""
    return [
        (bucket, segment)
        for bucket in cube.buckets
        for segment in cube.segments
        if not cube.answer.by or cube.has(bucket, segment)
    ]


def _fixed(cube: Cube) -> int:
    return len(cube.answer.by) + (cube.answer.every is not None)


def _down(cube: Cube, kpis: Iterable[Kpi], title: str = "") -> Table:
    """A row for each bucket and segment, a column for each KPI."""
    answer, kpis = cube.answer, tuple(kpis)
    heads = [BUCKET_HEADS[answer.every]] if answer.every else []
    columns = [Column(head) for head in (*heads, *answer.by)]
    columns += [Column(kpi.name, right=True) for kpi in kpis]
    rows = tuple(
        (
            *([bucket_text(bucket, answer.every)] if answer.every else []),
            *(segment_text((value,)) for value in segment),
            *(cube.text(kpi, bucket, segment) for kpi in kpis),
        )
        for bucket, segment in _places(cube)
    )
    return Table(tuple(columns), rows, title)


def _across(cube: Cube) -> Table:
    """A row for each KPI, a column for each bucket or segment."""
    places = _places(cube)
    heads = [bucket_text(bucket, cube.answer.every) or segment_text(segment) for bucket, segment in places]
    columns = (Column(""), *(Column(head, right=True) for head in heads))
    rows: list[tuple[str, ...] | str] = []
    for group, kpis in groups(cube.answer.kpis):
        rows += ["", group] if rows else [group]
        rows += [
            (INDENT + kpi.name, *(cube.text(kpi, bucket, segment) for bucket, segment in places))
            for kpi in kpis
        ]
    return Table(columns, tuple(rows))


def _by_bucket_and_segment(cube: Cube, width: int) -> Iterator[Table]:
    """For each KPI a table, turned the way it fits; else a row for each bucket and segment."""
    for way in (_segments_down, _buckets_down):
        turned = [way(cube, kpi) for kpi in cube.answer.kpis]
        if all(natural_width(table) <= width for table in turned):
            yield from turned
            return
    for group, kpis in groups(cube.answer.kpis):
        yield from _blocks(_down(cube, kpis, group), width, _fixed(cube))


def _segments_down(cube: Cube, kpi: Kpi) -> Table:
    answer = cube.answer
    columns = [Column(name) for name in answer.by]
    columns += [Column(bucket_text(each, answer.every), right=True) for each in cube.buckets]
    rows = tuple(
        (
            *(segment_text((value,)) for value in segment),
            *(cube.text(kpi, bucket, segment) for bucket in cube.buckets),
        )
        for segment in cube.segments
    )
    return Table(tuple(columns), rows, kpi.name)


def _buckets_down(cube: Cube, kpi: Kpi) -> Table:
    answer = cube.answer
    columns = [Column(BUCKET_HEADS[answer.every or ""])]
    columns += [Column(segment_text(segment), right=True) for segment in cube.segments]
    rows = tuple(
        (
            bucket_text(bucket, answer.every),
            *(cube.text(kpi, bucket, segment) for segment in cube.segments),
        )
        for bucket in cube.buckets
    )
    return Table(tuple(columns), rows, kpi.name)
