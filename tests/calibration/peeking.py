"""B6 and B7: what happens to those who look every day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.bars import Bar, Floats, Measured, Rng, chunks, share
from calibration.draws import RATE, amounts
from footfall.statistics.anytime import multiplier, tuned
from footfall.statistics.arm import Arm
from footfall.statistics.difference import difference
from footfall.statistics.monitoring import Anytime, GroupSequential
from footfall.statistics.power import equal_looks
from footfall.statistics.skewness import is_skewed
from footfall.statistics.spending import bounds
from footfall.statistics.tails import z_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAYS, GATE = 28, 100
LOOKS = equal_looks(DAYS)
PLANNED = [GroupSequential(LOOKS[: day + 1]) for day in range(DAYS)]


def b6(rng: Rng, runs: int) -> Iterator[Measured]:
    steps = rng.standard_normal((runs, DAYS))
    z = np.abs(steps.cumsum(axis=1)) / np.sqrt(np.arange(1, DAYS + 1))
    daily = 800
    r = tuned(daily * DAYS)
    sequence = [multiplier(daily * day, r) for day in range(1, DAYS + 1)]
    naive = [z_quantile(0.05)] * DAYS
    yield Measured("nothing done about it, 5 % every day", _crossed(z, naive), 0.25, None)
    yield Measured("O'Brien-Fleming type", _crossed(z, bounds(LOOKS)), None, 0.0533)
    yield Measured("Pocock type", _crossed(z, bounds(LOOKS, spending="pocock")), None, 0.0533)
    yield Measured("confidence sequence", _crossed(z, sequence), None, 0.05)
    # What a look at the end alone would find in 80 of 100 runs.
    drift = z_quantile(0.05) + z_quantile(0.4)
    found = np.abs(steps.cumsum(axis=1) / np.sqrt(DAYS) + drift * np.array(LOOKS)) / np.sqrt(LOOKS)
    for name, limits in (
        ("one look at the end", [np.inf] * (DAYS - 1) + [z_quantile(0.05)]),
        ("O'Brien-Fleming type", bounds(LOOKS)),
        ("Pocock type", bounds(LOOKS, spending="pocock")),
        ("confidence sequence", sequence),
    ):
        yield Measured(f"power with the units of one look: {name}", _crossed(found, limits))


def _crossed(z: Floats, limits: tuple[float, ...] | list[float]) -> float:
    return float(np.mean((z > np.asarray(limits)).max(axis=1)))


def b7(rng: Rng, runs: int) -> Iterator[Measured]:
    for name, control, treatment, most in (
        ("50/50, 400 per arm and day", 400, 400, 0.0573),
        ("90/10, 4,000 per day", 3_600, 400, 0.075),
    ):
        found = np.concatenate([_runs(rng, part, control, treatment) for part in chunks(runs, 500)])
        planned, anytime, skewed = found.T
        yield Measured(f"group-sequential, {name}", share(planned), None, most)
        yield Measured(f"confidence sequence, {name}", share(anytime), None, 0.05)
        if control != treatment:
            yield Measured(f"with a skew warning, {name}", share(skewed), 0.5, None)


@dataclass(frozen=True)
class Shop:
    """One variant of many runs, day by day: who has bought so far, and the moments so far."""

    daily: int
    converters: NDArray[np.int64]
    means: Floats
    variances: Floats
    thirds: Floats

    def arm(self, run: int, day: int) -> Arm:
        """A run's variant at the end of a day."""
        at = (run, day)
        n = self.daily * (day + 1)
        return Arm(n, float(self.means[at]), float(self.variances[at]), float(self.thirds[at]))


def shop(rng: Rng, runs: int, daily: int) -> Shop:
    """Everybody visits once; 3 % buy, for log-normal amounts."""
    buyers = rng.binomial(daily, RATE, runs * DAYS)
    values = amounts(rng, buyers, 1.0)
    cell = np.repeat(np.arange(runs * DAYS), buyers)
    sums = [
        np.bincount(cell, values**power, runs * DAYS).reshape(runs, DAYS).cumsum(axis=1)
        for power in (1, 2, 3)
    ]
    n = daily * np.arange(1, DAYS + 1)
    means = sums[0] / n
    squares = sums[1] - n * means**2
    cubes = sums[2] - 3 * means * sums[1] + 2 * n * means**3
    converters = buyers.reshape(runs, DAYS).cumsum(axis=1)
    return Shop(daily, converters, means, squares / (n - 1), cubes / n)


def _runs(rng: Rng, runs: int, control: int, treatment: int) -> NDArray[np.bool_]:
    """Whether each run was ever called significant, by plan or at any time, or warned of skew."""
    c, t = shop(rng, runs, control), shop(rng, runs, treatment)
    found = np.zeros((runs, 3), dtype=np.bool_)
    open_days = np.argwhere(np.minimum(c.converters, t.converters) >= GATE)
    for run, day in open_days.tolist():
        found[run] |= _look(c.arm(run, day), t.arm(run, day), day)
    return found


def _look(control: Arm, treatment: Arm, day: int) -> tuple[bool, bool, bool]:
    change = difference(control, treatment)
    z, n = abs(change.statistic), control.n + treatment.n
    anytime = Anytime(n, n / (day + 1) * DAYS)
    return (
        z > PLANNED[day].critical(0.05, change.df),
        z > anytime.critical(0.05, change.df),
        is_skewed(control, treatment),
    )


BARS = (
    Bar("B6", "peeking, Gaussian path, 28 looks", 40_000, b6),
    Bar("B7", "peeking at B2's shop for 28 days, from 100 converters per arm on", 8_000, b7),
)
