"""Pages, paths, clicks and leaks in a terminal: a table for each list, those that matter first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from footfall.query.clicks import ClickFindings
from footfall.query.findings import Findings
from footfall.query.leaks import LeakFindings
from footfall.report.findings import heading, segment_of, shown
from footfall.report.numbers import NOTHING, count, money, plural, rate
from footfall.report.table import PLAIN, Column, Style, Table, lines, paragraph

_PAGE_HEADS = {
    "page": "page", "page_views": "page views", "avg_time_on_page": "time on page",
    "avg_scroll_depth": "scroll depth (%)", "landings": "visits that begin",
    "bounce_rate": "of them bounce", "session_conversion_rate": "of them convert",
    "exits": "visits that end", "exit_rate": "exit rate",
}  # fmt: skip
_PAGE_RANKS = {"avg_scroll_depth": 3, "avg_time_on_page": 2, "session_conversion_rate": 1}
_PATH_TITLES = {
    "channels": "Channels of the visits before a conversion",
    "page_types": "Types of the pages seen before it, in its visit",
}
MOST_PLACES = 15


def pages(found: Findings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines of the report of pages."""
    columns = tuple(
        Column(head, right=key != "page", rank=_PAGE_RANKS.get(key, 0))
        for key, head in _PAGE_HEADS.items()
    )
    tables = (
        Table(columns, tuple(_cells(found, row, _PAGE_HEADS) for row in rows), segment)
        for segment, rows in _segments(found)
    )
    return _told(found, name, "pages", tables, "No page was seen in this period.", width, style)


def paths(found: Findings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines of the report of paths."""
    keys = ("path", "conversions", "share", "revenue")
    columns = tuple(Column(key, right=key != "path") for key in keys)
    tables = (
        Table(
            columns,
            tuple(_cells(found, row, keys) for row in own),
            " · ".join(each for each in (_PATH_TITLES[kind], segment) if each),
        )
        for kind, rows in groupby(found.rows, key=lambda row: row["kind"])
        for segment, own in groupby(list(rows), key=lambda row: segment_of(found, row))
    )
    nothing = "Nobody converted in this period."
    return _told(found, name, "paths to a conversion", tables, nothing, width, style)


def clicks(found: ClickFindings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines of the click map."""
    nothing = "Nobody clicked anything on this page in this period."
    words = f"clicks on {found.page}"
    return _told(found, name, words, _click_tables(found), nothing, width, style)


def leaks(found: LeakFindings, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines of the leak finder: the leaks, and how much else chance may have made."""
    real = [row for row in found.rows if row["leak"]]
    tables = [_leak_table(found, real)] if real else []
    nothing = "No leak: every difference between the rates may be chance."
    told = _told(found, name, f"leaks against {found.against}", tables, nothing, width, style)
    rest = len(found.rows) - len(real)
    if rest and real:
        note = (
            f"{plural(rest, 'further difference')} may be chance, all comparisons taken together "
            "at 95 %; --format csv has them with their intervals."
        )
        told += ["", *(style.faint(line) for line in paragraph(note, width))]
    return told


def _leak_table(found: LeakFindings, rows: Iterable[Mapping[str, Any]]) -> Table:
    columns = (
        Column(", ".join(found.by)), Column("step"), Column("came", right=True),
        Column("went on", right=True), Column("against", right=True), Column("", rank=3),
        Column("lost", right=True), Column("worth", right=True),
        Column("at least", right=True, rank=1), Column("at most", right=True, rank=2),
    )  # fmt: skip
    return Table(columns, tuple(_leak_line(found, row) for row in rows))


def _leak_line(found: LeakFindings, row: Mapping[str, Any]) -> tuple[str, ...]:
    step = found.funnel.steps[row["step"] - 1]
    worth = [row[key] for key in ("lost_revenue", "lost_revenue_low", "lost_revenue_high")]
    return (
        segment_of(found, row),
        step.name or step.text,
        count(row["entrants"]),
        rate(row["rate"]),
        rate(row["reference_rate"]),
        row["reference"],
        count(round(row["lost"])),
        *(NOTHING if each is None else money(each, found.of.currency) for each in worth),
    )


def _click_tables(found: ClickFindings) -> Iterator[Table]:
    for segment, rows in _segments(found):
        own = list(rows)
        elements = [row for row in own if row["kind"] == "element"]
        yield _table(found, ("selector", "text", "clicks", "visitors", "share"), elements, segment)
        places = [row for row in own if row["kind"] == "position"][:MOST_PLACES]
        if places:
            title = "Places clicked most: % from the left, px from the top"
            yield _table(found, ("x_pct", "y_px", "clicks", "visitors", "share"), places, title)


def _table(
    found: Findings, keys: tuple[str, ...], rows: Iterable[Mapping[str, Any]], title: str
) -> Table:
    texts = [key for key in keys if found.columns[key] == "text"]
    columns = tuple(Column(key, right=key not in texts) for key in keys)
    return Table(columns, tuple(_cells(found, row, keys) for row in rows), title)


def _cells(found: Findings, row: Mapping[str, Any], keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(shown(row[key], found.columns[key], found.of.currency) for key in keys)


def _segments(found: Findings) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    return groupby(found.rows, key=lambda row: segment_of(found, row))


def _told(  # noqa: PLR0913, PLR0917 - what is told, and where
    found: Findings,
    name: str,
    words: str,
    tables: Iterable[Table],
    nothing: str,
    width: int,
    style: Style,
) -> list[str]:
    told = [*heading(found, name, [words], width, style), ""]
    blocks = [[*lines(table, width, style), ""] for table in tables]
    told += [line for block in blocks for line in block] or [*paragraph(nothing, width), ""]
    return told[:-1]
