"""Why the money of an order, a line or a refund is not known (R5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from footfall.facts.money import Rate, named_currency, named_worth
from footfall.facts.orders import rates
from footfall.localtime import day_date
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

Reason = tuple[str, str]
AUTHORITY = """CASE json_extract_string(p.properties, '$.source')
    WHEN 'import' THEN 0 WHEN 'server' THEN 1 ELSE 2 END"""
TAG = 2
NO_PRICE = ("no_price", "unknown revenue: an item without a price")
_MOST_AUTHORITATIVE = f"""
    WITH heads AS (
        SELECT seq, day, coalesce(thing, '#' || event_id) AS order_id FROM records
        WHERE seq IN (SELECT unnest($keys))
    )
    SELECT h.seq, h.day, {AUTHORITY} AS authority, p.properties
    FROM heads h JOIN records p ON coalesce(p.thing, '#' || p.event_id) = h.order_id
    WHERE p.live AND p.name = 'purchase'
    QUALIFY row_number() OVER (
        PARTITION BY h.seq ORDER BY authority, p.ts, p.event_id) = 1
"""
_REFUNDS = """
    SELECT e.seq, o.order_key, o.day, e.properties, substr(e.thing, 2) FROM records e
    LEFT JOIN records p ON p.thing = e.thing AND p.name = 'purchase' AND p.live
    LEFT JOIN orders o ON o.order_key = p.seq
    WHERE e.seq IN (SELECT unnest($keys))
    QUALIFY row_number() OVER (PARTITION BY e.seq ORDER BY o.order_key IS NULL) = 1
"""


def orders_without_revenue(
    con: duckdb.DuckDBPyConnection, site: Site, keys: Iterable[int]
) -> dict[int, Reason]:
    """Why the revenue of orders is not known, by their keys."""
    rate = rates(con, site)
    rows = con.execute(_MOST_AUTHORITATIVE, {"keys": list(keys)}).fetchall()
    return {
        key: _reason(properties, day, rate, site, is_tag=authority == TAG)
        for key, day, authority, properties in rows
    }


def _reason(properties: str, day: int, rate: Rate, site: Site, *, is_tag: bool) -> Reason:
    if is_tag and site.verified_revenue_only:
        return "unverified", "unknown revenue: only the tag told it, and the site wants it verified"
    currency = named_currency(properties) or site.currency
    if named_worth(properties) is None:
        return "no_value", "unknown revenue: neither a value nor a price of every item"
    if rate(currency, day) is None:
        return "no_rate", f"unknown revenue: no rate for {currency} at or before {day_date(day)}"
    return NO_PRICE


def refunds_without_money(
    con: duckdb.DuckDBPyConnection, site: Site, keys: Iterable[int]
) -> dict[int, Reason]:
    """Why refunds have no money, by their keys."""
    rows = con.execute(_REFUNDS, {"keys": list(keys)}).fetchall()
    known = [order for _, order, *_ in rows if order is not None]
    unknown = orders_without_revenue(con, site, _without_revenue(con, known))
    return {row[0]: _refund_reason(row, unknown, site) for row in rows}


def _without_revenue(con: duckdb.DuckDBPyConnection, orders: list[int]) -> list[int]:
    asked = "revenue IS NULL AND order_key IN (SELECT unnest($keys))"
    rows = con.execute(f"SELECT order_key FROM orders WHERE {asked}", {"keys": orders}).fetchall()
    return [key for (key,) in rows]


def _refund_reason(row: tuple[Any, ...], unknown: dict[int, Reason], site: Site) -> Reason:
    _, order, day, properties, transaction = row
    if order is None:
        return "unknown_order", f"a refund of order {transaction}, which nobody knows"
    if order in unknown:
        return "order_without_revenue", f"its order has an {unknown[order][1]}"
    currency = named_currency(properties) or site.currency
    return "no_rate", f"no rate for {currency} at or before {day_date(day)}"
