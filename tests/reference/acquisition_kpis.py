"""The Acquisition KPIs: imported costs, e-mails and search results (they know days only)."""

from __future__ import annotations

from .cells import Cell, Table
from .orders import Order
from .registry import Number, Value, kpi, plain, ratio, total
from .store_kpis import conversion_names

ADS = frozenset({"channel", "source", "medium", "campaign"})
EMAIL = frozenset({"campaign"})
SEARCH = frozenset({"page", "query", "country", "device"})
DAYS_ONLY = ("ad_costs", "email_sends", "search_performance")


def measured(c: Cell, table: str, measure: str) -> Number:
    """The sum of a measure over the rows of a table."""
    found = total(row.get(measure) for row in c(table))
    return int(found) if measure != "cost" and found == int(found) else found


def summed(name: str, table: str, measure: str, dims: frozenset[str]) -> None:
    """A KPI that sums a measure."""
    kpi(name, dims)(lambda c: plain(measured(c, table, measure)))


def divided(name: str, table: str, above: str, below: str, dims: frozenset[str]) -> None:
    """A KPI that divides two measures of a table."""
    kpi(name, dims)(lambda c: ratio(measured(c, table, above), measured(c, table, below)))


summed("ad_spend", "ad_costs", "cost", ADS)
summed("ad_impressions", "ad_costs", "impressions", ADS)
summed("ad_clicks", "ad_costs", "clicks", ADS)
divided("ad_ctr", "ad_costs", "clicks", "impressions", ADS)
divided("cpc", "ad_costs", "cost", "clicks", ADS)
divided("email_open_rate", "email_sends", "opened", "delivered", EMAIL)
divided("email_click_rate", "email_sends", "clicked", "delivered", EMAIL)
divided("email_click_to_open_rate", "email_sends", "clicked", "opened", EMAIL)
divided("email_unsubscribe_rate", "email_sends", "unsubscribed", "delivered", EMAIL)
summed("search_impressions", "search_performance", "impressions", SEARCH)
summed("search_clicks", "search_performance", "clicks", SEARCH)
divided("search_ctr", "search_performance", "clicks", "impressions", SEARCH)


@kpi("search_position", SEARCH)
def search_position(c: Cell) -> Value:
    """Impression-weighted mean."""
    rows = c("search_performance")
    weighted = total(row["position"] * row["impressions"] for row in rows)
    return ratio(weighted, measured(c, "search_performance", "impressions"))


def paid_channels(table: Table) -> set[str]:
    """The channels that have costs in the whole period asked for."""
    return {
        fact.groups["session"][0]["channel"]
        for fact in table.facts.lists["ad_costs"]
        if table.bucket(fact.time)[0]
    }


def paid_orders(c: Cell) -> list[Order]:
    """The cell's orders in those channels."""
    paid = paid_channels(c.table)
    return [o for o in c("orders") if o.session and o.session.dims["channel"] in paid]


@kpi("cpa", ADS)
def cpa(c: Cell) -> Value:
    """Spend / conversions in the channels that have costs in the whole period asked for."""
    paid, names = paid_channels(c.table), conversion_names(c)
    events = c.events(*(name for name in names if name != "purchase"))
    converted = sum(1 for e in events if e.session and e.session.dims["channel"] in paid)
    if "purchase" in names:
        converted += len(paid_orders(c))
    return ratio(measured(c, "ad_costs", "cost"), converted)


@kpi("roas", ADS)
def roas(c: Cell) -> Value:
    """Revenue in those channels / spend."""
    revenue = total(order.revenue for order in paid_orders(c))
    return ratio(revenue, measured(c, "ad_costs", "cost"))
