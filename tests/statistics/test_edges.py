"""What statistics must never say: no [0, 0], no NaN, nothing reversed, no p of 0; a reason."""

from __future__ import annotations

from math import isfinite, log10

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from footfall.statistics.arm import Arm, Interval, converting
from footfall.statistics.comparison import Comparison, compare
from footfall.statistics.guardrail import State, Tolerated, guardrail
from footfall.statistics.monitoring import ONCE, Anytime, GroupSequential, Monitoring
from footfall.statistics.power import equal_looks
from footfall.statistics.proportion import newcombe
from footfall.statistics.tails import SMALLEST_P

LOOKS: tuple[Monitoring, ...] = (
    ONCE,
    GroupSequential(equal_looks(5)),
    GroupSequential((0.2, 0.4), "pocock"),
    Anytime(10_000, 20_000),
)
numbers = st.floats(-1e9, 1e9) | st.floats(-1e-6, 1e-6) | st.just(0.0)
spreads = st.floats(0, 1e12) | st.just(0.0) | st.floats(1e-12, 1e-3)
sizes = st.integers(0, 10**9) | st.integers(0, 5)
arms = st.builds(Arm, sizes, numbers, spreads, st.none() | numbers)
looks = st.sampled_from(LOOKS)
levels = st.sampled_from([0.001, 0.0125, 0.025, 0.05, 0.1])


@st.composite
def rates(draw: st.DrawFn) -> Arm:
    n = draw(sizes)
    return converting(n, draw(st.integers(0, n)))


pairs = st.tuples(arms, arms) | st.tuples(rates(), rates())


def told(found: Comparison) -> list[float]:
    """Every number that is told."""
    groups: list[tuple[float | None, ...]] = [
        found.interval or (),
        found.lift.interval or (),
        (found.lift.estimate, found.lift.g, found.kappa),
        (found.p.p, found.p.log10) if found.p else (),
    ]
    change = found.difference
    if change:
        groups.append((change.estimate, change.se, change.df))
    return [value for group in groups for value in group if value is not None]


@given(pairs, looks, levels)
@example((Arm(2, 0.0, 1.0), Arm(2, 5e-324, 1.0)), ONCE, 0.05)
@example((Arm(10**9, 1e9, 1e-12), Arm(10**9, -1e9, 1e-12)), ONCE, 0.05)
def test_every_number_is_one(pair: tuple[Arm, Arm], look: Monitoring, alpha: float) -> None:
    assert all(map(isfinite, told(compare(*pair, look, alpha))))


@given(pairs, looks, levels)
def test_no_interval_is_reversed_or_empty(
    pair: tuple[Arm, Arm], look: Monitoring, alpha: float
) -> None:
    found = compare(*pair, look, alpha)
    for interval in (found.interval, found.lift.interval):
        if interval is not None:
            assert interval.low <= interval.high
            assert interval != (0, 0)


@given(pairs, looks, levels)
def test_no_p_is_zero(pair: tuple[Arm, Arm], look: Monitoring, alpha: float) -> None:
    found = compare(*pair, look, alpha)
    if found.p is not None:
        assert SMALLEST_P <= found.p.p <= 1
        assert found.p.log10 <= 0


@given(pairs, looks, levels)
def test_what_is_not_told_has_a_reason(
    pair: tuple[Arm, Arm], look: Monitoring, alpha: float
) -> None:
    found = compare(*pair, look, alpha)
    has_numbers = [each is not None for each in (found.difference, found.interval, found.p)]
    assert has_numbers == [found.reason is None] * 3
    has_lift = [each is not None for each in (found.lift.estimate, found.lift.interval)]
    assert has_lift == [found.lift.reason is None] * 2
    assert found.status == (f"not_estimable: {found.reason}" if found.reason else "estimated")


@given(pairs, looks, levels)
def test_p_the_interval_and_the_lift_agree(
    pair: tuple[Arm, Arm], look: Monitoring, alpha: float
) -> None:
    found = compare(*pair, look, alpha)
    if found.test == "fisher" or not (found.difference and found.p and found.critical):
        return
    z = abs(found.difference.statistic)
    assume(abs(z / found.critical - 1) > 1e-9)
    assert (found.p.p < alpha) == (z > found.critical) == found.is_significant
    if found.lift.interval:
        assume(abs(z / found.critical - 1) > 1e-6)
        low, high = found.lift.interval
        assert found.is_significant == (not low <= 0 <= high)


@given(st.tuples(arms, arms), looks, levels)
def test_arms_exchanged_have_the_same_p(
    pair: tuple[Arm, Arm], look: Monitoring, alpha: float
) -> None:
    there, back = compare(*pair, look, alpha), compare(pair[1], pair[0], look, alpha)
    assert there.reason == back.reason
    if there.p and back.p:
        assert there.p.log10 == pytest.approx(back.p.log10, rel=1e-9)


@given(st.tuples(arms, arms), st.floats(0.001, 0.5), st.sampled_from(["higher", "lower"]), looks)
def test_a_guardrail_passes_exactly_where_its_interval_does(
    pair: tuple[Arm, Arm], margin: float, better: str, look: Monitoring
) -> None:
    """By tests and by Fieller's interval, where there is one."""
    control, treatment = pair
    tolerated = Tolerated(margin, "lower" if better == "lower" else "higher")
    found = guardrail(control, treatment, tolerated, look)
    told_interval = compare(control, treatment, look, 0.1).gained(tolerated.better)
    if told_interval and look is not ONCE:  # the two tests have other degrees of freedom
        assume(abs(told_interval.low + margin) > 1e-6)
        assert (found.state is State.PASS) == (told_interval.low > -margin) or found.is_breached


@pytest.mark.parametrize(
    ("control", "treatment", "reason"),
    [
        (Arm(1, 1.0, 0.0), Arm(9, 1.0, 1.0), "fewer than two units in a variant"),
        (Arm(0, 0.0, 0.0), Arm(0, 0.0, 0.0), "fewer than two units in a variant"),
        (Arm(9, 1.0, 0.0), Arm(9, 2.0, 0.0), "no variance in any variant"),
        (converting(500, 0), converting(500, 0), "no variance in any variant"),
    ],
)
def test_what_cannot_be_compared_is_not(control: Arm, treatment: Arm, reason: str) -> None:
    found = compare(control, treatment)
    assert (found.reason, found.lift.reason) == (reason, reason)
    assert (found.p, found.interval, found.difference) == (None, None, None)


@pytest.mark.parametrize(
    ("control", "treatment", "reason"),
    [
        (Arm(99, 0.0, 4.0), Arm(99, 1.0, 4.0), "zero control mean"),
        (Arm(99, -3.0, 4.0), Arm(99, 1.0, 4.0), "negative control mean"),
        (Arm(99, 0.1, 4.0), Arm(99, 1.0, 4.0), "control mean not clearly above zero"),
        (Arm(99, 3.0, 4.0), Arm(99, 1.0, 0.0), "no variance in one variant"),
        (Arm(99, 3.0, 0.0), Arm(99, 1.0, 4.0), "no variance in one variant"),
        (
            converting(500, 9),
            converting(500, 90),
            "fewer than 10 successes or failures in a variant",
        ),
        (
            converting(500, 495),
            converting(500, 90),
            "fewer than 10 successes or failures in a variant",
        ),
        (converting(500, 0), converting(500, 3), "zero control mean"),
    ],
)
def test_a_difference_without_a_lift_says_why(control: Arm, treatment: Arm, reason: str) -> None:
    found = compare(control, treatment)
    assert found.reason is None
    assert found.interval is not None
    assert (found.lift.estimate, found.lift.interval) == (None, None)
    assert found.lift.reason == reason


def test_a_negative_control_has_no_reversed_lift() -> None:
    """More refunds than sales; others give a lower bound above the upper one."""
    found = compare(Arm(1000, -2.0, 9.0), Arm(1000, -1.0, 9.0))
    assert found.interval is not None
    assert found.interval.low > 0
    assert found.lift.interval is None


def test_few_conversions_are_tested_exactly() -> None:
    found = compare(converting(500, 0), converting(500, 3))
    assert found.test == "fisher"
    assert found.p is not None
    assert found.p.p == pytest.approx(0.24924924924924924, rel=1e-12)
    expected = Interval(-0.002590204406203946, 0.017490252104053382)
    assert found.interval == pytest.approx(expected, rel=1e-12)


def test_few_conversions_looked_at_often_are_tested_at_the_level_of_the_look() -> None:
    """Halfway an O'Brien-Fleming bound is 2.963, so a level of 0.00305."""
    pair = converting(500, 5), converting(500, 20)
    once, halfway = compare(*pair), compare(*pair, GroupSequential((0.5,)))
    assert once.p is not None
    assert halfway.p is not None
    assert halfway.p.p > once.p.p
    assert halfway.interval is not None
    assert list(halfway.interval) == pytest.approx(newcombe(*pair, 0.00305), abs=1e-4)
    assert not halfway.is_significant
    assert once.is_significant


def test_a_p_that_no_computer_holds_keeps_its_order_of_magnitude() -> None:
    """Told is 1e-300; the logarithm goes on: 2 Phi(-100) is 2 times 1.3443e-2174."""
    found = compare(Arm(10**13, 100.0, 5e12), Arm(10**13, 200.0, 5e12))
    assert found.p is not None
    assert found.p.p == SMALLEST_P
    assert found.p.log10 == pytest.approx(log10(2 * 1.3443) - 2174, abs=1e-4)
