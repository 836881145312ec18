"""Why something is not counted, worked by hand: one small stream for each rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from footfall.catalogue.formula import parse
from footfall.explain.reasons import span
from footfall.explain.sides import linear
from support.explained import explained, unlike
from support.shop import Shop, shop_of

Told = Mapping[str, Any]
Why = list[tuple[str | None, bool, str, str]]


def told(event_id: str, name: str, at: str, visitor: str | None = "v", **more: Any) -> Told:
    envelope: dict[str, Any] = {key: more.pop(key) for key in ("customer_id", "url") if key in more}
    return {
        "event_id": event_id, "event": name, "occurred_at": f"2026-01-{at}Z",
        **({"visitor_id": visitor} if visitor else {}), **envelope, "properties": more,
    }  # fmt: skip


def why(shop: Shop, kpi: str, side: str = "value", **asked: Any) -> Why:
    """The things of one side of a KPI: id, whether counted, the reason, the words."""
    question = shop.question([kpi], **asked)
    assert unlike(shop, question) == []
    return [
        (thing.id, thing.counted, thing.reason, thing.why)
        for part in explained(shop, question)
        if part.side == side
        for thing in part.things
    ]


CLICK = {"asset_id": "a", "product_id": "p"}
SERVER = {"source": "server"}
ITEMS = [{"item_id": "p", "price": 5, "quantity": 1}]


def test_a_click_a_second_too_early_sells_nothing() -> None:
    events = [
        told("c1", "asset_click", "05T10:00:00", **CLICK),
        told("o1", "purchase", "06T10:00:01", transaction_id="T1", items=ITEMS),
        told("o2", "purchase", "06T10:00:00", transaction_id="T2", items=ITEMS),
        told("o3", "purchase", "05T09:59:59.500", transaction_id="T3", items=ITEMS),
        told("o4", "purchase", "06T11:00:00", "w", transaction_id="T4", items=ITEMS),
        told("o5", "purchase", "06T12:00:00", transaction_id="T5", items=[{"price": 1}]),
        told("o6", "purchase", "06T13:00:00", None, **SERVER, transaction_id="T6", items=ITEMS),
    ]
    late = "0 h 00 m 00.500 s"
    with shop_of(events) as shop:
        assert why(shop, "direct_sales") == [
            ("T3 line 1", False, "clicked_later", f"clicked only {late} after the purchase"),
            ("T2 line 1", True, "", ""),
            ("T1 line 1", False, "clicked_too_early", "clicked 24 h 00 m 01 s before"),
            ("T4 line 1", False, "never_clicked", "the person never clicked this product"),
            ("T5 line 1", False, "no_product", "the line names no product"),
            ("T6 line 1", False, "nobody", "nobody is known who bought"),
        ]  # fmt: skip


def test_an_order_without_an_interaction_before_it_is_not_contributed() -> None:
    events = [
        told("p1", "page_view", "05T10:00:00"),
        told("o1", "purchase", "05T10:05:00", transaction_id="1001", value=10),
        told("o2", "purchase", "05T10:06:00", transaction_id="1001", value=10),
        told("c1", "asset_click", "05T10:08:30", **CLICK),
        told("o3", "purchase", "05T10:09:00", transaction_id="1002", value=10),
        told("o4", "purchase", "06T10:00:00", "w", transaction_id="1003", value=10),
        told("o5", "purchase", "06T11:00:00", None, **SERVER, transaction_id="1004", value=10),
    ]
    later = "an interaction only 0 h 03 m 30 s after the purchase"
    with shop_of(events) as shop:
        assert why(shop, "contributed_transactions") == [
            ("1001", False, "interaction_later", later),
            ("o2", False, "repeat", "repeat of transaction 1001"),
            ("1002", True, "", ""),
            ("1003", False, "no_interaction", "no interaction in the session"),
            ("1004", False, "no_session", "in no session, so with no interaction in it"),
        ]  # fmt: skip
        assert why(shop, "contributed_sessions") == [
            ("p1", True, "", ""),
            ("o4", False, "no_interaction", "no interaction in the session"),
        ]


def test_money_that_is_not_known_says_why() -> None:
    events = [
        told("o1", "purchase", "05T10:00:00", transaction_id="T1", value=10, currency="USD"),
        told("o2", "purchase", "05T11:00:00", transaction_id="T2", value=10),
        told("o3", "purchase", "05T12:00:00", transaction_id="T3", items=[{"item_id": "p"}]),
        told("r1", "refund", "06T10:00:00", transaction_id="T1"),
        told("r2", "refund", "06T11:00:00", transaction_id="T9", value=3),
        told("r3", "refund", "06T12:00:00", transaction_id="T2", value=3, currency="GBP"),
        told("r4", "refund", "06T13:00:00", transaction_id="T2", value=3),
    ]
    no_rate = "unknown revenue: no rate for USD at or before 2026-01-05"
    with shop_of(events) as shop:
        assert why(shop, "revenue") == [
            ("T1", False, "no_rate", no_rate),
            ("T2", True, "", ""),
            ("T3", False, "no_value", "unknown revenue: neither a value nor a price of every item"),
        ]
        assert why(shop, "aov", "denominator") == why(shop, "revenue")
        assert why(shop, "refunded_revenue") == [
            ("r1", False, "order_without_revenue", f"its order has an {no_rate}"),
            ("r2", False, "unknown_order", "a refund of order T9, which nobody knows"),
            ("r3", False, "no_rate", "no rate for GBP at or before 2026-01-05"),
            ("r4", True, "", ""),
        ]
    with shop_of(events[1:2], {"verified_revenue_only": True}) as shop:
        assert [each[2] for each in why(shop, "revenue")] == ["unverified"]


def test_bots_and_deleted_people_are_named() -> None:
    events = [
        told("b1", "page_view", "05T10:00:00", "bot", bot=True, url="https://shop.example/"),
        told("b2", "page_view", "05T11:00:00", "bot", bot=True, url="https://shop.example/"),
        told("d1", "page_view", "05T12:00:00", "d", customer_id="c", url="https://shop.example/"),
        told("d2", "customer_deleted", "05T13:00:00", None, customer_id="c"),
        told("p1", "page_view", "05T14:00:00", url="https://shop.example/"),
    ]
    with shop_of(events) as shop:
        assert why(shop, "sessions") == [
            ("b1", False, "bot", "told by a bot"),
            ("d1", False, "deleted", "of somebody who was deleted"),
            ("p1", True, "", ""),
        ]
        assert [each[:3] for each in why(shop, "page_views")] == [
            ("b1", False, "bot"), ("b2", False, "bot"), ("d1", False, "deleted"), ("p1", True, ""),
        ]  # fmt: skip
        # those have no session, so nobody knows whether a filter would let them through
        assert why(shop, "sessions", where={"device": [None]}) == [("p1", True, "", "")]


def test_a_person_counts_once_and_newcomers_are_new() -> None:
    page = {"url": "https://shop.example/"}
    events = [
        told("p1", "page_view", "04T10:00:00", "old", **page),
        told("p2", "page_view", "05T10:00:00", "old", **page),
        told("p3", "page_view", "05T11:00:00", "new", **page),
        told("p4", "page_view", "05T12:00:00", "new", **page),
    ]
    with shop_of(events, {"timezone": "Europe/Berlin"}) as shop:
        _, last = shop.period()
        already = "the person is counted already, from 2026-01-05T12:00:00.000+01:00 on"
        assert why(shop, "visitors", start=last) == [
            ("p2", True, "", ""), ("p3", True, "", ""), ("p4", False, "counted_already", already),
        ]  # fmt: skip
        came = "the person's first session ever was on 2026-01-04"
        assert [each[1:] for each in why(shop, "new_visitors", start=last)] == [
            (False, "came_before", came), (True, "", ""), (False, "counted_already", already),
        ]  # fmt: skip


def test_a_session_lacks_what_a_rate_asks_of_it() -> None:
    events = [
        told("p1", "add_to_cart", "05T10:00:00", items=ITEMS),
        told("o1", "purchase", "05T10:01:00", transaction_id="T1", value=1),
        told("p2", "add_to_cart", "06T10:00:00", items=ITEMS),
        told("p3", "page_view", "07T10:00:00"),
    ]
    with shop_of(events) as shop:
        assert why(shop, "cart_abandonment_rate", "numerator") == [
            ("p1", False, "order_after_cart", "an order later than an add_to_cart"),
            ("p2", True, "", ""),
            ("p3", False, "not_added_to_cart", "no add_to_cart in the session"),
        ]
        assert [each[1] for each in why(shop, "cart_abandonment_rate", "denominator")] == [
            True, True, False,
        ]  # fmt: skip


def test_a_later_trial_is_not_the_first() -> None:
    events = [told(f"t{day}", "trial_start", f"0{day}T10:00:00") for day in (5, 6)]
    with shop_of(events) as shop:
        assert [each[:3] for each in why(shop, "trials")] == [
            ("t5", True, ""), ("t6", False, "not_first"),
        ]  # fmt: skip


def test_a_conversation_a_second_too_early_earns_nothing() -> None:
    def talk(at: str, sender: str, number: int) -> Told:
        return told(f"m{number}", "conversation_message", at, conversation_id="k", sender=sender)

    events = [
        talk("05T10:00:00", "visitor", 1),
        talk("05T10:00:10", "agent", 2),
        told("o1", "purchase", "05T10:00:05", transaction_id="T1", value=1),
        told("o2", "purchase", "12T10:00:10", transaction_id="T2", value=1),
        told("o3", "purchase", "12T10:00:11", transaction_id="T3", value=1),
        told("o4", "purchase", "12T11:00:00", "w", transaction_id="T4", value=1),
    ]
    with shop_of(events) as shop:
        early = "the conversation was 7 d 00 h 00 m 01 s before, more than 7 days"
        assert why(shop, "conversation_orders") == [
            ("T1", False, "conversation_later",
             "in a conversation only 0 h 00 m 05 s after the purchase"),
            ("T2", True, "", ""),
            ("T3", False, "conversation_too_early", early),
            ("T4", False, "no_conversation", "the person was in no conversation"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (1_000_000, "0 h 00 m 01 s"),
        (-86_401_000_000, "24 h 00 m 01 s"),
        (86_400_001_000, "24 h 00 m 00.001 s"),
        (7 * 86_400_000_000 + 3_661_000_000, "7 d 01 h 01 m 01 s"),
    ],
)
def test_a_span_is_told_to_the_millisecond(us: int, text: str) -> None:
    assert span(us) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a - b", {"a": 1, "b": -1}),
        ("2 * (a + a) / 4", {"a": 1}),
        ("a / b", None),
        ("a * b", None),
        ("a + 3", {"a": 1, "": 3}),
    ],
)
def test_a_formula_is_a_sum_where_it_is_one(text: str, found: dict[str, int] | None) -> None:
    assert linear(parse(text).tree) == found
