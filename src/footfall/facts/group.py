"""Which people have to be built anew: those whom new events concern, and whoever is tied to them.

A group is closed: a shared customer, order, lead or conversation, or a new identity link, brings
the other side in, so that building the group alone gives exactly what building everything would.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from footfall.facts.load import put
from footfall.facts.tables import MASS_EVENTS, RECORDS, names_sql
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_THING = "CASE WHEN thing IS NOT NULL THEN hash('thing', thing) END"  # hash(NULL) is a number
_NODES = f"""
    SELECT seq,
        CASE WHEN visitor IS NOT NULL THEN hash('visitor', visitor) END AS visitor_node,
        CASE WHEN customer IS NOT NULL THEN hash('customer', customer) END AS customer_node,
        {_THING} AS thing_node
    FROM events
"""
_WITH_AUTHORITY = """
    SELECT *,
        CASE WHEN name = 'purchase' THEN CASE json_extract_string(properties, '$.source')
            WHEN 'import' THEN 0 WHEN 'server' THEN 1 ELSE 2 END END AS authority
"""
_LINKS = "live AND visitor IS NOT NULL AND customer IS NOT NULL"


def tie(con: duckdb.DuckDBPyConnection, since: int) -> None:
    """Remembers who and what the events from log position ``since`` on tie together."""
    con.execute(f"""
        INSERT INTO bonds
        WITH nodes AS (
            {_NODES} WHERE seq >= {since} AND (customer IS NOT NULL OR thing IS NOT NULL)
        ),
        pairs AS (
            SELECT visitor_node AS a, customer_node AS b FROM nodes
            UNION SELECT visitor_node, thing_node FROM nodes
            UNION SELECT customer_node, thing_node FROM nodes
        )
        SELECT a, b FROM pairs WHERE a IS NOT NULL AND b IS NOT NULL
        UNION SELECT b, a FROM pairs WHERE a IS NOT NULL AND b IS NOT NULL
    """)
    _insert_links(con, f"seq >= {since}")


def link_anew(con: duckdb.DuckDBPyConnection, visitors: str) -> None:
    """Notes anew who some visitors were told to be, from the events of theirs that live."""
    con.execute(f"DELETE FROM links WHERE visitor IN ({visitors})")
    _insert_links(con, f"visitor IN ({visitors})")


def _insert_links(con: duckdb.DuckDBPyConnection, condition: str) -> None:
    con.execute(f"""
        INSERT INTO links
        SELECT visitor, customer, first.ts, first.event_id FROM (
            SELECT visitor, customer, min({{'ts': ts, 'event_id': event_id}}) AS first
            FROM events WHERE {_LINKS} AND {condition} GROUP BY visitor, customer
        )
    """)


def everybody(con: duckdb.DuckDBPyConnection) -> None:
    """The group of a full build."""
    con.execute("CREATE OR REPLACE TEMP TABLE group_visitors AS SELECT visitor FROM visitors")
    con.execute("CREATE OR REPLACE TEMP TABLE group_customers AS SELECT customer FROM customers")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE group_things AS
        SELECT DISTINCT {_THING} AS node FROM records WHERE thing IS NOT NULL
    """)


def touched(con: duckdb.DuckDBPyConnection, since: int) -> None:
    """The group of an append: whom the events from log position ``since`` on concern, closed."""
    seeds = f"""
        SELECT DISTINCT unnest([visitor_node, customer_node, thing_node]) AS node
        FROM ({_NODES} WHERE seq >= {since})
    """
    closure(con, "group_nodes", f"SELECT node FROM ({seeds}) WHERE node IS NOT NULL")
    for table, kind in (("visitors", "visitor"), ("customers", "customer")):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE group_{table} AS
            SELECT {kind} FROM {table}
            WHERE hash('{kind}', {kind}) IN (SELECT node FROM group_nodes)
        """)
    con.execute("CREATE OR REPLACE TEMP TABLE group_things AS SELECT node FROM group_nodes")


def closure(con: duckdb.DuckDBPyConnection, table: str, seeds: str) -> None:
    """``table`` (node): the seeds, and whoever is tied to them over any number of bonds."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {seeds}")
    came_in = 1
    while came_in:
        row = con.execute(f"""
            INSERT INTO {table}
            SELECT DISTINCT b FROM bonds
            WHERE a IN (SELECT node FROM {table}) AND b NOT IN (SELECT node FROM {table})
        """).fetchone()
        came_in = row[0] if row else 0


def gather(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``group_events``: the group's events that are needed beyond their sessions.

    Orders, credit, conversations and so on are made of them. Those that are told of nobody and
    nothing belong to every group.
    """
    # the group is closed, so whoever told an event decides
    of_visitors = "visitor IN (SELECT visitor FROM group_visitors)"
    names = names_sql(_needed(site))
    more = _needed(site) - RECORDS
    select = f"""
        {_WITH_AUTHORITY} FROM record_events WHERE {of_visitors}
        UNION ALL
        {_WITH_AUTHORITY} FROM unvisited_events WHERE name IN ({names}) AND (
            customer IN (SELECT customer FROM group_customers)
            OR (customer IS NULL
                AND (thing IS NULL OR hash('thing', thing) IN (SELECT node FROM group_things))))
    """
    if more:
        select += f"""
            UNION ALL
            {_WITH_AUTHORITY} FROM (
                SELECT * FROM rare_events UNION ALL SELECT * FROM exposure_events)
            WHERE {of_visitors} AND name IN ({names_sql(more)})
        """
    put(con, "group_events", select, copied=True)


def gather_all(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``group_events`` of everybody, as a view."""
    names = names_sql(_needed(site))
    put(con, "group_events", f"{_WITH_AUTHORITY} FROM events WHERE name IN ({names})", copied=False)


def tells(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> bool:
    """Whether the group has any event of these names, also one that does not count any more."""
    told = f"SELECT 1 FROM group_events WHERE name IN ({names_sql(names)}) LIMIT 1"
    return con.execute(told).fetchone() is not None


def _needed(site: Site) -> frozenset[str]:
    return RECORDS | (frozenset(site.key_events) - set(MASS_EVENTS))


def gather_sessions(con: duckdb.DuckDBPyConnection, site: Site, *, everybody: bool) -> None:
    """``group_sessions``: the sessions of the group's people that its events may belong to."""
    people = """
        SELECT visitor FROM group_persons WHERE person IN (
            SELECT p.person FROM group_events e JOIN group_persons p ON p.visitor = e.visitor
            UNION SELECT customer::BIGINT * 2 FROM group_events WHERE customer IS NOT NULL)
    """
    if set(site.key_events) & set(MASS_EVENTS):
        people = "SELECT visitor FROM group_persons"
    only = "" if everybody else f" WHERE visitor IN ({people})"
    put(con, "group_sessions", f"SELECT * FROM sessions{only}", copied=not everybody)
