"""Funnels worked out by hand: order, ties, windows, scopes, conditions, orders, segments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from footfall.query import gather, walk, whose
from support.judge import shop_for
from support.shop import Shop, shop_of
from support.streams import rich_stream
from support.told import told

BUY = "page_view,add_to_cart,purchase"
BERLIN = {"timezone": "Europe/Berlin"}
JANUARY_5 = (date(2026, 1, 5), date(2026, 1, 5))


@contextmanager
def shop_with(*events: dict[str, Any], **site: Any) -> Iterator[Shop]:
    with shop_of(events, site) as shop:
        yield shop


def at(clock: str, event: str, visitor: str | None = "anna", **more: Any) -> dict[str, Any]:
    """An event of the first Monday of 2026; an order without an id of its own is one of its own."""
    return told(f"2026-01-05 {clock}", event, visitor, **more)


def counts(rows: list[dict[str, Any]]) -> list[int]:
    return [row["count"] for row in rows]


def test_each_step_is_the_earliest_after_the_one_before() -> None:
    with shop_with(
        at("10:00", "add_to_cart"),
        at("10:05", "page_view"),
        at("10:07", "add_to_cart"),
        at("10:20", "add_to_cart"),
        at("10:27", "purchase"),
        at("11:00", "page_view", "bert"),
        at("11:30", "add_to_cart", "bert"),
        at("12:00", "page_view", "carl"),
    ) as shop:
        assert shop.funnel(BUY) == [
            {
                "step": 1, "event": "page_view", "count": 3, "rate_previous": None,
                "rate_first": 1.0, "drop_off": 0, "median_seconds": None,
            },
            {
                "step": 2, "event": "add_to_cart", "count": 2, "rate_previous": 2 / 3,
                "rate_first": 2 / 3, "drop_off": 1, "median_seconds": 960.0,
            },
            {
                "step": 3, "event": "purchase", "count": 1, "rate_previous": 0.5,
                "rate_first": 1 / 3, "drop_off": 1, "median_seconds": 1200.0,
            },
        ]  # fmt: skip


def test_strict_allows_only_passive_events_in_between() -> None:
    with shop_with(
        at("10:00", "page_view"), at("10:01", "scroll"), at("10:02", "view_item"),
        at("10:03", "add_to_cart"), at("10:04", "search"), at("10:05", "purchase"),
    ) as shop:  # fmt: skip
        assert counts(shop.funnel(BUY)) == [1, 1, 1]
        assert counts(shop.funnel(BUY, order="strict")) == [1, 1, 0]


def test_what_a_server_tells_is_passive_and_interrupts_nothing() -> None:
    with shop_with(
        at("10:00", "page_view"), at("10:01", "search", source="server"), at("10:02", "add_to_cart")
    ) as shop:
        assert counts(shop.funnel("page_view,add_to_cart", order="strict")) == [1, 1]


def test_the_entry_is_the_first_that_leads_furthest() -> None:
    """At 10:00 she comes, at 10:30 again; only from the second on nothing interrupts her."""
    with shop_with(
        at("10:00", "page_view"), at("10:10", "search"),
        at("10:30", "page_view"), at("10:31", "page_view"), at("10:32", "add_to_cart"),
    ) as shop:  # fmt: skip
        (_, step) = shop.funnel("page_view,add_to_cart", order="strict")
        assert (step["count"], step["median_seconds"]) == (1, 120.0)


@pytest.mark.parametrize(("clock", "reached"), [("10:30:00.000", 1), ("10:30:00.001", 0)])
def test_the_window_is_from_step_1_and_includes_its_end(clock: str, reached: int) -> None:
    with shop_with(
        at("10:00", "page_view"), at("10:10", "add_to_cart"), at(clock, "purchase")
    ) as shop:
        for asked in (
            {"window": "30min"},
            {"scope": "session"},
            {"order": "strict", "window": "30min"},
        ):
            assert counts(shop.funnel(BUY, **asked)) == [1, 1, reached]


def test_a_later_entry_may_still_be_within_the_window() -> None:
    with shop_with(
        at("10:00", "page_view"), at("10:20", "page_view"), at("10:35", "add_to_cart")
    ) as shop:
        (_, step) = shop.funnel("page_view,add_to_cart", window="30min")
        assert (step["count"], step["median_seconds"]) == (1, 900.0)


def test_within_a_millisecond_the_event_id_decides() -> None:
    before = at("10:00", "page_view", event_id="a"), at("10:00", "add_to_cart", event_id="b")
    after = (
        at("11:00", "page_view", "bert", event_id="z"),
        at("11:00", "add_to_cart", "bert", event_id="y"),
    )
    with shop_with(*before, *after) as shop:
        assert counts(shop.funnel("page_view,add_to_cart")) == [2, 1]
        assert counts(shop.funnel("page_view,add_to_cart", order="strict")) == [2, 1]


def test_ids_are_ordered_by_code_point() -> None:
    """A capital letter is before a small one, an accent after both, an emoji last."""
    ids = ["Z", "a", "é", "\N{FACE WITH TEARS OF JOY}"]
    steps = [at("10:00", f"step_{n}", event_id=each) for n, each in enumerate(ids)]
    with shop_with(*reversed(steps)) as shop:
        assert counts(shop.funnel("step_0,step_1,step_2,step_3")) == [1, 1, 1, 1]


def test_the_same_event_twice_is_two_steps_and_never_one_act() -> None:
    with shop_with(
        at("10:00", "page_view", event_id="a"), at("10:00", "page_view", event_id="b"),
        at("10:00", "page_view", "bert"),
    ) as shop:  # fmt: skip
        assert counts(shop.funnel("page_view,page_view,page_view")) == [2, 1, 0]


def test_an_order_is_one_purchase_however_often_it_is_told() -> None:
    with shop_with(
        at("10:00", "purchase", transaction_id="T1", value=1),
        at("10:01", "purchase", transaction_id="T1", value=1),
        at("10:02", "purchase", transaction_id="T2", value=1),
        at("10:03", "purchase", transaction_id="T2", value=1, source="server"),
    ) as shop:
        assert counts(shop.funnel("purchase,purchase,purchase")) == [1, 1, 0]


def test_a_person_may_change_the_device_and_a_session_may_not() -> None:
    with shop_with(
        at("10:00", "page_view", "phone"), at("10:01", "add_to_cart", "desk"),
        at("10:02", "login", "phone", customer="c1"), at("10:03", "login", "desk", customer="c1"),
        at("10:04", "purchase", None, customer="c1", transaction_id="T1", source="server"),
    ) as shop:  # fmt: skip
        assert counts(shop.funnel(BUY)) == [1, 1, 1]
        assert counts(shop.funnel(BUY, scope="session")) == [1, 0, 0]


def test_sessions_are_counted_each_for_itself() -> None:
    with shop_with(
        at("10:00", "page_view"), at("10:01", "add_to_cart"),
        at("12:00", "page_view"), at("12:01", "add_to_cart"),
    ) as shop:  # fmt: skip
        assert counts(shop.funnel("page_view,add_to_cart", scope="session")) == [2, 2]
        assert counts(shop.funnel("page_view,add_to_cart")) == [1, 1]


def test_only_step_1_has_to_be_in_the_period() -> None:
    with shop_with(
        at("10:00", "page_view"),
        told("2026-01-06 09:00", "add_to_cart", "anna"),
        told("2026-01-04 10:00", "page_view", "bert"),
        at("09:00", "add_to_cart", "bert"),
    ) as shop:
        assert counts(shop.funnel("page_view,add_to_cart", days=JANUARY_5)) == [1, 1]


def test_days_are_the_shops_own_and_a_window_is_hours() -> None:
    """Clocks go forward on 29 March: seven times 24 hours later it is an hour later there."""
    with shop_with(
        told("2026-03-28 12:00 Europe/Berlin", "page_view", "anna"),
        told("2026-04-04 13:00 Europe/Berlin", "add_to_cart", "anna"),
        told("2026-03-28 12:00 Europe/Berlin", "page_view", "bert"),
        told("2026-04-04 13:00:00.001 Europe/Berlin", "add_to_cart", "bert"),
        told("2026-03-27 23:30", "page_view", "carl"),  # half an hour into the 28th in Berlin
        **BERLIN,
    ) as shop:
        day = (date(2026, 3, 28), date(2026, 3, 28))
        assert counts(shop.funnel("page_view,add_to_cart", days=day)) == [3, 1]


DOTTED: dict[str, Any] = {"a.b": 1}
SHOES = [{"item_id": "p1", "item_category": "Shoes"}, {"item_id": "p2"}]


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("view_item[category=Shoes]", 1),
        ("view_item[item_category=Shoes]", 1),
        ("view_item[category=Hats,category=Shoes]", 1),
        ("view_item[category=Shoes,product=p2]", 1),
        ("view_item[category=]", 2),
        ("view_item[product=p3]", 1),
        ("view_item[product=p9]", 0),
        ("view_item[page=/shoes]", 1),
        ("view_item[page=/sho*]", 1),
        ("view_item[page=*s]", 1),
        ("view_item[page=/sh_es]", 0),
        ("view_item[page=]", 1),
        ("coupon_entered[coupon=TEN%]", 1),
        ("coupon_entered[coupon=TEN]", 0),
        ("code_entered[correct=true]", 1),
        ("code_entered[correct=false]", 0),
        ("wish[a.b=1]", 1),
        ("asset_click[asset=a1,placement=cart]", 1),
        ("asset_click[asset=a1,placement=home]", 0),
    ],
)
def test_conditions_are_what_must_be_true_of_a_step(step: str, found: int) -> None:
    with shop_with(
        at("10:00", "view_item", items=SHOES, url="https://shop.example/shoes"),
        at("10:01", "view_item", "bert", items=[{"item_id": "p3"}]),
        at("10:02", "coupon_entered", coupon="TEN%"),
        at("10:03", "code_entered", correct=True),
        at("10:04", "asset_click", asset_id="a1", placement="cart"),
        at("10:05", "wish", **DOTTED),
    ) as shop:
        assert counts(shop.funnel(step)) == [found]


def test_a_unit_is_in_the_segment_that_it_began_in() -> None:
    with shop_with(
        at("10:00", "page_view", device="mobile"), at("10:01", "add_to_cart"),
        at("10:00", "page_view", "bert", device="desktop"),
        at("12:00", "page_view", "bert", device="mobile"), at("12:01", "add_to_cart", "bert"),
        at("10:00", "page_view", "carl"),
    ) as shop:  # fmt: skip
        steps = "page_view,add_to_cart"
        by_device = [(row["device"], row["count"]) for row in shop.funnel(steps, by=["device"])]
        # Bert began on both, and what he did at noon is within seven days of his morning too
        assert by_device == [
            ("desktop", 1), ("desktop", 1), ("mobile", 2), ("mobile", 2), (None, 1), (None, 0),
        ]  # fmt: skip
        for device, expected in (("desktop", [1, 1]), ("mobile", [2, 2]), (None, [1, 0])):
            assert counts(shop.funnel(steps, where={"device": [device]})) == expected
        by_session = shop.funnel(steps, by=["device"], scope="session")
        assert counts(by_session) == [1, 0, 2, 2, 1, 0]


def test_the_exposed_are_counted_from_their_exposure_on() -> None:
    with shop_with(
        at("10:00", "page_view"),
        at("10:01", "experiment_exposure", experiment_id="x", variant="A"),
        at("10:02", "page_view"), at("10:03", "add_to_cart"),
        at("10:00", "page_view", "bert"),
        at("10:01", "experiment_exposure", "bert", experiment_id="x", variant="B"),
        at("10:03", "page_view", "carl"),
    ) as shop:  # fmt: skip
        rows = shop.funnel("page_view,add_to_cart", by=["variant"])
        assert [(row["variant"], row["count"]) for row in rows] == [("A", 1), ("A", 1)]
        assert rows[1]["median_seconds"] == 60.0
        assert counts(shop.funnel("page_view,add_to_cart", where={"variant": ["B"]})) == [0, 0]


def test_nobody_is_nobody() -> None:
    with shop_with(at("10:00", "scroll")) as shop:
        first, second = shop.funnel("page_view,add_to_cart")
        assert (first["count"], first["rate_first"]) == (0, None)
        assert (second["count"], second["rate_previous"], second["rate_first"]) == (0, None, None)
        assert shop.funnel("page_view", by=["device"]) == []


def test_bots_and_the_deleted_are_not_there() -> None:
    with shop_with(
        at("10:00", "page_view", user_agent="curl/8.0"),
        at("10:00", "page_view", "bert"),
        told("2026-01-05 11:00", "customer_deleted", "bert"),
        at("10:00", "page_view", "carl"),
    ) as shop:
        assert counts(shop.funnel("page_view")) == [1]


def test_many_acts_are_counted_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many for flags, or to be put in order at once: the numbers are the same."""
    with shop_for(rich_stream(3)) as shop:

        def found() -> list[Any]:
            return [
                shop.funnel("page_view,view_item,add_to_cart", scope=scope, by=by, order=order)
                for scope in ("person", "session")
                for by in ((), ("device", "country"))
                for order in ("any-later", "strict")
            ]

        few = found()
        monkeypatch.setattr(walk, "ACTS_AT_ONCE", 20)
        monkeypatch.setattr(whose, "_DENSE", 2)
        monkeypatch.setattr(gather, "_SEARCHED_AT_ONCE", 1)
        assert found() == few
        assert sum(counts(few[4])) > 20  # of sessions
