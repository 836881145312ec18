"""A clock that a test moves, and moments as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


def ms(text: str) -> int:
    """A moment in UTC, such as `2026-03-29T05:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@dataclass
class MovedClock:
    """Shows what it was set to."""

    ms: int

    def now_ms(self) -> int:
        return self.ms

    def to(self, text: str) -> None:
        self.ms = ms(text)
