"""B1 to B4: two variants that are alike, and the lift's interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import hypot, sqrt

from calibration.bars import Bar, Measured, Rng, share
from calibration.draws import RATE, conversions, revenues
from footfall.statistics.arm import Arm
from footfall.statistics.comparison import Comparison, compare
from footfall.statistics.tails import two_sided_z

LOW, HIGH = 0.0454, 0.0546
SIZES = {2_000: 20, 10_000: 5, 50_000: 1}
"""Units per arm, and how many times the runs: small shops are nearest to the bar."""
HEAVY = (10_000, 50_000)
Draw = Callable[[Rng, int, int], Iterator[Arm]]


def alike(draw: Draw, rng: Rng, runs: int, n: int) -> list[Comparison]:
    """Comparisons in which nothing is different."""
    return [compare(c, t) for c, t in zip(draw(rng, runs, n), draw(rng, runs, n), strict=True)]


def disagreements(found: Iterable[Comparison]) -> int:
    """How often p < 5 % and the lift's interval say different things."""
    told = [each for each in found if each.p and each.lift.interval]
    return sum(excludes(each, 0.0) != (each.p is not None and each.p.p < 0.05) for each in told)


def excludes(found: Comparison, lift: float) -> bool:
    """Whether the lift's interval leaves a value out; what has none leaves nothing out."""
    interval = found.lift.interval
    return interval is not None and not interval.low <= lift <= interval.high


def delta_rejects(found: Comparison) -> bool:
    """What others do: a symmetric interval of the lift by the delta method."""
    c, t = found.control, found.treatment
    ratio = t.mean / c.mean
    se = hypot(sqrt(t.var_of_mean), ratio * sqrt(c.var_of_mean)) / c.mean
    return two_sided_z((ratio - 1) / se).p < 0.05


def b1(rng: Rng, runs: int) -> Iterator[Measured]:
    for n, times in SIZES.items():
        found = alike(conversions, rng, runs * times, n)
        yield _rejected(found, n, LOW)
        yield _agreement(found, n)


def b2(rng: Rng, runs: int) -> Iterator[Measured]:
    for n, times in SIZES.items():
        found = alike(revenues, rng, runs * times, n)
        yield _rejected(found, n, LOW)
        yield _delta(found, n)
        yield _agreement(found, n)


def b2h(rng: Rng, runs: int) -> Iterator[Measured]:
    for n in HEAVY:
        found = alike(_heavy, rng, runs, n)
        yield _rejected(found, n, None)
        yield _delta(found, n)
        yield _agreement(found, n)


def b3(rng: Rng, runs: int) -> Iterator[Measured]:
    for n, times in SIZES.items():
        for lift in (0.0, 0.1):
            better = revenues(rng, runs * times, n, RATE * (1 + lift))
            pairs = zip(revenues(rng, runs * times, n), better, strict=True)
            found = [compare(c, t) for c, t in pairs]
            yield _covered(found, n, lift, (1 - HIGH, 1 - LOW))
            yield _agreement(found, n)


def b3h(rng: Rng, runs: int) -> Iterator[Measured]:
    for n in HEAVY:
        found = alike(_heavy, rng, runs, n)
        yield _covered(found, n, 0.0, (0.945, None))
        yield _agreement(found, n)


def _heavy(rng: Rng, runs: int, n: int) -> Iterator[Arm]:
    return revenues(rng, runs, n, RATE, 1.5)


def _rejected(found: list[Comparison], n: int, low: float | None) -> Measured:
    rate = share([each.is_significant for each in found])
    return Measured(f"rejected, {n:,} per arm", rate, low, HIGH, runs=len(found))


def _delta(found: list[Comparison], n: int) -> Measured:
    what = f"the same data, delta-method lift, {n:,} per arm"
    return Measured(what, share([delta_rejects(each) for each in found]), runs=len(found))


def _covered(
    found: list[Comparison], n: int, lift: float, bar: tuple[float, float | None]
) -> Measured:
    rate = 1 - share([excludes(each, lift) for each in found])
    return Measured(f"covered, lift {lift:.0%}, {n:,} per arm", rate, *bar, runs=len(found))


def _agreement(found: list[Comparison], n: int) -> Measured:
    what = f"B4: disagreements of p and the lift's interval, {n:,} per arm"
    wrong = disagreements(found)
    return Measured(what, wrong, 0, 0, is_share=False, digits=0, runs=len(found))


BARS = (
    Bar("B1", "A/A, conversion 3 %", 20_000, b1),
    Bar("B2", "A/A, revenue per visitor, 3 % buy, log-normal, sigma 1", 20_000, b2),
    Bar("B2h", "the same, sigma 1.5", 20_000, b2h),
    Bar("B3", "the lift's interval on the data of B2", 20_000, b3),
    Bar("B3h", "the lift's interval, sigma 1.5", 20_000, b3h),
)
