"""B5 and B11: ratios of sums over users, and noise that the time before explains."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from calibration.bars import Bar, Floats, Measured, Rng, chunks, share
from footfall.statistics.arm import Arm
from footfall.statistics.comparison import Comparison, compare
from footfall.statistics.cuped import cuped
from footfall.statistics.moments import Moments, of_sample
from footfall.statistics.ratio import ratio_arm

USERS = 1_000
COLUMNS = ("revenue", "orders", "sessions")
RATIOS = (("revenue", "sessions"), ("revenue", "orders"), ("orders", "sessions"))


def users(rng: Rng, runs: int) -> Floats:
    """Revenue, orders and sessions of each user of each run; users differ in all three."""
    shape = (runs, USERS)
    sessions = 1 + rng.poisson(rng.gamma(2.0, 0.6, shape))
    orders = rng.binomial(sessions, rng.beta(1.0, 3.0, shape))
    spent = rng.lognormal(3.5, 1.0, int(orders.sum()))
    owner = np.repeat(np.arange(runs * USERS), orders.ravel())
    revenue = np.bincount(owner, spent, runs * USERS).reshape(shape)
    kept: Floats = np.stack([revenue * rng.lognormal(0.0, 0.5, shape), orders, sessions], axis=-1)
    return kept


def variants(rows: Floats, names: tuple[str, ...]) -> Iterator[Moments]:
    """Each run's moments."""
    apart = rows - rows.mean(axis=1, keepdims=True)
    covariances = np.einsum("rui,ruj->rij", apart, apart) / (rows.shape[1] - 1)
    for means, covariance in zip(rows.mean(axis=1), covariances, strict=True):
        yield of_sample(names, rows.shape[1], means, covariance)


def b5(rng: Rng, runs: int) -> Iterator[Measured]:
    covered: dict[tuple[str, str], list[bool]] = {sides: [] for sides in RATIOS}
    as_sessions: list[bool] = []
    for part in chunks(runs, 500):
        control, treatment = users(rng, part), users(rng, part)
        pairs = zip(variants(control, COLUMNS), variants(treatment, COLUMNS), strict=True)
        for c, t in pairs:
            for sides in RATIOS:
                covered[sides].append(not _ratios(c, t, sides).is_significant)
        as_sessions += _by_session(control, treatment)
    for sides, found in covered.items():
        yield Measured(f"covered, {'/'.join(sides)}", share(found), 0.94, 0.957)
    what = "what is refused: orders/session with the session as the unit"
    yield Measured(what, share(as_sessions), None, 0.94)


def _ratios(c: Moments, t: Moments, sides: tuple[str, str]) -> Comparison:
    control, treatment = ratio_arm(c, *sides), ratio_arm(t, *sides)
    if control is None or treatment is None:
        raise ValueError("a run without orders")
    return compare(control, treatment)


def _by_session(control: Floats, treatment: Floats) -> list[bool]:
    """Coverage if every session were drawn by itself, which it is not."""
    found = []
    for c, t in zip(control, treatment, strict=True):
        found.append(not compare(_sessions(c), _sessions(t)).is_significant)
    return found


def _sessions(rows: Floats) -> Arm:
    n, rate = int(rows[:, 2].sum()), float(rows[:, 1].sum() / rows[:, 2].sum())
    return Arm(n, rate, rate * (1 - rate))


def b11(rng: Rng, runs: int) -> Iterator[Measured]:
    """Log-normal outcome and covariate; their correlation follows from that of the logarithms."""
    tie = 0.67
    correlation = (exp(tie) - 1) / (exp(1.0) - 1)
    covered, left, before = [], 0.0, 0.0
    for part in chunks(runs, 500):
        cells = [list(variants(_skewed(rng, part, tie), ("y", "x"))) for _ in range(2)]
        for pair in zip(*cells, strict=True):
            found = cuped(pair, "y", ("x",))
            covered.append(not compare(found.arms[0], found.arms[1]).is_significant)
            left += sum(arm.var for arm in found.arms)
            before += sum(float(cell.covariance[0, 0]) for cell in pair)
    yield Measured("covered", share(covered), 0.9435, 0.9565)
    reduction, ideal = 1 - left / before, correlation**2
    what = f"variance that is gone (correlation squared {ideal:.3f})"
    yield Measured(what, reduction, ideal - 0.02, ideal + 0.02, is_share=False)


def _skewed(rng: Rng, runs: int, tie: float) -> Floats:
    shared = rng.standard_normal((runs, USERS))
    own = rng.standard_normal((runs, USERS))
    x = tie * shared + np.sqrt(1 - tie**2) * own
    both: Floats = np.exp(np.stack([shared, x], axis=-1))
    return both


BARS = (
    Bar("B5", "ratios of sums, 1,000 users per arm, users are the units", 10_000, b5),
    Bar("B11", "CUPED, skewed outcome, 1,000 per arm", 10_000, b11),
)
