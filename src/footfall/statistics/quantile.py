"""M14: how sure a quantile is, such as the median or the 95th percentile of a waiting time.

Sources: Woodruff 1952; Deng, Knoblich, Lu, KDD 2018 (where the rows are not the units).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np

from footfall.statistics.arm import Arm
from footfall.statistics.moments import Floats, of_rows
from footfall.statistics.ratio import ratio_arm
from footfall.statistics.tails import z_quantile


def quantile_arm(values: Sequence[float] | Floats, share: float, alpha: float = 0.05) -> Arm | None:
    """The quantile of one value per unit, with the variance that makes it an arm.

    SE = (Q(nu + h) - Q(nu - h)) / (2 z), h = z sqrt(nu (1 - nu) / n); Q is the inverted CDF.
    None below two units.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    if n < 2:
        return None
    return _arm(ordered, share, sqrt(share * (1 - share) / n), n, alpha)


def clustered_quantile_arm(
    values: Sequence[float] | Floats, units: Sequence[int], share: float, alpha: float = 0.05
) -> Arm | None:
    """The quantile of all rows, where several rows belong to one unit.

    h comes from the delta-method variance of the share of rows at or below the quantile.
    """
    rows = np.asarray(values, dtype=np.float64)
    _, owner = np.unique(np.asarray(units), return_inverse=True)
    n = int(owner.max()) + 1 if len(rows) else 0
    if n < 2:
        return None
    ordered = np.sort(rows)
    below = np.bincount(owner, weights=rows <= _at(ordered, share), minlength=n)
    sizes = np.bincount(owner, minlength=n)
    found = ratio_arm(of_rows(("below", "rows"), np.column_stack([below, sizes])), "below", "rows")
    return _arm(ordered, share, sqrt(found.var_of_mean), n, alpha) if found else None


def _arm(ordered: Floats, share: float, spread: float, n: int, alpha: float) -> Arm:
    z = z_quantile(alpha)
    se = (_at(ordered, share + z * spread) - _at(ordered, share - z * spread)) / (2 * z)
    return Arm(n, _at(ordered, share), se * se * n)


def _at(ordered: Floats, share: float) -> float:
    """The smallest value that at least this share is not above; within the data."""
    # A product such as 0.07 * 100 must not fall on the next place by rounding.
    place = ceil(round(share * len(ordered), 9)) - 1
    return float(ordered[min(max(place, 0), len(ordered) - 1)])
