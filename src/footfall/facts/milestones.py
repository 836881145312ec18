"""Leads, sign-ups, trials, activations, key events and converters: a person's way to the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.facts.orders import PLACED, in_session
from footfall.facts.tables import (
    MASS_EVENTS,
    PLACE_COLUMNS,
    SESSION_COLUMNS,
    names_sql,
)
from footfall.localtime import DAY_US
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_MILESTONE_COLUMNS = f"{PLACE_COLUMNS}, session, event_key, person, began_ts, kind, followed"
_PLACED = f"e.visitor, e.ts, e.day, e.hour, {SESSION_COLUMNS}, e.session, e.seq, e.person"


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the group's milestones, key events and converters out of the facts."""
    for fact in ("milestones", "key_events"):
        con.execute(f"DELETE FROM {fact} WHERE event_key IN (SELECT seq FROM group_events)")
    con.execute("DELETE FROM key_events WHERE visitor IN (SELECT visitor FROM people)")
    con.execute("""
        DELETE FROM converters WHERE person IN (
            SELECT visitor::BIGINT * 2 + 1 FROM group_visitors
            UNION ALL SELECT customer::BIGINT * 2 FROM group_customers)
    """)


def build(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the group's milestones, key events and converters."""
    _insert_leads(con)
    _insert_sign_ups(con)
    _insert_firsts(con, "trial", ("trial_start",), "subscription_start", site.trial_window_days)
    _insert_firsts(
        con, "start", ("sign_up", "trial_start"), "activation", site.activation_window_days
    )
    _insert_key_events(con, site)
    _insert_converters(con)


def _insert_leads(con: duckdb.DuckDBPyConnection) -> None:
    """A qualification takes its lead's person and dimensions; without a known lead its own."""
    con.execute(f"""
        INSERT INTO milestones ({_MILESTONE_COLUMNS})
        SELECT {_PLACED}, e.ts, 'lead', false
        FROM placed e LEFT JOIN group_sessions s ON s.session = e.session
        WHERE e.name = 'generate_lead'
    """)
    con.execute(f"""
        INSERT INTO milestones ({_MILESTONE_COLUMNS})
        WITH leads AS (
            SELECT thing, session, person, visitor, ts FROM placed
            WHERE name = 'generate_lead' AND thing IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY thing ORDER BY ts, event_id) = 1
        ),
        qualified AS (
            SELECT q.ts, q.day, q.hour, q.seq, coalesce(l.ts, q.ts) AS began_ts,
                CASE WHEN l.thing IS NULL THEN q.visitor ELSE l.visitor END AS visitor,
                CASE WHEN l.thing IS NULL THEN q.person ELSE l.person END AS person,
                CASE WHEN l.thing IS NULL THEN q.session ELSE l.session END AS session
            FROM placed q LEFT JOIN leads l ON l.thing = q.thing
            WHERE q.name = 'qualify_lead' AND q.stage IN ('mql', 'sql')
        )
        SELECT {_PLACED}, e.began_ts, 'qualified_lead', false
        FROM qualified e LEFT JOIN group_sessions s ON s.session = e.session
    """)


def _insert_sign_ups(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO milestones ({_MILESTONE_COLUMNS})
        SELECT {_PLACED}, e.ts, 'sign_up', false
        FROM placed e LEFT JOIN group_sessions s ON s.session = e.session
        WHERE e.name = 'sign_up'
    """)


def _insert_firsts(
    con: duckdb.DuckDBPyConnection,
    kind: str,
    names: tuple[str, ...],
    follower: str,
    window_days: int,
) -> None:
    """The first ever of each person, and whether the follower came within the window after it."""
    con.execute(f"""
        INSERT INTO milestones ({_MILESTONE_COLUMNS})
        WITH firsts AS (
            SELECT * FROM placed WHERE name IN ({names_sql(names)}) AND person IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY person ORDER BY ts, event_id) = 1
        )
        SELECT {_PLACED}, e.ts, '{kind}', EXISTS (
            SELECT 1 FROM placed f WHERE f.name = '{follower}' AND f.person = e.person
                AND f.ts >= e.ts AND f.ts <= e.ts + {window_days * DAY_US})
        FROM firsts e LEFT JOIN group_sessions s ON s.session = e.session
    """)


def _insert_key_events(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    names = frozenset(site.key_events) - {"purchase"}
    conversions = frozenset(site.conversions) - {"purchase"}
    is_conversion = f"e.name IN ({names_sql(conversions)})" if conversions else "false"
    columns = f"{PLACE_COLUMNS}, session, event_key, person, conversion"
    sources = []
    if names:
        sources.append(f"SELECT * FROM placed WHERE name IN ({names_sql(names)})")
    if names & set(MASS_EVENTS):
        _place_mass_key_events(con, site, names)
        sources.append("SELECT * FROM placed_mass")
    for source in sources:
        con.execute(f"""
            INSERT INTO key_events ({columns})
            SELECT {_PLACED}, {is_conversion}
            FROM ({source}) e LEFT JOIN group_sessions s ON s.session = e.session
        """)
    if "purchase" in site.key_events:
        con.execute(f"""
            INSERT INTO key_events ({columns})
            SELECT {PLACE_COLUMNS}, session, order_key, person, {"purchase" in site.conversions}
            FROM order_rows
        """)


def _place_mass_key_events(
    con: duckdb.DuckDBPyConnection, site: Site, names: frozenset[str]
) -> None:
    """``placed_mass``: key events that come by the million, with their sessions and persons."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE told_mass AS
        SELECT {PLACED} FROM events
        WHERE live AND name IN ({names_sql(names & set(MASS_EVENTS))})
          AND (coalesce(visitor, -customer) IN (SELECT visitor FROM people)
            OR (visitor IS NULL AND customer IS NULL))
    """)
    con.execute("DELETE FROM key_events WHERE event_key IN (SELECT seq FROM told_mass)")
    in_session(con, "placed_mass", "told_mass", site)


def _insert_converters(con: duckdb.DuckDBPyConnection) -> None:
    """Sessions and conversions of persons who ever converted, as rows of one fact."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE group_conversions AS
        SELECT k.* FROM key_events k
        WHERE k.conversion AND k.person IN (
            SELECT person FROM group_persons
            UNION ALL SELECT customer::BIGINT * 2 FROM group_customers)
    """)
    con.execute(f"""
        INSERT INTO converters ({PLACE_COLUMNS}, session, person, visited, converted)
        SELECT {PLACE_COLUMNS}, session, person, false, true FROM group_conversions
        UNION ALL
        SELECT {PLACE_COLUMNS}, session, person, true, false
        FROM (SELECT * REPLACE (end_ts AS ts) FROM group_sessions)
        WHERE person IN (SELECT person FROM group_conversions)
    """)
