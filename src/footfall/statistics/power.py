"""M15: how many units an experiment needs, and what it can see with those it gets.

Sources: the two-sample z and t tests; Jennison and Turnbull 2000, chapter 7 (inflation for looks).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from scipy import special
from scipy.optimize import brentq

from footfall.statistics.spending import Spending, looks
from footfall.statistics.tails import NEARLY_NORMAL, z_quantile

ALPHA, POWER = 0.05, 0.8


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known before: the KPI's mean and variance per unit; `binary` where it is a rate."""

    mean: float
    var: float
    binary: bool = False

    def var_at(self, lift: float) -> float:
        """The treatment's variance at a lift: a rate's moves with it, another's is as before."""
        rate = self.mean * (1 + lift)
        return rate * (1 - rate) if self.binary else self.var


@dataclass(frozen=True, slots=True)
class Demand:
    """What the test is asked for.

    `ratio` is n_t / n_c; `explained` the R^2 of covariates; `inflation` the price of looking;
    `guardrails` how many have to pass too, each of which gets its part of beta.
    """

    alpha: float = ALPHA
    power: float = POWER
    ratio: float = 1.0
    explained: float = 0.0
    inflation: float = 1.0
    guardrails: int = 0

    @property
    def z_sum(self) -> float:
        """z_{alpha/2} + z_beta, with beta / (G + 1)."""
        beta = (1 - self.power) / (self.guardrails + 1)
        return z_quantile(self.alpha) - float(special.ndtri(beta))


def control_size(baseline: Baseline, lift: float, demand: Demand) -> float:
    """Units in the control: (z_{a/2} + z_b)^2 (s_c^2 + s_t^2 / k) / (MDE m_c)^2, times the rest.

    Times (1 - R^2) for covariates and the inflation for looks. Not rounded.
    """
    spread = baseline.var_at(0.0) + baseline.var_at(lift) / demand.ratio
    needed = demand.z_sum**2 * spread / (lift * baseline.mean) ** 2
    return needed * (1 - demand.explained) * demand.inflation


def power_at(baseline: Baseline, lift: float, n_control: float, demand: Demand) -> float:
    """The chance to find a true lift with so many units in the control."""
    spread = baseline.var_at(0.0) + baseline.var_at(lift) / demand.ratio
    se = sqrt(spread * (1 - demand.explained) * demand.inflation / n_control)
    z = abs(lift * baseline.mean) / se
    critical = z_quantile(demand.alpha)
    return float(special.ndtr(z - critical) + special.ndtr(-z - critical))


def detectable_lift(baseline: Baseline, n_control: float, demand: Demand) -> float | None:
    """The smallest true gain that is found with the demanded power.

    None where even a lift of 1,000 %, or the highest rate there is, would not be found.
    """
    most = 10.0
    if baseline.binary:
        most = min(most, (1 - 1e-9) / baseline.mean - 1)

    def missing(lift: float) -> float:
        return control_size(baseline, lift, demand) - n_control

    if most <= 0 or missing(most) > 0:
        return None
    return float(brentq(missing, most * 1e-9, most, xtol=1e-12))


def power_of_t(n: float, delta: float, sd: float, alpha: float) -> float:
    """The power of the two-sample t test with n units in each variant; the far side left out."""
    df = 2 * (n - 1)
    return float(1 - special.nctdtr(df, delta / sd * sqrt(n / 2), -special.stdtrit(df, alpha / 2)))


def size_of_t(delta: float, sd: float, alpha: float, power: float) -> float:
    """Units in each variant of a two-sample t test, at least 2; as R's power.t.test has it."""
    normal = 2 * ((z_quantile(alpha) - float(special.ndtri(1 - power))) * sd / delta) ** 2
    if normal > NEARLY_NORMAL:
        return normal
    if normal < 1 or power_of_t(2, delta, sd, alpha) >= power:
        return 2.0
    most = 2 * normal + 100
    return float(brentq(lambda n: power_of_t(n, delta, sd, alpha) - power, 2, most, xtol=1e-10))


def size_of_pooled_rates(p1: float, p2: float, alpha: float, power: float) -> float:
    """Units in each variant of a test of two rates with one variance under the null.

    [z_{a/2} sqrt(2 p (1 - p)) + z_b sqrt(p1 (1 - p1) + p2 (1 - p2))]^2 / (p1 - p2)^2, as R's
    power.prop.test has it.
    """
    middle = (p1 + p2) / 2
    own = p1 * (1 - p1) + p2 * (1 - p2)
    z_beta = -float(special.ndtri(1 - power))
    reach = z_quantile(alpha) * sqrt(2 * middle * (1 - middle)) + z_beta * sqrt(own)
    return (reach / (p1 - p2)) ** 2


@lru_cache(maxsize=256)
def inflation(
    fractions: tuple[float, ...],
    alpha: float = ALPHA,
    power: float = POWER,
    spending: Spending = "obf",
) -> float:
    """How many times the units of a single look a run with looks needs, for the same power."""
    every = dict.fromkeys(looks(fractions, alpha, spending))  # a look without news is no other
    fixed = z_quantile(alpha) + float(special.ndtri(power))

    def missing(drift: float) -> float:
        """How far the share of the runs that cross a bound at some look is from the power."""
        return sum(look.crossing(drift) for look in every) - power

    return float((brentq(missing, fixed * 0.9, fixed * 2) / fixed) ** 2)


def equal_looks(count: int) -> tuple[float, ...]:
    """The shares of the information at `count` looks, equally far apart."""
    return tuple(look / count for look in range(1, count + 1))
