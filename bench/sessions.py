"""Sessions from Parquet: slots beside the textbook window query, same columns, same files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from common import Result, stopwatch

from footfall.engine.duckdb import connect
from footfall.event.vocabulary import NEVER_OPENS, PASSIVE
from footfall.facts import sessions
from footfall.facts.tables import names_sql
from footfall.settings import site_from_mapping

if TYPE_CHECKING:
    import duckdb

_SITE = site_from_mapping("bench", {})
_TIMEOUT_MS = sessions.timeout_us(_SITE) // 1000
_TURNS = 5
_OUT = """visitor, ts, end_ts, first_event_id, device, browser, os, country, region,
    source, medium, campaign, landing_page, exit_page, passive"""
_FILE_ROWS = 1 << 23  # more than a file of the log has

Build = Callable[["duckdb.DuckDBPyConnection", str], None]


def _textbook(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Marks where sessions begin, numbers them, gathers them: R3 as one would write it in SQL."""
    con.execute(f"""
        CREATE TEMP TABLE textbook AS
        WITH marked AS (
            SELECT event_id, visitor_id, occurred_ms, event, device, browser, os, country, region,
                path, utm_source, utm_medium, utm_campaign, row_number() OVER in_order AS place,
                coalesce(
                    lag(event) OVER in_order = 'session_end'
                    OR occurred_ms - lag(occurred_ms) OVER in_order > {_TIMEOUT_MS},
                    true
                ) AS begins
            FROM {rows} WHERE NOT system AND NOT bot AND visitor_id IS NOT NULL
            WINDOW in_order AS (
                PARTITION BY visitor_id ORDER BY occurred_ms, event = 'session_end', event_id
            )
        ),
        numbered AS (
            SELECT *, max(CASE WHEN begins THEN place END) OVER so_far AS number,
                max(CASE WHEN event NOT IN ({names_sql(NEVER_OPENS)}) THEN place END) OVER so_far
                    AS opened
            FROM marked
            WINDOW so_far AS (PARTITION BY visitor_id ORDER BY place ROWS UNBOUNDED PRECEDING)
        )
        SELECT visitor_id AS visitor,
            min(occurred_ms) * 1000 AS ts, max(occurred_ms) * 1000 AS end_ts,
            arg_min(event_id, place) AS first_event_id,
            arg_min(device, place) AS device, arg_min(browser, place) AS browser,
            arg_min(os, place) AS os, arg_min(country, place) AS country,
            arg_min(region, place) AS region,
            arg_min(utm_source, place) AS source,
            arg_min_null(utm_medium, place) FILTER (WHERE utm_source IS NOT NULL) AS medium,
            arg_min_null(utm_campaign, place) FILTER (WHERE utm_source IS NOT NULL) AS campaign,
            arg_min(path, place) FILTER (WHERE event = 'page_view') AS landing_page,
            arg_max(path, place) FILTER (WHERE event = 'page_view') AS exit_page,
            bool_and(event IN ({names_sql(PASSIVE)})) AS passive
        FROM numbered WHERE opened >= number GROUP BY visitor_id, number
    """)


def _slots(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """The product's own statements; nothing but the names of columns is changed before."""
    con.execute(f"""
        CREATE TEMP VIEW scope_events AS
        SELECT file_index * {_FILE_ROWS} + file_row_number AS seq, event_id, visitor_id AS visitor,
            occurred_ms * 1000 AS ts, 0::BIGINT AS hour, event AS name, system, path AS page,
            device, browser, os, country, region, utm_source IS NOT NULL AS signal,
            utm_source AS source, utm_medium AS medium, utm_campaign AS campaign
        FROM {rows} WHERE NOT bot AND visitor_id IS NOT NULL
    """)
    sessions.sessionise(con, _SITE)


def run(log: Path, result: Result) -> None:
    """Times both builds in turn, each in a database of its own, and holds them to be equal."""
    listed = ", ".join(f"'{file}'" for file in sorted(log.glob("*-events.parquet")))
    rows = f"read_parquet([{listed}])"
    result.note("sessions that differ", _differences(rows))
    seconds: dict[Build, list[float]] = {_textbook: [], _slots: []}
    for _ in range(_TURNS):
        for build, each in seconds.items():
            each.append(_timed(build, rows))
    textbook, slots = seconds.values()
    ratios = [a / b for a, b in zip(textbook, slots, strict=True)]
    result.note(f"textbook window query, seconds (median of {_TURNS})", median(textbook))
    result.note(f"slots, seconds (median of {_TURNS})", median(slots))
    result.note(f"textbook ÷ slots (median of {_TURNS})", median(ratios))


def _differences(rows: str) -> int:
    """How many sessions only one of the two builds has; also reads all files once beforehand."""
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "sessions.duckdb")
        _textbook(con, rows)
        _slots(con, rows)
        row = con.execute(f"""
            SELECT count(*) FROM (
                (SELECT {_OUT} FROM textbook EXCEPT ALL SELECT {_OUT} FROM session_core)
                UNION ALL
                (SELECT {_OUT} FROM session_core EXCEPT ALL SELECT {_OUT} FROM textbook)
            )
        """).fetchone()
        con.close()
    return int(row[0]) if row else 0


def _timed(build: Build, rows: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "sessions.duckdb")
        with stopwatch() as elapsed:
            build(con, rows)
            seconds = elapsed()
        con.close()
    return seconds
