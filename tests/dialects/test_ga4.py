"""GA4's Measurement Protocol and Google's tag: events by their recommended names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from footfall.doors.collector.dialects import Outcome
from support.clients import NAMELESS, NOW, accepted, events, heard, meant, one

PURCHASE: dict[str, Any] = {
    "name": "purchase",
    "params": {
        "transaction_id": "T-1", "value": 59.95, "currency": "EUR", "tax": "9.57", "shipping": 4.9,
        "page_location": "https://shop.example/thanks", "engagement_time_msec": "100",
        "source": "news", "medium": "email", "campaign": "jan",
        "items": [{"item_id": "S", "item_variant": "blue", "price": 25, "quantity": 2, "x": 1}],
    },
}  # fmt: skip
BODY: dict[str, Any] = {
    "client_id": "10.20",
    "user_id": "c-7",
    "timestamp_micros": "1767603599500123",
    "events": [PURCHASE, {"name": "session_start"}, {"name": "newsletterSignup"}],
    "user_location": {"country_id": "de", "region_id": "DE-NW"},
    "device": {"browser": "Safari", "operating_system": "iOS"},
}


def collected(body: Any = None, **more: Any) -> Any:
    return heard("/mp/collect", {**BODY, **(body or {})}, query={"api_secret": "s_1"}, **more)


def test_events_have_our_names_and_what_they_say() -> None:
    order, custom = events(collected())
    assert accepted(order)["occurred_ms"] == NOW - 500  # cut to the millisecond
    assert order == {
        "event_id": order["event_id"],
        "event": "purchase",
        "occurred_at": 1_767_603_599_500,
        "visitor_id": "10.20",
        "customer_id": "c-7",
        "url": "https://shop.example/thanks",
        "utm_source": "news",
        "utm_medium": "email",
        "utm_campaign": "jan",
        "browser": "Safari",
        "os": "iOS",
        "country": "DE",
        "region": "DE-NW",
        "properties": {
            "transaction_id": "T-1", "value": Decimal("59.95"), "currency": "EUR",
            "tax": Decimal("9.57"), "shipping": Decimal("4.9"), "engagement_time_msec": "100",
            "items": [{"item_id": "S", "variant_id": "blue", "price": 25, "quantity": 2}],
        },
    }  # fmt: skip
    assert (custom["event"], custom["properties"]) == (
        "ga4_newsletter_signup", {"event_name": "newsletterSignup"},
    )  # fmt: skip
    assert meant(collected()).left_out == 1
    assert meant(collected()).keys == ("s_1",)


def test_a_timed_event_is_told_by_what_it_says() -> None:
    ids = [each["event_id"] for each in events(collected())]
    assert ids == [each["event_id"] for each in events(collected(received_ms=NOW + 9_000))]
    twice = events(collected({"events": [PURCHASE, PURCHASE]}))
    assert twice[0]["event_id"] == ids[0] != twice[1]["event_id"]
    later = one(collected({"events": [PURCHASE], "timestamp_micros": 1_767_603_599_501_123}))
    assert later["event_id"] != ids[0]


def test_an_event_without_a_time_is_new_whenever_it_comes() -> None:
    found = one(collected({"events": [PURCHASE], "timestamp_micros": None}))
    assert (found["event_id"], found["occurred_at"]) == ("ga4_n1-0", NOW)


@pytest.mark.parametrize(
    ("body", "index", "code", "pointer"),
    [
        ({"events": {}}, None, "wrong_type", "/events"),
        ({"events": [{}]}, 0, "missing_field", ""),
        ({"events": [7]}, 0, "missing_field", ""),
        ({"timestamp_micros": "soon"}, 0, "invalid_timestamp", "/occurred_at"),
        ({"timestamp_micros": 1.5}, 0, "invalid_timestamp", "/occurred_at"),
        ({"timestamp_micros": "9" * 5000}, 0, "invalid_timestamp", "/occurred_at"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(body: Any, index: int | None, code: str, pointer: str) -> None:
    (refused,) = meant(collected({"events": [PURCHASE], **body})).refused
    assert (refused.index, refused.code, refused.pointer) == (index, code, pointer)


def test_clients_hear_nothing() -> None:
    assert meant(collected()).answer(Outcome(2)).status == 204


PAGE = "dl=https%3A%2F%2Fshop.example%2Fp&dr=https%3A%2F%2Fg.example&dt=P"
HIT = f"v=2&tid=G-1&_p=77&cid=10.20&sid=1&{PAGE}&_s=1"


def test_googles_tag_sends_one_hit_in_the_address() -> None:
    request = heard("/w_key/g/collect", query=f"{HIT}&en=page_view&_et=120", method="GET")
    event = one(request)
    assert (event["event"], event["visitor_id"]) == ("page_view", "10.20")
    assert (event["url"], event["title"]) == ("https://shop.example/p", "P")
    assert (event["referrer"], event["occurred_at"]) == ("https://g.example", NOW)
    assert event["properties"] == {"engagement_time_msec": "120"}
    assert meant(request).keys == ("G-1", "w_key")
    accepted(event)


def test_googles_tag_sends_several_hits_in_the_body() -> None:
    lines = (
        "en=add_to_cart&cu=EUR&epn.value=20&pr1=idS~~1~nmShirt~pr10.0~qt2&pr10=idZ&pr2=idY\r\n"
        "en=purchase&ep.transaction_id=T-9&epn.value=18.5&cu=EUR&epn.tax=3.5\r\n"
        "en=user_engagement&_et=5000"
    )
    cart, order, leave = events(heard("/g/collect", lines, query=HIT))
    assert cart["properties"] == {
        "currency": "EUR",
        "value": 20,
        "items": [
            {"item_id": "S~1", "item_name": "Shirt", "price": 10, "quantity": 2},
            {"item_id": "Y"},
            {"item_id": "Z"},
        ],
    }
    assert order["properties"] == {
        "transaction_id": "T-9", "value": Decimal("18.5"), "currency": "EUR", "tax": Decimal("3.5"),
    }  # fmt: skip
    assert (leave["event"], accepted(leave)["properties"]) == ("page_leave", '{"engaged_ms":5000}')
    assert len({each["event_id"] for each in (cart, order, leave)}) == 3


def test_the_same_hit_is_the_same_event() -> None:
    first, again, other = (
        one(heard("/g/collect", query=f"{hit}&en=scroll", received_ms=at))
        for hit, at in ((HIT, NOW), (HIT, NOW + 5_000), (HIT.replace("_s=1", "_s=2"), NOW))
    )
    assert first["event_id"] == again["event_id"] != other["event_id"]


def test_who_refuses_to_be_measured_is_left_out() -> None:
    for consent, there in (("G100", 0), ("G110", 0), ("G101", 1), ("G111", 1)):
        found = meant(heard("/g/collect", query=f"{HIT}&en=page_view&gcs={consent}"))
        assert (len(found.said), found.left_out) == (there, 1 - there)


def test_a_hit_without_a_visitor_is_one_that_nobody_can_trace() -> None:
    query = HIT.replace("&cid=10.20", "") + "&en=page_view"
    assert one(heard("/g/collect", query=query))["visitor_id"] == NAMELESS
