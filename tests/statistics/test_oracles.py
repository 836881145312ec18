"""Other libraries on the same people: 200 random data sets, row by row, to nine digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import tea_tasting

from calibration.bars import Floats
from calibration.every import ALL
from calibration.exact import furthest
from footfall.statistics.arm import Arm
from footfall.statistics.comparison import compare
from footfall.statistics.cuped import cuped, cuped_ratio
from footfall.statistics.moments import Moments, of_rows
from footfall.statistics.ratio import ratio_arm

NEAR = 1e-9
NAMES = ("y", "x", "yb", "xb")
BARS = {bar.id: bar for bar in ALL}


@pytest.mark.slow
@pytest.mark.parametrize("bar", ["B15", "B16"])
def test_numbers_are_the_same_whoever_computes_them_and_in_whatever_order(bar: str) -> None:
    """Against scipy and statsmodels row by row; whole against merged; scaled; exchanged."""
    missed = [each for each in BARS[bar].measured(seed=11) if not each.holds()]
    assert missed == []


@pytest.mark.slow
def test_two_hundred_experiments_come_out_as_in_tea_tasting() -> None:
    asked = tea_tasting.Experiment(
        {
            "mean": tea_tasting.Mean("y"),
            "ratio": tea_tasting.RatioOfMeans("y", "x"),
            "cuped": tea_tasting.Mean("y", covariate="yb"),
            "cuped_ratio": tea_tasting.RatioOfMeans("y", "x", "yb", "xb"),
        }
    )
    rng = np.random.default_rng(12)
    for number in range(200):
        control, treatment = people(rng), people(rng)
        theirs = asked.analyze(table(control, treatment))
        ours = (of_rows(NAMES, control), of_rows(NAMES, treatment))
        for name, (c, t) in arms(*ours).items():
            assert furthest(told(c, t), published(theirs[name])) < NEAR, (number, name)


def people(rng: np.random.Generator) -> Floats:
    """Who comes before and during an experiment, how often, and for how much."""
    n = int(rng.integers(40, 500))
    keen = rng.gamma(2.0, 1.0, n)
    before, now = (1 + rng.poisson(keen) for _ in range(2))
    spent_before, spent = (
        rng.binomial(visits, 0.3) * rng.lognormal(3.0, 0.6, n) for visits in (before, now)
    )
    return np.column_stack([spent, now, spent_before, before]).astype(np.float64)


def table(control: Floats, treatment: Floats) -> pa.Table:
    variant = np.repeat([0, 1], [len(control), len(treatment)])
    columns = np.vstack([control, treatment]).T
    named = dict(zip(NAMES, columns, strict=True))
    return pa.table({"variant": variant} | named)


def arms(control: Moments, treatment: Moments) -> dict[str, tuple[Arm, Arm]]:
    pair = (control, treatment)
    ratios = [ratio_arm(each, "y", "x") for each in pair]
    adjusted = cuped(pair, "y", ("yb",)).arms
    both = cuped_ratio(pair, ("y", "x"), ("yb", "xb"))
    assert ratios[0] is not None
    assert ratios[1] is not None
    assert both is not None
    return {
        "mean": (control.arm("y"), treatment.arm("y")),
        "ratio": (ratios[0], ratios[1]),
        "cuped": (adjusted[0], adjusted[1]),
        "cuped_ratio": (both.arms[0], both.arms[1]),
    }


def told(control: Arm, treatment: Arm) -> list[float]:
    found = compare(control, treatment)
    assert found.difference is not None
    assert found.interval is not None
    assert found.p is not None
    change = found.difference
    return [control.mean, treatment.mean, change.estimate, *found.interval, change.statistic,
            found.p.p]  # fmt: skip


def published(result: Any) -> list[float]:
    """The same numbers of theirs; the lift's interval is another on purpose."""
    return [
        result.control,
        result.treatment,
        result.effect_size,
        result.effect_size_ci_lower,
        result.effect_size_ci_upper,
        result.statistic,
        result.pvalue,
    ]
