"""M17: whether those who came first reacted otherwise than those who came later.

Both groups are measured at the same age, so that only newness is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from footfall.statistics.arm import Arm, not_comparable
from footfall.statistics.difference import Difference, difference
from footfall.statistics.tails import PValue, two_sided_z

Pair = tuple[Arm, Arm]
"""Control and treatment of one cohort."""


def novelty(first: Pair, later: Sequence[Pair]) -> tuple[float, PValue] | None:
    """The z between the effect of week 1's cohort and that of all later weeks, and its p-value.

    z = (d_1 - d_2) / sqrt(SE_1^2 + SE_2^2), the later weeks weighed by 1 / SE^2; the cohorts are
    different people, so independent. None where either cannot be compared.
    """
    comparable = [pair for pair in later if not_comparable(*pair) is None]
    if not comparable or not_comparable(*first) is not None:
        return None
    early, late = difference(*first), _pooled([difference(*pair) for pair in comparable])
    z = (early.estimate - late[0]) / sqrt(early.se**2 + late[1] ** 2)
    return z, two_sided_z(z)


def _pooled(effects: Sequence[Difference]) -> tuple[float, float]:
    weights = [1 / each.se**2 for each in effects]
    total = sum(weights)
    mean = sum(w * each.estimate for w, each in zip(weights, effects, strict=True)) / total
    return mean, 1 / sqrt(total)
