"""The smaller methods, each on a case worked by hand or by an independent library."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.multitest import multipletests

from footfall.errors import RequestError
from footfall.statistics.allocation import allocation, sequential_allocation
from footfall.statistics.arm import Arm, Interval, converting
from footfall.statistics.capping import cap_of, capped
from footfall.statistics.cuped import cuped, cuped_ratio
from footfall.statistics.difference import Difference, difference
from footfall.statistics.heterogeneity import heterogeneity
from footfall.statistics.impact import (
    Standing,
    Traffic,
    conversion_impact,
    disagree,
    impact,
    programme_total,
    withheld,
)
from footfall.statistics.moments import of_rows
from footfall.statistics.multiple import benjamini_hochberg, holm, holm_levels, selected_level
from footfall.statistics.novelty import novelty
from footfall.statistics.posterior import Prior, lift_posterior, posterior
from footfall.statistics.quantile import clustered_quantile_arm, quantile_arm
from footfall.statistics.ratio import ratio_arm
from footfall.statistics.skewness import is_skewed, kappa

p_lists = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=12)
few = settings(max_examples=20)  # statsmodels takes its time


@pytest.mark.slow
@few
@given(p_lists)
def test_holm_and_benjamini_hochberg_are_those_of_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert benjamini_hochberg(p_values) == pytest.approx(
        multipletests(p_values, method="fdr_bh")[1]
    )


@pytest.mark.slow
@few
@given(p_lists)
def test_an_interval_at_holms_level_says_what_holm_says(p_values: list[float]) -> None:
    levels = holm_levels(p_values)
    rejected = multipletests(p_values, alpha=0.05, method="holm")[0]
    for p, level, is_rejected in zip(p_values, levels, rejected, strict=True):
        if abs(p / level - 1) > 1e-9:
            assert (p < level) == is_rejected


def test_the_level_of_what_was_selected() -> None:
    """Two of four are found: their intervals miss 2 of 4 fifths of 5 %."""
    assert selected_level([0.001, 0.02, 0.5, 0.9]) == pytest.approx(0.025)
    assert selected_level([0.5, 0.9]) == pytest.approx(0.025)


def test_a_mismatch_is_counted_over_the_variants_that_should_get_somebody() -> None:
    """821,588 and 815,482: Kohavi, Tang, Xu 2020, chapter 21, p = 1.8e-6."""
    found = allocation((821_588, 7, 815_482), (0.5, 0.0, 0.5))
    assert found is not None
    assert (found.df, found.excluded, found.is_mismatch) == (1, (1,), True)
    assert found.p.p == pytest.approx(1.8e-6, rel=0.02)
    expected = stats.chisquare([30, 50, 20], [40, 40, 20])
    three = allocation((30, 50, 20), (2, 2, 1))
    assert three is not None
    assert three.chi2 == pytest.approx(float(expected.statistic))
    assert three.p.p == pytest.approx(float(expected.pvalue))


@pytest.mark.parametrize(("counts", "weights"), [((5, 5), (1, 0)), ((0, 0), (1, 1)), ((3,), (1,))])
def test_without_two_variants_or_anybody_there_is_no_mismatch(
    counts: tuple[int, ...], weights: tuple[float, ...]
) -> None:
    assert allocation(counts, weights) is None


def test_the_sequential_mismatch_is_a_bayes_factor() -> None:
    """Against integrating the binomial likelihood over a Beta(100, 100) prior."""
    counts = (60, 20)
    log_likelihood = [
        integrate.quad(
            lambda share: share**60 * (1 - share) ** 20 * stats.beta.pdf(share, 100, 100), 0, 1
        )[0]
    ]
    factor = log_likelihood[0] / 0.5**80
    assert sequential_allocation([counts], (0.5, 0.5)).p == pytest.approx(1 / factor, rel=1e-6)
    assert sequential_allocation([(40, 40)], (0.5, 0.5)).p == 1.0
    later = [(60, 20), (100, 100)]
    assert sequential_allocation(later, (0.5, 0.5)).p == pytest.approx(1 / factor, rel=1e-6)


def test_a_cap_is_one_for_all_variants() -> None:
    """Of 1, 2, … 10 the share 0.8 is not above 8; zeros do not count."""
    values = [0.0] * 90 + [float(each) for each in range(1, 11)]
    found = cap_of([values[:95], values[95:]], 0.8)
    assert found is not None
    assert (found.value, found.units) == (8.0, 2)
    assert found.removed == pytest.approx(3 / 55)
    assert capped([3.0, 9.0], found) == [3.0, 8.0]
    assert cap_of([[0.0], [0.0]]) is None


def test_refunds_are_capped_as_sales_are() -> None:
    """Of -10 … -1, 1 … 10 nine tenths are not above 8, and nine tenths not below -8."""
    values = [float(each) for each in range(-10, 11)]
    found = cap_of([values], 0.9, both_ends=True)
    assert found is not None
    assert (found.value, found.floor, found.units) == (8.0, -8.0, 4)
    assert capped([-10.0, -8.0, 0.0, 9.0], found) == [-8.0, -8.0, 0.0, 8.0]
    above = cap_of([values], 0.9)
    assert above is not None
    assert (above.floor, above.units) == (None, 2)
    refunds = cap_of([[-5.0, -3.0, -1.0, 0.0]], 0.5)
    assert refunds is not None
    assert capped([-5.0, 0.0], refunds) == [-5.0, 0.0]


def test_shares_that_floats_cannot_hold_cap_where_they_should() -> None:
    """0.07 of 100 values is the seventh, though 0.07 * 100 is a little more than 7."""
    found = cap_of([[float(each) for each in range(1, 101)]], 0.07)
    assert found is not None
    assert found.value == 7.0


def test_a_quantile_is_as_sure_as_simulation_says() -> None:
    """The median of 900 exponential waits has SE 1 / 30 of the mean: 1 / (2 f(m) sqrt n)."""
    rng = np.random.default_rng(3)
    errors = [sqrt(quantile_arm(rng.exponential(1.0, 900), 0.5).var_of_mean) for _ in range(200)]  # type: ignore[union-attr]
    assert float(np.mean(errors)) == pytest.approx(1 / 30, rel=0.03)


def test_a_quantile_of_clustered_rows_is_less_sure() -> None:
    """Three equal rows of each person are one row of each person."""
    rng = np.random.default_rng(4)
    values = rng.exponential(1.0, 800)
    once = quantile_arm(values, 0.9)
    thrice = clustered_quantile_arm(np.repeat(values, 3), list(np.repeat(range(800), 3)), 0.9)
    naive = quantile_arm(np.repeat(values, 3), 0.9)
    assert once is not None
    assert thrice is not None
    assert naive is not None
    assert (thrice.n, thrice.mean) == (800, once.mean)
    assert thrice.var_of_mean == pytest.approx(once.var_of_mean, rel=0.05)
    assert naive.var_of_mean < 0.6 * once.var_of_mean


def test_a_quantile_needs_two_units() -> None:
    assert quantile_arm([3.0], 0.5) is None
    assert clustered_quantile_arm([3.0, 4.0], [1, 1], 0.5) is None
    assert clustered_quantile_arm([], [], 0.5) is None


def test_skew_is_that_of_the_two_tails() -> None:
    """(mu3_t / n_t^2 - mu3_c / n_c^2) / SE^3 with SE^2 = 4/100 + 4/400: 0.005 / 0.05^1.5."""
    control, treatment = Arm(400, 1.0, 4.0, 0.0), Arm(100, 1.0, 4.0, 50.0)
    assert kappa(control, treatment) == pytest.approx(0.005 / 0.05**1.5)
    assert is_skewed(control, treatment)
    assert kappa(control, replace(treatment, third=None)) is None
    assert kappa(replace(control, third=float("nan")), treatment) is None
    assert not is_skewed(control, replace(treatment, third=0.1))


def test_the_first_week_is_set_against_the_later_ones() -> None:
    """2 with SE 0.5 against 1 with SE 0.5 pooled of two with variance 0.5: z = 1 / sqrt 0.5."""
    first = (Arm(100, 5.0, 12.5), Arm(100, 7.0, 12.5))
    later = (Arm(100, 5.0, 25.0), Arm(100, 6.0, 25.0))
    found = novelty(first, [later, later, (Arm(1, 0.0, 0.0), Arm(1, 0.0, 0.0))])
    assert found is not None
    assert found[0] == pytest.approx(1 / sqrt(0.5))
    assert found[1].p == pytest.approx(2 * stats.norm.sf(1 / sqrt(0.5)))
    assert novelty(first, []) is None


def test_effects_of_segments_differ_or_not() -> None:
    """Effects 1, 2, 6 with SE 1: mean 3, Q = 14, df 2, I2 = 6 / 7, tau2 = 12 / 2."""
    found = heterogeneity([Difference(d, 1.0, 99.0) for d in (1.0, 2.0, 6.0)])
    assert found is not None
    assert found.df == 2
    assert found.q == pytest.approx(14)
    assert found.p.p == pytest.approx(stats.chi2.sf(14, 2))
    assert (found.i2, found.tau) == pytest.approx((6 / 7, sqrt(6)))
    assert [each.mean for each in found.shrunk] == pytest.approx(
        [3 + 6 / 7 * (d - 3) for d in (1, 2, 6)]
    )
    alike = heterogeneity([Difference(2.0, s, 99.0) for s in (1.0, 2.0)])
    assert alike is not None
    assert (alike.q, alike.i2, alike.tau) == (0, 0, 0)
    assert [each.mean for each in alike.shrunk] == pytest.approx([2, 2])
    assert heterogeneity([Difference(1.0, 1.0, 9.0)]) is None


def test_beliefs_and_losses() -> None:
    """Equal precision: the mean is halfway; the losses integrate the posterior."""
    found = posterior(0.1, 0.05, Prior(0.0, 0.05))
    assert (found.mean, found.sd) == pytest.approx((0.05, 0.05 / sqrt(2)))
    density = stats.norm(found.mean, found.sd).pdf
    lost = integrate.quad(lambda x: -x * density(x), -1, 0)[0]
    assert found.loss_of_shipping == pytest.approx(lost, rel=1e-6)
    assert found.loss_of_not_shipping == pytest.approx(lost + found.mean, rel=1e-6)
    assert found.p_better == pytest.approx(stats.norm.sf(0, found.mean, found.sd))
    assert found.interval() == pytest.approx(stats.norm(found.mean, found.sd).interval(0.95))
    assert lift_posterior(Arm(9, 0.0, 1.0), Arm(9, 1.0, 1.0), Prior()) is None


def test_covariates_explain_what_least_squares_says() -> None:
    """Two covariates, three variants: theta is the slope over all units."""
    rng = np.random.default_rng(5)
    cells, rows = [], []
    for n in (50, 70, 60):
        x, z = rng.standard_normal(n), rng.exponential(1.0, n)
        rows.append(np.column_stack([2 * x - z + rng.standard_normal(n), x, z]))
        cells.append(of_rows(("y", "x", "z"), rows[-1]))
    found = cuped(cells, "y", ("x", "z"))
    every = np.vstack(rows)
    slopes = np.linalg.lstsq(
        np.column_stack([np.ones(len(every)), every[:, 1:]]), every[:, 0], rcond=None
    )[0][1:]
    assert found.theta == pytest.approx(slopes)
    for arm, own in zip(found.arms, rows, strict=True):
        left = own[:, 0] - (own[:, 1:] - every[:, 1:].mean(axis=0)) @ slopes
        assert (arm.mean, arm.var) == pytest.approx((left.mean(), left.var(ddof=1)))


@pytest.mark.parametrize("column", ["constant", "copy"])
def test_covariates_that_say_nothing_leave_all_as_it_was(column: str) -> None:
    rng = np.random.default_rng(6)
    y, x = rng.standard_normal((2, 40))
    second = np.ones(40) if column == "constant" else 3 * x
    cell = of_rows(("y", "x", "z"), np.column_stack([y, x, second]))
    found = cuped([cell, cell], "y", ("x", "z"))
    assert list(found.theta) == [0, 0]
    assert found.reductions == pytest.approx((0, 0))
    assert found.arms[0].var == pytest.approx(cell.arm("y").var)


def test_a_ratio_of_nothing_is_none() -> None:
    empty = of_rows(("y", "x"), [(0, 0), (0, 0)])
    some = of_rows(("y", "x"), [(1, 2), (0, 0), (3, 4)])
    assert ratio_arm(empty, "y", "x") is None
    assert cuped_ratio((some, empty), ("y", "x"), ("y", "x")) is None
    found = ratio_arm(some, "y", "x")
    assert found is not None
    assert found.mean == pytest.approx(4 / 6)


def test_a_ratio_without_a_time_before_is_not_adjusted() -> None:
    cell = of_rows(("y", "x", "b", "d"), [(1, 2, 0, 0), (0, 1, 0, 0), (3, 4, 0, 0)])
    found = cuped_ratio((cell, cell), ("y", "x"), ("b", "d"))
    plain = ratio_arm(cell, "y", "x")
    assert found is not None
    assert plain is not None
    assert list(found.theta) == [0]
    assert (found.arms[0].mean, found.arms[0].var) == pytest.approx((plain.mean, plain.var))


CONTROL, TREATMENT = Arm(60_000, 2.10, 410.0), Arm(60_000, 2.34, 440.0)


def test_a_yearly_amount_by_hand() -> None:
    """120,000 units in 28 days at half of the traffic: K = 365 x 120,000 / (0.5 x 28)."""
    found = impact(CONTROL, TREATMENT, Traffic(120_000, 28, 0.5), 1.96)
    assert found.units_per_year == pytest.approx(365 * 120_000 / 14)
    assert found.raw.value == pytest.approx(0.24 * found.units_per_year)
    assert found.raw.interval.high - found.raw.value == pytest.approx(1.96 * found.raw.se)
    assert 0 < found.shrunk.value < found.raw.value


def test_unknown_traffic_widens_the_amount_and_does_not_move_it() -> None:
    sure = impact(CONTROL, TREATMENT, Traffic(120_000, 28), 1.96)
    unsure = impact(CONTROL, TREATMENT, Traffic(120_000, 28, cv=0.1), 1.96)
    assert unsure.raw.value == sure.raw.value
    k, change = sure.units_per_year, difference(CONTROL, TREATMENT)
    expected = (k * change.se) ** 2 * 1.01 + (0.1 * k * change.estimate) ** 2
    assert unsure.raw.se == pytest.approx(sqrt(expected))


@pytest.mark.parametrize(
    ("standing", "reasons"),
    [
        (Standing(is_valid=True, days=14, is_significant=True, is_mature=True), ()),
        (
            Standing(is_valid=True, days=28, is_significant=False, is_mature=True),
            ("not_significant",),
        ),
        (Standing(is_valid=True, days=15, is_significant=True, is_mature=True), ("short_run",)),
        (
            Standing(is_valid=False, days=7, is_significant=False, is_mature=False),
            ("invalid", "short_run", "window_not_mature", "not_significant"),
        ),
    ],
)
def test_a_yearly_amount_is_withheld(standing: Standing, reasons: tuple[str, ...]) -> None:
    assert withheld(standing) == reasons


def test_amounts_are_added_up_shrunk_only() -> None:
    each = impact(CONTROL, TREATMENT, Traffic(120_000, 28), 1.96)
    assert programme_total([each, each]) == pytest.approx(2 * each.shrunk.value)
    with pytest.raises(RequestError, match="too high on average; add up the shrunk ones"):
        programme_total([each], of="raw")


def test_the_figure_from_conversion_assumes_the_order_value() -> None:
    rates = converting(1000, 30), converting(1000, 40)
    found = conversion_impact(*rates, 50.0, Traffic(2000, 10), 1.96)
    assert found.value == pytest.approx(0.01 * 50 * 365 * 2000 / 10)
    assert disagree(Interval(0, 1), Interval(2, 3))
    assert disagree(Interval(2, 3), Interval(0, 1))
    assert not disagree(Interval(0, 2), Interval(1, 3))
