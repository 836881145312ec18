"""Tail probabilities and quantiles that stay right far out, where `1 - cdf` is zero.

All two-sided p-values of the package are made here, so none of them is ever exactly 0: below
`SMALLEST_P` the smallest is told, and its true order of magnitude in `log10`.
Sources: scipy.special; Abramowitz and Stegun 26.5.8 (continued fraction); Wallace 1959.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p, log10, sqrt
from typing import NamedTuple

from scipy import special

SMALLEST_P = 1e-300
NEARLY_NORMAL = 1e6
"""Above so many degrees of freedom Wallace's transformation of t is exact to eight digits."""
LN10 = log(10.0)


class PValue(NamedTuple):
    """A p-value that is never 0, and its logarithm to base 10, which has no smallest value."""

    p: float
    log10: float


def p_of_log(log_p: float) -> PValue:
    """A p-value from its natural logarithm; at most 1."""
    log_p = min(log_p, 0.0)
    return PValue(max(exp(log_p), SMALLEST_P), log_p / LN10)


def two_sided_t(statistic: float, df: float) -> PValue:
    """How often luck alone gives a t statistic this far from 0, either way."""
    p = 2 * float(special.stdtr(df, -abs(statistic)))
    if p >= SMALLEST_P:
        return PValue(min(p, 1.0), log10(min(p, 1.0)))
    return p_of_log(_log_two_sided_t(abs(statistic), df))


def two_sided_z(statistic: float) -> PValue:
    """The same for a normal statistic."""
    return p_of_log(log(2) + float(special.log_ndtr(-abs(statistic))))


def t_quantile(alpha: float, df: float) -> float:
    """The t value that luck alone exceeds, either way, with probability `alpha`."""
    return -float(special.stdtrit(df, alpha / 2))


def z_quantile(alpha: float) -> float:
    """The same for a normal value."""
    return -float(special.ndtri(alpha / 2))


def chi_square_tail(statistic: float, df: int) -> PValue:
    """How often luck alone gives a chi-square this large."""
    p = float(special.chdtrc(df, statistic))
    if p >= SMALLEST_P:
        return PValue(p, log10(p))
    return p_of_log(_log_chi_square_tail(statistic / 2, df / 2))


def _log_two_sided_t(statistic: float, df: float) -> float:
    """The ln of I_x(df/2, 1/2), x = df / (df + t^2), where the probability itself is no number."""
    if df > NEARLY_NORMAL:
        z = (8 * df + 1) / (8 * df + 3) * sqrt(df * log1p(statistic * statistic / df))
        return log(2) + float(special.log_ndtr(-z))
    a, b = df / 2, 0.5
    ratio = statistic / sqrt(df)
    log_rest = -log1p(ratio * ratio) if ratio < 1e150 else -2 * log(ratio)
    x = exp(log_rest)
    front = a * log_rest + b * log1p(-x) - log(a) - (lgamma(a) + lgamma(b) - lgamma(a + b))
    return front - log(_beta_fraction(a, b, x))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1 / of the continued fraction of the incomplete beta function, from its far end."""
    value = 1.0
    for m in range(200, 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        value = 1 + odd / (1 + even / value)
    return value


def _log_chi_square_tail(x: float, a: float) -> float:
    """The ln of Q(a, x) for x far above a, by the continued fraction of the gamma function."""
    value = x
    for m in range(200, 0, -1):
        value = x + (m - a) / (1 + m / value)
    return a * log(x) - x - lgamma(a) - log(value)
