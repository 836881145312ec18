"""A variant in a comparison: how many units it has, what they came to, how much they differ."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

TOO_FEW_UNITS = "fewer than two units in a variant"
NO_VARIANCE = "no variance in any variant"
NO_VARIANCE_IN_ONE = "no variance in one variant"
ZERO_CONTROL = "zero control mean"
NEGATIVE_CONTROL = "negative control mean"
UNCLEAR_CONTROL = "control mean not clearly above zero"
FEW_SUCCESSES = "fewer than 10 successes or failures in a variant"
SMALLEST_VARIANCE = 1e-180
OUT_OF_RANGE = "numbers too large or too small to compute with"


class Interval(NamedTuple):
    """Two bounds, `low <= high`, in the unit of what they bound."""

    low: float
    high: float

    def negated(self) -> Interval:
        """The interval of the opposite: what is gained where less is better."""
        return Interval(-self.high, -self.low)


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant's units for one KPI: the three numbers that every test needs, and two for checks.

    `mean` is the KPI, `var` the variance per unit (ddof 1) in its squared unit, so `var / n` is
    the variance of the mean, also for ratios and adjusted means. `third` is the third central
    moment where it is known. `successes` is set where each unit either converts or does not.
    """

    n: int
    mean: float
    var: float
    third: float | None = None
    successes: int | None = None

    @property
    def var_of_mean(self) -> float:
        """How much the mean itself would vary: SE squared."""
        return self.var / self.n

    @property
    def failures(self) -> int:
        """Units that did not convert; only where each either does or does not."""
        return self.n - (self.successes or 0)


def converting(n: int, successes: int) -> Arm:
    """A variant in which `successes` of `n` units converted: moments of zeros and ones."""
    if n < 1:
        return Arm(n, 0.0, 0.0, None, successes)
    rate = successes / n
    spread = rate * (1 - rate)
    return Arm(n, rate, spread * n / max(n - 1, 1), spread * (1 - 2 * rate), successes)


def not_comparable(control: Arm, treatment: Arm) -> str | None:
    """Why two variants cannot be compared at all; None if they can."""
    if min(control.n, treatment.n) < 2:
        return TOO_FEW_UNITS
    total = control.var_of_mean + treatment.var_of_mean
    if not all(map(isfinite, (control.mean, treatment.mean, total))):
        return OUT_OF_RANGE
    if total <= 0:
        return NO_VARIANCE
    return OUT_OF_RANGE if total < SMALLEST_VARIANCE else None
