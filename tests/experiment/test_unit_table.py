"""The numbers of experiments, held against a slow computation, person by person in fractions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from random import Random

import numpy as np
import pytest
from scipy import stats

from footfall.engine.duckdb import DuckEngine
from footfall.experiment.design import Design
from footfall.experiment.design_file import read_design
from footfall.experiment.evaluate import Around, evaluate
from footfall.experiment.result import Outcome, Report
from support.shop import Shop, shop_of
from support.tried import (
    DAY,
    START,
    Human,
    Slow,
    Visit,
    crowd,
    events_of,
    slow_arm,
    slow_units,
)

DESIGN = """\
hypothesis = "It helps."
experiment = "try"
start = 2026-01-05
days = 14
looks = "once"
segments = ["device"]
diagnostics = ["aov", "orders", "net_revenue", "pages_per_session"]

[variants]
control = 50
b = 50

[primary]
kpi = "visitor_conversion_rate"
minimum_effect = 0.05

[[guardrails]]
kpi = "rpv"
margin = 0.1
"""
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 18)
END = 14 * DAY
OVER = date(2026, 2, 28)
KPIS = ("visitor_conversion_rate", "rpv", "aov", "orders", "net_revenue", "pages_per_session")
PEOPLE = crowd(1, 400, {"control": 1, "b": 1}, switchers=0.02, lifts={"b": 1.3})


def design(text: str, shop: Shop) -> Design:
    return read_design(text, "experiments/try.toml", "try", shop.catalogue)


@contextmanager
def tried(people: list[Human], *, seed: int | None = None) -> Iterator[Shop]:
    events = events_of(people)
    if seed is not None:
        Random(seed).shuffle(events)
    with shop_of([]) as shop:
        size = len(events) if seed is None else len(events) // 7 + 1
        for at in range(0, len(events), size):
            shop.append(events[at : at + size])
        yield shop


def report(shop: Shop, text: str = DESIGN, over: date = OVER) -> Report:
    around = Around(shop.site, shop.catalogue, over, 0)
    return evaluate(DuckEngine(shop.con), design(text, shop), around)


def outcomes(found: Report) -> dict[str, Outcome]:
    assert found.primary is not None
    return {each.kpi: each for each in (found.primary, *found.guardrails, *found.diagnostics)}


def welch(units: list[Slow], kpi: str, one: str, other: str) -> tuple[float, float, float]:
    """Difference, its SE and the two-sided p, from the slow arms."""
    n_c, m_c, v_c = slow_arm([unit for unit in units if unit.variant == one], kpi)
    n_t, m_t, v_t = slow_arm([unit for unit in units if unit.variant == other], kpi)
    se_c, se_t = float(v_c) / n_c, float(v_t) / n_t
    se = sqrt(se_c + se_t)
    df = (se_c + se_t) ** 2 / (se_c**2 / (n_c - 1) + se_t**2 / (n_t - 1))
    difference = float(m_t - m_c)
    return difference, se, float(2 * stats.t.sf(abs(difference / se), df))


@pytest.mark.parametrize("kpi", KPIS)
def test_every_kind_of_kpi_is_what_the_slow_computation_says(kpi: str, once: Report) -> None:
    units = slow_units(PEOPLE, ("control", "b"), first=FIRST, last=LAST, until=END)
    outcome = outcomes(once)[kpi]
    (reading,) = outcome.readings
    n, mean, _ = slow_arm([unit for unit in units if unit.variant == "control"], kpi)
    assert outcome.control.units == n
    assert outcome.control.value == pytest.approx(float(mean))
    difference, se, p = welch(units, kpi, "control", "b")
    assert reading.difference == pytest.approx(difference, rel=1e-9)
    assert reading.interval is not None
    half = (reading.interval.high - reading.interval.low) / 2
    assert half / se == pytest.approx(stats.t.ppf(0.975, 1e4), rel=0.01)
    if kpi in ("visitor_conversion_rate", "rpv"):
        assert reading.p == pytest.approx(p, rel=0.01)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with tried(PEOPLE) as found:
        yield found


@pytest.fixture(scope="module")
def once(shop: Shop) -> Report:
    return report(shop)


def test_those_who_saw_several_variants_are_left_out_and_counted(once: Report) -> None:
    saw = {
        human.name: {v.exposed for v in human.visits if v.exposed and v.exposed_at < END}
        for human in PEOPLE
    }
    several = [name for name, variants in saw.items() if len(variants) > 1]
    assert sum(once.checks.several.values()) == len(several) > 2
    units = slow_units(PEOPLE, ("control", "b"), first=FIRST, last=LAST, until=END)
    assert sum(once.checks.units.values()) == len(units)


@pytest.mark.slow
def test_the_order_of_arrival_changes_nothing(once: Report) -> None:
    with tried(PEOPLE, seed=5) as shop:
        shuffled = report(shop).to_json()
    assert shuffled | {"site": ""} == once.to_json() | {"site": ""}


@pytest.mark.slow
def test_segments_are_of_the_visit_of_the_exposure_and_add_up_to_everybody() -> None:
    people = crowd(2, 1100, {"control": 1, "b": 1}, rate=0.6)
    with tried(people) as shop:
        found = report(shop)
    units = slow_units(people, ("control", "b"), first=FIRST, last=LAST, until=END)
    told = {each.value: each for each in found.segments}
    assert set(told) == {"desktop", "mobile"}
    for device, each in told.items():
        of_device = [unit for unit in units if unit.device == device]
        difference, _, _ = welch(of_device, "visitor_conversion_rate", "control", "b")
        assert each.units == len(of_device)
        assert each.reading.difference == pytest.approx(difference, rel=1e-9)


def test_a_window_ends_each_persons_outcomes_and_waits_for_the_last_of_them(shop: Shop) -> None:
    text = DESIGN.replace('looks = "once"', 'looks = "daily"\nwindow = "3d"')
    over = date(2026, 1, 12)
    found = report(shop, text, over)
    last = over - timedelta(days=3)
    until = ((over - START.date()).days + 1) * DAY
    units = slow_units(
        PEOPLE, ("control", "b"), first=FIRST, last=last, until=until, window=3 * DAY
    )
    assert (found.days, found.through) == (5, last)
    for kpi in KPIS:
        difference, _, _ = welch(units, kpi, "control", "b")
        assert outcomes(found)[kpi].readings[0].difference == pytest.approx(difference, rel=1e-9)
    waiting = slow_units(PEOPLE, ("control", "b"), first=FIRST, last=over, until=until)
    assert found.checks.immature == len(waiting) - len(units)


def test_the_course_is_what_the_report_said_on_each_day(shop: Shop) -> None:
    """With a window, each point is the report of the day on which it was the latest."""
    text = DESIGN.replace('looks = "once"', 'looks = "daily"\nwindow = "2d"')
    whole = report(shop, text)
    then = report(shop, text, date(2026, 1, 13))
    assert then.primary is not None
    (reading,) = then.primary.readings
    point = next(each for each in whole.course if each.day == then.through)
    assert point.difference == pytest.approx(reading.difference, rel=1e-9)
    assert point.difference_interval == pytest.approx(reading.interval, rel=1e-9)


def test_three_unequal_arms_share_the_error() -> None:
    people = crowd(3, 400, {"control": 4, "b": 2, "c": 2}, lifts={"b": 1.5})
    text = DESIGN.replace("control = 50\nb = 50", "b = 25\ncontrol = 50\nc = 25")
    with tried(people) as shop:
        found = report(shop, text)
    units = slow_units(people, ("control", "b", "c"), first=FIRST, last=LAST, until=END)
    assert found.primary is not None
    assert found.primary.control.variant == "control"
    plain = {name: welch(units, "visitor_conversion_rate", "control", name) for name in ("b", "c")}
    least, most = sorted(plain, key=lambda name: plain[name][2])
    adjusted = {each.variant: each.p for each in found.primary.readings}
    assert adjusted[least] == pytest.approx(min(2 * plain[least][2], 1), rel=0.02)
    assert adjusted[most] == pytest.approx(
        max(plain[most][2], min(2 * plain[least][2], 1)), rel=0.02
    )


def test_covariates_from_before_take_noise_out_and_not_the_effect() -> None:
    people = crowd(4, 300, {"control": 1, "b": 1}, rate=0.6)
    text = DESIGN.replace('"visitor_conversion_rate"', '"net_revenue"').replace(
        'diagnostics = ["aov", "orders", "net_revenue", "pages_per_session"]',
        'covariates = ["revenue"]\ncovariate_days = 30',
    )
    with tried(people) as shop:
        found = report(shop, text)
    units = slow_units(people, ("control", "b"), first=FIRST, last=LAST, until=END, before=30 * DAY)
    y = np.array([float(unit.revenue - unit.refunded) for unit in units])
    before = np.array([float(unit.revenue_before) for unit in units])
    unseen = np.array([float(unit.visits_before == 0) for unit in units])
    of_b = np.array([unit.variant == "b" for unit in units])
    x = np.column_stack([before, unseen])
    centred = x - x.mean(axis=0)
    theta = np.linalg.lstsq(centred, y - y.mean(), rcond=None)[0]
    adjusted = y - centred @ theta
    difference = adjusted[of_b].mean() - adjusted[~of_b].mean()
    assert found.primary is not None
    (reading,) = found.primary.readings
    assert reading.difference == pytest.approx(difference, rel=1e-9)
    (raw,) = found.primary.raw
    assert raw.difference == pytest.approx(y[of_b].mean() - y[~of_b].mean(), rel=1e-9)
    assert found.primary.explained is not None
    assert found.primary.explained > 0


def test_totals_are_cut_at_one_cap_for_all_variants(shop: Shop) -> None:
    text = DESIGN.replace('kpi = "rpv"\n', 'kpi = "rpv"\ncap = 0.9\n')
    found = report(shop, text)
    units = slow_units(PEOPLE, ("control", "b"), first=FIRST, last=LAST, until=END)
    totals = sorted(unit.revenue for unit in units if unit.revenue)
    cap = totals[-(-9 * len(totals) // 10) - 1]
    outcome = outcomes(found)["rpv"]
    assert outcome.cap is not None
    assert outcome.cap.value == pytest.approx(float(cap))
    assert outcome.cap.units == sum(total > cap for total in totals)
    cut = [replace(unit, revenue=min(unit.revenue, cap)) for unit in units]
    difference, _, _ = welch(cut, "rpv", "control", "b")
    assert outcome.readings[0].difference == pytest.approx(difference, rel=1e-9)
    raw, _, _ = welch(units, "rpv", "control", "b")
    assert outcome.raw[0].difference == pytest.approx(raw, rel=1e-9)


def test_a_few_people_by_hand() -> None:
    """Two see the control, three see b; one of b bought before, which does not count.

    b: 30 and 50 of three people, one order of 50 given back by 10 on the next day; another
    20 comes back after the run, which is not seen. Control: 20 of two.
    """
    people = [
        Human("a", [Visit(0, 3, exposed="control", order=None)]),
        Human("c", [Visit(DAY, 2, exposed="control", order=Fraction(20))]),
        Human("d", [Visit(-DAY, 2, order=Fraction(99)),
                    Visit(2 * DAY, 2, exposed="b", order=Fraction(30))]),
        Human("e", [Visit(3 * DAY, 2, exposed="b", order=Fraction(50),
                          refund=(DAY, Fraction(10)))]),
        Human("f", [Visit(4 * DAY, 2, exposed="b"), Visit(14 * DAY, 2, order=Fraction(20))]),
    ]  # fmt: skip
    with tried(people) as shop:
        told = outcomes(report(shop))
    assert told["rpv"].control.value == 10
    assert told["rpv"].readings[0].value == pytest.approx(80 / 3)
    assert told["net_revenue"].readings[0].value == pytest.approx(70 / 3)
    assert told["visitor_conversion_rate"].control.value == 0.5
    assert told["visitor_conversion_rate"].readings[0].value == pytest.approx(2 / 3)
    assert told["aov"].readings[0].value == 40
