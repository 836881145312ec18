"""B15 and B16: what has to be equal, whatever the order, and whoever computes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.proportion import confint_proportions_2indep

from calibration.bars import Bar, Floats, Measured, Rng
from footfall.statistics.arm import converting
from footfall.statistics.comparison import Comparison, compare
from footfall.statistics.cuped import cuped
from footfall.statistics.moments import Moments, of_rows, total
from footfall.statistics.proportion import fisher, newcombe
from footfall.statistics.ratio import ratio_arm

NAMES = ("y", "x", "z")


def data_set(rng: Rng) -> tuple[Floats, Floats]:
    """Two variants of unequal size: money, a count, and money of the time before."""
    found = []
    for _ in range(2):
        n = int(rng.integers(150, 600))
        before = rng.lognormal(1.0, 0.6, n)
        money = np.where(rng.random(n) < 0.4, before * rng.lognormal(0.1, 0.5, n), 0.0)
        found.append(np.column_stack([money, 1 + rng.poisson(1.5, n), before]))
    return found[0], found[1]


def numbers(found: Comparison) -> list[float]:
    """Everything that a comparison tells of a difference."""
    if not (found.difference and found.p and found.interval and found.lift.interval):
        raise ValueError("a data set without a difference")
    change, lift = found.difference, found.lift.interval
    return [change.estimate, change.se, change.df, found.p.p, *found.interval, *lift]


def furthest(one: Iterable[float], other: Iterable[float]) -> float:
    """The largest relative difference; of numbers near 0, in units of the largest of them."""
    a, b = np.array(list(one)), np.array(list(other))
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-3 * np.abs(b).max())))


def b15(rng: Rng, runs: int) -> Iterator[Measured]:
    worst = {"whole or in cells": 0.0, "order of rows": 0.0, "money times 1,000,000": 0.0}
    mirrored = 0.0
    for _ in range(runs):
        control, treatment = data_set(rng)
        whole = [of_rows(NAMES, rows) for rows in (control, treatment)]
        cells = [_in_cells(rng, rows) for rows in (control, treatment)]
        turned = [of_rows(NAMES, rng.permutation(rows)) for rows in (control, treatment)]
        plain = _all(*whole)
        worst["whole or in cells"] = max(worst["whole or in cells"], furthest(_all(*cells), plain))
        worst["order of rows"] = max(worst["order of rows"], furthest(_all(*turned), plain))
        large = [of_rows(NAMES, rows * [1e6, 1, 1e6]) for rows in (control, treatment)]
        key = "money times 1,000,000"
        worst[key] = max(worst[key], furthest(_unscaled(_mean(*large)), numbers(_mean(*whole))))
        there, back = _mean(*whole), _mean(*reversed(whole))
        mirrored = max(
            mirrored, furthest([back.p.p if back.p else 0], [there.p.p if there.p else 1])
        )
    for what, value in worst.items():
        yield Measured(what, value, None, 1e-10, is_share=False, digits=16)
    yield Measured("p with the arms exchanged", mirrored, None, 1e-10, is_share=False, digits=16)


def _in_cells(rng: Rng, rows: Floats) -> Moments:
    """The same units, cut into days and segments, measured apart and put together."""
    cell = rng.integers(0, 12, len(rows))
    return total([of_rows(NAMES, rows[cell == each]) for each in range(12)])


def _all(control: Moments, treatment: Moments) -> list[float]:
    c, t = ratio_arm(control, "y", "x"), ratio_arm(treatment, "y", "x")
    ratio = numbers(compare(c, t)) if c and t else []
    return [*numbers(_mean(control, treatment)), *ratio, *numbers(_adjusted(control, treatment))]


def _adjusted(control: Moments, treatment: Moments) -> Comparison:
    arms = cuped((control, treatment), "y", ("z",)).arms
    return compare(arms[0], arms[1])


def _mean(control: Moments, treatment: Moments) -> Comparison:
    return compare(control.arm("y"), treatment.arm("y"))


def _unscaled(found: Comparison) -> list[float]:
    """The numbers in the small unit again; df, p and lift have none."""
    money = [1e-6, 1e-6, 1.0, 1.0, 1e-6, 1e-6, 1.0, 1.0]
    return [value * unit for value, unit in zip(numbers(found), money, strict=True)]


def b16(rng: Rng, runs: int) -> Iterator[Measured]:
    worst = dict.fromkeys(("Welch", "ratio", "CUPED", "Newcombe and Fisher"), 0.0)
    for _ in range(runs):
        control, treatment = data_set(rng)
        cells = of_rows(NAMES, control), of_rows(NAMES, treatment)
        for what, (ours, theirs) in {
            "Welch": (_short(_mean(*cells)), _welch(control, treatment)),
            "ratio": (_short(_ratio(*cells)), _clustered(control, treatment)),
            "CUPED": (_short(_adjusted(*cells)), _by_rows(control, treatment)),
            "Newcombe and Fisher": _rates(rng),
        }.items():
            worst[what] = max(worst[what], furthest(ours, theirs))
    for what, value in worst.items():
        yield Measured(what, value, None, 1e-9, is_share=False, digits=16)


def _short(found: Comparison) -> list[float]:
    return numbers(found)[:6]


def _ratio(control: Moments, treatment: Moments) -> Comparison:
    c, t = ratio_arm(control, "y", "x"), ratio_arm(treatment, "y", "x")
    if c is None or t is None:
        raise ValueError("a data set without a ratio")
    return compare(c, t)


def _welch(control: Floats, treatment: Floats) -> list[float]:
    """Row by row: scipy's own Welch test."""
    return _tested(control[:, 0], treatment[:, 0])


def _tested(control: Floats, treatment: Floats) -> list[float]:
    found = stats.ttest_ind(treatment, control, equal_var=False)
    interval = found.confidence_interval(0.95)
    gap = treatment.mean() - control.mean()
    return [gap, gap / found.statistic, found.df, found.pvalue, interval.low, interval.high]


def _clustered(control: Floats, treatment: Floats) -> list[float]:
    """Row by row: each unit's own deviation from the ratio, tested as a mean."""
    rates = [rows[:, 0].sum() / rows[:, 1].sum() for rows in (control, treatment)]
    linear = [
        rate + (rows[:, 0] - rate * rows[:, 1]) / rows[:, 1].mean()
        for rate, rows in zip(rates, (control, treatment), strict=True)
    ]
    return _tested(linear[0], linear[1])


def _by_rows(control: Floats, treatment: Floats) -> list[float]:
    """Row by row: the slope by least squares over all units, then what is left over."""
    rows = np.vstack([control, treatment])
    design = np.column_stack([np.ones(len(rows)), rows[:, 2]])
    slope = OLS(rows[:, 0], design).fit().params[1]
    left = rows[:, 0] - slope * (rows[:, 2] - rows[:, 2].mean())
    return _tested(left[: len(control)], left[len(control) :])


def _rates(rng: Rng) -> tuple[list[float], list[float]]:
    """A table of counts: ours, and those of statsmodels and scipy."""
    n = rng.integers(20, 500, 2).tolist()
    k = [int(rng.binomial(each, rng.uniform(0.02, 0.9))) for each in n]
    control, treatment = converting(n[0], k[0]), converting(n[1], k[1])
    low, high = confint_proportions_2indep(k[1], n[1], k[0], n[0], method="newcomb")
    table = [[k[1], n[1] - k[1]], [k[0], n[0] - k[0]]]
    exact = stats.fisher_exact(table).pvalue
    return [*newcombe(control, treatment, 0.05), fisher(control, treatment).p], [low, high, exact]


BARS = (
    Bar("B15", "invariance, 200 random data sets, largest relative difference", 200, b15),
    Bar("B16", "equal to scipy and statsmodels row by row, largest relative difference", 200, b16),
)
