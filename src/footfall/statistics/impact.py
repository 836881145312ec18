"""M19: what a difference in revenue is worth in a year, with an honest range.

The raw figure of a winner is too high on average, because it was picked for being high; so the
headline is shrunk towards what effects usually are, and the raw figure stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from footfall.errors import RequestError
from footfall.statistics.arm import Arm, Interval
from footfall.statistics.difference import Difference, difference
from footfall.statistics.posterior import Posterior, Prior, posterior
from footfall.statistics.tails import z_quantile

DAYS_OF_A_YEAR = 365
USUAL_EFFECT = 0.05
LEAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Traffic:
    """How a run's units grow to a year's.

    `units` exposed in all variants within `days` of enrolment; `share` of the eligible traffic
    was enrolled; `seasonality` is the year's mean day in terms of the run's, last year;
    `persistence` the part of the effect that lasts; `cv` how uncertain all this is, relatively.
    """

    units: int
    days: float
    share: float = 1.0
    seasonality: float = 1.0
    persistence: float = 1.0
    cv: float = 0.0

    @property
    def units_per_year(self) -> float:
        """K = 365 s h N / (a D), in exposed-equivalent units."""
        grown = DAYS_OF_A_YEAR * self.seasonality * self.persistence * self.units
        return grown / (self.share * self.days)


@dataclass(frozen=True, slots=True)
class Amount:
    """A yearly amount in the currency of the KPI, its SE, and where it is."""

    value: float
    se: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Impact:
    """The yearly amount as measured (`raw`) and as believed (`shrunk`), and what they come from."""

    difference: Difference
    units_per_year: float
    raw: Amount
    believed: Posterior
    shrunk: Amount


def impact(
    control: Arm,
    treatment: Arm,
    traffic: Traffic,
    critical: float,
    *,
    effect_sd: float = USUAL_EFFECT,
    alpha: float = 0.05,
) -> Impact:
    """The yearly impact of revenue per unit, net, raw or capped; not of AOV or conversion.

    A = K delta; Var A = K^2 SE^2 + delta^2 c^2 K^2 + c^2 K^2 SE^2; A -/+ q sqrt(Var A), with q
    sequential where the run was stopped early. The shrunk one puts the posterior with prior sd
    `effect_sd` m_c in place of (delta, SE). The arms must be comparable, the control above 0.
    """
    found = difference(control, treatment)
    k = traffic.units_per_year
    believed = posterior(found.estimate, found.se, Prior(0.0, effect_sd * control.mean))
    raw = _amount(found.estimate, found.se, k, traffic.cv, critical)
    shrunk = _amount(believed.mean, believed.sd, k, traffic.cv, z_quantile(alpha))
    return Impact(found, k, raw, believed, shrunk)


def _amount(delta: float, se: float, k: float, cv: float, critical: float) -> Amount:
    spread = k * sqrt(se**2 + (delta * cv) ** 2 + (cv * se) ** 2)
    value = k * delta
    return Amount(value, spread, Interval(value - critical * spread, value + critical * spread))


@dataclass(frozen=True, slots=True)
class Standing:
    """What must hold before a yearly figure is told."""

    is_valid: bool
    days: int
    is_significant: bool
    is_mature: bool


def withheld(standing: Standing) -> tuple[str, ...]:
    """Why the headline is not told; nothing is withheld where this is empty.

    With `not_significant` alone the raw interval may be told, as a range.
    """
    reasons = {
        "invalid": not standing.is_valid,
        "short_run": standing.days < LEAST_DAYS or standing.days % 7 != 0,
        "window_not_mature": not standing.is_mature,
        "not_significant": not standing.is_significant,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def conversion_impact(
    control_rate: Arm, treatment_rate: Arm, aov: float, traffic: Traffic, critical: float
) -> Amount:
    """The figure that assumes AOV unchanged: CR difference x the control's AOV x visitors.

    Only ever printed beside the direct one.
    """
    found = difference(control_rate, treatment_rate)
    return _amount(
        found.estimate * aov, found.se * aov, traffic.units_per_year, traffic.cv, critical
    )


def disagree(one: Interval, other: Interval) -> bool:
    """Whether two intervals of the same amount do not overlap, which needs an explanation."""
    return one.high < other.low or other.high < one.low


def programme_total(impacts: Sequence[Impact], *, of: str = "shrunk") -> float:
    """What several shipped experiments are worth together: the sum of the shrunk amounts.

    Raises RequestError for the sum of raw ones, which is known to be too high (Lee and Shen, KDD
    2018).
    """
    if of != "shrunk":
        raise RequestError(
            f"a programme's {of} impacts are not added up: picked winners are too high on average; "
            "add up the shrunk ones"
        )
    return fsum(each.shrunk.value for each in impacts)
