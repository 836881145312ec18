"""How long an experiment runs: units, whole weeks, and what would be seen by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite

from footfall.statistics.power import (
    Baseline,
    Demand,
    control_size,
    detectable_lift,
    equal_looks,
    inflation,
    power_at,
)
from footfall.statistics.spending import Spending

WEEK = 7
LEAST_WEEKS = 2
LONGEST_WEEKS = 52
CURVE = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
NO_MEAN = "the KPI's mean is not above zero, so no relative effect can be planned"
NO_SPREAD = "the KPI does not vary between units"
NO_TRAFFIC = "nobody comes who could take part"
TOO_LONG = "it would take more than a year"
IMPOSSIBLE = "no rate can rise by so much"


@dataclass(frozen=True, slots=True)
class Question:
    """What is planned: the KPI's history, the smallest effect of use, and the traffic.

    `daily_units` are new units per day who are enrolled; `weights` the allocation, the control
    first; `looks` how often is looked (each day, where None); `mde` a fraction.
    """

    baseline: Baseline
    mde: float
    daily_units: float
    weights: tuple[float, ...] = (1.0, 1.0)
    demand: Demand = field(default_factory=Demand)
    looks: int | None = None
    spending: Spending = "obf"


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes. `units` are of all variants together; the run lasts `weeks` whole weeks.

    `by_week` is the smallest effect that would be found if the run ended then, None for none;
    `curve` the power at true effects around the planned one.
    """

    demand: Demand
    looks: int
    control_units: int
    units: int
    days: int
    weeks: int
    by_week: tuple[float | None, ...]
    curve: tuple[tuple[float, float], ...]


def plan(question: Question) -> Plan | str:
    """The plan, or why there is none."""
    reason = _impossible(question)
    if reason:
        return reason
    demand = _shared(question)
    looks = question.looks or LEAST_WEEKS * WEEK
    for _ in range(3):  # looks by day make the run longer, which makes them more; by very little
        asked = _looking(demand, looks, question.spending)
        size = control_size(question.baseline, question.mde, asked)
        units = _units(question, size)
        weeks = max(ceil(units / question.daily_units / WEEK), LEAST_WEEKS)
        if weeks > LONGEST_WEEKS:
            return TOO_LONG
        if question.looks or looks == weeks * WEEK:
            break
        looks = weeks * WEEK
    return Plan(
        asked,
        looks,
        ceil(size),
        units,
        ceil(units / question.daily_units),
        weeks,
        tuple(_seen(question, asked, week) for week in range(1, weeks + 1)),
        tuple(_point(question, asked, times, size) for times in CURVE),
    )


def _impossible(question: Question) -> str | None:
    baseline = question.baseline
    if not (baseline.mean > 0 and isfinite(baseline.mean)):
        return NO_MEAN
    if not (baseline.var > 0 and isfinite(baseline.var)):
        return NO_SPREAD
    if baseline.binary and baseline.mean * (1 + question.mde) >= 1:
        return IMPOSSIBLE
    return None if question.daily_units > 0 else NO_TRAFFIC


def _shared(question: Question) -> Demand:
    """The demand per comparison: the error shared among variants, the smallest variant's ratio."""
    control, *others = question.weights
    live = [each for each in others if each > 0]
    return replace(
        question.demand, alpha=question.demand.alpha / len(live), ratio=min(live) / control
    )


def _looking(demand: Demand, looks: int, spending: Spending) -> Demand:
    price = inflation(equal_looks(looks), demand.alpha, demand.power, spending)
    return replace(demand, inflation=max(price, 1.0))


def _units(question: Question, control_units: float) -> int:
    """All variants together."""
    return ceil(control_units / _control_share(question.weights))


def _control_share(weights: Sequence[float]) -> float:
    return weights[0] / sum(weights)


def _seen(question: Question, demand: Demand, week: int) -> float | None:
    """The smallest effect found with what comes in so many weeks."""
    control = question.daily_units * WEEK * week * _control_share(question.weights)
    return detectable_lift(question.baseline, control, demand)


def _point(question: Question, demand: Demand, times: float, size: float) -> tuple[float, float]:
    """The power at a multiple of the planned effect."""
    lift = question.mde * times
    possible = not question.baseline.binary or question.baseline.mean * (1 + lift) < 1
    return lift, power_at(question.baseline, lift, size, demand) if possible else 1.0
