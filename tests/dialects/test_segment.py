"""Segment's and RudderStack's clients: every call becomes the event of the same meaning."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest

from footfall.doors.collector.dialects import Outcome, understand
from footfall.event.accept import Rejection
from support.clients import NAMELESS, NOW, accepted, events, heard, judged, meant, one

CALL: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "m-1",
    "anonymousId": "a-1",
    "userId": "u-1",
    "timestamp": "2026-01-05T08:59:59.500Z",
    "sentAt": "2026-01-05T09:00:00.000Z",
    "context": {
        "page": {"url": "https://shop.example/thanks", "title": "Thanks", "referrer": ""},
        "userAgent": "Mozilla/5.0 (Macintosh)",
        "campaign": {"source": "news", "medium": "email", "name": "jan"},
    },
    "properties": {
        "order_id": "o-1", "total": 30, "tax": 4, "shipping": "2.50", "currency": "EUR",
        "products": [{"product_id": "p-1", "price": 11.75, "quantity": 2}],
    },
}  # fmt: skip


def test_an_order_is_the_purchase_it_tells_of() -> None:
    event = one(heard("/v1/batch", {"batch": [CALL], "sentAt": CALL["sentAt"]}))
    assert event == {
        "event_id": "segment_m-1",
        "event": "purchase",
        "occurred_at": "2026-01-05T08:59:59.500Z",
        "sent_at": "2026-01-05T09:00:00.000Z",
        "visitor_id": "a-1",
        "customer_id": "u-1",
        "url": "https://shop.example/thanks",
        "title": "Thanks",
        "utm_source": "news",
        "utm_medium": "email",
        "utm_campaign": "jan",
        "user_agent": "Mozilla/5.0 (Macintosh)",
        "properties": {
            "transaction_id": "o-1", "total": 30, "tax": 4, "shipping": Decimal("2.5"),
            "currency": "EUR", "value": Decimal("23.5"),  # 30 − 4 − 2.50
            "items": [{"item_id": "p-1", "price": Decimal("11.75"), "quantity": 2}],
        },
    }  # fmt: skip
    assert accepted(event)["occurred_ms"] == NOW - 500


@pytest.mark.parametrize(
    ("path", "call", "event"),
    [
        ("/v1/track", {"event": "Product Added", "properties": {"sku": "s"}}, "add_to_cart"),
        ("/v1/t", {"event": "purchase"}, "purchase"),
        ("/v1/t", {"event": "Ate Lunch"}, "segment_ate_lunch"),
        ("/v1/page", {"name": "Home"}, "page_view"),
        ("/v1/p", {}, "page_view"),
        ("/v1/screen", {"name": "Cart"}, "page_view"),
        ("/v1/s/", {}, "page_view"),
        ("/v1/identify", {"traits": {"a": 1}}, "segment_identify"),
        ("/v1/i", {}, "segment_identify"),
        ("/v1/group", {"groupId": "g"}, "segment_group"),
        ("/v1/g", {}, "segment_group"),
        ("/v1/alias", {"previousId": "a-0", "userId": "u-1"}, "segment_alias"),
        ("/v1/a", {"previousId": "a-0", "userId": "u-1"}, "segment_alias"),
    ],
)
def test_every_path_has_its_kind_of_call(path: str, call: dict[str, Any], event: str) -> None:
    found = one(heard(path, {"anonymousId": "a-1", "messageId": "m", **call}))
    assert found["event"] == event
    links = event in {"segment_identify", "segment_group", "segment_alias"}
    assert accepted(found)["system"] is links


def test_a_call_without_id_and_time_is_new_whenever_it_comes() -> None:
    call = {"event": "Ate Lunch", "anonymousId": "a"}
    event = one(heard("/v1/track", call))
    assert (event["event_id"], event["occurred_at"]) == ("segment_n1-0", NOW)


def test_a_call_without_id_is_told_by_what_it_says() -> None:
    call = {"event": "Ate Lunch", "anonymousId": "a", "timestamp": "2026-01-05T08:00:00Z"}
    first = one(heard("/v1/track", call))
    again = one(heard("/v1/track", {**call, "sentAt": "2026-01-05T09:00:01Z"}))
    other = one(heard("/v1/track", {**call, "timestamp": "2026-01-05T08:00:01Z"}))
    assert first["event_id"] == again["event_id"] != other["event_id"]


def test_a_person_without_a_browser_is_a_visitor_only_of_a_public_key() -> None:
    request = heard("/v1/track", {"event": "Order Completed", "userId": "u-1", "messageId": "m"})
    assert one(request)["visitor_id"] == "u-1"
    server = one(request, server=True)
    assert "visitor_id" not in server
    server["properties"]["source"] = "server"
    assert accepted(server)["system"]


def test_nobody_is_refused() -> None:
    found = judged(one(heard("/v1/track", {"event": "Ate Lunch", "messageId": "m"})))
    assert isinstance(found, Rejection)
    assert (found.code, found.pointer) == ("missing_field", "/visitor_id")


def test_one_bad_call_of_many_is_refused_alone() -> None:
    bad = [{**CALL, "type": "trak"}, {**CALL, "event": None}, 7, {"type": "page"}]
    found = meant(heard("/v1/batch", {"batch": [*bad, CALL], "writeKey": "w_1"}))
    assert [(each.index, each.code, each.pointer) for each in found.refused] == [
        (0, "wrong_type", "/type"), (1, "missing_field", "/event"), (2, "wrong_type", "/type"),
    ]  # fmt: skip
    assert "did you mean 'track'?" in found.refused[0].detail
    assert [each.index for each in found.said] == [3, 4]


def test_the_key_is_found_where_clients_put_it() -> None:
    basic = "Basic " + base64.b64encode(b"w_user:").decode()
    headers = {"authorization": basic}
    found = meant(heard("/v1/batch", {"batch": [], "writeKey": "w_body"}, headers=headers))
    assert found.keys == ("w_body", "w_user")
    assert meant(heard("/beacon/v1/batch", {"batch": []}, query="writeKey=w_q")).keys == ("w_q",)
    headers = {"authorization": "Bearer w_bearer"}
    assert meant(heard("/v1/t", {}, headers=headers)).keys == ("w_bearer",)
    for broken in ("Basic !!", "Basic /w==", "Digest x", "", "Basic"):
        assert meant(heard("/v1/t", {}, headers={"authorization": broken})).keys == ()


def test_the_browser_client_is_sent_back_to_this_host() -> None:
    request = heard("/v1/projects/w_1/settings", method="GET", headers={"host": "shop.example:81"})
    reply = meant(request).reply
    assert reply is not None
    assert json.loads(reply.body)["integrations"] == {
        "Segment.io": {"apiKey": "w_1", "apiHost": "shop.example:81/v1", "protocol": "http"}
    }
    headers = {"host": "shop.example", "x-forwarded-proto": "https"}
    reply = meant(heard("/v1/projects/w_1/settings", method="GET", headers=headers)).reply
    assert reply is not None
    assert json.loads(reply.body)["integrations"]["Segment.io"]["protocol"] == "https"


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "<b>", "", "x:123456"])
def test_a_host_that_is_none_is_not_sent_back(host: str) -> None:
    reply = meant(heard("/v1/projects/w/settings", method="GET", headers={"host": host})).reply
    assert reply is not None
    assert json.loads(reply.body)["integrations"] == {"Segment.io": {"apiKey": "w"}}


def test_rudderstacks_browser_client_gets_an_enabled_source() -> None:
    reply = meant(heard("/sourceConfig/", method="GET", query="p=web&writeKey=w_1")).reply
    assert reply is not None
    source = json.loads(reply.body)["source"]
    assert (source["enabled"], source["destinations"], source["writeKey"]) == (True, [], "w_1")


def test_clients_hear_what_they_wait_for() -> None:
    found = meant(heard("/v1/batch", {"batch": [CALL]}))
    done = found.answer(Outcome(1))
    assert (done.status, json.loads(done.body)) == (200, {"success": True})
    refused = {"index": 0, "code": "missing_field", "detail": "x"}
    partly = found.answer(Outcome(1, 0, (refused,)))
    assert partly.status == 200
    assert json.loads(partly.body)["rejected"] == [refused]
    none = found.answer(Outcome(0, 0, (refused,)))
    assert (none.status, json.loads(none.body)["retry"]) == (400, "never")
    assert found.answer(Outcome(0, 1, (refused,))).status == 200  # known already: taken


def test_a_batch_may_have_a_thousand_calls() -> None:
    page = {"type": "page", "anonymousId": "a"}
    assert len(events(heard("/v1/batch", {"batch": [page] * 1000}))) == 1000
    found = meant(heard("/v1/batch", {"batch": [page] * 1001}))
    assert [each.code for each in found.refused] == ["too_many_events"]
    assert found.said == ()


def test_what_nobody_sends_is_nobodys() -> None:
    assert understand(heard("/v1/trak", {})) is None
    assert understand(heard("/v1/batch", {}, method="GET")) is None
    assert NAMELESS not in {each.get("visitor_id") for each in events(heard("/v1/p", {}))}
