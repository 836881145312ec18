"""KPIs that explain a result and never decide it, with Benjamini-Hochberg at 5 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from footfall.statistics.comparison import Comparison
from footfall.statistics.margin import Better
from footfall.statistics.multiple import benjamini_hochberg

Agreement = Literal["supports", "contradicts", "silent"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a diagnostic says: its adjusted p, and whether it goes the way the primary goes."""

    comparison: Comparison
    adjusted_p: float | None
    agreement: Agreement


def diagnose(
    comparisons: Sequence[Comparison],
    better: Sequence[Better],
    primary_gain: float | None,
    alpha: float = 0.05,
) -> list[Diagnostic]:
    """Each diagnostic with its p adjusted among those that have one.

    `primary_gain` is the primary's estimate, positive as good; None where there is none. What is
    not significant after the adjustment is silent.
    """
    told = [(at, each.p.p) for at, each in enumerate(comparisons) if each.p]
    values = benjamini_hochberg([p for _, p in told])
    adjusted = {at: p for (at, _), p in zip(told, values, strict=True)}
    found = []
    for at, (each, way) in enumerate(zip(comparisons, better, strict=True)):
        p = adjusted.get(at)
        speaks = p is not None and p <= alpha
        agreement = _agreement(each, way, primary_gain) if speaks else "silent"
        found.append(Diagnostic(each, p, agreement))
    return found


def _agreement(comparison: Comparison, better: Better, primary_gain: float | None) -> Agreement:
    if comparison.difference is None or not primary_gain:
        return "silent"
    sign = 1 if better == "higher" else -1
    goes_along = sign * comparison.difference.estimate * primary_gain > 0
    return "supports" if goes_along else "contradicts"
