"""DuckDB: the engine of one machine, and the home of the projection."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa

_PARAMETER = re.compile(r":p(\d+)\b")
MEMORY_LIMIT = "1200MB"
ROWS_AT_ONCE = 100_000


class DuckEngine:
    """Asks the fact tables of the connection's current schema."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self._con.execute(_PARAMETER.sub(r"$p\1", sql), _named(parameters)).fetchall()

    def batches(self, sql: str, parameters: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of a statement by columns, some at a time."""
        self._con.complete()  # a relation is not begun before the last statement has ended
        relation = self._con.sql(_PARAMETER.sub(r"$p\1", sql), params=_named(parameters))
        yield from relation.to_arrow_reader(ROWS_AT_ONCE)


def _named(parameters: Sequence[str]) -> dict[str, str] | None:
    return {f"p{at}": value for at, value in enumerate(parameters)} or None


def connect(
    path: Path, *, read_only: bool = False, memory_limit: str = MEMORY_LIMIT
) -> duckdb.DuckDBPyConnection:
    """Opens a database file with bounded memory; what does not fit is spilled beside it."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        # a projection can be built again: it need not go to its last place at every commit
        "checkpoint_threshold": "1GB",
        "preserve_insertion_order": "false",  # every order that matters is asked for
        "temp_directory": str(path.parent / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(str(path), read_only=read_only, config=config)
