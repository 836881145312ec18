"""Bounds of a planned run for the many numbers of one report, computed at few levels only.

The exact bound of a look takes a while, and a report asks for p-values of many KPIs and segments.
Here the bound in terms of the plain quantile, which hardly changes with the level, is exact at the
usual levels and runs straight in between (over the level's logarithm). Interval and p-value are
read off the same curve, so they always agree.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from math import log, log10

from scipy.optimize import brentq

from footfall.statistics.spending import Spending, bounds
from footfall.statistics.tails import PValue, p_of_log, t_quantile, z_quantile

NODES = (
    0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.35, 0.28, 0.2, 0.14, 0.1, 0.07, 0.05, 0.035, 0.025, 0.016,
    0.01, 0.005, 0.002, 0.001, 1e-4, 1e-5,
)  # fmt: skip
LEAST = 1e-15


@dataclass(frozen=True, slots=True)
class Planned:
    """Looks at a planned run; the last of `fractions` is now (`GroupSequential`)."""

    fractions: tuple[float, ...]
    spending: Spending = "obf"

    def critical(self, alpha: float, df: float) -> float:
        """The bound of the present look, never below the t quantile of one look."""
        plain = t_quantile(alpha, df)
        return max(z_quantile(alpha) * self._ratio(alpha), plain)

    def p_value(self, statistic: float, df: float) -> PValue:
        """The level at which the interval just touches 0; no smaller than 1e-15."""
        z = abs(statistic)

        def beyond(log_level: float) -> float:
            return z - self.critical(10**log_level, df)

        if beyond(log10(NODES[0])) <= 0:
            return PValue(1.0, 0.0)
        if beyond(log10(LEAST)) > 0:
            return p_of_log(log(LEAST))
        at = bisect_left(NODES, True, key=lambda level: beyond(log10(level)) <= 0)  # noqa: FBT003
        high = log10(NODES[at - 1])
        low = log10(NODES[at]) if at < len(NODES) else log10(LEAST)
        if at < len(NODES) and beyond(low) == 0:
            return PValue(NODES[at], low)  # a bound at a usual level is exact, and so is its p
        found = float(brentq(beyond, low, high, xtol=1e-12))
        return PValue(10**found, found)

    def _ratio(self, alpha: float) -> float:
        """The bound over the plain quantile."""
        upper = next((at for at, node in enumerate(NODES) if node <= alpha), len(NODES) - 1)
        if NODES[upper] == alpha or upper == 0 or alpha < NODES[-1]:
            return self._exact(NODES[upper])
        above, below = NODES[upper - 1], NODES[upper]
        share = log(alpha / below) / log(above / below)
        return self._exact(below) * (1 - share) + self._exact(above) * share

    def _exact(self, level: float) -> float:
        return _last_bound(self.fractions, level, self.spending) / z_quantile(level)


@lru_cache(maxsize=1024)
def _last_bound(fractions: tuple[float, ...], level: float, spending: Spending) -> float:
    return bounds(fractions, level, spending)[-1]
