"""Bounds of a report: exact at the usual levels, close in between, one curve for p and bound."""

from __future__ import annotations

import pytest

from footfall.experiment.bounds import NODES, Planned
from footfall.statistics.monitoring import GroupSequential

FRACTIONS = tuple(look / 14 for look in range(1, 11))
DF = 5000.0
EXACT = GroupSequential(FRACTIONS)
HERE = Planned(FRACTIONS)


@pytest.mark.parametrize("alpha", [0.2, 0.1, 0.05, 0.025, 0.01, 0.001])
def test_at_the_usual_levels_it_is_the_exact_bound(alpha: float) -> None:
    assert HERE.critical(alpha, DF) == pytest.approx(EXACT.critical(alpha, DF), rel=1e-9)


@pytest.mark.parametrize("alpha", [0.15, 0.0333, 0.0167, 0.0125, 0.004])
def test_in_between_it_is_close(alpha: float) -> None:
    assert HERE.critical(alpha, DF) == pytest.approx(EXACT.critical(alpha, DF), rel=0.002)


@pytest.mark.parametrize("z", [1.3, 2.0, 2.6, 3.4, 4.4])
def test_p_is_close_to_the_exact_one(z: float) -> None:
    assert HERE.p_value(z, DF).p == pytest.approx(EXACT.p_value(z, DF).p, rel=0.02)


@pytest.mark.parametrize("z", [0.1, 0.9, 1.7, 2.4, 3.1, 5.0, 7.0, 20.0])
@pytest.mark.parametrize("alpha", [0.1, 0.05, 0.0167, 0.001])
def test_p_is_below_a_level_exactly_where_the_interval_excludes_0(z: float, alpha: float) -> None:
    p = HERE.p_value(z, DF)
    assert 0 < p.p <= 1
    assert (p.p < alpha) == (z > HERE.critical(alpha, DF))


def test_at_a_bound_p_is_its_level() -> None:
    for level in NODES[1:15]:
        assert HERE.p_value(HERE.critical(level, DF), DF).p == pytest.approx(level, rel=1e-9)
