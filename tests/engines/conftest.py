"""The same facts in every engine: a rich stream, loaded into each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from footfall.engine import Engine, clickhouse
from footfall.engine.duckdb import DuckEngine
from footfall.schema.acts import WHAT_PEOPLE_DID
from footfall.schema.facts import ASKED
from support.judge import shop_for
from support.shop import Shop
from support.streams import rich_stream


@pytest.fixture(scope="package")
def shop() -> Iterator[Shop]:
    """A shop in which everything happens."""
    with shop_for(rich_stream(8, scenes=220)) as found:
        yield found


@pytest.fixture(scope="package")
def clickhouse_engine(shop: Shop) -> Engine:
    """ClickHouse's embedded engine, with the shop's facts."""
    client = clickhouse.connect(interface="chdb")
    clickhouse.create(client)
    for name, columns in (ASKED | WHAT_PEOPLE_DID).items():
        listed = ", ".join(column.name for column in columns)
        table = shop.con.sql(f"SELECT {listed} FROM {name}").to_arrow_table()
        clickhouse.load(client, name, table)
    return clickhouse.ClickHouseEngine(client)


@pytest.fixture(scope="package")
def duckdb_engine(shop: Shop) -> Engine:
    """DuckDB, where the facts were built."""
    return DuckEngine(shop.con)
