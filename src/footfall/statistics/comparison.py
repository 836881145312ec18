"""A variant against the control for one KPI: one test, one interval, one lift, one p-value.

They always say the same: p < alpha exactly when the interval of the difference excludes 0, and
exactly when the lift's does. What cannot be told has a reason in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from footfall.statistics.arm import (
    FEW_SUCCESSES,
    ZERO_CONTROL,
    Arm,
    Interval,
    not_comparable,
)
from footfall.statistics.difference import Difference, difference
from footfall.statistics.lift import Lift, fieller
from footfall.statistics.margin import Better
from footfall.statistics.monitoring import ONCE, Monitoring
from footfall.statistics.proportion import fisher, is_sparse, newcombe
from footfall.statistics.skewness import kappa
from footfall.statistics.tails import PValue, two_sided_z, z_quantile

Test = Literal["welch", "fisher"]
NOT_ESTIMABLE = "not_estimable"
NORMAL = 1e12
"""Degrees of freedom with which t is as good as normal."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison came to, in the KPI's own direction (treatment minus control).

    `difference`, `interval` and `p` are None with a `reason` where the variants cannot be
    compared at all. `critical` is the interval's half-width in standard errors, None for the
    exact test. `lift` is always there, and has a reason of its own. `alpha` is the two-sided
    level; `kappa` the skew (`skewness`).
    """

    control: Arm
    treatment: Arm
    alpha: float
    test: Test
    lift: Lift
    difference: Difference | None = None
    critical: float | None = None
    interval: Interval | None = None
    p: PValue | None = None
    kappa: float | None = None
    reason: str | None = None

    @property
    def status(self) -> str:
        """`estimated`, or `not_estimable: …` with the reason."""
        return status_of(self.reason)

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes 0."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high

    def gained(self, better: Better) -> Interval | None:
        """The lift's interval with positive as good; None where there is none."""
        return oriented(self.lift.interval, better)


def compare(
    control: Arm, treatment: Arm, monitoring: Monitoring = ONCE, alpha: float = 0.05
) -> Comparison:
    """M1 and M2, or M3 where too few convert, at the critical value of how the run is looked at."""
    reason = not_comparable(control, treatment)
    if reason:
        return Comparison(control, treatment, alpha, "welch", _without(reason), reason=reason)
    found = difference(control, treatment)
    if is_sparse(control, treatment):
        return _sparse(control, treatment, found, monitoring, alpha)
    critical = monitoring.critical(alpha, found.df)
    return Comparison(
        control,
        treatment,
        alpha,
        "welch",
        fieller(control, treatment, critical),
        found,
        critical,
        found.interval(critical),
        monitoring.p_value(found.statistic, found.df),
        kappa(control, treatment),
    )


def _sparse(
    control: Arm, treatment: Arm, found: Difference, monitoring: Monitoring, alpha: float
) -> Comparison:
    """Newcombe's interval and Fisher's p; the lift is withheld.

    Where there are several looks, both are at the level that this look has by itself.
    """
    lift = _without(ZERO_CONTROL if control.mean == 0 else FEW_SUCCESSES)
    level, p = alpha, fisher(control, treatment)
    if monitoring is not ONCE:
        level = two_sided_z(monitoring.critical(alpha, NORMAL)).p
        p = monitoring.p_value(z_quantile(p.p), NORMAL)
    return Comparison(
        control,
        treatment,
        alpha,
        "fisher",
        lift,
        found,
        None,
        newcombe(control, treatment, level),
        p,
    )


def _without(reason: str) -> Lift:
    return Lift(None, None, None, reason)


def at_level(comparison: Comparison, monitoring: Monitoring, alpha: float) -> Comparison:
    """The same comparison with intervals at another level, such as Holm's; p stays what it is."""
    again = compare(comparison.control, comparison.treatment, monitoring, alpha)
    return replace(again, p=comparison.p)


def oriented(interval: Interval | None, better: Better) -> Interval | None:
    """An interval with positive as good."""
    return interval.negated() if interval and better == "lower" else interval


def status_of(reason: str | None) -> str:
    """The word for a number that is there, or the reason why it is not."""
    return f"{NOT_ESTIMABLE}: {reason}" if reason else "estimated"
