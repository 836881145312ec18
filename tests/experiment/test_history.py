"""A plan's history: the KPI per person of the days before, by a slow count of who came."""

from __future__ import annotations

from datetime import date
from statistics import variance

import pytest

from footfall.engine.duckdb import DuckEngine
from footfall.experiment.history import history
from footfall.experiment.measured import measured
from support.shop import shop_of
from support.tried import DAY, Human, Visit, crowd, events_of


def test_each_person_counts_from_the_first_visit_of_the_days_on() -> None:
    people = crowd(7, 60, {"control": 1, "b": 1})
    first, last = date(2026, 1, 8), date(2026, 1, 14)
    begin, end = 3 * DAY, 10 * DAY
    totals = []
    for human in people:
        visits = [visit for visit in human.visits if begin <= visit.begins < end]
        if not visits:
            continue
        since = min(visit.begins for visit in visits)
        bought = [
            float(visit.order)
            for visit in human.visits
            if visit.order is not None and since <= visit.ordered_at < end
        ]
        totals.append(sum(bought))
    with shop_of(events_of(people)) as shop:
        asked = measured(shop.catalogue["rpv"])
        found = history(DuckEngine(shop.con), asked, "UTC", (first, last), None)
    assert found.people == len(totals)
    assert found.daily_people == pytest.approx(len(totals) / 7)
    assert found.mean == pytest.approx(sum(totals) / len(totals))
    assert found.var == pytest.approx(variance(totals))


def test_of_a_page_only_those_count_who_see_it() -> None:
    people = [
        Human("one", [Visit(0, 1)]),
        Human("three", [Visit(DAY, 3)]),
        Human("four", [Visit(2 * DAY, 4)]),
    ]
    with shop_of(events_of(people)) as shop:
        asked = measured(shop.catalogue["visitors"])
        days = (date(2026, 1, 5), date(2026, 1, 11))
        found = history(DuckEngine(shop.con), asked, "UTC", days, "/2*")
    assert found.people == 2
