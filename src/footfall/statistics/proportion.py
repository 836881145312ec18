"""M3: conversion, also where so few convert that a bell curve does not fit.

Sources: Newcombe 1998, Statistics in Medicine 17:873 (method 10); Fisher's exact test.
"""

from __future__ import annotations

from math import log, sqrt

from footfall.statistics.arm import Arm, Interval
from footfall.statistics.tails import SMALLEST_P, PValue, p_of_log, two_sided_z, z_quantile

ENOUGH = 10


def is_sparse(control: Arm, treatment: Arm) -> bool:
    """Whether a variant has fewer than 10 successes or 10 failures, so that M1 does not hold."""
    return any(
        arm.successes is not None and min(arm.successes, arm.failures) < ENOUGH
        for arm in (control, treatment)
    )


def newcombe(control: Arm, treatment: Arm, alpha: float) -> Interval:
    """The interval of the difference of two rates, from Wilson's interval of each.

    d - sqrt((p_t - l_t)^2 + (u_c - p_c)^2), d + sqrt((u_t - p_t)^2 + (p_c - l_c)^2).
    Within [-1, 1] and never of width 0, also where nobody converts.
    """
    z = z_quantile(alpha)
    c, t = _wilson(control, z), _wilson(treatment, z)
    gap = treatment.mean - control.mean
    down = sqrt((treatment.mean - t.low) ** 2 + (c.high - control.mean) ** 2)
    up = sqrt((t.high - treatment.mean) ** 2 + (control.mean - c.low) ** 2)
    return Interval(gap - down, gap + up)


def _wilson(arm: Arm, z: float) -> Interval:
    """Wilson's score interval of a rate."""
    centre = (arm.mean + z * z / (2 * arm.n)) / (1 + z * z / arm.n)
    half = sqrt(arm.mean * (1 - arm.mean) / arm.n + (z / (2 * arm.n)) ** 2) * z
    half /= 1 + z * z / arm.n
    return Interval(max(centre - half, 0.0), min(centre + half, 1.0))


def fisher(control: Arm, treatment: Arm) -> PValue:
    """Fisher's exact two-sided p: of all tables with these margins, those no likelier than ours."""
    from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import, and seldom needed

    table = [[arm.successes, arm.failures] for arm in (treatment, control)]
    return p_of_log(log(max(float(fisher_exact(table).pvalue), SMALLEST_P)))


def pooled_z(control: Arm, treatment: Arm) -> tuple[float, PValue] | None:
    """The textbook z test with one rate for both; None where nobody or everybody converts.

    z = (p_t - p_c) / sqrt(p (1 - p) (1 / n_c + 1 / n_t)). For comparison only: M1 decides.
    """
    n = control.n + treatment.n
    rate = ((control.successes or 0) + (treatment.successes or 0)) / n
    spread = rate * (1 - rate) * (1 / control.n + 1 / treatment.n)
    if spread <= 0:
        return None
    z = (treatment.mean - control.mean) / sqrt(spread)
    return z, two_sided_z(z)
