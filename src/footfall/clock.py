"""The time now, handed to whoever needs it; nothing else in the package reads a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

NANOSECONDS_PER_MS = 1_000_000
DAY_MS = 86_400_000
LEAP_MS = 2_000
BELIEVED_MS = 60_000


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


@dataclass(slots=True)
class SteadyClock:
    """The machine's clock for what is received: it never goes back, and a leap is not believed.

    It goes on with the time that really passes. Where the machine's clock says something else for
    a minute, that is taken as true: at once where it is later, by waiting where it is earlier.
    More than a day is not waited for: then the clock was wrong before.
    """

    clock: Clock = field(default_factory=SystemClock)
    passed_ms: Callable[[], int] = field(default=lambda: time.monotonic_ns() // NANOSECONDS_PER_MS)
    _told: int = field(default=0, init=False)
    _anchor: tuple[int, int] | None = field(default=None, init=False)
    """When it was by both clocks, the machine's and the one that only counts what passes."""
    _off_since: int | None = field(default=None, init=False)

    def now_ms(self) -> int:
        """The time now, in milliseconds since 1970 in UTC; never less than before."""
        wall, passed = self.clock.now_ms(), self.passed_ms()
        if self._anchor is None:
            self._anchor = (wall, passed)
        steady = self._anchor[0] + passed - self._anchor[1]
        if abs(wall - steady) <= LEAP_MS:
            self._anchor, self._off_since, steady = (wall, passed), None, wall
        elif self._off_since is None:
            self._off_since = passed
        elif passed - self._off_since >= BELIEVED_MS:
            self._anchor, self._off_since, steady = (wall, passed), None, wall
            if self._told - wall > DAY_MS:
                self._told = wall
        self._told = max(self._told, steady)
        return self._told
