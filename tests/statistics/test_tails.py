"""Tails far out, against scipy's where it still has numbers, and mpmath's published ones."""

from __future__ import annotations

from itertools import pairwise
from math import log, log10, pi

import pytest
from scipy import stats

from footfall.statistics.tails import (
    SMALLEST_P,
    _log_chi_square_tail,
    _log_two_sided_t,
    chi_square_tail,
    t_quantile,
    two_sided_t,
    two_sided_z,
    z_quantile,
)


@pytest.mark.parametrize("df", [1.5, 4.0, 33.3, 1e3, 1e6])
@pytest.mark.parametrize("t", [2.5, 6.0, 20.0])
def test_the_logarithm_of_a_t_tail_is_that_of_the_tail(df: float, t: float) -> None:
    assert _log_two_sided_t(t, df) == pytest.approx(log(2 * stats.t.sf(t, df)), rel=1e-9)
    assert two_sided_t(t, df).p == pytest.approx(2 * stats.t.sf(t, df), rel=1e-12)


def test_a_t_tail_that_underflows_goes_on_in_logarithms() -> None:
    """With so many degrees of freedom it is nearly the normal one."""
    far = two_sided_t(100.0, 1e12)
    assert far.p == SMALLEST_P
    assert far.log10 == pytest.approx(two_sided_z(100.0).log10, rel=1e-6)
    steps = [two_sided_t(float(t), 5000.0).log10 for t in range(30, 60)]
    assert all(later < sooner for sooner, later in pairwise(steps))


def test_a_heavy_tail_falls_as_a_power() -> None:
    """One degree of freedom: 2 P(T > t) is 2 / (pi t), far out."""
    assert two_sided_t(1e200, 1.0).log10 == pytest.approx(log10(2 / pi) - 200, rel=1e-9)


@pytest.mark.parametrize("x", [40.0, 300.0, 1300.0])
def test_the_logarithm_of_a_chi_square_tail_is_that_of_the_tail(x: float) -> None:
    assert _log_chi_square_tail(x / 2, 1.5) == pytest.approx(
        float(stats.chi2.logsf(x, 3)), rel=1e-9
    )
    assert chi_square_tail(x, 3).p == pytest.approx(float(stats.chi2.sf(x, 3)), rel=1e-9)


def test_a_chi_square_that_underflows_is_not_zero() -> None:
    far = chi_square_tail(5000.0, 1)
    assert far.p == SMALLEST_P
    assert far.log10 == pytest.approx(two_sided_z(5000.0**0.5).log10, rel=1e-9)


def test_quantiles_are_the_tables() -> None:
    assert z_quantile(0.05) == pytest.approx(1.959963984540054, rel=1e-14)
    assert t_quantile(0.05, 10) == pytest.approx(2.2281388519649385, rel=1e-10)
