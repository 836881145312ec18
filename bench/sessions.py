"""Sessions from Parquet: slots beside the textbook window query, same columns, same files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from common import Result, stopwatch

from footfall.engine.duckdb import connect
from footfall.facts import sessions
from footfall.settings import site_from_mapping

if TYPE_CHECKING:
    import duckdb

_SITE = site_from_mapping("bench", {})
_NARROW = """event_id, visitor_id, occurred_ms, event, device, browser, os, country, region, path,
    utm_source, utm_medium, utm_campaign"""
_IN_ORDER = "PARTITION BY visitor_id ORDER BY occurred_ms, event = 'session_end', event_id"


def _textbook(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    con.execute(f"""
        CREATE TEMP TABLE textbook AS
        WITH marked AS (
            SELECT {_NARROW}, CASE
                WHEN lag(event) OVER w IS NULL OR lag(event) OVER w = 'session_end'
                  OR occurred_ms - lag(occurred_ms) OVER w > 1800000 THEN 1 ELSE 0 END AS begins
            FROM {rows} WHERE NOT system AND NOT bot
            WINDOW w AS ({_IN_ORDER})
        ),
        numbered AS (
            SELECT *, sum(begins) OVER ({_IN_ORDER} ROWS UNBOUNDED PRECEDING) AS number
            FROM marked
        )
        SELECT visitor_id, number, min(occurred_ms) AS start, max(occurred_ms) AS stop,
            arg_min(device, occurred_ms) AS device, arg_min(browser, occurred_ms) AS browser,
            arg_min(os, occurred_ms) AS os, arg_min(country, occurred_ms) AS country,
            arg_min(region, occurred_ms) AS region,
            arg_min(
                {{'source': utm_source, 'medium': utm_medium, 'campaign': utm_campaign}},
                occurred_ms
            ) FILTER (WHERE utm_source IS NOT NULL) AS origin,
            arg_min(path, occurred_ms) FILTER (WHERE event = 'page_view') AS landing_page,
            arg_max(path, occurred_ms) FILTER (WHERE event = 'page_view') AS exit_page,
            bool_and(event IN ('page_view', 'page_leave')) AS passive
        FROM numbered GROUP BY visitor_id, number
    """)


def _slots(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    con.execute(f"""
        CREATE TEMP TABLE visitors AS SELECT row_number() OVER ()::INTEGER AS visitor, visitor_id
        FROM (SELECT DISTINCT visitor_id FROM {rows} WHERE visitor_id IS NOT NULL)
    """)
    con.execute(f"""
        CREATE TEMP VIEW scope_events AS
        SELECT hash(r.filename) % 1000000 * 10000000 + file_row_number AS seq,
            r.event_id, v.visitor,
            occurred_ms * 1000 AS ts, 0::BIGINT AS hour, event AS name, system, path AS page,
            device, browser, os, country, region, utm_source IS NOT NULL AS signal,
            utm_source AS source, utm_medium AS medium, utm_campaign AS campaign
        FROM {rows} r JOIN visitors v ON v.visitor_id = r.visitor_id WHERE NOT bot
    """)
    sessions.sessionise(con, _SITE)


def run(log: Path, result: Result) -> None:
    """Times both builds, each in a database of its own, three times in turn."""
    files = sorted(log.glob("*-events.parquet"))
    listed = ", ".join(f"'{file}'" for file in files)
    rows = f"read_parquet([{listed}], file_row_number = true, filename = true)"
    seconds: dict[str, list[float]] = {"textbook": [], "slots": []}
    for _ in range(3):
        seconds["textbook"].append(_timed(_textbook, rows))
        seconds["slots"].append(_timed(_slots, rows))
    ratios = sorted(a / b for a, b in zip(seconds["textbook"], seconds["slots"], strict=True))
    result.note("textbook window query, seconds (median of 3)", sorted(seconds["textbook"])[1])
    result.note("slots, seconds (median of 3)", sorted(seconds["slots"])[1])
    result.note("textbook ÷ slots (median of 3)", ratios[1])


def _timed(build: Callable[[duckdb.DuckDBPyConnection, str], None], rows: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        con = connect(Path(folder) / "sessions.duckdb")
        with stopwatch() as elapsed:
            build(con, rows)
            seconds = elapsed()
        con.close()
    return seconds
