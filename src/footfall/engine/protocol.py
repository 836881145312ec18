"""The one seam between questions and whatever answers them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Engine(Protocol):
    """Runs statements of the portable subset over the fact tables."""

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows of a statement; ``:p0``, ``:p1`` … stand for the parameters."""
        ...

    def batches(self, sql: str, parameters: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of a statement by columns, some at a time, for those that come by the million.

        Nothing else may be asked until they are all taken.
        """
        ...
