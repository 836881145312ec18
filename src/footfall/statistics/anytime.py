"""M7: an interval that holds at every moment at once, for runs that nobody planned.

Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, Annals of Statistics 2024 (asymptotic
confidence sequences); the same boundary as the normal mixture of Howard et al. 2021.
"""

from __future__ import annotations

from math import log, sqrt

from footfall.statistics.tails import PValue, p_of_log


def tuned(n_star: float, alpha: float = 0.05) -> float:
    """The r = rho^2 with which the interval is narrowest around `n_star` units in all.

    r = (-2 ln alpha + ln(1 - 2 ln alpha)) / n*.
    """
    return (-2 * log(alpha) + log(1 - 2 * log(alpha))) / n_star


def multiplier(n: float, r: float, alpha: float = 0.05) -> float:
    """How many standard errors of the difference the interval reaches to either side.

    sqrt((n r + 1) / (n r) ln((n r + 1) / alpha^2)), n = all units so far. It is for the
    difference, and is handed on to Fieller's lift; on a delta-method lift the promise breaks.
    """
    nr = n * r
    return sqrt((nr + 1) / nr * (log(nr + 1) - 2 * log(alpha)))


def always_valid_p(statistic: float, n: float, r: float) -> PValue:
    """The level at which the interval would just touch 0: sqrt(nr+1) exp(-nr z^2 / (2(nr+1)))."""
    nr = n * r
    return p_of_log(0.5 * log(nr + 1) - nr * statistic * statistic / (2 * (nr + 1)))
