"""Which people have to be built anew: those whom new events concern, and whoever is tied to them.

A group is closed: a shared customer, order, lead or conversation, or a new identity link, brings
the other side in, so that building the group alone gives exactly what building everything would.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from footfall.event.vocabulary import INTERACTIONS
from footfall.facts.load import put
from footfall.facts.tables import MILESTONES, OF_CONVERSATIONS, names_sql
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_THING = "CASE WHEN thing IS NOT NULL THEN hash('thing', thing) END"  # hash(NULL) is a number
_NODES = f"""
    SELECT seq,
        CASE WHEN visitor IS NOT NULL THEN hash('visitor', visitor) END AS visitor_node,
        CASE WHEN customer IS NOT NULL THEN hash('customer', customer) END AS customer_node,
        {_THING} AS thing_node
    FROM rare_events
"""
_RARE_EVENTS = """
    SELECT *,
        CASE WHEN name = 'purchase' THEN CASE json_extract_string(properties, '$.source')
            WHEN 'import' THEN 0 WHEN 'server' THEN 1 ELSE 2 END END AS authority
    FROM rare_events
"""
_GATHERED = MILESTONES | INTERACTIONS | OF_CONVERSATIONS | {
    "purchase", "refund", "customer_deleted", "experiment_exposure",
}  # fmt: skip
"""What orders, credit, milestones, exposures, deletions and conversations are made of."""


def tie(con: duckdb.DuckDBPyConnection, since: int) -> None:
    """Remembers who and what the events from log position ``since`` on tie together."""
    con.execute(f"""
        INSERT INTO bonds
        WITH nodes AS ({_NODES} WHERE seq >= {since}),
        pairs AS (
            SELECT visitor_node AS a, customer_node AS b FROM nodes
            UNION SELECT visitor_node, thing_node FROM nodes
            UNION SELECT customer_node, thing_node FROM nodes
            UNION SELECT hash('visitor', visitor), hash('customer', customer) FROM mass_events
                WHERE seq >= {since} AND visitor IS NOT NULL AND customer IS NOT NULL
        )
        SELECT a, b FROM pairs WHERE a IS NOT NULL AND b IS NOT NULL
        UNION SELECT b, a FROM pairs WHERE a IS NOT NULL AND b IS NOT NULL
    """)


def everybody(con: duckdb.DuckDBPyConnection) -> None:
    """The group of a full build."""
    con.execute("CREATE OR REPLACE TEMP TABLE group_visitors AS SELECT visitor FROM visitors")
    con.execute("CREATE OR REPLACE TEMP TABLE group_customers AS SELECT customer FROM customers")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE group_things AS
        SELECT DISTINCT thing_node AS node FROM ({_NODES}) WHERE thing_node IS NOT NULL
    """)


def touched(con: duckdb.DuckDBPyConnection, since: int) -> None:
    """The group of an append: whom the events from log position ``since`` on concern, closed."""
    seeds = f"""
        SELECT DISTINCT unnest([visitor_node, customer_node, thing_node]) AS node
            FROM ({_NODES} WHERE seq >= {since})
        UNION SELECT hash('visitor', visitor) FROM mass_events
            WHERE seq >= {since} AND visitor IS NOT NULL
        UNION SELECT hash('customer', customer) FROM mass_events
            WHERE seq >= {since} AND customer IS NOT NULL
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
    """``group_events``: the group's rare events that are needed beyond their sessions.

    They say who somebody is, or orders, credit, conversations and so on are made of them. Those
    that are told of nobody and nothing belong to every group.
    """
    names = _GATHERED | frozenset(site.key_events)
    told = f"(name IN ({names_sql(names)}) OR customer IS NOT NULL)"
    # the group is closed, so whoever told an event decides; three plain searches beat one of ORs
    select = f"""
        {_RARE_EVENTS} WHERE visitor IN (SELECT visitor FROM group_visitors) AND {told}
        UNION ALL
        {_RARE_EVENTS} WHERE visitor IS NULL
            AND customer IN (SELECT customer FROM group_customers) AND {told}
        UNION ALL
        {_RARE_EVENTS} WHERE visitor IS NULL AND customer IS NULL AND {told}
            AND (thing IS NULL OR hash('thing', thing) IN (SELECT node FROM group_things))
    """
    put(con, "group_events", select, copied=True)


def gather_all(con: duckdb.DuckDBPyConnection) -> None:
    """``group_events`` of everybody: all rare events, as a view."""
    put(con, "group_events", _RARE_EVENTS, copied=False)


def tells(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> bool:
    """Whether the group has any event of these names, also one that does not count any more."""
    told = f"SELECT 1 FROM group_events WHERE name IN ({names_sql(names)}) LIMIT 1"
    return con.execute(told).fetchone() is not None


def gather_sessions(con: duckdb.DuckDBPyConnection, *, everybody: bool) -> None:
    """``group_sessions``: the sessions of the group's visitors."""
    only = "" if everybody else " WHERE visitor IN (SELECT visitor FROM group_visitors)"
    put(con, "group_sessions", f"SELECT * FROM sessions{only}", copied=not everybody)
