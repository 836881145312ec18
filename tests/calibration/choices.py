"""B8 to B10: the sample size, the allocation, and the proof of no harm."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np

from calibration.bars import Bar, Measured, Rng, share
from calibration.draws import RATE, conversions
from footfall.statistics.allocation import (
    SEQUENTIAL_WARNING,
    allocation,
    sequential_allocation,
)
from footfall.statistics.arm import converting
from footfall.statistics.comparison import compare
from footfall.statistics.difference import difference
from footfall.statistics.margin import non_inferiority
from footfall.statistics.monitoring import GroupSequential
from footfall.statistics.power import Baseline, Demand, control_size, equal_looks, inflation

LIFT, WEEKLY = 0.1, equal_looks(14)


def b8(rng: Rng, runs: int) -> Iterator[Measured]:
    baseline = Baseline(RATE, RATE * (1 - RATE), binary=True)
    n = ceil(control_size(baseline, LIFT, Demand()))
    better = conversions(rng, runs, n, RATE * (1 + LIFT))
    pairs = zip(conversions(rng, runs, n), better, strict=True)
    found = [compare(c, t).is_significant for c, t in pairs]
    yield Measured(f"one look, {n:,} per arm", share(found), 0.794, 0.806)
    demand = Demand(inflation=inflation(WEEKLY))
    step = ceil(control_size(baseline, LIFT, demand) / len(WEEKLY))
    found = [_found(rng, step) for _ in range(runs)]
    what = f"14 looks, O'Brien-Fleming type, {step * len(WEEKLY):,} per arm"
    yield Measured(what, share(found), 0.79, None)


def _found(rng: Rng, step: int) -> bool:
    """Whether a run with looks finds the effect, at one of them."""
    control = rng.binomial(step, RATE, len(WEEKLY)).cumsum()
    treatment = rng.binomial(step, RATE * (1 + LIFT), len(WEEKLY)).cumsum()
    for look, (c, t) in enumerate(zip(control.tolist(), treatment.tolist(), strict=True), 1):
        n = step * look
        plan = GroupSequential(WEEKLY[:look])
        change = difference(converting(n, c), converting(n, t))
        if abs(change.statistic) > plan.critical(0.05, change.df):
            return True
    return False


def b9(rng: Rng, runs: int) -> Iterator[Measured]:
    n = 10_000
    one = [_is_off([k, n - k]) for k in rng.binomial(n, 0.5, runs).tolist()]
    yield Measured("one look, p < 0.001", share(one), 0.0007, 0.0013)
    fewer = max(runs * 2 // 5, 1)
    daily = rng.binomial(400, 0.5, (fewer, 28)).cumsum(axis=1)
    totals = 400 * np.arange(1, 29)
    peeked, warned = [], []
    for first in daily:
        looks = np.column_stack([first, totals - first]).tolist()
        peeked.append(any(_is_off(each) for each in looks))
        warned.append(sequential_allocation(looks, (0.5, 0.5)).p < SEQUENTIAL_WARNING)
    yield Measured("any of 28 looks, p < 0.001", share(peeked), None, 0.012, runs=fewer)
    yield Measured("sequential, p < 0.01", share(warned), None, 0.01, runs=fewer)


def _is_off(counts: list[int]) -> bool:
    found = allocation(counts, (0.5, 0.5))
    return found is not None and found.is_mismatch


def b10(rng: Rng, runs: int) -> Iterator[Measured]:
    n, rate, margin = 20_000, 0.06, 0.05
    at_the_margin = conversions(rng, runs, n, rate * (1 - margin))
    pairs = zip(conversions(rng, runs, n, rate), at_the_margin, strict=True)
    found = [non_inferiority(c, t, margin).p < 0.05 for c, t in pairs]
    yield Measured("passed although exactly at the margin", share(found), 0.0467, 0.0533)


BARS = (
    Bar("B8", "power at the planned size: 3 %, effect 10 %, 80 %", 40_000, b8),
    Bar("B9", "sample-ratio mismatch where there is none", 100_000, b9),
    Bar("B10", "non-inferiority at the margin: 6 %, margin 5 %, 20,000 per arm", 40_000, b10),
)
