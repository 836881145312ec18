"""A data set that others computed too: tea-tasting's users, told as events and read as a test."""

from __future__ import annotations

import csv
import os
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import mean

import pytest
from scipy import stats

from footfall.catalogue import built_in
from footfall.engine.duckdb import DuckEngine
from footfall.experiment.design_file import read_design
from footfall.experiment.evaluate import Around, evaluate
from support.shop import shop_of
from support.tried import DAY, Human, Visit, events_of

DESIGN = """\
hypothesis = "It helps."
experiment = "try"
start = 2026-01-05
days = 14
looks = "once"
diagnostics = ["rps"]

[variants]
v0 = 1
v1 = 1

[primary]
kpi = "rpv"
minimum_effect = 0.05
"""
HOUR = 3_600_000


@pytest.fixture(scope="module")
def users() -> list[dict[str, str]]:
    """The users of the sample."""
    shared = os.environ.get("FOOTFALL_SHARED")
    if not shared:
        pytest.skip("FOOTFALL_SHARED names no folder with the samples")
    path = Path(shared) / "samples" / "stats_users" / "tea_tasting_users_rng42_n100.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def human(row: dict[str, str]) -> Human:
    """His sessions, four hours apart; the first order has all of the revenue."""
    found = Human(f"u{row['user']}")
    for place in range(int(row["sessions"])):
        visit = Visit(place * 4 * HOUR, 2, exposed=None if place else f"v{row['variant']}")
        if place == 0 and int(row["orders"]):
            visit.order = Fraction(row["revenue"])
        found.visits.append(visit)
    return found


def test_revenue_per_person_and_per_session_are_those_of_the_sample(
    users: list[dict[str, str]],
) -> None:
    assert max(int(row["sessions"]) for row in users) * 4 * HOUR < 14 * DAY
    design = read_design(DESIGN, "experiments/try.toml", "try", built_in())
    with shop_of(events_of([human(row) for row in users])) as shop:
        around = Around(shop.site, shop.catalogue, date(2026, 2, 1), 0)
        found = evaluate(DuckEngine(shop.con), design, around)
    arms = [[row for row in users if row["variant"] == variant] for variant in ("0", "1")]
    money = [[float(row["revenue"]) for row in arm] for arm in arms]
    sessions = [sum(int(row["sessions"]) for row in arm) for arm in arms]
    assert found.primary is not None
    (reading,) = found.primary.readings
    assert reading.units == len(arms[1])
    assert found.primary.control.value == pytest.approx(mean(money[0]))
    assert reading.difference == pytest.approx(mean(money[1]) - mean(money[0]))
    assert reading.interval is not None
    theirs = stats.ttest_ind(money[1], money[0], equal_var=False)
    low, high = theirs.confidence_interval(0.95)
    assert reading.interval == pytest.approx((low, high), rel=1e-9)
    assert reading.p == pytest.approx(theirs.pvalue, rel=1e-6)
    (per_session,) = found.diagnostics
    assert per_session.control.value == pytest.approx(sum(money[0]) / sessions[0])
    assert per_session.readings[0].value == pytest.approx(sum(money[1]) / sessions[1])
