"""Matomo's clients: hits in the address, in a form, or many as JSON; e-commerce with its money."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from footfall.doors.collector.dialects import Outcome
from support.clients import NAMELESS, NOW, accepted, events, heard, meant, one

PAGE = {
    "idsite": "w_1", "rec": "1", "_id": "0123456789abcdef", "uid": "u-1", "rand": "42",
    "url": "https://shop.example/p?pk_campaign=jan&mtm_source=news#x", "action_name": "P",
    "urlref": "https://g.example/",
}  # fmt: skip


def hit(**more: str) -> dict[str, Any]:
    return one(heard("/matomo.php", method="GET", query={**PAGE, **more}))


def test_a_page_view() -> None:
    event = hit()
    assert event == {
        "event_id": event["event_id"],
        "event": "page_view",
        "occurred_at": NOW,
        "visitor_id": "0123456789abcdef",
        "customer_id": "u-1",
        "url": PAGE["url"],
        "title": "P",
        "referrer": "https://g.example/",
        "utm_source": "news",
        "utm_campaign": "jan",
        "properties": {},
    }
    assert meant(heard("/piwik.php", urlencode(PAGE))).keys == ("w_1",)
    accepted(event)


def test_a_form_says_the_same_as_an_address() -> None:
    form = one(heard("/matomo.php", urlencode(PAGE)))
    assert form == hit()
    half = dict(list(PAGE.items())[:3])
    rest = {key: value for key, value in PAGE.items() if key not in half}
    assert one(heard("/matomo.php", urlencode(rest), query=half)) == hit()


@pytest.mark.parametrize(
    ("money", "worth"),
    [
        # Matomo's own example: a grand total of 10.99 with 1.50 of tax and 1.00 of shipping
        ({"revenue": "10.99", "ec_st": "9.99", "ec_tx": "1.5", "ec_sh": "1"}, Decimal("8.49")),
        ({"revenue": "42.5"}, Decimal("42.5")),
        ({"revenue": "50", "ec_st": "42.50"}, Decimal("42.5")),  # shipping is not named
        ({"ec_st": "9.99", "ec_tx": "1.5"}, Decimal("8.49")),
        ({"revenue": "0"}, 0),
    ],
)
def test_an_order_is_worth_its_goods(money: dict[str, str], worth: Decimal) -> None:
    items = json.dumps([["SKU1", "Shirt", ["Apparel", "New"], 10.5, 2], ["SKU2", "", "", "3", "1"]])
    order = hit(idgoal="0", ec_id="o-1", ec_items=items, **money)
    assert order["event"] == "purchase"
    assert order["properties"]["value"] == worth
    assert order["properties"]["transaction_id"] == "o-1"
    assert order["properties"]["items"] == [
        {"item_id": "SKU1", "item_name": "Shirt", "item_category": "Apparel",
         "price": Decimal("10.5"), "quantity": 2},
        {"item_id": "SKU2", "price": 3, "quantity": 1},
    ]  # fmt: skip
    accepted(order)


@pytest.mark.parametrize(
    ("more", "event", "properties"),
    [
        ({"idgoal": "0", "revenue": "7"}, "matomo_cart_update", {"value": 7}),
        ({"idgoal": "3", "revenue": "7"}, "matomo_goal", {"goal_id": "3", "value": 7}),
        ({"search": "cap", "search_count": "4"}, "search", {"search_term": "cap", "results": 4}),
        ({"link": "https://x.example/"}, "click", {"href": "https://x.example/"}),
        ({"download": "https://x.example/a.pdf"}, "matomo_download", {"href": "https://x.example/a.pdf"}),
        (
            {"e_c": "Video", "e_a": "Play It", "e_n": "Intro", "e_v": "1.5"},
            "matomo_play_it",
            {"category": "Video", "action": "Play It", "name": "Intro", "value": Decimal("1.5")},
        ),
        (
            {"e_c": "Shop", "e_a": "purchase"},
            "matomo_purchase",
            {"category": "Shop", "action": "purchase"},
        ),
        (
            {"c_n": "Ad", "c_p": "a.png"},
            "asset_load",
            {"asset_id": "Ad", "asset_type": "content", "piece": "a.png"},
        ),
        (
            {"c_n": "Ad", "c_i": "click", "c_t": "/x"}, "asset_interaction",
            {"asset_id": "Ad", "asset_type": "content", "action": "click", "target_url": "/x"},
        ),
        ({"ping": "1"}, "page_leave", {}),
    ],
)  # fmt: skip
def test_other_hits(more: dict[str, str], event: str, properties: dict[str, Any]) -> None:
    found = hit(**more)
    assert (found["event"], found["properties"]) == (event, properties)
    accepted(found)


def test_a_page_of_a_product_is_two_events() -> None:
    query = {**PAGE, "_pks": "S", "_pkn": "Shirt", "_pkc": '["Apparel"]', "_pkp": "9.5"}
    page, item = events(heard("/matomo.php", method="GET", query=query))
    assert (page["event"], item["event"]) == ("page_view", "view_item")
    assert item["properties"]["items"][0]["price"] == Decimal("9.5")
    assert page["event_id"] != item["event_id"]
    listed = events(heard("/matomo.php", method="GET", query={**PAGE, "_pkc": "Apparel"}))
    assert [event["event"] for event in listed] == ["page_view", "view_item_list"]


def test_a_hit_of_a_plug_in_is_left_out() -> None:
    found = meant(heard("/matomo.php", method="GET", query={**PAGE, "ca": "1"}))
    assert (found.said, found.left_out) == ((), 1)


@pytest.mark.parametrize(
    ("cdt", "ms"),
    [
        ("1767600000", 1_767_600_000_000),
        ("2026-01-05 08:00:00", 1_767_600_000_000),
        ("2026-01-05T09:00:00+01:00", 1_767_600_000_000),
    ],
)
def test_a_hit_may_say_when_it_was(cdt: str, ms: int) -> None:
    assert accepted(hit(cdt=cdt))["occurred_ms"] == ms


def test_ids_and_visitors() -> None:
    assert hit()["event_id"] == hit()["event_id"] != hit(rand="43")["event_id"]
    plain = {"url": "https://shop.example/", "idsite": "w_1"}
    new = one(heard("/matomo.php", method="GET", query=plain))
    assert (new["event_id"], new["visitor_id"]) == ("matomo_n1-0", NAMELESS)
    assert one(heard("/matomo.php", method="GET", query={**plain, "uid": "u"}))["visitor_id"] == "u"
    assert hit(cid="fedcba9876543210")["visitor_id"] == "fedcba9876543210"


def test_many_hits_as_json() -> None:
    body = {"requests": ["?" + urlencode(PAGE), {**PAGE, "rand": 7}, 7], "token_auth": "w_2"}
    found = meant(heard("/matomo.php", body))
    assert [each.event["event"] for each in found.said] == ["page_view", "page_view"]
    assert [(each.index, each.code) for each in found.refused] == [(2, "wrong_type")]
    assert found.keys == ("w_1", "w_2")
    told = found.answer(Outcome(2, 0, ({"index": 2, "code": "wrong_type", "detail": "x"},)))
    assert json.loads(told.body) == {
        "status": "success", "tracked": 2, "invalid": 1, "invalid_indices": [2],
    }  # fmt: skip
    assert meant(heard("/matomo.php", {"requests": 1})).refused[0].pointer == "/requests"


def test_a_page_gets_its_pixel_unless_it_wants_none() -> None:
    pixel = meant(heard("/matomo.php", method="GET", query=PAGE)).answer(Outcome(1))
    assert (pixel.status, pixel.kind, pixel.body[:6]) == (200, "image/gif", b"GIF89a")
    quiet = meant(heard("/matomo.php", method="GET", query={**PAGE, "send_image": "0"}))
    assert quiet.answer(Outcome(1)).status == 204


@pytest.mark.parametrize(
    ("items", "code"), [("{", "invalid_json"), ('{"a":1}', "wrong_type"), ("7", "wrong_type")]
)
def test_items_that_are_none_refuse_the_order(items: str, code: str) -> None:
    query = {**PAGE, "idgoal": "0", "ec_id": "o", "ec_items": items}
    (refused,) = meant(heard("/matomo.php", method="GET", query=query)).refused
    assert refused.code == code
