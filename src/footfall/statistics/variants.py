"""Several variants against one control: Holm on the primary, a row and a verdict for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footfall.statistics.arm import Arm
from footfall.statistics.comparison import Comparison, at_level, compare
from footfall.statistics.decision import Decision, Verdict
from footfall.statistics.margin import Better
from footfall.statistics.monitoring import ONCE, Monitoring
from footfall.statistics.multiple import holm, holm_levels


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's comparison at Holm's level, and its p-value adjusted for looks and variants."""

    comparison: Comparison
    adjusted_p: float | None

    @property
    def significance(self) -> float | None:
        """1 - adjusted p: "reached at 95 %" or not; never the probability of being better."""
        return None if self.adjusted_p is None else 1 - self.adjusted_p


def compare_variants(
    control: Arm,
    treatments: Sequence[Arm],
    monitoring: Sequence[Monitoring] = (),
    alpha: float = 0.05,
) -> list[Row]:
    """Each variant against the control, so that any error at all stays below `alpha`.

    `monitoring` is one for each variant, or none for a single look. What cannot be compared takes
    no share of the error.
    """
    kinds = list(monitoring) or [ONCE] * len(treatments)
    found = [
        compare(control, arm, kind, alpha) for arm, kind in zip(treatments, kinds, strict=True)
    ]
    told = [(at, each.p.p) for at, each in enumerate(found) if each.p]
    p_values = [p for _, p in told]
    rows = [Row(each, None) for each in found]
    adjusted, levels = holm(p_values), holm_levels(p_values, alpha)
    for (at, _), p, level in zip(told, adjusted, levels, strict=True):
        rows[at] = Row(at_level(found[at], kinds[at], level), p)
    return rows


def shipped(
    rows: Sequence[Row], verdicts: Sequence[Verdict], better: Better = "higher"
) -> int | None:
    """The variant to ship: of those with SHIP, the one with the best estimate; None for none."""
    sign = 1 if better == "higher" else -1
    candidates = [
        (sign * row.comparison.difference.estimate, -at)
        for at, (row, verdict) in enumerate(zip(rows, verdicts, strict=True))
        if verdict.decision is Decision.SHIP and row.comparison.difference
    ]
    return -max(candidates)[1] if candidates else None
