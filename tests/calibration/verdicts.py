"""B12 to B14: the decision with its guardrails, many questions at once, the yearly amount."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np
from scipy import special

from calibration.bars import Bar, Floats, Measured, Rng, share
from footfall.statistics.arm import Arm, Interval
from footfall.statistics.decision import Decision, Evidence, decide
from footfall.statistics.guardrail import Guardrail, guardrail_of_interval
from footfall.statistics.impact import Traffic, impact
from footfall.statistics.multiple import benjamini_hochberg, holm
from footfall.statistics.posterior import Prior, posterior
from footfall.statistics.tails import z_quantile

Z95, Z90 = z_quantile(0.05), z_quantile(0.1)
TIE = 0.3


def b12(rng: Rng, runs: int) -> Iterator[Measured]:
    for guardrails in (1, 3, 5):
        beta = 0.2 / (guardrails + 1)
        # In standard errors: the effect that is found, and the margin that is passed, 1 - beta.
        effect = Z95 - float(special.ndtri(beta))
        margin = Z90 - float(special.ndtri(beta))
        name = f"{guardrails} guardrail{'s' if guardrails > 1 else ''}"
        at = np.zeros(guardrails)
        null = _shipped(rng, runs, 0.0, at, margin)
        yield Measured(f"shipped, nothing differs, {name}", null, None, 0.026)
        harmed = at.copy()
        harmed[0] = -margin
        found = _shipped(rng, runs, 2 * effect, harmed, margin)
        yield Measured(f"shipped, a guardrail at its margin, {name}", found, None, 0.0515)
        found = _shipped(rng, runs, effect, at, margin)
        yield Measured(f"power with beta / (G + 1), {name}", found, 0.80, None)


def _shipped(rng: Rng, runs: int, effect: float, at: Floats, margin: float) -> float:
    """How often it is shipped; all in standard errors, estimates tied with 0.3."""
    shared = rng.standard_normal((runs, 1)) * sqrt(TIE)
    noise = shared + rng.standard_normal((runs, len(at) + 1)) * sqrt(1 - TIE)
    estimates = noise + np.concatenate([[effect], at])
    return share([_decision(row, margin) is Decision.SHIP for row in estimates.tolist()])


def _decision(estimates: list[float], margin: float) -> Decision:
    primary, *others = estimates
    guardrails = tuple(_guardrail(each, margin) for each in others)
    evidence = Evidence(Interval(primary - Z95, primary + Z95), None, 28, 14,
                        planned_end_reached=True, guardrails=guardrails)  # fmt: skip
    return decide(evidence).decision


def _guardrail(estimate: float, margin: float) -> Guardrail:
    """Passing is one-sided 5 %; a breach needs the two-sided bound."""
    passing = guardrail_of_interval(Interval(estimate - Z90, estimate + Z90), margin)
    if passing.is_breached:
        return guardrail_of_interval(Interval(estimate - Z95, estimate + Z95), margin)
    return passing


def b13(rng: Rng, runs: int) -> Iterator[Measured]:
    for tie in (0.0, 0.5):
        for true in (0, 3, 10):
            p_values = _p_values(rng, runs, true, tie)
            any_wrong, wrong_share = [], []
            for row in p_values.tolist():
                any_wrong.append(any(p <= 0.05 for p in holm(row)[true:]))
                found = [p <= 0.05 for p in benjamini_hochberg(row)]
                wrong_share.append(sum(found[true:]) / max(sum(found), 1))
            name = f"{true} of 10 true, correlation {tie:g}"
            yield Measured(f"Holm, any error, {name}", share(any_wrong), None, 0.0546)
            rate = float(np.mean(wrong_share))
            yield Measured(f"Benjamini-Hochberg, share of errors, {name}", rate, None, 0.0546)


def _p_values(rng: Rng, runs: int, true: int, tie: float) -> Floats:
    shared = rng.standard_normal((runs, 1)) * sqrt(tie)
    z = shared + rng.standard_normal((runs, 10)) * sqrt(1 - tie)
    z[:, :true] += 3.0
    p_values: Floats = 2 * special.ndtr(-np.abs(z))
    return p_values


def b14(rng: Rng, runs: int) -> Iterator[Measured]:
    for lift in (0.0, 0.08, 0.16):
        covered = _covered(rng, runs, lift)
        yield Measured(f"covered, true effect {lift:.0%}", covered, 0.945, 0.96)
    truth, raw, shrunk = _programme(rng, runs)
    what = "raw estimates of what is shipped, above the truth by"
    yield Measured(what, raw / truth - 1, None, None, is_share=False)
    what = "shrunk estimates of what is shipped, off the truth by"
    yield Measured(what, abs(shrunk / truth - 1), None, 0.03, is_share=False)


def _covered(rng: Rng, runs: int, lift: float) -> float:
    """The yearly interval where the traffic, too, is known to 10 % only."""
    n, mean, se = 60_000, 2.1, 0.1
    var = se**2 * n / 2
    truth = Traffic(2 * n, 28).units_per_year * lift * mean
    estimates = lift * mean + se * rng.standard_normal(runs)
    units = 2 * n * (1 + 0.1 * rng.standard_normal(runs))
    control = Arm(n, mean, var)
    found = []
    for estimate, seen in zip(estimates.tolist(), units.tolist(), strict=True):
        traffic = Traffic(round(seen), 28, cv=0.1)
        told = impact(control, Arm(n, mean + estimate, var), traffic, Z95).raw.interval
        found.append(told.low <= truth <= told.high)
    return share(found)


def _programme(rng: Rng, runs: int) -> tuple[float, float, float]:
    """Mean lift of what is shipped: true, as measured, as believed. SE 2 %, true sd 3 %."""
    truth = 0.03 * rng.standard_normal(runs)
    raw = truth + 0.02 * rng.standard_normal(runs)
    winners = raw > 0.02 * Z95
    shrunk = [posterior(each, 0.02, Prior(0.0, 0.03)).mean for each in raw[winners].tolist()]
    return float(truth[winners].mean()), float(raw[winners].mean()), float(np.mean(shrunk))


BARS = (
    Bar("B12", "the decision rule, estimates tied with 0.3", 200_000, b12),
    Bar("B13", "ten KPIs at once", 20_000, b13),
    Bar("B14", "the yearly amount", 400_000, b14),
)
