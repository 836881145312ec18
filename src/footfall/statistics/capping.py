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
    """The cap in the KPI's unit, how many units it cut, and which share of the sum it took."""

    value: float
    units: int
    removed: float


def cap_of(variants: Sequence[Sequence[float] | Floats], share: float = USUAL_SHARE) -> Cap | None:
    """The inverted-CDF quantile of the non-zero unit totals, all variants pooled.

    The smallest total t such that at least `share` of them are <= t; the same as quantile_disc in
    the database. None where every unit is 0.
    """
    totals = sorted(float(each) for variant in variants for each in variant if each != 0)
    if not totals:
        return None
    # A product such as 0.07 * 100 must not fall on the next place by rounding.
    value = totals[max(ceil(round(share * len(totals), 9)), 1) - 1]
    over = [each - value for each in totals if each > value]
    whole = fsum(totals)
    return Cap(value, len(over), fsum(over) / whole if whole else 0.0)


def capped(totals: Sequence[float], cap: float) -> list[float]:
    """Unit totals, none above the cap."""
    return [min(float(each), cap) for each in totals]
