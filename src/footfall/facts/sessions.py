"""Sessions, exactly and incrementally (R3).

First ``spread`` widens ``dirty`` (visitor, lo, hi), the spans that have to be built anew. All else
works on ``scope``, the part of it that is in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.facts.load import put
from footfall.facts.naming import name_channels, name_intents
from footfall.facts.runs import ENDS, find_sessions
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb


def timeout_us(site: Site) -> int:
    """The inactivity that ends a session, µs."""
    return site.session_timeout_us


def spread(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Widens ``dirty`` until no session or orphan outside a span is within the timeout of it."""
    timeout = timeout_us(site)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE dirty AS
        SELECT visitor, min(lo) AS lo, max(hi) AS hi FROM dirty GROUP BY visitor
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE spans AS
        SELECT visitor, ts AS lo, end_ts AS hi FROM sessions
        WHERE visitor IN (SELECT visitor FROM dirty)
        UNION ALL
        SELECT visitor, ts, ts FROM orphans WHERE visitor IN (SELECT visitor FROM dirty)
    """)
    widened = 1
    while widened:
        row = con.execute(f"""
            UPDATE dirty SET lo = w.lo, hi = w.hi FROM (
                SELECT d.visitor,
                    least(min(s.lo), min(d.lo)) AS lo, greatest(max(s.hi), max(d.hi)) AS hi
                FROM dirty d JOIN spans s
                  ON s.visitor = d.visitor AND s.hi >= d.lo - {timeout} AND s.lo <= d.hi + {timeout}
                GROUP BY d.visitor
                HAVING min(s.lo) < min(d.lo) OR max(s.hi) > max(d.hi)
            ) w WHERE w.visitor = dirty.visitor
        """).fetchone()
        widened = row[0] if row else 0


def take(con: duckdb.DuckDBPyConnection, site: Site, *, copied: bool) -> None:
    """``scope_events``: what counts of the scope's events; copied where the scope is small.

    System events follow a span by the timeout at most: they can belong to its last session.
    """
    lo, hi = con.execute("SELECT min(lo), max(hi) FROM scope").fetchone() or (None, None)
    timeout = timeout_us(site)
    # the span of all spans as plain numbers lets the engine skip what is outside
    select = f"""
        SELECT e.seq, e.event_id, e.name, e.ts, e.day, e.hour, e.visitor, e.system, e.page,
            e.device, e.browser, e.os, e.country, e.region,
            e.signal, e.source, e.medium, e.campaign,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties
        FROM events e JOIN scope s ON s.visitor = e.visitor
        WHERE e.live AND e.ts >= {lo or 0} AND e.ts <= {(hi or 0) + timeout}
          AND e.ts >= s.lo AND e.ts <= s.hi + CASE WHEN e.system THEN {timeout} ELSE 0 END
    """
    put(con, "scope_events", select, copied=copied)


def sessionise(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``session_core``: the sessions of the scope, and what their origins and pages are called."""
    find_sessions(con, timeout_us(site))
    name_channels(con, site)
    name_intents(con, site)


def join_members(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``members``: every event of the scope with its session, null for what none was open for."""
    _join_activity(con, site)
    _attach_system_events(con, site)


def _join_activity(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Begins ``members`` with the scope's activity; what came before a session opened has none.

    Sessions of a visitor share no moment. Of what happened in the millisecond in which one was
    opened, only a smaller event id comes before it.
    """
    timeout = timeout_us(site)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.name, e.day, e.hour, e.page,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties,
            CASE WHEN e.ts > c.ts OR e.name = '{ENDS}' OR e.event_id >= c.first_event_id
                 THEN c.session END AS session,
            false AS system
        FROM (SELECT * FROM scope_events WHERE NOT system) e
        LEFT JOIN (
            SELECT session, visitor, ts, end_ts, first_event_id,
                unnest(range(ts // {timeout}, end_ts // {timeout} + 1)) AS slot
            FROM session_core
        ) c ON c.visitor = e.visitor AND c.slot = e.ts // {timeout}
            AND c.ts <= e.ts AND c.end_ts >= e.ts
    """)


def _attach_system_events(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the scope's system events: each with the latest session it still belongs to, or none."""
    con.execute(f"""
        INSERT INTO members BY NAME
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.name, e.day, e.hour, e.page,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties,
            CASE WHEN c.end_ts >= e.ts - {timeout_us(site)} THEN c.session END AS session,
            true AS system
        FROM (SELECT * FROM scope_events WHERE system) e
        ASOF LEFT JOIN session_core c ON c.visitor = e.visitor AND c.ts <= e.ts
    """)
