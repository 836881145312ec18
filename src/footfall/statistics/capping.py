"""M13: one order of 5,000 must not decide; totals per unit are cut at one cap for all variants.

Raw and capped numbers are always both shown. Source: the winsorisation rule of Statsig.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, fsum

from footfall.statistics.moments import Floats

USUAL_SHARE = 0.999


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap in the KPI's unit, how many units it cut, and which share of the sum it took.

    `floor` is the cap of what is negative, such as refunds; None where there is none.
    """

    value: float
    units: int
    removed: float
    floor: float | None = None


def cap_of(
    variants: Sequence[Sequence[float] | Floats],
    share: float = USUAL_SHARE,
    *,
    both_ends: bool = False,
) -> Cap | None:
    """The inverted-CDF quantile of the non-zero unit totals, all variants pooled.

    The smallest total t such that at least `share` of them are <= t; the same as quantile_disc in
    the database. With `both_ends` the same share of them is >= the floor. None where every unit
    is 0.
    """
    totals = sorted(float(each) for variant in variants for each in variant if each != 0)
    if not totals:
        return None
    # No unit becomes less than nothing by a cap from above, nor more by one from below.
    value = max(_at(totals, share), 0.0)
    turned = [-each for each in reversed(totals)]
    floor = min(-_at(turned, share), 0.0) if both_ends else None
    cut = [each for each in totals if _within(each, value, floor) != each]
    removed = fsum(each - _within(each, value, floor) for each in cut)
    whole = fsum(totals)
    return Cap(value, len(cut), removed / whole if whole else 0.0, floor)


def _at(totals: Sequence[float], share: float) -> float:
    # A product such as 0.07 * 100 must not fall on the next place by rounding.
    return totals[max(ceil(round(share * len(totals), 9)), 1) - 1]


def capped(totals: Sequence[float], cap: Cap) -> list[float]:
    """Unit totals, none beyond the cap."""
    return [_within(float(each), cap.value, cap.floor) for each in totals]


def _within(total: float, value: float, floor: float | None) -> float:
    high = min(total, value)
    return high if floor is None else max(high, floor)
