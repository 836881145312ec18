"""Which assets an order owes itself to: contributed orders (R7) and direct-sale lines (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import INTERACTIONS
from footfall.facts.orders import LINES_PER_ORDER
from footfall.facts.tables import PLACE_COLUMNS, SESSION_COLUMNS, names_sql
from footfall.localtime import DAY_US

if TYPE_CHECKING:
    import duckdb

CLOSE_TO_CHECKOUT = ("cart", "mini_cart", "checkout")
BOOSTER = "booster"


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the group's contributed orders and direct lines, from ``order_rows`` and ``placed``."""
    con.execute(f"""
        CREATE OR REPLACE TEMP VIEW touches AS
        SELECT * FROM placed WHERE name IN ({names_sql(INTERACTIONS)})
    """)
    _contribute(con)
    _sell_directly(con)


def _contribute(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO contributed_orders
            ({PLACE_COLUMNS}, asset, asset_type, placement, session, order_key, revenue,
            near_checkout)
        SELECT DISTINCT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS},
            t.asset, t.asset_type, t.placement, s.session, s.order_key, s.revenue,
            coalesce(t.placement IN ({names_sql(CLOSE_TO_CHECKOUT)}), false)
                OR coalesce(t.asset_type = '{BOOSTER}', false)
        FROM order_rows s JOIN touches t ON t.session = s.session AND t.ts <= s.ts
    """)


def _sell_directly(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO direct_lines
            ({PLACE_COLUMNS}, asset, asset_type, placement, product, category, session, order_key,
            line_key, revenue)
        SELECT DISTINCT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS},
            t.asset, t.asset_type, t.placement, l.product, l.category, s.session,
            s.order_key, s.order_key * {LINES_PER_ORDER} + l.line, l.revenue
        FROM order_rows s
        JOIN order_lines l ON l.order_key = s.order_key
        JOIN touches t ON t.person = s.person AND t.product = l.product
            AND t.ts <= s.ts AND t.ts >= s.ts - {DAY_US}
        WHERE t.name = 'asset_click'
    """)
