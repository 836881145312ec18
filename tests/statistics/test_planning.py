"""How many, how long, and what would be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from footfall.statistics.plan import (
    IMPOSSIBLE,
    NO_MEAN,
    NO_SPREAD,
    NO_TRAFFIC,
    TOO_LONG,
    Plan,
    Question,
    plan,
)
from footfall.statistics.power import (
    Baseline,
    Demand,
    control_size,
    detectable_lift,
    equal_looks,
    inflation,
    power_at,
    size_of_pooled_rates,
    size_of_t,
)

RATE = Baseline(0.03, 0.03 * 0.97, binary=True)
MONEY = Baseline(2.1, 410.0)
QUESTION = Question(RATE, 0.1, 5_000)
baselines = st.one_of(
    st.floats(0.005, 0.4).map(lambda rate: Baseline(rate, rate * (1 - rate), binary=True)),
    st.builds(Baseline, st.floats(0.1, 100), st.floats(0.1, 1e5)),
)
demands = st.builds(
    Demand,
    st.sampled_from([0.01, 0.05, 0.1]),
    st.floats(0.6, 0.95),
    st.floats(0.1, 3.0),
    st.floats(0, 0.8),
    st.floats(1, 1.3),
    st.integers(0, 4),
)


def test_sizes_are_those_of_r() -> None:
    """?power.t.test: 22.02110; ?power.prop.test: 76.7."""
    assert size_of_t(1, 1, 0.05, 0.9) == pytest.approx(22.02110, abs=1e-5)
    assert size_of_pooled_rates(0.5, 0.75, 0.05, 0.9) == pytest.approx(76.7, abs=0.01)
    assert size_of_t(100, 1, 0.05, 0.9) == 2


def test_a_rate_of_3_per_cent_needs_53208_units_for_a_tenth_more() -> None:
    """(1.95996 + 0.84162)^2 (0.03 x 0.97 + 0.033 x 0.967) / 0.003^2."""
    assert control_size(RATE, 0.1, Demand()) == pytest.approx(53207.5557, abs=1e-4)


def test_what_is_asked_for_moves_the_size() -> None:
    plain = control_size(MONEY, 0.05, Demand())
    assert control_size(MONEY, 0.05, Demand(explained=0.3)) == pytest.approx(0.7 * plain)
    assert control_size(MONEY, 0.05, Demand(inflation=1.05)) == pytest.approx(1.05 * plain)
    # Nine times as many in the treatment: (1 + 1/9) / 2 of the units in the control.
    assert control_size(MONEY, 0.05, Demand(ratio=9)) == pytest.approx(plain * (10 / 9) / 2)
    shared = control_size(MONEY, 0.05, Demand(power=0.95))
    assert control_size(MONEY, 0.05, Demand(guardrails=3)) == pytest.approx(shared)


@given(baselines, st.floats(0.02, 0.4), demands)
def test_the_planned_size_has_the_planned_power(
    baseline: Baseline, lift: float, demand: Demand
) -> None:
    """With guardrails the power is the larger share that they leave."""
    size = control_size(baseline, lift, demand)
    goal = 1 - (1 - demand.power) / (demand.guardrails + 1)
    assert power_at(baseline, lift, size, demand) == pytest.approx(goal, abs=2e-3)


@given(baselines, st.floats(0.02, 0.4), demands)
def test_the_detectable_effect_is_the_one_that_was_planned_for(
    baseline: Baseline, lift: float, demand: Demand
) -> None:
    size = control_size(baseline, lift, demand)
    assert detectable_lift(baseline, size, demand) == pytest.approx(lift, rel=1e-6)


def test_next_to_nobody_detects_nothing() -> None:
    assert detectable_lift(RATE, 2, Demand()) is None
    assert detectable_lift(Baseline(0.9999999999, 1e-10, binary=True), 1e9, Demand()) is None


def test_looking_costs_what_jennison_and_turnbull_say() -> None:
    """One look costs nothing; K = 5 at 80 %: 1.02 (O'Brien-Fleming type), 1.21 (Pocock type)."""
    assert inflation((1.0,)) == pytest.approx(1, abs=1e-5)
    assert inflation(equal_looks(5)) == pytest.approx(1.025, abs=0.002)
    assert inflation(equal_looks(5), spending="pocock") == pytest.approx(1.212, abs=0.002)


def told(question: Question) -> Plan:
    found = plan(question)
    assert isinstance(found, Plan)
    return found


def test_a_plan_lasts_whole_weeks() -> None:
    """53,208 x 1.0493 in each of two variants, at 5,000 a day: 23 days, so 4 weeks."""
    found = told(QUESTION)
    assert found.control_units == pytest.approx(55_800, rel=0.005)
    assert found.units == pytest.approx(2 * found.control_units, abs=2)
    assert (found.days, found.weeks, found.looks) == (23, 4, 28)
    assert len(found.by_week) == 4
    first, last = found.by_week[0], found.by_week[-1]
    assert first is not None
    assert last is not None
    assert first > 0.15
    assert last < 0.1
    assert dict(found.curve)[0.1] == pytest.approx(0.8, abs=0.002)


def test_a_short_plan_lasts_two_weeks_all_the_same() -> None:
    assert told(replace(QUESTION, daily_units=1e6)).weeks == 2


def test_looks_may_be_counted() -> None:
    once, weekly = told(replace(QUESTION, looks=1)), told(replace(QUESTION, looks=4))
    assert (once.looks, weekly.looks) == (1, 4)
    assert once.control_units == 53_208
    assert weekly.control_units == pytest.approx(53_208 * 1.0196, rel=0.001)


def test_further_variants_share_the_error_and_the_traffic() -> None:
    """Bonferroni's level for planning: z of 1.25 % to each side."""
    three = told(replace(QUESTION, weights=(1.0, 1.0, 1.0), looks=1))
    z_sum = stats.norm.isf(0.0125) + stats.norm.isf(0.2)
    expected = z_sum**2 * (0.03 * 0.97 + 0.033 * 0.967) / 0.003**2
    assert three.control_units == pytest.approx(expected, abs=1)
    assert three.units == pytest.approx(3 * expected, abs=3)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (replace(QUESTION, baseline=Baseline(0.0, 1.0)), NO_MEAN),
        (replace(QUESTION, baseline=Baseline(-2.0, 1.0)), NO_MEAN),
        (replace(QUESTION, baseline=Baseline(float("nan"), 1.0)), NO_MEAN),
        (replace(QUESTION, baseline=Baseline(1.0, 0.0)), NO_SPREAD),
        (replace(QUESTION, daily_units=0), NO_TRAFFIC),
        (replace(QUESTION, daily_units=10), TOO_LONG),
        (replace(QUESTION, baseline=Baseline(0.6, 0.24, binary=True), mde=0.7), IMPOSSIBLE),
    ],
)
def test_what_cannot_be_planned_has_a_reason(question: Question, reason: str) -> None:
    assert plan(question) == reason
