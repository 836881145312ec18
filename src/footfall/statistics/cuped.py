"""M5 and M6: what people did before the experiment explains part of the noise; take it out.

The shift is the same for all variants, so the difference stays what it is and its SE shrinks.
Sources: Deng, Xu, Kohavi, Walker, WSDM 2013 (and its appendix B); Deng, Knoblich, Lu, KDD 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footfall.statistics.arm import Arm
from footfall.statistics.moments import Floats, Moments, total
from footfall.statistics.ratio import ratio_weights

SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The variants with the explained part taken out, and how much that was.

    `theta` is one weight per covariate, 0 where the covariates say nothing; `reductions` is the
    share of each variant's variance that is gone. Adjusted means are never the observed KPI.
    """

    arms: tuple[Arm, ...]
    theta: tuple[float, ...]
    reductions: tuple[float, ...]


def cuped(variants: Sequence[Moments], outcome: str, covariates: Sequence[str]) -> Adjusted:
    """A mean per unit, adjusted by any number of covariates.

    theta = Sxx^-1 Sxy over all variants as one sample; m_k* = m_k - theta'(xbar_k - xbar_all);
    s*^2 = (1, -theta)' S_k (1, -theta). theta = 0 where Sxx is singular. Units without a
    pre-period have covariate 0 and 1 in an indicator covariate.
    """
    everyone = total(variants)
    names = (outcome, *covariates)
    at = [everyone.at(name) for name in names]
    pooled = everyone.covariance[np.ix_(at, at)]
    theta = _solved(pooled[1:, 1:], pooled[1:, 0])
    centre = everyone.means[at]
    return _adjusted(variants, at, centre, theta)


def _adjusted(
    variants: Sequence[Moments], at: list[int], centre: Floats, theta: Floats
) -> Adjusted:
    weights = np.concatenate([[1.0], -theta])
    arms, reductions = [], []
    for each in variants:
        covariance = each.covariance[np.ix_(at, at)]
        var = max(float(weights @ covariance @ weights), 0.0)
        moved = theta @ (each.means[at[1:]] - centre[1:])
        arms.append(Arm(each.n, float(each.means[at[0]] - moved), var))
        reductions.append(_reduction(var, float(covariance[0, 0])))
    return Adjusted(tuple(arms), tuple(map(float, theta)), tuple(reductions))


def cuped_ratio(
    variants: Sequence[Moments],
    outcome: tuple[str, str],
    covariate: tuple[str, str],
) -> Adjusted | None:
    """A ratio of two sums, adjusted by the same ratio before the experiment.

    Both ratios are linearised at all variants as one sample: a = (1/mx, -my/mx^2, 0, 0), b
    likewise before; theta = a'Sb / b'Sb; variance (a - theta b)' S_k (a - theta b), with a and b
    at each variant's own means. None where there is nothing to divide by; without a pre-period
    theta is 0.
    """
    everyone = total(variants)
    if any(_below(each, outcome) == 0 for each in variants):
        return None
    theta = 0.0
    if all(_below(each, covariate) != 0 for each in (everyone, *variants)):
        theta = _ratio_theta(everyone, outcome, covariate)
    arms, reductions = [], []
    for each in variants:
        a = _linear(each, outcome)
        b = _linear(each, covariate) if theta else np.zeros_like(a)
        covariance = each.covariance
        var = max(float((a - theta * b) @ covariance @ (a - theta * b)), 0.0)
        moved = theta * (_rate(each, covariate) - _rate(everyone, covariate)) if theta else 0.0
        arms.append(Arm(each.n, _rate(each, outcome) - moved, var))
        reductions.append(_reduction(var, float(a @ covariance @ a)))
    return Adjusted(tuple(arms), (theta,), tuple(reductions))


def _ratio_theta(everyone: Moments, outcome: tuple[str, str], covariate: tuple[str, str]) -> float:
    a, b = _linear(everyone, outcome), _linear(everyone, covariate)
    covariance = everyone.covariance
    own, before = float(a @ covariance @ a), float(b @ covariance @ b)
    # A pre-period without variance explains nothing.
    return float(a @ covariance @ b) / before if before > SINGULAR * own else 0.0


def _linear(moments: Moments, sides: tuple[str, str]) -> Floats:
    weights = ratio_weights(_rate(moments, sides), _below(moments, sides), *sides)
    vector = np.zeros(len(moments.names))
    for name, weight in weights.items():
        vector[moments.at(name)] = weight
    return vector


def _rate(moments: Moments, sides: tuple[str, str]) -> float:
    return float(moments.means[moments.at(sides[0])]) / _below(moments, sides)


def _below(moments: Moments, sides: tuple[str, str]) -> float:
    return float(moments.means[moments.at(sides[1])])


def _solved(matrix: Floats, target: Floats) -> Floats:
    """matrix^-1 target, in units of each covariate's own spread; zeros where it is singular."""
    spread = np.sqrt(np.clip(np.diag(matrix), 0, None))
    if not spread.all():
        return np.zeros(len(target))
    scaled = matrix / np.outer(spread, spread)
    if np.linalg.eigvalsh(scaled)[0] < SINGULAR:
        return np.zeros(len(target))
    solved: Floats = np.linalg.solve(scaled, target / spread) / spread
    return solved


def _reduction(left: float, before: float) -> float:
    return 1 - left / before if before > 0 else 0.0
