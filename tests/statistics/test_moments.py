"""Moments: exact where sums of squares are not, and the same however they are put together."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.statistics.arm import Arm
from footfall.statistics.moments import (
    Moments,
    combination,
    merged,
    nobody,
    of_rows,
    of_sample,
    total,
)

NAMES = ("y", "x")
rows = st.lists(
    st.tuples(st.floats(-1e4, 1e4), st.integers(0, 9).map(float)), min_size=1, max_size=40
)


def same(one: Moments, other: Moments) -> None:
    assert (one.names, one.n) == (other.names, other.n)
    scale = max(np.abs(other.scatter).max(), 1.0)
    assert one.means == pytest.approx(other.means, rel=1e-11, abs=1e-9)
    assert one.scatter == pytest.approx(other.scatter, rel=1e-9, abs=1e-10 * scale)
    assert one.cubes == pytest.approx(other.cubes, rel=1e-8, abs=1e-9 * scale**1.5)
    assert one.nonzero.tolist() == other.nonzero.tolist()


def test_four_units_by_hand() -> None:
    """Both columns, 0 0 3 5 and 1 1 2 4, have mean 2; squares 18 and 6, products 10."""
    found = of_rows(NAMES, [(0, 1), (0, 1), (3, 2), (5, 4)])
    assert found.means.tolist() == [2, 2]
    assert found.scatter.tolist() == [[18, 10], [10, 6]]
    assert found.cubes.tolist() == [-8 - 8 + 1 + 27, -1 - 1 + 0 + 8]
    assert found.nonzero.tolist() == [2, 4]
    assert found.arm("y") == Arm(4, 2.0, 6.0, 3.0)
    assert combination(found, {"y": 1.0, "x": -1.0}) == pytest.approx((0, (18 - 20 + 6) / 3))


@given(rows, rows)
def test_two_cells_are_as_one(
    one: list[tuple[float, float]], two: list[tuple[float, float]]
) -> None:
    same(of_rows(NAMES, one) + of_rows(NAMES, two), of_rows(NAMES, one + two))


@given(rows, rows, rows)
def test_the_order_of_merging_does_not_matter(
    one: list[tuple[float, float]], two: list[tuple[float, float]], three: list[tuple[float, float]]
) -> None:
    a, b, c = (of_rows(NAMES, each) for each in (one, two, three))
    same(merged(merged(a, b), c), merged(a, merged(c, b)))
    same(total([c, nobody(NAMES), a, b]), merged(merged(a, b), c))


@given(rows)
def test_nobody_changes_nothing(some: list[tuple[float, float]]) -> None:
    cell = of_rows(NAMES, some)
    assert merged(nobody(NAMES), cell) is cell
    assert merged(cell, of_rows(NAMES, [])) is cell


@given(rows)
def test_what_a_database_computes_gives_the_same(some: list[tuple[float, float]]) -> None:
    cell = of_rows(NAMES, some)
    told = of_sample(
        NAMES,
        cell.n,
        cell.means.tolist(),
        cell.covariance.tolist(),
        thirds=(cell.cubes / cell.n).tolist(),
        nonzero=cell.nonzero.tolist(),
    )
    same(told, cell)


def test_small_differences_of_large_numbers_are_kept() -> None:
    """NIST StRD, NumAcc4: certified mean 10000000.2 and standard deviation 0.1."""
    values = [10000000.2, *[10000000.1, 10000000.3] * 500]
    arm = of_rows(("y",), values).arm("y")
    assert arm.mean == pytest.approx(10000000.2, rel=1e-15)
    assert sqrt(arm.var) == pytest.approx(0.1, rel=1e-8)
    in_days = total([of_rows(("y",), values[at : at + 77]) for at in range(0, 1001, 77)]).arm("y")
    assert sqrt(in_days.var) == pytest.approx(0.1, rel=1e-7)


def test_one_unit_has_no_variance_and_no_unit_no_third_moment() -> None:
    assert of_rows(("y",), [7]).arm("y") == Arm(1, 7.0, 0.0, 0.0)
    assert nobody(("y",)).arm("y") == Arm(0, 0.0, 0.0, None)
