"""The rival: each KPI as a query of its own over the same events, as one would write it by hand.

Every query makes its sessions by the textbook (lag, running sum) where it needs them, and answers by
local day and device. They are written for the demo shop, whose orders all have one currency rate or
none, and leave out what would only slow them (bots, deleted people, links between visitors).
"""

from __future__ import annotations

_VISITS = """
WITH marked AS (
    SELECT visitor, ts, day, name, device, page, engaged_ms, product, asset_type, properties,
        CASE WHEN ts - lag(ts) OVER w > 1800000000 OR lag(ts) OVER w IS NULL THEN 1 ELSE 0 END AS begins
    FROM events WHERE live AND NOT system WINDOW w AS (PARTITION BY visitor ORDER BY ts, event_id)
),
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY visitor ORDER BY ts ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
),
visits AS (
    SELECT visitor, number, min(day) AS day, arg_min(device, ts) AS device, min(ts) AS start, max(ts) AS stop,
        count(*) FILTER (WHERE name = 'page_view') AS pages,
        bool_or(name NOT IN ('page_view', 'page_leave', 'scroll', 'session_end', 'asset_load', 'asset_view',
            'view_item', 'view_item_list', 'widget_impression', 'module_shown', 'experiment_exposure')) AS active,
        bool_or(name IN ('asset_click', 'asset_interaction')) AS touched,
        bool_or(name = 'add_to_cart') AS cart, bool_or(name = 'begin_checkout') AS checkout,
        bool_or(name = 'purchase') AS bought
    FROM numbered GROUP BY visitor, number
)
"""
_ORDERS = """
WITH told AS (
    SELECT *, row_number() OVER (PARTITION BY json_extract_string(properties, '$.transaction_id') ORDER BY ts) AS turn
    FROM events WHERE live AND name = 'purchase' AND visitor IS NOT NULL
),
orders AS (
    SELECT visitor, ts, day, device, CAST(json_extract_string(properties, '$.value') AS DECIMAL(18,2)) AS revenue
    FROM told WHERE turn = 1
)
"""
_BY = "GROUP BY day, device"

QUERIES = {
    "sessions": f"{_VISITS} SELECT day, device, count(*) FROM visits {_BY}",
    "visitors": f"{_VISITS} SELECT day, device, count(DISTINCT visitor) FROM visits {_BY}",
    "bounce_rate": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE pages <= 1 AND NOT active) / count(*) FROM visits {_BY}",
    "pages_per_session": f"{_VISITS} SELECT day, device, sum(pages) / count(*) FROM visits {_BY}",
    "avg_session_duration": f"{_VISITS} SELECT day, device, sum(stop - start) / 1e6 / count(*) FROM visits {_BY}",
    "add_to_cart_rate": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE cart) / count(*) FROM visits {_BY}",
    "checkout_completion_rate": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE checkout AND bought) / count(*) FILTER (WHERE checkout) FROM visits {_BY}",
    "cart_abandonment_rate": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE cart AND NOT bought) / count(*) FILTER (WHERE cart) FROM visits {_BY}",
    "contributed_sessions": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE touched) FROM visits {_BY}",
    "cvr": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE touched AND bought) / count(*) FILTER (WHERE touched) FROM visits {_BY}",
    "engaged_avg_session_time": f"{_VISITS} SELECT day, device, sum(stop - start) FILTER (WHERE touched) / 1e6 / count(*) FILTER (WHERE touched) FROM visits {_BY}",
    "session_conversion_rate": f"{_VISITS} SELECT day, device, count(*) FILTER (WHERE bought) / count(*) FROM visits {_BY}",
    "page_views": f"SELECT day, device, count(*) FROM events WHERE live AND name = 'page_view' {_BY}",
    "asset_views": f"SELECT day, device, count(*) FROM events WHERE live AND name = 'asset_view' {_BY}",
    "ctr": f"SELECT day, device, count(*) FILTER (WHERE name = 'asset_click') / count(*) FILTER (WHERE name = 'asset_view') FROM events WHERE live {_BY}",
    "orders": f"{_ORDERS} SELECT day, device, count(*) FROM orders {_BY}",
    "revenue": f"{_ORDERS} SELECT day, device, sum(revenue) FROM orders {_BY}",
    "aov": f"{_ORDERS} SELECT day, device, sum(revenue) / count(revenue) FROM orders {_BY}",
}
"""KPI → its query: eighteen of the KPIs that the whole question answers, most of them about sessions."""
