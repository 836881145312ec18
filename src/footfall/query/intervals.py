"""Between what a rate, or the difference of two, most probably lies.

Score intervals, because they hold for few and for rare successes too: Wilson, JASA 1927, and for
differences Newcombe, Statistics in Medicine 1998 (method 10).
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

Interval = tuple[float, float]


def critical(confidence: float, comparisons: int) -> float:
    """The normal quantile for so many comparisons that all hold together (Bonferroni)."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / (2 * max(comparisons, 1)))


def wilson(successes: int, trials: int, z: float) -> Interval:
    """Between what a rate lies; anywhere, where nothing was tried."""
    if not trials:
        return 0.0, 1.0
    rate, square = successes / trials, z * z
    middle = rate + square / (2 * trials)
    half = z * sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    below = 1 + square / trials
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


def newcombe(one: tuple[int, int], other: tuple[int, int], z: float) -> Interval:
    """Between what the first rate less the second lies; each is successes and trials."""
    (low_1, high_1), (low_2, high_2) = wilson(*one, z), wilson(*other, z)
    rate_1 = one[0] / one[1] if one[1] else 0.5
    rate_2 = other[0] / other[1] if other[1] else 0.5
    difference = rate_1 - rate_2
    return (
        difference - sqrt((rate_1 - low_1) ** 2 + (high_2 - rate_2) ** 2),
        difference + sqrt((high_1 - rate_1) ** 2 + (rate_2 - low_2) ** 2),
    )
