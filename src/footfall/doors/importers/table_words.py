"""The cost and reach tables: their columns, and the names that these have in usual exports."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.money import DIGITS, SCALE

if TYPE_CHECKING:
    import pyarrow as pa

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

IN_CURRENCY = re.compile(r"(.+?) \([A-Za-z]{3}\)")


@dataclass(frozen=True, slots=True)
class Table:
    """One of the contract's tables: its key, and its measures (whole numbers, decimals)."""

    name: str
    key: tuple[str, ...]
    whole: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    above_zero: bool = False
    has_currency: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, the key first."""
        currency = ("currency",) if self.has_currency else ()
        return (*self.key, *self.whole, *self.decimals, *currency)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a file must have: a currency that is missing is the site's."""
        return (*self.key, *self.whole, *self.decimals)

    def named(self, names: Sequence[str]) -> tuple[str, ...]:
        """A file's column names as ours, in whatever case; names that are none of ours stay.

        Where two columns of a file mean one of ours, the one that has its own name does.
        """
        plain = [_plain(name) for name in names]
        others = {
            other: ours
            for ours, several in OTHER_NAMES[self.name].items()
            for other in several
            if ours not in plain
        }
        found: list[str] = []
        for name, said in zip(plain, names, strict=True):
            ours = others.get(name, name)
            found.append(ours if ours in self.columns and ours not in found else said)
        return tuple(found)

    def schema(self) -> pa.Schema:
        """Dates as dates, keys as text (null where absent), counts as int64, the rest decimals."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        decimal = pa.decimal128(DIGITS, SCALE)
        types = {
            "date": pa.date32(),
            **dict.fromkeys(self.whole, pa.int64()),
            **dict.fromkeys(self.decimals, decimal),
        }
        return pa.schema([(name, types.get(name, pa.string())) for name in self.columns])


TABLES = {
    table.name: table
    for table in (
        Table(
            "ad_costs",
            ("date", "source", "medium", "campaign"),
            whole=("impressions", "clicks"),
            decimals=("cost",),
            has_currency=True,
        ),
        Table(
            "email_sends",
            ("date", "campaign"),
            whole=("sent", "delivered", "opened", "clicked", "bounced", "unsubscribed"),
        ),
        Table(
            "search_performance",
            ("date", "page", "query", "country", "device"),
            whole=("impressions", "clicks"),
            decimals=("position",),
        ),
        Table("fx_rates", ("date", "currency"), decimals=("rate",), above_zero=True),
    )
}
"""The four tables by name. In a request `ad-costs` stands for `ad_costs`, and so on."""


def table_of(names: Collection[str]) -> str:
    """The table that has these columns, as a request calls it; empty where it is none."""
    for table in TABLES.values():
        if set(table.needed) <= set(table.named(tuple(names))):
            return table.name.replace("_", "-")
    return ""


def _plain(name: str) -> str:
    """A column's name in lower case, without the currency behind it: `Amount spent (EUR)`."""
    found = IN_CURRENCY.fullmatch(name.strip())
    return (found[1] if found and found[1].lower() == "amount spent" else name.strip()).lower()
