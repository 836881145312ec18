"""M3: conversion, also where so few convert that a bell curve does not fit.

Sources: Newcombe 1998, Statistics in Medicine 17:873 (method 10); Fisher's exact test.
"""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from scipy import special

from footfall.statistics.arm import Arm, Interval
from footfall.statistics.moments import Floats
from footfall.statistics.tails import PValue, p_of_log, two_sided_z, z_quantile

ENOUGH = 10
EQUALLY_LIKELY = 1e-7
MOST_TABLES = 2_000_000


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
    """Fisher's exact two-sided p: of all tables with these margins, those no likelier than ours.

    Tables count as equally likely within 1e-7, as in R. Those further from the most likely one
    than both ours and 60 standard deviations add nothing that a number could hold.
    """
    ours = treatment.successes or 0
    first, last = _tables(control, treatment, ours)
    if last - first > MOST_TABLES:
        textbook = pooled_z(control, treatment)
        return textbook[1] if textbook else p_of_log(0.0)
    logs = _log_likelihoods(control, treatment, first, last)
    as_unlikely = logs[logs <= logs[ours - first] + EQUALLY_LIKELY]
    return p_of_log(float(special.logsumexp(as_unlikely) - special.logsumexp(logs)))


def _tables(control: Arm, treatment: Arm, ours: int) -> tuple[int, int]:
    """The least and the most successes that the treatment may have, given all margins."""
    successes = ours + (control.successes or 0)
    n = control.n + treatment.n
    share = treatment.n / n
    rate = successes / n
    middle = round(successes * share)
    reach = ceil(60 * sqrt(treatment.n * rate * (1 - rate) * (1 - share))) + 60
    first = max(0, successes - control.n, min(ours, middle) - reach)
    return first, min(successes, treatment.n, max(ours, middle) + reach)


def _log_likelihoods(control: Arm, treatment: Arm, first: int, last: int) -> Floats:
    """The ln of how likely each table is, up to a constant, step by step from the first.

    P(x + 1) / P(x) = (K - x) (n_t - x) / ((x + 1) (n_c - K + x + 1)).
    """
    successes = (control.successes or 0) + (treatment.successes or 0)
    x = np.arange(first, last, dtype=np.float64)
    up = np.log(successes - x) + np.log(treatment.n - x)
    down = np.log(x + 1) + np.log(control.n - successes + x + 1)
    return np.concatenate([[0.0], np.cumsum(up - down)])


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
