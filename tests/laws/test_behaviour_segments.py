"""Reports of behaviour in a segment: of dimensions it is a filter, of visits it is those visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from footfall.catalogue.funnel import funnel_of, read_steps
from footfall.engine.duckdb import DuckEngine
from footfall.query.acts import Asked
from footfall.query.clicks import click_rows
from footfall.query.funnel import funnel_rows
from footfall.query.pages import pages_rows
from footfall.query.paths import paths_rows
from footfall.query.retention import retention_rows
from footfall.query.segment import AllOf, Condition, Did, Is, Measured, Not, Segment
from support.judge import shop_for
from support.shop import Shop
from support.streams import rich_stream

DAY_MS = 86_400_000
Rows = tuple[Mapping[str, Any], ...] | list[dict[str, Any]]


def segment(*parts: Condition) -> Segment:
    return Segment("some", "Some", "", AllOf(parts))


def funnel(scope: str, steps: str = "page_view,add_to_cart,purchase") -> Callable[..., Rows]:
    def report(shop: Shop, asked: Asked) -> Rows:
        found = funnel_of(read_steps(steps), scope, None, None)
        return funnel_rows(DuckEngine(shop.con), found, asked)

    return report


def pages(shop: Shop, asked: Asked) -> Rows:
    return pages_rows(DuckEngine(shop.con), shop.catalogue, asked, "top", 100)


def paths(shop: Shop, asked: Asked) -> Rows:
    return paths_rows(DuckEngine(shop.con), shop.site, asked, 30 * DAY_MS, None, 100)


def clicks(shop: Shop, asked: Asked) -> Rows:
    return click_rows(DuckEngine(shop.con), "*", asked, 100)


def retention(shop: Shop, asked: Asked) -> Rows:
    return retention_rows(DuckEngine(shop.con), "week", asked)


REPORTS = {
    "persons": funnel("person"), "sessions": funnel("session"), "pages": pages, "paths": paths,
    "clicks": clicks, "retention": retention,
}  # fmt: skip


def asked(*told: Any) -> Asked:
    """What a report is asked; sessions end after half an hour, as they do where nothing is said."""
    return Asked(*told, timeout_us=30 * 60_000_000)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with shop_for(rich_stream(31, "Europe/Berlin")) as made:
        yield made


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("by", [(), ("visitor_type",)], ids=["whole", "cut"])
def test_a_segment_of_dimensions_is_a_filter(shop: Shop, name: str, by: tuple[str, ...]) -> None:
    report, days = REPORTS[name], shop.period()
    found = []
    for values in (("mobile", None), ("desktop",)):
        found.append(report(shop, asked(*days, by, {"device": values})))
        named = report(shop, asked(*days, by, {}, segment(Is("device", values))))
        assert named == found[-1]
    assert any(found)
    assert found[0] != found[1]


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - {"retention"}))
def test_an_experiment_of_a_segment_is_a_filter(shop: Shop, name: str) -> None:
    report, days = REPORTS[name], shop.period()
    filtered = report(shop, asked(*days, (), {"experiment": ("x1",)}))
    assert report(shop, asked(*days, (), {}, segment(Is("experiment", ("x1",))))) == filtered
    assert filtered != report(shop, asked(*days))


@pytest.mark.parametrize(
    "condition",
    [Did("added_to_cart", wanted=True), Measured("page_views", ((">=", 2),)),
     Not(Is("device", ("mobile",)))],
    ids=["did", "measured", "not"],
)  # fmt: skip
def test_sessions_in_a_segment_and_all_others_are_all(shop: Shop, condition: Condition) -> None:
    days = shop.period()

    def counts(whom: Segment | None) -> list[int]:
        rows = REPORTS["sessions"](shop, asked(*days, (), {}, whom))
        return [row["count"] for row in rows]

    inside, outside = counts(segment(condition)), counts(segment(Not(condition)))
    assert [one + other for one, other in zip(inside, outside, strict=True)] == counts(None)
    assert all(inside[:1] + outside[:1])


def test_whoever_put_something_into_the_cart_did_so_in_the_funnel(shop: Shop) -> None:
    in_cart = asked(*shop.period(), (), {}, segment(Did("added_to_cart", wanted=True)))
    carts = funnel("session", "add_to_cart")(shop, asked(*shop.period()))
    assert [row["count"] for row in funnel("session", "add_to_cart")(shop, in_cart)] == [
        row["count"] for row in carts
    ]
    without = asked(*shop.period(), (), {}, segment(Did("added_to_cart", wanted=False)))
    assert [row["count"] for row in funnel("session", "add_to_cart")(shop, without)] == [0]
