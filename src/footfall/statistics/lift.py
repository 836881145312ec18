"""M2: by how many per cent a variant is better, with the interval that agrees with the test.

Source: Fieller 1954, JRSS-B 16:175.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

from footfall.statistics.arm import (
    NEGATIVE_CONTROL,
    NO_VARIANCE_IN_ONE,
    OUT_OF_RANGE,
    UNCLEAR_CONTROL,
    ZERO_CONTROL,
    Arm,
    Interval,
)


@dataclass(frozen=True, slots=True)
class Lift:
    """The relative difference, as a fraction; or why there is none.

    `g` says how unclear the control's mean is: 0 perfectly clear, from 1 on there is no interval.
    """

    estimate: float | None
    interval: Interval | None
    g: float | None
    reason: str | None = None


def fieller(control: Arm, treatment: Arm, critical: float) -> Lift:
    """Every lift that the test with this critical value does not refuse.

    The set of rho with (m_t - rho m_c)^2 <= q^2 (v_t + rho^2 v_c), lift = rho - 1. With
    g = q^2 v_c / m_c^2 < 1 and m_c > 0 it is an interval, and it excludes 0 exactly when
    |m_t - m_c| > q SE. Otherwise there is a reason instead of bounds.
    """
    reason = _no_lift(control, treatment)
    if reason:
        return Lift(None, None, None, reason)
    estimate = treatment.mean / control.mean - 1
    # In standard errors, so that neither large nor small units of money overflow.
    c = control.mean / sqrt(control.var_of_mean)
    t = treatment.mean / sqrt(treatment.var_of_mean)
    g = critical / c * (critical / c)
    if g >= 1:
        return Lift(None, None, g if isfinite(g) else None, UNCLEAR_CONTROL)
    interval = _bounds(c, t, critical, sqrt(treatment.var_of_mean / control.var_of_mean))
    if not (isfinite(estimate) and all(map(isfinite, interval))):
        return Lift(None, None, None, OUT_OF_RANGE)
    return Lift(estimate, interval, g)


def _no_lift(control: Arm, treatment: Arm) -> str | None:
    if control.mean <= 0:
        return ZERO_CONTROL if control.mean == 0 else NEGATIVE_CONTROL
    if min(control.var_of_mean, treatment.var_of_mean) <= 0:
        return NO_VARIANCE_IN_ONE
    return None


def _bounds(c: float, t: float, q: float, ratio: float) -> Interval:
    """Both rho = ratio [c t -/+ q sqrt(c^2 + t^2 - q^2)] / (c^2 - q^2), less 1.

    The root is real: c > q. All in the control's standard errors.
    """
    width = q * sqrt((c - q) * (c + q) + t * t)
    divisor = (c - q) * (c + q)
    return Interval(ratio * (c * t - width) / divisor - 1, ratio * (c * t + width) / divisor - 1)
