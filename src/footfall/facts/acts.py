"""What somebody did (``schema/acts.py``) as views of the events: they cost nothing to keep right.

Copying millions of events under their sessions would cost every import what a report needs now
and then; see docs/decisions/0012-reports-of-behaviour.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import NEVER_OPENS, PASSIVE
from footfall.facts.orders import IN_SESSION
from footfall.facts.sessions import timeout_us
from footfall.facts.tables import names_sql
from footfall.schema.acts import ACTS
from footfall.schema.facts import SESSION_DIMENSIONS
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_COLUMNS = (
    "seq, event_id, name, ts, day, visitor, customer, system, page, asset, asset_type, placement,"
    " properties"
)
# an order is one act, whoever told of it how often
_COUNTED = f"""
    SELECT {_COLUMNS} FROM events WHERE live AND name <> 'purchase'
    UNION ALL
    SELECT {_COLUMNS} FROM records
    WHERE name = 'purchase' AND seq IN (SELECT order_key FROM orders)
"""
_TOLD = f"""
    SELECT e.* REPLACE (coalesce(e.visitor, -e.customer) AS visitor),
        e.system OR e.name IN ({names_sql(PASSIVE)}) AS passive
    FROM ({_COUNTED}) e
"""
_SHOWN = ", ".join(
    "e.name AS event" if column.name == "event" else f"e.{column.name}" for column in ACTS
)
_DIMENSIONS = ", ".join(f"s.{name}" for name in SESSION_DIMENSIONS)


def create(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Creates the views in the current schema; the tables that they show must be there."""
    con.execute(f"CREATE VIEW acts AS SELECT {_SHOWN} FROM ({_TOLD}) e")
    con.execute(f"CREATE VIEW acts_in_sessions AS {_in_sessions(site)}")
    # of the others everybody is a person of his own
    con.execute("CREATE VIEW persons AS SELECT visitor, person FROM visitors WHERE person % 2 = 0")


def _in_sessions(site: Site) -> str:
    """Activity by the span of its session; a system event by the latest that it still belongs to.

    The spans of a visitor's sessions never overlap, so a join by visitor and span finds one. Only
    of what never opens a session the event ids have to be compared, which costs most.
    """
    open_still = f"s.end_ts >= e.ts - {timeout_us(site)}"
    latest = ", ".join(f"CASE WHEN {open_still} THEN s.{name} END" for name in SESSION_DIMENSIONS)
    span = "LEFT JOIN sessions s ON s.visitor = e.visitor AND s.ts <= e.ts"
    leaving = f"name IN ({names_sql(NEVER_OPENS)})"
    return f"""
        SELECT {_SHOWN}, s.session, {_DIMENSIONS}
        FROM (SELECT * FROM ({_TOLD}) WHERE NOT system AND NOT {leaving}) e
        {span} AND e.ts <= s.end_ts
        UNION ALL
        SELECT {_SHOWN}, s.session, {_DIMENSIONS}
        FROM (SELECT * FROM ({_TOLD}) WHERE NOT system AND {leaving}) e
        {span} AND {IN_SESSION}
        UNION ALL
        SELECT {_SHOWN}, CASE WHEN {open_still} THEN s.session END, {latest}
        FROM (SELECT * FROM ({_TOLD}) WHERE system) e
        ASOF LEFT JOIN sessions s ON s.visitor = e.visitor AND s.ts <= e.ts
    """
