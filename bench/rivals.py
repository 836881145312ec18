"""The rival: each KPI as a query of its own over the same events, as one would write it by hand.

Every query makes its sessions by the textbook (lag, running sum) where it needs them, and answers
by local day and device. They are written for the demo shop, whose orders all have one currency rate
or none, and leave out what would only slow them (bots, deleted people, links between visitors).
"""

from __future__ import annotations

_VISITS = """
WITH marked AS (
    SELECT visitor, ts, day, name, device, page, engaged_ms, product, asset_type, properties,
        CASE WHEN ts - lag(ts) OVER w > 1800000000 OR lag(ts) OVER w IS NULL
             THEN 1 ELSE 0 END AS begins
    FROM events WHERE live AND NOT system WINDOW w AS (PARTITION BY visitor ORDER BY ts, event_id)
),
numbered AS (
    SELECT *,
        sum(begins) OVER (PARTITION BY visitor ORDER BY ts ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
),
visits AS (
    SELECT visitor, number, min(day) AS day, arg_min(device, ts) AS device,
        min(ts) AS start, max(ts) AS stop,
        count(*) FILTER (WHERE name = 'page_view') AS pages,
        bool_or(name NOT IN (
            'page_view', 'page_leave', 'scroll', 'session_end', 'asset_load', 'asset_view',
            'view_item', 'view_item_list', 'widget_impression', 'module_shown',
            'experiment_exposure')) AS active,
        bool_or(name IN ('asset_click', 'asset_interaction')) AS touched,
        bool_or(name = 'add_to_cart') AS cart, bool_or(name = 'begin_checkout') AS checkout,
        bool_or(name = 'purchase') AS bought
    FROM numbered GROUP BY visitor, number
)
"""
_ORDERS = """
WITH told AS (
    SELECT *, row_number() OVER (
            PARTITION BY json_extract_string(properties, '$.transaction_id') ORDER BY ts) AS turn
    FROM events WHERE live AND name = 'purchase' AND visitor IS NOT NULL
),
orders AS (
    SELECT visitor, ts, day, device,
        CAST(json_extract_string(properties, '$.value') AS DECIMAL(18,2)) AS revenue
    FROM told WHERE turn = 1
)
"""


def _of_visits(number: str) -> str:
    return f"{_VISITS} SELECT day, device, {number} FROM visits GROUP BY day, device"


def _of_orders(number: str) -> str:
    return f"{_ORDERS} SELECT day, device, {number} FROM orders GROUP BY day, device"


def _of_events(number: str, condition: str = "live") -> str:
    return f"SELECT day, device, {number} FROM events WHERE {condition} GROUP BY day, device"


QUERIES = {
    "sessions": _of_visits("count(*)"),
    "visitors": _of_visits("count(DISTINCT visitor)"),
    "bounce_rate": _of_visits("count(*) FILTER (WHERE pages <= 1 AND NOT active) / count(*)"),
    "pages_per_session": _of_visits("sum(pages) / count(*)"),
    "avg_session_duration": _of_visits("sum(stop - start) / 1e6 / count(*)"),
    "add_to_cart_rate": _of_visits("count(*) FILTER (WHERE cart) / count(*)"),
    "checkout_completion_rate": _of_visits(
        "count(*) FILTER (WHERE checkout AND bought) / count(*) FILTER (WHERE checkout)"
    ),
    "cart_abandonment_rate": _of_visits(
        "count(*) FILTER (WHERE cart AND NOT bought) / count(*) FILTER (WHERE cart)"
    ),
    "contributed_sessions": _of_visits("count(*) FILTER (WHERE touched)"),
    "cvr": _of_visits(
        "count(*) FILTER (WHERE touched AND bought) / count(*) FILTER (WHERE touched)"
    ),
    "engaged_avg_session_time": _of_visits(
        "sum(stop - start) FILTER (WHERE touched) / 1e6 / count(*) FILTER (WHERE touched)"
    ),
    "session_conversion_rate": _of_visits("count(*) FILTER (WHERE bought) / count(*)"),
    "page_views": _of_events("count(*)", "live AND name = 'page_view'"),
    "asset_views": _of_events("count(*)", "live AND name = 'asset_view'"),
    "ctr": _of_events(
        "count(*) FILTER (WHERE name = 'asset_click') / count(*) FILTER (WHERE name = 'asset_view')"
    ),
    "orders": _of_orders("count(*)"),
    "revenue": _of_orders("sum(revenue)"),
    "aov": _of_orders("sum(revenue) / count(revenue)"),
}
"""KPI → its query: some of those that the whole question answers, most of them about sessions."""
