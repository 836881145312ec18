"""The facts of imported tables: what reach costs and brings, day by day."""

from __future__ import annotations

from footfall.schema.fact import COST_DIMENSIONS, MONEY, SEARCH_DIMENSIONS, Column, Fact

ADS = Fact(
    "ads",
    "one row of ad_costs: a campaign's day",
    COST_DIMENSIONS,
    (
        Column("impressions", "BIGINT", "how often its ads were shown"),
        Column("clicks", "BIGINT", "how often they were clicked"),
        Column("cost", MONEY, "in the site's currency (R5); null if unknown"),
    ),
    days_only=True,
)
MAILINGS = Fact(
    "mailings",
    "one row of email_sends: a campaign's day",
    ("campaign",),
    tuple(
        Column(name, "BIGINT", f"e-mails {name}")
        for name in ("sent", "delivered", "opened", "clicked", "bounced", "unsubscribed")
    ),
    days_only=True,
)
SEARCH_RANKS = Fact(
    "search_ranks",
    "one row of search_performance: a page's day for a query, country and device",
    SEARCH_DIMENSIONS,
    (
        Column("impressions", "BIGINT", "how often the page was among the results"),
        Column("clicks", "BIGINT", "how often it was clicked there"),
        Column("ranked_impressions", "BIGINT", "impressions, where the position is known"),
        Column("weighted_position", MONEY, "position × impressions"),
    ),
    days_only=True,
)

COST_FACTS = (ADS, MAILINGS, SEARCH_RANKS)
