"""Looking: once, by plan, at any time; each spends what it may, and its p agrees with its bound."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.statistics.anytime import always_valid_p, multiplier, tuned
from footfall.statistics.monitoring import (
    ONCE,
    Anytime,
    GroupSequential,
    Monitoring,
    planned_fraction,
)
from footfall.statistics.power import equal_looks
from footfall.statistics.spending import Spending, bounds, spent
from footfall.statistics.tails import t_quantile, z_quantile

MANY = 1e9
looks = st.lists(st.floats(0.02, 1.2), min_size=1, max_size=6).map(lambda each: tuple(sorted(each)))
kinds = st.sampled_from(["obf", "pocock"])
levels = st.sampled_from([0.001, 0.01, 0.05, 0.2])


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        ("obf", (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ("pocock", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)),
    ],
)
def test_five_looks_are_those_of_the_published_tables(
    spending: Spending, published: tuple[float, ...]
) -> None:
    """Lan and DeMets 1983, as R's ldbounds prints them."""
    assert bounds(equal_looks(5), 0.05, spending) == pytest.approx(published, abs=2e-4)


@pytest.mark.parametrize("spending", ["obf", "pocock"])
def test_one_look_is_the_usual_test(spending: Spending) -> None:
    assert bounds((1.0,), 0.05, spending)[0] == pytest.approx(1.959963984540054, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["obf", "pocock"])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("fractions", [(0.3, 0.31, 0.9), (0.1, 0.5, 0.7, 1.0), equal_looks(12)])
def test_the_looks_together_spend_what_they_may(
    fractions: tuple[float, ...], alpha: float, spending: Spending
) -> None:
    """Counted on random walks: who has crossed by each look, either way."""
    walks = np.random.default_rng(7).standard_normal((400_000, len(fractions)))
    steps = np.sqrt(np.diff([0.0, *fractions]))
    z = (walks * steps).cumsum(axis=1) / np.sqrt(fractions)
    crossed = np.maximum.accumulate(
        np.abs(z) > np.array(bounds(fractions, alpha, spending)), axis=1
    )
    expected = [2 * spent(t, alpha, spending) for t in fractions]
    assert crossed.mean(axis=0) == pytest.approx(expected, abs=4 * (0.25 / 400_000) ** 0.5)


@given(looks, levels, kinds)
def test_bounds_are_finite_and_a_smaller_level_is_further_out(
    fractions: tuple[float, ...], alpha: float, spending: Spending
) -> None:
    found, stricter = bounds(fractions, alpha, spending), bounds(fractions, alpha / 2, spending)
    assert np.isfinite(found).all()
    assert len(found) == len(fractions)
    assert all(near < far for near, far in zip(found, stricter, strict=True))
    assert found[-1] > z_quantile(alpha) - 1e-9


def test_what_comes_after_the_plan_keeps_the_final_bound() -> None:
    told = bounds((0.5, 1.0, 1.1, 1.4))
    assert told[1] == told[2] == told[3]
    assert bounds((0.5, 0.5, 1.0))[1] == told[0]


def test_spending_begins_with_nothing_and_ends_with_half_of_alpha() -> None:
    for spending in ("obf", "pocock"):
        shares = [spent(t / 50, 0.05, spending) for t in range(60)]
        assert shares[0] == 0
        assert all(one <= other for one, other in pairwise(shares))
        assert shares[50] == pytest.approx(0.025, rel=1e-12)
        assert shares[59] == shares[50]


@given(
    st.one_of(
        st.builds(GroupSequential, looks, kinds),
        st.builds(Anytime, st.integers(10, 10**7), st.floats(100, 1e6)),
        st.just(ONCE),
    ),
    st.floats(0, 12),
    st.floats(3, 1e8),
    st.sampled_from([0.001, 0.01, 0.0125, 0.05 / 3, 0.025, 0.05, 0.1]),
)
def test_p_is_below_a_level_exactly_beyond_its_bound(
    look: Monitoring, z: float, df: float, alpha: float
) -> None:
    critical = look.critical(alpha, df)
    if abs(z - critical) > 1e-9 * max(critical, 1):
        assert (look.p_value(z, df).p < alpha) == (z > critical)
        assert look.p_value(-z, df) == look.p_value(z, df)


def test_a_planned_look_asks_more_than_a_single_one_and_the_confidence_sequence_most() -> None:
    halfway = GroupSequential(equal_looks(28)[:14])
    anytime = Anytime(11_200, 22_400)
    assert ONCE.critical(0.05, MANY) < halfway.critical(0.05, MANY) < anytime.critical(0.05, MANY)


@pytest.mark.parametrize("p", [1e-12, 0.0007, 0.03, 0.3])
def test_the_p_of_a_planned_look_is_the_level_whose_bound_it_reaches(p: float) -> None:
    look = GroupSequential(equal_looks(10)[:7])
    assert look.p_value(bounds(look.fractions, p)[-1], MANY).p == pytest.approx(p, rel=0.01)


def test_a_single_planned_look_has_the_p_of_the_usual_test() -> None:
    assert GroupSequential((1.0,)).p_value(2.2, MANY).p == pytest.approx(0.027807, rel=0.01)


@pytest.mark.parametrize(
    ("n_star", "published"), [(1000, 0.007936154601737565), (100_000, 7.936154601737564e-05)]
)
def test_the_confidence_sequence_is_tuned_as_published(n_star: int, published: float) -> None:
    assert tuned(n_star) == pytest.approx(published, rel=1e-12)


@pytest.mark.parametrize(("n", "published"), [(2000, 3.12377909), (20_000, 3.12711414)])
def test_the_multiplier_is_the_published_one(n: int, published: float) -> None:
    assert multiplier(n, tuned(5000)) == pytest.approx(published, abs=1e-8)


def test_the_confidence_sequence_is_narrowest_near_the_planned_number() -> None:
    r = tuned(5000)
    widths = {n: multiplier(n, r) / n**0.5 * 5000**0.5 for n in (500, 4000, 5000, 6000, 50_000)}
    fixed = {n: multiplier(n, tuned(n)) for n in widths}
    assert all(fixed[n] <= multiplier(n, r) + 1e-12 for n in widths)


def test_the_always_valid_p_is_one_near_nothing() -> None:
    assert always_valid_p(0.5, 1000, tuned(1000)).p == 1.0


def test_the_share_of_the_information_is_at_most_one() -> None:
    assert planned_fraction(0.2, 0.1) == pytest.approx(0.25)
    assert planned_fraction(0.1, 0.2) == 1.0
    assert t_quantile(0.05, MANY) == pytest.approx(1.96, abs=1e-3)
