"""The names that the columns of cost and reach tables have in usual exports."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from footfall.schema.tables import TABLES, Table

CAMPAIGN = ("campaign name",)
OTHER_NAMES = {
    "ad_costs": {
        "date": ("day", "gregorian date", "by day"),
        "campaign": CAMPAIGN,
        "impressions": ("impr.", "impr"),
        "clicks": ("link clicks", "clicks (all)"),
        "cost": ("spend", "amount spent"),
        "currency": ("currency code",),
    },
    "email_sends": {
        "date": ("send date", "day"),
        "campaign": (*CAMPAIGN, "title"),
        "sent": ("total recipients", "recipients", "sends"),
        "delivered": ("successful deliveries", "deliveries"),
        "opened": ("unique opens", "opens"),
        "clicked": ("unique clicks", "clicks"),
        "bounced": ("total bounces", "bounces"),
        "unsubscribed": ("unsubscribes",),
    },
    "search_performance": {
        "date": ("data_date", "day"),
        "page": ("url", "top pages", "landing page"),
        "query": ("top queries", "search query"),
        "position": ("average position", "avg. position"),
    },
    "fx_rates": {},
}
"""What Google Ads, Microsoft Advertising, Meta, Mailchimp, Klaviyo and Search Console call them."""

SPENT_IN = re.compile(r"(amount spent) \(([A-Z]{3})\)", re.IGNORECASE)


def named(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """A file's column names as ours, in whatever case; names that are none of ours stay.

    Where two columns of a file mean one of ours, the one that has its own name does.
    """
    plain = [_plain(name) for name in names]
    others = {
        other: ours
        for ours, several in OTHER_NAMES[table.name].items()
        for other in several
        if ours not in plain
    }
    found: list[str] = []
    for name, said in zip(plain, names, strict=True):
        ours = others.get(name, name)
        found.append(ours if ours in table.columns and ours not in found else said)
    return tuple(found)


def currency_said(names: Sequence[str]) -> str:
    """The currency that stands behind the name of a column of costs; empty where none does."""
    found = (SPENT_IN.fullmatch(name.strip()) for name in names)
    return next((each[2] for each in found if each), "")


def table_of(names: Collection[str]) -> str:
    """The table that has these columns, as a request calls it; empty where it is none."""
    for table in TABLES.values():
        if set(table.needed) <= set(named(table, tuple(names))):
            return table.name.replace("_", "-")
    return ""


def _plain(name: str) -> str:
    """A column's name in lower case, without the currency behind it: `Amount spent (EUR)`."""
    found = SPENT_IN.fullmatch(name.strip())
    return (found[1] if found else name.strip()).lower()
