"""What reach costs and brings: facts of the imported tables, which know days only.

They are few beside the events and follow from their tables alone, so each is built anew when its
table (or the exchange rates) changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footfall.event.traffic import channel
from footfall.facts.load import insert_rows
from footfall.facts.money import Rate, in_site_currency
from footfall.facts.orders import rates
from footfall.localtime import day_number, first_hour
from footfall.schema.tables import TABLES, Table
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

Building = Callable[["duckdb.DuckDBPyConnection", Site], None]


def stage_rows(kind: str, rows: Iterable[Mapping[str, Any]], path: Path) -> Path:
    """Writes rows of a table as an import stages them; what a row does not tell is absent."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = TABLES[kind]
    told = [{name: _cell(table, name, row.get(name)) for name in table.columns} for row in rows]
    pq.write_table(pa.Table.from_pylist(told, schema=table.schema()), path)
    return path


def _cell(table: Table, name: str, value: Any) -> Any:
    if value is None or name == "date":
        return value if value is None else date.fromisoformat(str(value))
    return Decimal(str(value)) if name in table.decimals else value


def build(con: duckdb.DuckDBPyConnection, site: Site, kinds: Iterable[str]) -> None:
    """Builds the facts of these tables anew."""
    for building in dict.fromkeys(_BUILT[kind] for kind in kinds):
        building(con, site)


def _build_ads(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """The channel of a cost row follows from its source, medium and campaign."""
    rate = rates(con, site)
    named = cache(partial(channel, extra_sites=site.channel_sites))
    told = con.execute("""
        SELECT date, clean(source), clean(medium), clean(campaign), impressions, clicks, cost,
            coalesce(currency, $site)
        FROM ad_costs
    """, {"site": site.currency}).fetchall()  # fmt: skip
    con.execute("DELETE FROM ads")
    insert_rows(
        con,
        "ads",
        [
            (*_place(site.timezone, day), named(*origin), *origin, impressions, clicks,
             _cost(cost, currency, day, rate))
            for day, *origin, impressions, clicks, cost, currency in told
        ],
    )  # fmt: skip


def _cost(cost: Decimal | None, currency: str, day: date, rate: Rate) -> Decimal | None:
    """A cost in the site's currency, at the day's rate; unknown without one (R5)."""
    return in_site_currency(cost, rate(currency, day_number(day)))


def _build_mailings(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    _place_days(con, site, "email_sends")
    con.execute("DELETE FROM mailings")
    con.execute("""
        INSERT INTO mailings BY NAME
        SELECT d.ts, d.day, d.hour, clean(t.campaign) AS campaign,
            t.sent, t.delivered, t.opened, t.clicked, t.bounced, t.unsubscribed
        FROM email_sends t JOIN table_days d ON d.date = t.date
    """)


def _build_search_ranks(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """A row without a position takes no part in the mean one, nor does one of absurd size."""
    _place_days(con, site, "search_performance")
    con.execute("DELETE FROM search_ranks")
    con.execute("""
        INSERT INTO search_ranks BY NAME
        SELECT d.ts, d.day, d.hour, clean(t.page) AS page, clean(t.query) AS query,
            clean(t.country) AS country, clean(t.device) AS device, t.impressions, t.clicks,
            CASE WHEN t.weighted IS NOT NULL THEN t.impressions END AS ranked_impressions,
            t.weighted AS weighted_position
        FROM (SELECT *, TRY(position * impressions) AS weighted FROM search_performance) t
        JOIN table_days d ON d.date = t.date
    """)


def _place_days(con: duckdb.DuckDBPyConnection, site: Site, table: str) -> None:
    """``table_days``: when the local days of a table begin."""
    days = con.execute(f"SELECT DISTINCT date FROM {table}").fetchall()
    con.execute("""
        CREATE OR REPLACE TEMP TABLE table_days (date DATE, ts BIGINT, day INTEGER, hour BIGINT)
    """)
    insert_rows(con, "table_days", [(day, *_place(site.timezone, day)[1:]) for (day,) in days])


@cache
def _place(zone: str, day: date) -> tuple[None, int, int, int]:
    """Nobody, at the beginning of a local day."""
    ts, hour = first_hour(zone, day)
    return None, ts, day_number(day), hour


_BUILT: dict[str, Building] = {
    "ad_costs": _build_ads,
    "fx_rates": _build_ads,
    "email_sends": _build_mailings,
    "search_performance": _build_search_ranks,
}
"""What has to be built anew when a table changes."""
