"""What a session achieved: its page views, its steps towards an order, its micro-conversions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.facts.load import insert_rows
from footfall.facts.naming import NAMED_SESSIONS
from footfall.facts.tables import PLACE_COLUMNS, SESSION_COLUMNS, names_sql
from footfall.schema.facts import SESSION_DIMENSIONS
from footfall.settings import Site, matches

if TYPE_CHECKING:
    import duckdb

_PERSONAL = ("visitor_type",)
_DIMENSIONS = ", ".join(
    f"{'p' if name in _PERSONAL else 'c'}.{name}" for name in SESSION_DIMENSIONS
)


def complete(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``session_rows``: the sessions in hand with everything that their events tell."""
    _find_micro_conversions(con, site)
    _count_achievements(con, site)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE session_rows AS
        SELECT c.visitor, c.ts, c.day, c.hour, {_DIMENSIONS}, c.session, c.first_event_id, p.person,
            c.end_ts, (c.end_ts - c.ts) // 1000 AS duration_ms,
            a.events, a.page_views, c.passive AND a.page_views <= 1 AS bounced,
            a.first_view IS NOT NULL AS viewed_item,
            a.first_cart IS NOT NULL AS added_to_cart,
            a.first_checkout IS NOT NULL AS began_checkout,
            coalesce(a.last_cart > a.first_view, false) AS cart_after_view,
            coalesce(a.last_checkout > a.first_cart, false) AS checkout_after_cart,
            coalesce(a.last_order > a.first_cart, false) AS order_after_cart,
            coalesce(a.last_order > a.first_checkout, false) AS order_after_checkout,
            a.converted, m.session IS NOT NULL AS micro_converted, c.exit_page,
            p.first_day, p.first_hour, p.previous_day, p.next_day
        FROM {NAMED_SESSIONS} c
        JOIN session_people p ON p.session = c.session
        JOIN achievements a ON a.session = c.session
        LEFT JOIN (SELECT DISTINCT session FROM micro_found) m ON m.session = c.session
    """)


def insert_micro_conversions(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the micro-conversions of ``session_rows``."""
    con.execute(f"""
        INSERT INTO micro_conversions ({PLACE_COLUMNS}, session, end_ts, rule)
        SELECT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS}, s.session, s.end_ts, m.rule
        FROM session_rows s JOIN micro_found m ON m.session = s.session
    """)


def _moment(function: str, name: str) -> str:
    """The first or last moment of an event in the session; within a millisecond by event id."""
    return f"{function}({{'ts': ts, 'id': event_id}}) FILTER (WHERE name = '{name}')"


def _conversion_sql(site: Site) -> str:
    """Whether an event is a conversion of the site; of an order's purchases only one is."""
    names = frozenset(site.conversions) - {"purchase"}
    parts = [f"name IN ({names_sql(names)})"] if names else []
    if "purchase" in site.conversions:
        parts.append("seq IN (SELECT seq FROM order_heads)")
    return "(" + (" OR ".join(parts) or "false") + ")"


def _count_achievements(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE achievements AS
        WITH steps AS (
            SELECT session,
                {_moment("min", "view_item")} AS first_view,
                {_moment("min", "add_to_cart")} AS first_cart,
                {_moment("max", "add_to_cart")} AS last_cart,
                {_moment("min", "begin_checkout")} AS first_checkout,
                {_moment("max", "begin_checkout")} AS last_checkout,
                {_moment("max", "purchase")} AS last_order
            FROM members
            WHERE session IS NOT NULL AND (name IN ('view_item', 'add_to_cart', 'begin_checkout')
                OR (name = 'purchase' AND seq IN (SELECT seq FROM order_heads)))
            GROUP BY session
        ),
        counted AS (
            SELECT session, count(CASE WHEN NOT system THEN 1 END) AS events,
                count(CASE WHEN name = 'page_view' THEN 1 END) AS page_views,
                bool_or({_conversion_sql(site)}) AS converted
            FROM members WHERE session IS NOT NULL GROUP BY session
        )
        SELECT c.*, s.* EXCLUDE (session) FROM counted c LEFT JOIN steps s ON s.session = c.session
    """)


def _find_micro_conversions(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``micro_found`` (session, rule): which sessions meet which rule of the site."""
    con.execute("CREATE OR REPLACE TEMP TABLE micro_found (session BIGINT, rule VARCHAR)")
    for rule in site.micro_conversions:
        if rule.event is not None:
            con.execute(
                """INSERT INTO micro_found
                SELECT DISTINCT session, ? FROM members WHERE session IS NOT NULL AND name = ?""",
                [rule.id, rule.event],
            )
        elif rule.page is not None and rule.engaged_seconds is not None:
            _match_pages(con, rule.page)
            con.execute(
                """INSERT INTO micro_found
                SELECT DISTINCT session, ? FROM (
                    SELECT session FROM members
                    WHERE session IS NOT NULL AND name = 'page_leave'
                      AND page IN (SELECT page FROM matching_pages)
                    GROUP BY session, page HAVING sum(engaged_ms) >= ?)""",
                [rule.id, rule.engaged_seconds * 1000],
            )


def _match_pages(con: duckdb.DuckDBPyConnection, pattern: str) -> None:
    pages = con.execute(
        "SELECT DISTINCT page FROM members WHERE name = 'page_leave' AND page IS NOT NULL"
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE matching_pages (page VARCHAR)")
    insert_rows(con, "matching_pages", [(page,) for (page,) in pages if matches(pattern, page)])
