"""M11: whether a variant is shown not to do harm beyond what was declared tolerable.

That nothing bad was found is no proof that nothing bad is there; this asks for the proof.
Sources: Hauschke, Kieser, Diletti, Hothorn 1999, Stat Med 18:93; Schultzberg, Ankargren, Franberg
2024 (arXiv 2402.11609).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from scipy import special

from footfall.statistics.arm import Arm
from footfall.statistics.difference import Difference, difference
from footfall.statistics.tails import SMALLEST_P

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """The test against the margin: `statistic` is large where the variant is surely above it."""

    rho0: float
    statistic: float
    df: float

    @property
    def p(self) -> float:
        """One-sided: how often luck alone looks this safe at exactly the margin."""
        return max(float(special.stdtr(self.df, -self.statistic)), SMALLEST_P)


def non_inferiority(
    control: Arm, treatment: Arm, margin: float, better: Better = "higher"
) -> NonInferiority:
    """Z = (m_t - rho0 m_c) / sqrt(v_t + rho0^2 v_c), rho0 = 1 - M; lower better: 1 + M, -Z.

    The same as a one-sided Fieller bound: the control's mean is not taken for known. `margin` is
    a fraction of it. The arms must be comparable.
    """
    rho0 = 1 - margin if better == "higher" else 1 + margin
    against = difference(control, treatment, rho0)
    sign = 1 if better == "higher" else -1
    return NonInferiority(rho0, sign * against.statistic, against.df)


def gain(control: Arm, treatment: Arm, better: Better) -> Difference:
    """The difference, positive where the variant is better."""
    plain = difference(control, treatment)
    return plain if better == "higher" else replace(plain, estimate=-plain.estimate)
