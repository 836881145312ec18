"""What a session is in its person's life: new or returning, the one before and the one after.

Facts that stay while others are built anew follow their person from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def place_sessions(con: duckdb.DuckDBPyConnection) -> None:
    """``session_people``: person, first session ever and neighbours of the sessions in hand.

    In hand are the sessions just built (``session_core``) and those of the same visitors that stay.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE session_people AS
        WITH in_hand AS (
            SELECT session, visitor, ts, day, hour, first_event_id FROM session_core
            UNION ALL SELECT session, visitor, ts, day, hour, first_event_id FROM kept_sessions
        )
        SELECT i.session, p.person,
            first_value(i.day) OVER by_time AS first_day,
            first_value(i.hour) OVER by_time AS first_hour,
            CASE WHEN row_number() OVER by_time = 1 THEN 'new' ELSE 'returning' END AS visitor_type,
            lag(i.day) OVER by_time AS previous_day,
            lead(i.day) OVER by_time AS next_day
        FROM in_hand i JOIN group_persons p ON p.visitor = i.visitor
        WINDOW by_time AS (PARTITION BY p.person ORDER BY i.ts, i.first_event_id)
    """)


def update_kept(con: duckdb.DuckDBPyConnection, dimension_tables: tuple[str, ...]) -> None:
    """Brings the sessions that stay up to date where their person's life changed around them.

    ``dimension_tables`` are the facts that carry their visitor type.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE moved AS
        SELECT k.session, p.* EXCLUDE (session), k.visitor_type <> p.visitor_type AS retyped
        FROM kept_sessions k JOIN session_people p ON p.session = k.session
        WHERE (k.person, k.first_day, k.first_hour, k.previous_day, k.next_day, k.visitor_type)
            IS DISTINCT FROM (
                p.person, p.first_day, p.first_hour, p.previous_day, p.next_day, p.visitor_type)
    """)
    con.execute("""
        UPDATE sessions SET person = m.person, first_day = m.first_day, first_hour = m.first_hour,
            previous_day = m.previous_day, next_day = m.next_day, visitor_type = m.visitor_type
        FROM moved m WHERE m.session = sessions.session
    """)
    retyped = con.execute("SELECT count(*) FROM moved WHERE retyped").fetchone()
    if retyped and retyped[0]:
        for table in dimension_tables:
            con.execute(f"""
                UPDATE {table} SET visitor_type = m.visitor_type
                FROM moved m WHERE m.retyped AND m.session = {table}.session
            """)


def rename(con: duckdb.DuckDBPyConnection, facts: tuple[str, ...]) -> None:
    """Gives the facts of visitors whose person is another one now (``renamed``) that person."""
    row = con.execute("SELECT count(*) FROM renamed").fetchone()
    if row and row[0]:
        for fact in facts:
            con.execute(f"""
                UPDATE {fact} SET person = r.person FROM renamed r WHERE r.visitor = {fact}.visitor
            """)
