"""The tables that are imported beside events: their keys and measures (events.md, Cost tables)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.money import DIGITS, SCALE

if TYPE_CHECKING:
    import pyarrow as pa


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
