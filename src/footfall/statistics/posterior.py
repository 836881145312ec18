"""M9: what is believable about an effect, given what effects usually are.

Not a cure for peeking: it says how likely a variant is better, not how often one errs.
Source: the conjugate normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, pi, sqrt

from scipy import special

from footfall.statistics.arm import Arm, Interval
from footfall.statistics.tails import z_quantile


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of an effect before there are data; always printed beside the result."""

    mean: float = 0.0
    sd: float = 0.05


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of it afterwards, in the unit of the effect."""

    mean: float
    sd: float

    @property
    def p_better(self) -> float:
        """P(effect > 0) = Phi(m / s)."""
        return float(special.ndtr(self.mean / self.sd))

    @property
    def loss_of_shipping(self) -> float:
        """What is lost on average by shipping, where it is worse: s phi(m/s) - m Phi(-m/s)."""
        ratio = self.mean / self.sd
        density = exp(-0.5 * ratio * ratio) / sqrt(2 * pi)
        return max(self.sd * density - self.mean * float(special.ndtr(-ratio)), 0.0)

    @property
    def loss_of_not_shipping(self) -> float:
        """What is lost on average by not shipping, where it is better."""
        return Posterior(-self.mean, self.sd).loss_of_shipping

    def interval(self, alpha: float = 0.05) -> Interval:
        """Where the effect is with probability 1 - alpha."""
        half = z_quantile(alpha) * self.sd
        return Interval(self.mean - half, self.mean + half)


def posterior(estimate: float, se: float, prior: Prior) -> Posterior:
    """1 / s^2 = 1 / SE^2 + 1 / tau^2; m weighs estimate and prior mean by these."""
    known, believed = 1 / se**2, 1 / prior.sd**2
    total = known + believed
    return Posterior((estimate * known + prior.mean * believed) / total, 1 / sqrt(total))


def lift_posterior(control: Arm, treatment: Arm, prior: Prior) -> Posterior | None:
    """The lift's posterior, SE by the delta method; None where the control has no lift to give."""
    if control.mean <= 0 or control.var_of_mean + treatment.var_of_mean <= 0:
        return None
    ratio = treatment.mean / control.mean
    se = hypot(sqrt(treatment.var_of_mean), ratio * sqrt(control.var_of_mean)) / control.mean
    return posterior(ratio - 1, se, prior)
