"""What is measured, and between which bounds it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True)
class Measured:
    """A figure of a scenario; `low` and `high` are the bar, None for what is only shown.

    `runs` where they are others than the scenario's.
    """

    what: str
    value: float
    low: float | None = None
    high: float | None = None
    is_share: bool = True
    digits: int = 4
    runs: int | None = None

    def holds(self, slack: float = 0.0) -> bool:
        """Whether it is within the bar; `slack` in standard errors of a share, for small runs."""
        below = self.low is not None and self.value < self.low - slack
        return not (below or (self.high is not None and self.value > self.high + slack))

    def spread(self, runs: int) -> float:
        """The standard error of a share at the bar, in so many runs."""
        edge = self.high if self.high is not None else self.low
        p = min(max(edge or 0.0, 0.001), 0.999)
        return sqrt(p * (1 - p) / runs) if self.is_share else 0.0


@dataclass(frozen=True)
class Bar:
    """A scenario, how often it is run, and how it is measured."""

    id: str
    scenario: str
    runs: int
    measure: Callable[[Rng, int], Iterable[Measured]]

    def measured(self, seed: int, runs: int | None = None) -> list[Measured]:
        """The figures; the same for the same seed and number of runs."""
        rng = np.random.default_rng([seed, *self.id.encode()])
        return list(self.measure(rng, runs or self.runs))


def share(found: Sequence[bool] | NDArray[np.bool_]) -> float:
    """How many of them hold."""
    return float(np.mean(np.asarray(found, dtype=np.float64)))


def chunks(runs: int, size: int) -> Iterable[int]:
    """The runs in parts that fit the memory."""
    for start in range(0, runs, size):
        yield min(size, runs - start)
