"""Orders, once each however often they are told (R4), with their lines and refunds (R5)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from footfall.event.vocabulary import NEVER_OPENS
from footfall.facts.load import insert_rows
from footfall.facts.money import Money, Rate, order_money, refund_worths
from footfall.facts.sessions import timeout_us
from footfall.facts.tables import PLACE_COLUMNS, SESSION_COLUMNS, names_sql
from footfall.localtime import day_number
from footfall.schema.facts import MONEY
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

LINES_PER_ORDER = 4096  # a line's key is its order's key × this + its number
PLACED = "seq, event_id, name, ts, day, hour, visitor, customer, system, thing"
"""What has to be known of an event to put it into its session."""
_TAG = 2  # the least of the authorities
_OPENS = f"e.name NOT IN ({names_sql(NEVER_OPENS)})"
IN_SESSION = f"""e.ts <= s.end_ts AND (
    {_OPENS} OR e.name = 'session_end' OR (e.ts, e.event_id) > (s.ts, s.first_event_id))"""
"""Activity after a session's last event, or just before its first, belongs to none (R3)."""


def find_heads(con: duckdb.DuckDBPyConnection) -> None:
    """``order_heads``: the purchase that gives each order its time, visitor and session."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE group_purchases AS
        SELECT {PLACED}, authority, properties, coalesce(thing, '#' || event_id) AS order_id
        FROM group_events WHERE live AND name = 'purchase'
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE order_heads AS
        SELECT {PLACED}, order_id FROM group_purchases
        QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY visitor IS NULL, ts, event_id) = 1
    """)


def note_moved_heads(con: duckdb.DuckDBPyConnection) -> None:
    """Sessions that gain or lose an order without any event of their own become dirty."""
    con.execute("""
        INSERT INTO dirty
        WITH was AS (
            SELECT order_key AS seq FROM orders
            WHERE order_key IN (SELECT seq FROM group_events WHERE name = 'purchase')
        ),
        moved AS (
            SELECT seq FROM was WHERE seq NOT IN (SELECT seq FROM order_heads)
            UNION ALL SELECT seq FROM order_heads WHERE seq NOT IN (SELECT seq FROM was)
        )
        SELECT visitor, ts, ts FROM group_events
        WHERE seq IN (SELECT seq FROM moved) AND visitor IS NOT NULL
    """)


def in_session(con: duckdb.DuckDBPyConnection, table: str, events: str, site: Site) -> None:
    """``table``: events of the group with ``session``, the session they belong to, and ``person``.

    ``events`` is a relation of what is to be known of them: what is not needed costs memory. The
    visitor of an event that no visitor is told for is its customer, under the negative key.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table} AS
        SELECT e.* REPLACE (coalesce(e.visitor, -e.customer) AS visitor),
            CASE WHEN e.system AND s.end_ts >= e.ts - {timeout_us(site)} THEN s.session
                 WHEN NOT e.system AND {IN_SESSION} THEN s.session END AS session,
            coalesce(p.person, e.customer::BIGINT * 2) AS person
        FROM {events} e
        LEFT JOIN group_persons p ON p.visitor = e.visitor
        ASOF LEFT JOIN group_sessions s ON s.visitor = e.visitor AND s.ts <= e.ts
    """)


def place(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``placed``: the group's events with their sessions and persons."""
    told = f"""(
        SELECT {PLACED}, asset, asset_type, placement, product, CASE WHEN name = 'qualify_lead'
            THEN json_extract_string(properties, '$.stage') END AS stage
        FROM group_events WHERE live)"""
    in_session(con, "placed", told, site)


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the group's orders, lines and refunds out of the facts."""
    purchases = "SELECT seq FROM group_events WHERE name = 'purchase'"
    for fact in ("orders", "lines", "contributed_orders", "direct_lines"):
        con.execute(f"DELETE FROM {fact} WHERE order_key IN ({purchases})")
    con.execute(
        "DELETE FROM refunds WHERE refund IN (SELECT seq FROM group_events WHERE name = 'refund')"
    )


def build(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the group's orders, lines and refunds; leaves ``order_rows`` for credit."""
    _count_money(con, site)
    _insert_orders(con)
    _insert_lines(con)
    _insert_refunds(con)


def rates(con: duckdb.DuckDBPyConnection, site: Site) -> Rate:
    """The site's exchange rates: the latest at or before a local day."""
    known: dict[str, tuple[list[int], list[Decimal]]] = defaultdict(lambda: ([], []))
    for day, currency, rate in con.execute(
        "SELECT date, currency, rate FROM fx_rates ORDER BY date"
    ).fetchall():
        days, values = known[currency]
        days.append(day_number(day))
        values.append(rate)

    def latest(currency: str, day: int) -> Decimal | None:
        if currency == site.currency:
            return Decimal(1)
        days, values = known.get(currency, ([], []))
        at = bisect_right(days, day)
        return values[at - 1] if at else None

    return latest


def _count_money(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``order_money``, ``order_lines`` and ``refund_money`` of the group."""
    rate = rates(con, site)
    orders = _orders(con, site, rate)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE order_money
            (order_key BIGINT, revenue {MONEY}, units {MONEY});
        CREATE OR REPLACE TEMP TABLE order_lines
            (order_key BIGINT, line INTEGER, product VARCHAR, category VARCHAR,
            revenue {MONEY}, quantity {MONEY});
        CREATE OR REPLACE TEMP TABLE refund_money
            (refund BIGINT, order_key BIGINT, worth {MONEY});
    """)
    insert_rows(
        con, "order_money", [(key, money.revenue, money.units) for key, money in orders.values()]
    )
    insert_rows(
        con,
        "order_lines",
        [
            (key, number, line.product, line.category, line.revenue, line.quantity)
            for key, money in orders.values()
            for number, line in enumerate(money.lines)
        ],
    )
    insert_rows(con, "refund_money", _refunds(con, orders, rate))


def _orders(con: duckdb.DuckDBPyConnection, site: Site, rate: Rate) -> dict[str, tuple[int, Money]]:
    """Order id → (order key, money of its most authoritative purchase, the earliest within)."""
    rows = con.execute("""
        SELECT p.order_id, h.seq, h.day, p.authority, p.properties
        FROM group_purchases p JOIN order_heads h ON h.order_id = p.order_id
        QUALIFY row_number() OVER (
            PARTITION BY p.order_id ORDER BY p.authority, p.ts, p.event_id) = 1
    """).fetchall()
    return {
        order_id: (
            key,
            order_money(
                properties, day, site.currency, rate,
                counts=authority < _TAG or not site.verified_revenue_only,
            ),
        )
        for order_id, key, day, authority, properties in rows
    }  # fmt: skip


def _refunds(
    con: duckdb.DuckDBPyConnection, orders: dict[str, tuple[int, Money]], rate: Rate
) -> list[tuple[object, ...]]:
    rows = con.execute("""
        SELECT coalesce(thing, ''), seq, properties FROM group_events
        WHERE live AND name = 'refund' ORDER BY 1, ts, event_id
    """).fetchall()
    found: list[tuple[object, ...]] = []
    for order_id, refunds in groupby(rows, key=itemgetter(0)):
        seqs, told = zip(*((seq, properties) for _, seq, properties in refunds), strict=True)
        if order_id in orders:
            key, money = orders[order_id]
            found += [
                (seq, key, worth)
                for seq, worth in zip(seqs, refund_worths(told, money, rate), strict=True)
            ]
        else:
            found += [(seq, None, None) for seq in seqs]
    return found


def _insert_orders(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE order_rows AS
        SELECT h.visitor, h.ts, h.day, h.hour, {SESSION_COLUMNS},
            h.seq AS order_key, h.person, h.session, m.revenue, m.units,
            h.person IS NOT NULL AND row_number() OVER (
                PARTITION BY h.person ORDER BY h.ts, h.event_id) > 1 AS repeat,
            h.seq IN (SELECT order_key FROM refund_money WHERE order_key IS NOT NULL) AS refunded
        FROM placed h
        JOIN order_money m ON m.order_key = h.seq
        LEFT JOIN group_sessions s ON s.session = h.session
    """)
    columns = f"{PLACE_COLUMNS}, order_key, person, session, revenue, units, repeat, refunded"
    con.execute(f"INSERT INTO orders ({columns}) SELECT {columns} FROM order_rows")


def _insert_lines(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO lines
            ({PLACE_COLUMNS}, product, category, session, order_key, line, revenue, quantity)
        SELECT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS},
            l.product, l.category, s.session, l.order_key, l.line, l.revenue, l.quantity
        FROM order_lines l JOIN order_rows s ON s.order_key = l.order_key
    """)


def _insert_refunds(con: duckdb.DuckDBPyConnection) -> None:
    """A refund has its order's dimensions; one of an unknown order those of its own session."""
    con.execute(f"""
        INSERT INTO refunds ({PLACE_COLUMNS}, session, refund, order_ts, worth)
        SELECT s.visitor, e.ts, e.day, e.hour, {SESSION_COLUMNS}, s.session, e.seq, s.ts, m.worth
        FROM refund_money m
        JOIN placed e ON e.seq = m.refund
        JOIN order_rows s ON s.order_key = m.order_key
        UNION ALL
        SELECT e.visitor, e.ts, e.day, e.hour, {SESSION_COLUMNS}, e.session, e.seq, e.ts, NULL
        FROM refund_money m
        JOIN placed e ON e.seq = m.refund
        LEFT JOIN group_sessions s ON s.session = e.session
        WHERE m.order_key IS NULL
    """)
