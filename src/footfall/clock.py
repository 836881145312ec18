"""The time now, handed to whoever needs it; nothing else in the package reads a clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

NANOSECONDS_PER_MS = 1_000_000


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now_ms(self) -> int:
        """The time now, in milliseconds since 1970 in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """The time now, in milliseconds since 1970 in UTC."""
        return time.time_ns() // NANOSECONDS_PER_MS


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, so that a demonstration or a test is the same every time."""

    ms: int

    def now_ms(self) -> int:
        """Always the same moment, in milliseconds since 1970 in UTC."""
        return self.ms
