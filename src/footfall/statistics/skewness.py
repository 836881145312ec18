"""M18: whether a few large orders make the test err to one side.

A warning, never a correction: correcting by the estimated skew makes balanced runs worse.
Source: a two-sample form of Kohavi et al. 2014 by Edgeworth's expansion.
"""

from __future__ import annotations

from math import isnan

from footfall.statistics.arm import Arm

WARN_ABOVE = 0.1


def kappa(control: Arm, treatment: Arm) -> float | None:
    """(mu3_t / n_t^2 - mu3_c / n_c^2) / SE^3; None where third moments are not known.

    The one-sided 2.5 % error is about 0.025 +/- 0.085 kappa.
    """
    if control.third is None or treatment.third is None:
        return None
    variance = control.var_of_mean + treatment.var_of_mean
    if variance <= 0 or isnan(control.third + treatment.third):
        return None
    third = treatment.third / treatment.n**2 - control.third / control.n**2
    return float(third / variance**1.5)


def is_skewed(control: Arm, treatment: Arm) -> bool:
    """Whether the test may err to one side more than it says."""
    found = kappa(control, treatment)
    return found is not None and abs(found) > WARN_ABOVE
