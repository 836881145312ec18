"""How a run is looked at: once, at planned looks, or whenever somebody likes.

Each kind answers two questions that agree with each other: how many standard errors the interval
reaches at a level, and at which level the interval would just touch 0 (the p-value).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log10, prod
from typing import Protocol

from footfall.statistics.anytime import always_valid_p, multiplier, tuned
from footfall.statistics.spending import Spending, bounds
from footfall.statistics.tails import PValue, t_quantile, two_sided_t

LEVELS = (
    *(10.0**power for power in range(-15, -2)),
    *(0.002, 0.005, 0.01, 0.05 / 4, 0.05 / 3, 0.05 / 2, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95),
)
"""Where the p-value of a planned look is bracketed; 5 % and its usual parts are among them."""


class Monitoring(Protocol):
    """A promise about looking: the error rate holds however the looks of this kind come out."""

    def critical(self, alpha: float, df: float) -> float:
        """The interval's half-width in standard errors, two-sided at `alpha`."""
        ...

    def p_value(self, statistic: float, df: float) -> PValue:
        """The smallest level at which the interval excludes 0."""
        ...


@dataclass(frozen=True, slots=True)
class Once:
    """One look, at the end. Whoever looks every day and stops at a success errs far more often."""

    def critical(self, alpha: float, df: float) -> float:
        """The t quantile."""
        return t_quantile(alpha, df)

    def p_value(self, statistic: float, df: float) -> PValue:
        """The t test's p-value."""
        return two_sided_t(statistic, df)


@dataclass(frozen=True, slots=True)
class GroupSequential:
    """Looks at a planned run; the last of `fractions` is now.

    A fraction is the share of the planned information (or of the planned units) that a look had.
    Past the end of the plan the final bound holds.
    """

    fractions: tuple[float, ...]
    spending: Spending = "obf"

    def critical(self, alpha: float, df: float) -> float:
        """The bound of the present look, never below the t quantile of one look."""
        return max(bounds(self.fractions, alpha, self.spending)[-1], t_quantile(alpha, df))

    def p_value(self, statistic: float, df: float) -> PValue:
        """The level at which the repeated interval just touches 0; no smaller than 1e-15."""
        z = abs(statistic)
        # The bounds fall as the level rises: the first level whose bound z reaches.
        at = bisect_left(LEVELS, True, key=lambda level: z >= self.critical(level, df))  # noqa: FBT003
        if at == len(LEVELS):
            return PValue(1.0, 0.0)
        if at == 0:
            return PValue(LEVELS[0], log10(LEVELS[0]))
        near = LEVELS[max(at - 2, 0) : at + 2]
        found = _between([(self.critical(level, df), log(level)) for level in near], z)
        p = min(max(exp(found), LEVELS[at - 1]), LEVELS[at])
        return PValue(p, log10(p))


def _between(nodes: Sequence[tuple[float, float]], z: float) -> float:
    """The logarithm of the level at a bound z: Lagrange's polynomial in z^2, which it is close to.

    Off by less than 1 % of the level; at the nodes themselves by nothing.
    """
    total = 0.0
    for own, value in nodes:
        others = (bound for bound, _ in nodes if bound != own)
        total += value * prod((z * z - b * b) / (own * own - b * b) for b in others)
    return total


@dataclass(frozen=True, slots=True)
class Anytime:
    """Looks at any moment of a run without a plan: `n` units so far in all variants compared.

    `n_star` is where the interval is narrowest: the number of units that is expected.
    """

    n: int
    n_star: float

    def critical(self, alpha: float, df: float) -> float:  # noqa: ARG002 - as all kinds have it
        """The confidence sequence's multiplier."""
        return multiplier(self.n, tuned(self.n_star), alpha)

    def p_value(self, statistic: float, df: float) -> PValue:  # noqa: ARG002 - as all kinds have it
        """The always-valid p-value."""
        return always_valid_p(statistic, self.n, tuned(self.n_star))


ONCE = Once()


def planned_fraction(se_now: float, se_planned: float) -> float:
    """The share of the planned information: (1 / SE_now^2) / (1 / SE_planned^2), at most 1."""
    return min((se_planned / se_now) ** 2, 1.0)
