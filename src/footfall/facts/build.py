"""The list of steps from events to facts, for everybody or for those whom an append concerns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.facts import (
    browsing,
    chat,
    conversations,
    credit,
    exposures,
    group,
    identity,
    milestones,
    naming,
    orders,
    people,
    sessions,
    steps,
    surveys,
)
from footfall.facts.tables import ALL_TIME
from footfall.facts.tables import create as create_tables
from footfall.schema.facts import FACTS
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

SESSION_FACTS = (
    "sessions", "pages", "exits", "item_views", "product_views", "asset_events",
    "contributed_sessions", "micro_conversions",
    "actions", "auto_messages", *chat.SESSION_FACTS,
)  # fmt: skip
"""Facts that are built span by span, from the members of sessions."""
FACTS_OF_EVENTS = (*browsing.FACTS_OF_EVENTS, *chat.FACTS_OF_EVENTS)
"""Facts of events that count with or without a session."""
FACTS_OF_PERSONS = ("actions", *chat.FACTS_OF_EVENTS)
"""Facts that name the person of an event, session or not."""
VISITORS_AT_ONCE = 300_000
"""How many visitors are in hand at a time in a full build: it bounds the memory."""


@dataclass(frozen=True, slots=True)
class Build:
    """What the steps work on: the site's tables, for everybody or for the group in hand."""

    con: duckdb.DuckDBPyConnection
    site: Site
    everybody: bool


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
        group.gather_all(con, site)
        if dirty:
            _start_anew(con)
    else:
        group.touched(con, since)
        group.gather(con, site)
        con.execute(f"""
            INSERT INTO dirty SELECT visitor, min(ts), max(ts) FROM events
            WHERE seq >= {since} AND visitor IS NOT NULL AND NOT bot GROUP BY visitor
        """)
    work = Build(con, site, everybody=since is None)
    for step in STEPS:
        step(work)


def _start_anew(con: duckdb.DuckDBPyConnection) -> None:
    of_events = [name for name, fact in FACTS.items() if not fact.days_only]
    for table in (*of_events, "orphans", "exposures", "identity_conflicts"):
        con.execute(f"DELETE FROM {table}")
    con.execute(f"INSERT INTO dirty SELECT visitor, {ALL_TIME} FROM visitors")


def _erase(work: Build) -> None:
    if identity.erase(work.con) and not work.everybody:
        group.gather(work.con, work.site)


def _remember_deletions(work: Build) -> None:
    naming.name_folders(work.con, work.site)
    chat.insert_deletions(work.con)


def _find_orders(work: Build) -> None:
    orders.find_heads(work.con)
    orders.note_moved_heads(work.con)


def _identify(work: Build) -> None:
    identity.link(work.con)


def _sessionise(work: Build) -> None:
    sessions.spread(work.con, work.site)
    _forget_spans(work)
    people.rename(work.con, FACTS_OF_PERSONS)
    for _ in _scopes(work.con):
        sessions.take(work.con, work.site, copied=not work.everybody)
        sessions.sessionise(work.con, work.site)
        sessions.join_members(work.con, work.site)
        people.place_sessions(work.con)
        people.update_kept(work.con, SESSION_FACTS[1:])
        exposures.points(work.con)
        steps.complete(work.con, work.site)
        browsing.insert(work.con)
        chat.insert(work.con)
        steps.insert_micro_conversions(work.con)
        work.con.execute("""
            INSERT INTO orphans
            SELECT visitor, ts FROM members WHERE session IS NULL AND NOT system
        """)
        for name in _OF_A_SCOPE:
            work.con.execute(f"DROP TABLE IF EXISTS temp.{name}")


_OF_A_SCOPE = (
    "members", "viewed_items", "session_core", "session_people", "session_rows", "achievements",
    "micro_found", "kept_sessions", "chat_members",
)  # fmt: skip
"""What the steps leave to each other within a scope, and the next scope has no use for."""


def _forget_spans(work: Build) -> None:
    """Takes the dirty spans out of the facts; a system event follows by the timeout at most."""
    timeout = sessions.timeout_us(work.site)
    for fact in (*SESSION_FACTS, "orphans"):
        work.con.execute(f"""
            DELETE FROM {fact} USING dirty d
            WHERE d.visitor = {fact}.visitor
              AND {fact}.ts >= d.lo AND {fact}.ts <= d.hi + {timeout}
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


def _build_unvisited(work: Build) -> None:
    """Views, asset events and actions of no known visitor: they count, without a session."""
    for fact in FACTS_OF_EVENTS:
        work.con.execute(f"DELETE FROM {fact} WHERE visitor IS NULL OR visitor < 0")
    row = work.con.execute("""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT * REPLACE (-customer AS visitor), NULL::BIGINT AS session
        FROM unvisited_events WHERE live
    """).fetchone()
    work.con.execute("CREATE OR REPLACE TEMP TABLE session_rows AS SELECT * FROM sessions LIMIT 0")
    work.con.execute(
        "CREATE OR REPLACE TEMP TABLE exposure_points (visitor INTEGER, points BIGINT[])"
    )
    if row and row[0]:
        browsing.insert_events(work.con)
        chat.insert_events(work.con)


def _gather_sessions(work: Build) -> None:
    group.gather_sessions(work.con, work.site, everybody=work.everybody)
    orders.place(work.con, work.site)


def _build_orders(work: Build) -> None:
    orders.forget(work.con)
    orders.build(work.con, work.site)


def _build_milestones(work: Build) -> None:
    milestones.forget(work.con)
    milestones.build(work.con, work.site)


def _build_conversations(work: Build) -> None:
    conversations.forget(work.con)
    conversations.build(work.con, work.site)


def _build_surveys(work: Build) -> None:
    surveys.forget(work.con)
    surveys.build(work.con, work.site)


def _build_exposures(work: Build) -> None:
    exposures.build(work.con)


def _give_credit(work: Build) -> None:
    credit.build(work.con)


STEPS = (
    _erase,
    _remember_deletions,
    _find_orders,
    _identify,
    _build_exposures,
    _sessionise,
    _build_unvisited,
    _gather_sessions,
    _build_orders,
    _give_credit,
    _build_milestones,
    _build_conversations,
    _build_surveys,
)
"""Every step takes what the ones before it left in temporary tables and the facts."""
