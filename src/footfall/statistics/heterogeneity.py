"""M16: whether an effect truly differs between segments, or only looks so.

Sources: Cochran 1954; DerSimonian and Laird 1986.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from footfall.statistics.difference import Difference
from footfall.statistics.posterior import Posterior
from footfall.statistics.tails import PValue, chi_square_tail


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How much the segments' effects differ beyond their noise.

    `i2` is the share of the variation that is not noise, `tau` the effects' own standard
    deviation, in the KPI's unit; `shrunk` are the effects drawn towards their mean, in order.
    """

    q: float
    df: int
    p: PValue
    i2: float
    tau: float
    shrunk: tuple[Posterior, ...]


def heterogeneity(effects: Sequence[Difference]) -> Heterogeneity | None:
    """Q = sum w (d - dbar)^2, w = 1 / SE^2, chi-square with k - 1; None below two segments.

    tau^2 = max(0, (Q - (k - 1)) / (W - sum w^2 / W)); a segment's shrunk effect weighs its own
    estimate by tau^2 / (tau^2 + SE^2) and the random-effects mean by the rest.
    """
    if len(effects) < 2:
        return None
    weights = [1 / each.se**2 for each in effects]
    total = fsum(weights)
    mean = _mean(effects, weights)
    q = fsum(w * (each.estimate - mean) ** 2 for w, each in zip(weights, effects, strict=True))
    df = len(effects) - 1
    tau2 = max(0.0, (q - df) / (total - fsum(w * w for w in weights) / total))
    i2 = max(0.0, (q - df) / q) if q > 0 else 0.0
    return Heterogeneity(q, df, chi_square_tail(q, df), i2, sqrt(tau2), _shrunk(effects, tau2))


def _mean(effects: Sequence[Difference], weights: Sequence[float]) -> float:
    weighed = (w * each.estimate for w, each in zip(weights, effects, strict=True))
    return fsum(weighed) / fsum(weights)


def _shrunk(effects: Sequence[Difference], tau2: float) -> tuple[Posterior, ...]:
    """Each segment's effect given all: its own variance and that of the mean it is drawn to."""
    weights = [1 / (each.se**2 + tau2) for each in effects]
    mean, of_mean = _mean(effects, weights), 1 / fsum(weights)
    return tuple(_drawn(each, tau2, mean, of_mean) for each in effects)


def _drawn(effect: Difference, tau2: float, mean: float, of_mean: float) -> Posterior:
    own = tau2 / (tau2 + effect.se**2)
    variance = own * effect.se**2 + (1 - own) ** 2 * of_mean
    return Posterior(own * effect.estimate + (1 - own) * mean, sqrt(variance))
