"""M4: KPIs that are one sum divided by another, where the unit is still the person.

Source: Deng, Knoblich, Lu, KDD 2018 (delta method).
"""

from __future__ import annotations

from footfall.statistics.arm import Arm
from footfall.statistics.moments import Moments, combination

NOTHING_TO_DIVIDE_BY = "nothing to divide by in a variant"


def ratio_arm(moments: Moments, numerator: str, denominator: str) -> Arm | None:
    """The ratio of two sums over a variant's units; None where the lower sum is 0.

    R = Sy / Sx; s^2 = (var y - 2 R cov + R^2 var x) / mean_x^2 per unit. Units that have neither
    stay in as (0, 0): leaving them out would make the session or the order the unit.
    """
    below = float(moments.means[moments.at(denominator)])
    if moments.n == 0 or below == 0:
        return None
    rate = float(moments.means[moments.at(numerator)]) / below
    _, var = combination(moments, ratio_weights(rate, below, numerator, denominator))
    return Arm(moments.n, rate, max(var, 0.0))


def ratio_weights(rate: float, below: float, numerator: str, denominator: str) -> dict[str, float]:
    """The weights that turn (y, x) into the ratio's own deviation: 1 / mean_x and -R / mean_x."""
    return {numerator: 1 / below, denominator: -rate / below}
