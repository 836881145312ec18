"""The visible list of steps from events to facts, for everybody or for the people that an append concerns."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from footfall.facts import (
    browsing,
    credit,
    exposures,
    group,
    identity,
    milestones,
    orders,
    people,
    sessions,
    steps,
)
from footfall.facts.tables import create as create_tables
from footfall.schema.facts import FACTS
from footfall.settings import Site

SESSION_FACTS = (
    "sessions", "pages", "exits", "item_views", "product_views", "asset_events",
    "contributed_sessions", "micro_conversions",
)  # fmt: skip
"""Facts that are built span by span, from the members of sessions."""
VISITORS_AT_ONCE = 300_000
"""How many visitors are in hand at a time in a full build: it bounds the memory."""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Creates an empty projection in the current schema."""
    create_tables(con)
    for fact in FACTS.values():
        columns = ", ".join(f"{column.name} {column.type}" for column in fact.columns)
        con.execute(f"CREATE TABLE {fact.name} ({columns})")


def build(
    con: duckdb.DuckDBPyConnection, site: Site, since: int | None = None, *, dirty: bool = True
) -> None:
    """Builds the facts of everybody, or of those whom the events from ``since`` on concern.

    Either way the facts become exactly what building everything from nothing would give. Without
    ``dirty`` sessions stay as they are (new exchange rates change orders only).
    """
    con.execute("CREATE OR REPLACE TEMP TABLE dirty (visitor INTEGER, lo BIGINT, hi BIGINT)")
    if since is None:
        group.everybody(con)
        if dirty:
            _start_anew(con)
    else:
        group.touched(con, since)
        con.execute(f"""
            INSERT INTO dirty SELECT visitor, min(ts), max(ts) FROM events
            WHERE seq >= {since} AND visitor IS NOT NULL AND NOT bot GROUP BY visitor
        """)
    for step in STEPS:
        step(con, site)


def _start_anew(con: duckdb.DuckDBPyConnection) -> None:
    for table in (*FACTS, "orphans", "exposures", "identity_conflicts"):
        con.execute(f"DELETE FROM {table}")
    con.execute(
        "INSERT INTO dirty SELECT visitor, -9000000000000000, 9000000000000000 FROM visitors"
    )


def _gather(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    group.gather(con)


def _erase(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    identity.erase(con)


def _find_orders(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    orders.find_heads(con)
    orders.note_moved_heads(con)


def _identify(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    identity.link(con)


def _sessionise(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    sessions.spread(con, site)
    _forget_spans(con, site)
    for _ in _scopes(con):
        sessions.sessionise(con, site)
        sessions.join_members(con, site)
        people.place_sessions(con)
        people.update_kept(con, SESSION_FACTS[1:])
        exposures.points(con)
        steps.complete(con, site)
        browsing.insert(con)
        steps.insert_micro_conversions(con)
        con.execute(
            "INSERT INTO orphans SELECT visitor, ts FROM members WHERE session IS NULL AND NOT system"
        )


def _forget_spans(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Takes the dirty spans out of the facts; a system event can follow a session by the timeout."""
    for fact in (*SESSION_FACTS, "orphans"):
        con.execute(f"""
            DELETE FROM {fact} USING dirty d
            WHERE d.visitor = {fact}.visitor AND {fact}.ts >= d.lo AND {fact}.ts <= d.hi + {sessions.timeout_us(site)}
        """)


def _scopes(con: duckdb.DuckDBPyConnection) -> Iterator[int]:
    """Puts so many people in hand at a time that memory is bounded; nobody is ever divided."""
    row = con.execute("SELECT max(person // 2), count(*) FROM group_persons").fetchone()
    if not row or row[0] is None:
        return
    parts = -(-row[1] // VISITORS_AT_ONCE)
    width = row[0] // parts + 1
    for part in range(parts):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE scope_visitors AS SELECT visitor FROM group_persons
            WHERE person // 2 >= {part * width} AND person // 2 < {(part + 1) * width}
        """)
        con.execute("""
            CREATE OR REPLACE TEMP TABLE scope AS
            SELECT * FROM dirty WHERE visitor IN (SELECT visitor FROM scope_visitors)
        """)
        con.execute("""
            CREATE OR REPLACE TEMP TABLE kept_sessions AS
            SELECT session, visitor, ts, day, hour, first_event_id, person, first_day, first_hour,
                previous_day, next_day, visitor_type
            FROM sessions WHERE visitor IN (SELECT visitor FROM scope_visitors)
        """)
        yield part


def _build_unvisited(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Page and asset events that no visitor is told for: they count, without a session."""
    for fact in browsing.FACTS_OF_EVENTS:
        con.execute(f"DELETE FROM {fact} WHERE visitor IS NULL")
    row = con.execute("""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT *, properties AS items, NULL::BIGINT AS session FROM events WHERE live AND visitor IS NULL
    """).fetchone()
    con.execute("CREATE OR REPLACE TEMP TABLE session_rows AS SELECT * FROM sessions LIMIT 0")
    con.execute("CREATE OR REPLACE TEMP TABLE exposure_points (visitor INTEGER, points BIGINT[])")
    if row and row[0]:
        browsing.insert_events(con)


def _build_orders(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    con.execute("""
        CREATE OR REPLACE TEMP TABLE group_sessions AS
        SELECT * FROM sessions WHERE visitor IN (SELECT visitor FROM group_visitors)
    """)
    orders.forget(con)
    orders.build(con, site)


def _build_milestones(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    milestones.forget(con)
    milestones.build(con, site)


def _build_exposures(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    exposures.build(con)


STEPS = (
    _gather,
    _erase,
    _find_orders,
    _identify,
    _build_exposures,
    _sessionise,
    _build_unvisited,
    _build_orders,
    credit.build,
    _build_milestones,
)
"""Every step takes what the ones before it left in temporary tables and the facts."""
