"""Snowplow's trackers: events with ids of their own, and what is attached to them."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from footfall.doors.collector.dialects import Outcome
from support.clients import NAMELESS, NOW, accepted, heard, meant, one

BASE = {
    "p": "web", "aid": "w_1", "duid": "d-1", "uid": "u-1", "eid": "e-1", "dtm": str(NOW - 500),
    "stm": str(NOW), "url": "https://shop.example/p", "page": "P", "refr": "https://g.example/",
}  # fmt: skip
TP2 = "/com.snowplowanalytics.snowplow/tp2"
SHOP = "iglu:com.snowplowanalytics.snowplow.ecommerce/"


def snowplow(**more: Any) -> dict[str, Any]:
    return one(heard(TP2, {"schema": "x", "data": [{**BASE, **more}]}))


def unstruct(schema: str, data: Any) -> str:
    inner = {"schema": f"{schema}/jsonschema/1-0-0", "data": data}
    return json.dumps({"schema": "iglu:x/unstruct_event/jsonschema/1-0-0", "data": inner})


def contexts(*each: tuple[str, Any]) -> str:
    data = [{"schema": f"{SHOP}{name}/jsonschema/1-0-0", "data": said} for name, said in each]
    return json.dumps({"schema": "iglu:x/contexts/jsonschema/1-0-0", "data": data})


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_page_view() -> None:
    event = snowplow(e="pv")
    assert event == {
        "event_id": "e-1",
        "event": "page_view",
        "occurred_at": NOW - 500,
        "sent_at": NOW,
        "visitor_id": "d-1",
        "customer_id": "u-1",
        "url": "https://shop.example/p",
        "title": "P",
        "referrer": "https://g.example/",
        "properties": {},
    }
    accepted(event)
    assert one(heard("/i", method="GET", query={**BASE, "e": "pv"})) == event
    assert meant(heard("/i", method="GET", query={**BASE, "e": "pv"})).keys == ("w_1",)


@pytest.mark.parametrize("pack", [False, True])
def test_an_order_is_worth_its_revenue(*, pack: bool) -> None:
    action = unstruct(f"{SHOP}snowplow_ecommerce_action", {"type": "transaction"})
    told = contexts(
        ("transaction", {"transaction_id": "T-1", "revenue": 42.5, "currency": "EUR", "tax": 2}),
        ("product", {"id": "p-1", "name": "Shirt", "category": "A", "price": 21.25, "quantity": 2}),
    )
    said = {"ue_px": packed(action), "cx": packed(told)} if pack else {"ue_pr": action, "co": told}
    order = snowplow(e="ue", **said)
    assert order["event"] == "purchase"
    own = {"transaction_id": "T-1", "value": Decimal("42.5"), "currency": "EUR", "tax": 2}
    items = [
        {"item_id": "p-1", "item_name": "Shirt", "item_category": "A",
         "price": Decimal("21.25"), "quantity": 2},
    ]  # fmt: skip
    assert order["properties"] == {**own, "items": items}
    accepted(order)


@pytest.mark.parametrize(
    ("action", "context", "event"),
    [
        ({"type": "add_to_cart"}, ("cart", {"total_value": 5, "currency": "EUR"}), "add_to_cart"),
        ({"type": "product_view"}, ("product", {"id": "p"}), "view_item"),
        ({"type": "list_click", "name": "sale"}, ("product", {"id": "p"}), "select_item"),
        ({"type": "checkout_step"}, ("checkout_step", {"step": 1}), "begin_checkout"),
        ({"type": "checkout_step"}, ("checkout_step", {"step": 7}), "checkout_step"),
        ({"type": "refund"}, ("refund", {"transaction_id": "T", "refund_amount": 5}), "refund"),
        ({"type": "new_thing"}, ("cart", {}), "snowplow_new_thing"),
    ],
)
def test_actions_of_a_shop(action: Any, context: Any, event: str) -> None:
    told = unstruct(f"{SHOP}snowplow_ecommerce_action", action)
    found = snowplow(e="ue", ue_pr=told, co=contexts(context))
    assert found["event"] == event
    accepted(found)


@pytest.mark.parametrize(
    ("said", "event", "properties"),
    [
        ({"e": "pp", "ds": "1024x3000", "vp": "1024x600", "pp_may": "900"}, "page_leave",
         {"max_scroll_pct": 50}),
        ({"e": "pp", "ds": "0x0", "vp": "0x0", "pp_may": "1"}, "page_leave", {}),
        ({"e": "se", "se_ca": "shop", "se_ac": "Add It", "se_va": "3.5"}, "snowplow_add_it",
         {"category": "shop", "action": "Add It", "value": Decimal("3.5")}),
        ({"e": "tr", "tr_id": "T", "tr_tt": "30", "tr_tx": "4", "tr_sh": "2.5", "tr_cu": "EUR"},
         "purchase", {"transaction_id": "T", "value": Decimal("23.5"), "tax": 4,
                      "shipping": Decimal("2.5"), "currency": "EUR"}),
        ({"e": "ue", "ue_pr": unstruct("iglu:x/link_click", {"targetUrl": "https://x.example/"})},
         "click", {"href": "https://x.example/"}),
        ({"e": "ue", "ue_pr": unstruct("iglu:x/site_search", {"terms": ["red", "cap"]})},
         "search", {"search_term": "red cap"}),
        ({"e": "ue", "ue_pr": unstruct("iglu:com.acme/quiz_done", {"score": 3})},
         "snowplow_quiz_done", {"event_name": "quiz_done", "score": 3}),
        ({"e": "??"}, "snowplow_event_", {}),
    ],
)  # fmt: skip
def test_other_events(said: Any, event: str, properties: Any) -> None:
    found = snowplow(**said)
    assert found["event"].startswith(event)
    given = {key: value for key, value in found["properties"].items() if value != "??"}
    assert given == properties
    accepted(found)


def test_who_it_was() -> None:
    session = {"schema": "iglu:x/client_session/jsonschema/1-0-2", "data": {"userId": "s-1"}}
    attached = json.dumps({"schema": "x", "data": [session]})
    bare = {key: value for key, value in BASE.items() if key not in {"duid", "uid"}}
    for more, visitor in (({}, NAMELESS), ({"co": attached}, "s-1"), ({"uid": "u"}, "u")):
        found = one(heard(TP2, {"data": [{**bare, "e": "pv", **more}]}))
        assert found["visitor_id"] == visitor
    assert "visitor_id" not in one(heard(TP2, {"data": [{**bare, "e": "pv", "p": "srv"}]}))


@pytest.mark.parametrize(
    ("said", "code"),
    [({"ue_px": "%%"}, "invalid_encoding"), ({"co": "{"}, "invalid_json"), ({"cx": "AAA"}, None)],
)
def test_what_cannot_be_unpacked_is_named(said: Any, code: str | None) -> None:
    found = meant(heard(TP2, {"data": [{**BASE, "e": "ue", **said}]}))
    assert len(found.refused) == 1
    assert code is None or found.refused[0].code == code


def test_snowplows_clients_hear_ok() -> None:
    assert meant(heard(TP2, {"data": []})).answer(Outcome(1)).body == b"ok"
    assert meant(heard("/i", method="GET", query="e=pv")).answer(Outcome(1)).kind == "image/gif"
