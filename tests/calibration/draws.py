"""Shops by chance: who buys and for how much, as the variants' moments."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import TYPE_CHECKING

import numpy as np

from calibration.bars import Floats, Rng, chunks
from footfall.statistics.arm import Arm, converting

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE, MEAN = 0.03, 60.0
AT_ONCE = 4_000_000


def conversions(rng: Rng, runs: int, n: int, rate: float = RATE) -> Iterator[Arm]:
    """Variants in which each of n units converts with the same chance."""
    for successes in rng.binomial(n, rate, runs):
        yield converting(n, int(successes))


def revenues(rng: Rng, runs: int, n: int, rate: float = RATE, sigma: float = 1.0) -> Iterator[Arm]:
    """Variants in which some units buy, for log-normal amounts with mean 60."""
    for part in chunks(runs, max(int(AT_ONCE / (n * rate)), 1)):
        buyers = rng.binomial(n, rate, part)
        yield from arms_of(n, *central(amounts(rng, buyers, sigma), buyers, n))


def amounts(rng: Rng, buyers: NDArray[np.int64], sigma: float) -> Floats:
    """One amount for each buyer of all runs."""
    return rng.lognormal(log(MEAN) - sigma**2 / 2, sigma, int(buyers.sum()))


def central(values: Floats, buyers: NDArray[np.int64], n: int) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and third central moment per run; who does not buy brings 0."""
    runs = len(buyers)
    run = np.repeat(np.arange(runs), buyers)
    means = np.bincount(run, values, runs) / n
    apart = values - means[run]
    idle = n - buyers
    squares = np.bincount(run, apart**2, runs) + idle * means**2
    cubes = np.bincount(run, apart**3, runs) - idle * means**3
    return means, squares / (n - 1), cubes / n


def arms_of(n: int, means: Floats, variances: Floats, thirds: Floats) -> Iterator[Arm]:
    """The runs as variants."""
    for mean, var, third in zip(means, variances, thirds, strict=True):
        yield Arm(n, float(mean), float(var), float(third))
