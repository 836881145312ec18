"""The Asset KPIs, formula by formula as the contract's table has them."""

from __future__ import annotations

from .cells import Cell
from .orders import Order
from .registry import ASSET, BASE, LINE, Number, kpi, plain, ratio, total
from .store_kpis import known, page_views_of, revenue, seconds

DIMS = BASE | ASSET


def interactions(c: Cell) -> int:
    """R6."""
    return len(c.events("asset_click", "asset_interaction"))


def gmv(orders: list[Order]) -> Number:
    """The revenue of orders."""
    return total(order.revenue for order in orders)


kpi("asset_loads", DIMS)(lambda c: plain(len(c.events("asset_load"))))
kpi("asset_views", DIMS)(lambda c: plain(len(c.events("asset_view"))))
kpi("asset_clicks", DIMS)(lambda c: plain(len(c.events("asset_click"))))
kpi("asset_interactions", DIMS)(lambda c: plain(interactions(c)))
kpi("asset_view_rate", DIMS)(
    lambda c: ratio(len(c.events("asset_view")), len(c.events("asset_load")))
)
kpi("ctr", DIMS)(lambda c: ratio(len(c.events("asset_click")), len(c.events("asset_view"))))
kpi("contributed_sessions", DIMS)(lambda c: plain(len(c("contributed_sessions"))))
kpi("contributed_transactions", DIMS)(lambda c: plain(len(c("contributed_orders"))))
kpi("contributed_revenue", DIMS)(lambda c: plain(gmv(c("contributed_orders"))))
kpi("contributed_revenue_share")(lambda c: ratio(gmv(c("contributed_orders")), revenue(c)))
kpi("contributed_aov", DIMS)(
    lambda c: ratio(gmv(c("contributed_orders")), len(known(c("contributed_orders"))))
)
kpi("aov_beta", DIMS)(lambda c: ratio(gmv(c("beta_orders")), len(known(c("beta_orders")))))
kpi("direct_sales", DIMS | LINE)(lambda c: plain(total(line.revenue for line in c("direct_lines"))))
kpi("pure_transactions", DIMS | LINE)(
    lambda c: plain(len({line.order for line in c("direct_lines")}))
)
kpi("cvr", DIMS)(lambda c: ratio(len(c("contributed_orders")), len(c("contributed_sessions"))))
kpi("engaged_avg_session_time", DIMS)(
    lambda c: ratio(seconds(c("contributed_sessions")), len(c("contributed_sessions")))
)
kpi("engaged_avg_page_views", DIMS)(
    lambda c: ratio(page_views_of(c("contributed_sessions")), len(c("contributed_sessions")))
)
