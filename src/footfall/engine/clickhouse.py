"""ClickHouse: the engine of many machines, asked with the same statements as DuckDB.

The facts are built where the log is and loaded from there; nothing here knows what they mean. The
same client speaks to a server and to the embedded engine (``interface="chdb"``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from footfall.schema.acts import WHAT_PEOPLE_DID
from footfall.schema.facts import ASKED, PLACE, Column

if TYPE_CHECKING:
    import pyarrow as pa
    from clickhouse_connect.driver.client import Client

_PARAMETER = re.compile(r":(p\d+)\b")
_TYPES = {
    "VARCHAR": "String",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "BOOLEAN": "Bool",
    "DECIMAL(38,12)": "Decimal(38,12)",
}
_ALWAYS = frozenset(column.name for column in PLACE) - {"visitor"}
"""Columns that are never null; ClickHouse wants to be told, and sorts by nothing else."""


class ClickHouseEngine:
    """Asks the fact tables of the client's database."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        text, named = _PARAMETER.sub(r"{\1:String}", sql), _named(parameters)
        return [tuple(row) for row in self._client.query(text, parameters=named).result_rows]

    def batches(self, sql: str, parameters: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of a statement by columns, some at a time."""
        text, named = _PARAMETER.sub(r"{\1:String}", sql), _named(parameters)
        yield from self._client.query_arrow(text, parameters=named, use_strings=True).to_batches()


def _named(parameters: Sequence[str]) -> dict[str, str]:
    return {f"p{at}": value for at, value in enumerate(parameters)}


def connect(**options: Any) -> Client:
    """A client of a server, or with ``interface="chdb"`` of the embedded engine."""
    import clickhouse_connect  # noqa: PLC0415 - an extra that only its users have

    return clickhouse_connect.get_client(**options)


def create(client: Client) -> None:
    """Makes the tables that statements read, empty, in place of those that are there."""
    for name, columns in (ASKED | WHAT_PEOPLE_DID).items():
        client.command(f"DROP TABLE IF EXISTS {name}")
        client.command(ddl(name, columns))


def ddl(name: str, columns: Iterable[Column]) -> str:
    """The statement that makes a table; sorted by day, where it has one."""
    listed = ", ".join(f"{column.name} {_type(column)}" for column in columns)
    order = "day" if any(column.name == "day" for column in columns) else "tuple()"
    return f"CREATE TABLE {name} ({listed}) ENGINE = MergeTree ORDER BY {order}"


def load(client: Client, name: str, rows: pa.Table) -> None:
    """Adds rows to a table, by the names of their columns."""
    if rows.num_rows:
        client.insert_arrow(name, rows)


def _type(column: Column) -> str:
    kind = _TYPES[column.type]
    return kind if column.name in _ALWAYS else f"Nullable({kind})"
