"""M1: what a variant gains or loses against the control, and how sure that is.

Source: Welch 1947; Satterthwaite 1946.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from footfall.statistics.arm import Arm, Interval


@dataclass(frozen=True, slots=True)
class Difference:
    """Treatment minus control, in the KPI's unit; `statistic` is it in standard errors."""

    estimate: float
    se: float
    df: float

    @property
    def statistic(self) -> float:
        """T = (m_t - m_c) / SE."""
        return self.estimate / self.se

    def interval(self, critical: float) -> Interval:
        """The estimate -/+ critical SE, in the KPI's unit."""
        half = critical * self.se
        return Interval(self.estimate - half, self.estimate + half)


def difference(control: Arm, treatment: Arm, scale: float = 1.0) -> Difference:
    """m_t - scale m_c, SE = sqrt(v_c + v_t), v = s^2 / n, and Satterthwaite's df.

    df = (v_c + v_t)^2 / (v_c^2 / (n_c - 1) + v_t^2 / (n_t - 1)). `scale` is 1 for the plain
    difference, 1 -/+ margin for a guardrail. The arms must be comparable (`not_comparable`).
    """
    v_control = scale * scale * control.var_of_mean
    total = v_control + treatment.var_of_mean
    share = v_control / total
    df = 1 / (share**2 / (control.n - 1) + (1 - share) ** 2 / (treatment.n - 1))
    return Difference(treatment.mean - scale * control.mean, sqrt(total), df)
