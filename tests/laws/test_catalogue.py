"""Every KPI can be asked by every dimension that the contract gives it, and by no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from footfall.errors import RequestError
from footfall.facts.tables import MASS_EVENTS
from footfall.query.question import all_dimensions, choose
from reference import Reference
from reference.registry import KPIS
from reference.store_kpis import rule_kpis
from support.judge import Asked, compare, reference_of, shop_for
from support.shop import Shop
from support.streams import rich_stream

MADE = (("Europe/Berlin", 11), ("Australia/Lord_Howe", 12))
ELSEWHERE = {*MASS_EVENTS, "purchase", "refund", "asset_click", "asset_interaction"}


@pytest.fixture(scope="module", params=MADE, ids=str)
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Shop, Reference]]:
    zone, seed = request.param
    made = rich_stream(seed, zone)
    with shop_for(made) as shop:
        yield shop, reference_of(made)


@pytest.mark.parametrize("dimension", all_dimensions())
def test_every_kpi_by_every_dimension_it_has(both: tuple[Shop, Reference], dimension: str) -> None:
    assert compare(*both, Asked((dimension,))) == []


@pytest.mark.parametrize("every", ["day", "week", "month", "year"])
def test_every_kpi_in_every_bucket(both: tuple[Shop, Reference], every: str) -> None:
    assert compare(*both, Asked((), every)) == []


def test_the_dimensions_of_a_kpi_are_those_of_the_contract(both: tuple[Shop, Reference]) -> None:
    shop, reference = both
    known = KPIS | rule_kpis(reference.site)
    told = {kpi.id: set(kpi.dimensions) for kpi in shop.catalogue}
    assert told == {kpi: set(known[kpi].dims) for kpi in told}


def test_a_dimension_that_a_kpi_lacks_is_refused(both: tuple[Shop, Reference]) -> None:
    shop, _ = both
    for kpi in shop.catalogue:
        for dimension in set(all_dimensions()) - set(kpi.dimensions):
            with pytest.raises(RequestError, match=dimension):
                choose(shop.catalogue, [kpi.id], (dimension, kpi.requires or dimension), ())


def test_actions_are_the_events_that_have_no_fact_of_their_own(
    both: tuple[Shop, Reference],
) -> None:
    """A shop's own KPIs count them: by name, device, visitor type and page."""
    shop, reference = both
    got = shop.con.execute("SELECT event, ts // 1000, device, visitor_type, page FROM actions")
    want = [
        (fact.thing.name, fact.time, session["device"], session["visitor_type"], page["page"])
        for name, facts in reference.facts.lists.items()
        if name.startswith("event:") and name.removeprefix("event:") not in ELSEWHERE
        for fact in facts
        for session in fact.groups["session"]
        for page in fact.groups["page"]
    ]
    assert len(want) > 20
    assert Counter(got.fetchall()) == Counter(want)
