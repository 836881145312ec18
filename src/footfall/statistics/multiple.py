"""M12: several questions at once, each with its share of the error.

Sources: Holm 1979; Benjamini and Hochberg 1995, JRSS-B 57:289; Benjamini and Yekutieli 2005.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the given order: any error at all stays below the level."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    adjusted, worst = [1.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(p_values[at] * (len(p_values) - rank), 1.0))
        adjusted[at] = worst
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the given order: of what is found, the share in error stays below."""
    count = len(p_values)
    order = sorted(range(count), key=lambda at: -p_values[at])
    adjusted, best = [1.0] * count, 1.0
    for rank, at in enumerate(order):
        best = min(best, p_values[at] * count / (count - rank))
        adjusted[at] = best
    return adjusted


def holm_levels(p_values: Sequence[float], alpha: float = 0.05) -> list[float]:
    """The level at which Holm tests each one, so that its interval says the same as the test.

    The i-th smallest has alpha / (m - i + 1); all that come after the first that is not refused
    share its level, else an interval could exclude 0 where the test does not.
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    levels = [alpha] * len(p_values)
    level, stopped = 0.0, False
    for rank, at in enumerate(order):
        if not stopped:
            level = alpha / (len(order) - rank)
            stopped = p_values[at] >= level
        levels[at] = level
    return levels


def selected_level(p_values: Sequence[float], alpha: float = 0.05) -> float:
    """The level for intervals of what Benjamini-Hochberg has found: alpha R / m.

    R is how many are found; where none is, as if one were.
    """
    found = sum(p <= alpha for p in benjamini_hochberg(p_values))
    return alpha * max(found, 1) / max(len(p_values), 1)
