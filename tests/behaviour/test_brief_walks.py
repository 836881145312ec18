"""Walks of two steps at most are counted apart from the others, and come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from footfall.query import brief, gather
from footfall.query.arrays import numbered, ordered_by
from support.judge import shop_for
from support.shop import Shop, shop_of
from support.streams import rich_stream
from support.told import told

STEPS = (
    "page_view,view_item,add_to_cart",
    "view_item,page_view,purchase,page_leave",
    "page_view,add_to_cart,begin_checkout,purchase",
    "page_view,view_item,begin_checkout,view_item",
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with shop_for(rich_stream(11)) as found:
        yield found


def found(shop: Shop) -> list[list[dict[str, Any]]]:
    return [
        shop.funnel(steps, scope=scope, by=by, window=window)
        for steps in STEPS
        for scope in ("person", "session")
        for by in ((), ("device",), ("device", "country"))
        for window in ("1min", "7d")
    ]


@pytest.mark.parametrize("bits", [0, 63])
def test_brief_walks_come_to_what_long_ones_do(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    """Act by act, and where an act does not fit into a number of so many bits."""
    apart = found(shop)
    monkeypatch.setattr(brief, "WHOLE", bits)
    if bits:
        monkeypatch.setattr(gather, "_can_be_brief", lambda _: False)
    assert found(shop) == apart
    assert any(rows[1]["count"] > rows[2]["count"] > 0 for rows in apart)


def test_in_one_moment_the_event_id_decides_of_brief_walks_too() -> None:
    """Anna saw the page first, Bert the item; a third step is nobody's."""
    events = [
        told("2026-01-05 10:00", name, visitor, event_id=event_id)
        for name, visitor, event_id in (
            ("page_view", "anna", "a1"), ("view_item", "anna", "a2"),
            ("page_view", "bert", "b2"), ("view_item", "bert", "b1"),
        )
    ]  # fmt: skip
    with shop_of(events) as shop:
        rows = shop.funnel("page_view,view_item,add_to_cart")
        assert [row["count"] for row in rows] == [2, 1, 0]
        assert rows[1]["median_seconds"] == 0.0


def test_only_who_is_in_time_goes_on_and_from_the_first_page_that_is() -> None:
    """Two minutes after the first page is too late, one minute after the second is not."""
    events = [
        told("2026-01-05 10:00", "page_view", "anna"),
        told("2026-01-05 10:01", "page_view", "anna"),
        told("2026-01-05 10:02", "view_item", "anna"),
    ]
    with shop_of(events) as shop:
        rows = shop.funnel("page_view,view_item,add_to_cart", window="1min")
        assert [row["count"] for row in rows] == [1, 1, 0]
        assert rows[1]["median_seconds"] == 60.0
        rows = shop.funnel("page_view,view_item,add_to_cart", window="59s")
        assert [row["count"] for row in rows] == [1, 0, 0]


def test_arrays_are_put_in_order_and_numbered_however_large_they_are() -> None:
    np = pytest.importorskip("numpy")
    keys, ts = np.array([2, 1, 2, 1]), np.array([5000, 9000, 1000, 3000])
    assert ordered_by(keys, ts).tolist() == [3, 1, 2, 0]
    assert ordered_by(keys << 60, ts).tolist() == [3, 1, 2, 0]
    assert ordered_by(keys[:0], ts[:0]).tolist() == []
    codes = np.array([7, 3, 7])
    for size in (8, 1 << 30):
        values, places = numbered(codes, size)
        assert (values.tolist(), places.tolist()) == ([3, 7], [1, 0, 1])


def test_a_later_step_without_the_third_begins_nothing() -> None:
    """Anna bought without a checkout, and only then put something into the cart."""
    events = [
        told("2026-01-05 10:00", "purchase", "anna"),
        told("2026-01-05 10:01", "add_to_cart", "anna"),
        told("2026-01-05 10:02", "page_view", "anna"),
    ]
    with shop_of(events) as shop:
        rows = shop.funnel("page_view,add_to_cart,begin_checkout,purchase")
        assert [row["count"] for row in rows] == [1, 0, 0, 0]


def test_a_step_that_is_asked_for_again_later_is_still_step_2() -> None:
    events = [
        told("2026-01-05 10:00", "page_view", "anna"),
        told("2026-01-05 10:01", "view_item", "anna"),
    ]
    with shop_of(events) as shop:
        rows = shop.funnel("page_view,view_item,add_to_cart,view_item")
        assert [row["count"] for row in rows] == [1, 1, 0, 0]
        rows = shop.funnel("page_view,view_item,add_to_cart,page_view")
        assert [row["count"] for row in rows] == [1, 1, 0, 0]
