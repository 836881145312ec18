"""Asks nothing twice: for work of one moment whose parts ask the same things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from footfall.engine.protocol import Engine

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Once:
    """An engine that remembers the rows of every statement for as long as it is in use.

    Rows that were given are given again, so nobody may change them.
    """

    engine: Engine
    _known: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = field(default_factory=dict)

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        key = (sql, tuple(parameters))
        if key not in self._known:
            self._known[key] = self.engine.rows(sql, parameters)
        return self._known[key]

    def batches(self, sql: str, parameters: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of a statement by columns; what comes by the million is not remembered."""
        return self.engine.batches(sql, parameters)
