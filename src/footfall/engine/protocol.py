"""The one seam between questions and whatever answers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Engine(Protocol):
    """Runs statements of the portable subset over the fact tables."""

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """All rows of a statement; ``:p0``, ``:p1`` … stand for the parameters."""
        ...
