"""PostHog's clients: events with ids of their own, packed as each of them likes."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from support.clients import NOW, accepted, events, heard, meant, one

PAGEVIEW: dict[str, Any] = {
    "event": "$pageview",
    "uuid": "u-1",
    "timestamp": "2026-01-05T08:59:59.500Z",
    "properties": {
        "token": "w_1", "distinct_id": "d-1", "$device_id": "d-1", "$is_identified": False,
        "$current_url": "https://shop.example/", "$referrer": "$direct", "title": "Home",
        "$device_type": "Mobile", "$browser": "Safari", "$os": "iOS", "$lib": "web", "own": 1,
        "utm_source": "news",
    },
}  # fmt: skip


def posthog(more: Any = None, **properties: Any) -> dict[str, Any]:
    event = {**PAGEVIEW, **(more or {})}
    return one(heard("/e/", {**event, "properties": {**event["properties"], **properties}}))


def test_posthogs_page_view() -> None:
    event = posthog()
    assert event == {
        "event_id": "u-1",
        "event": "page_view",
        "occurred_at": "2026-01-05T08:59:59.500Z",
        "visitor_id": "d-1",
        "url": "https://shop.example/",
        "title": "Home",
        "utm_source": "news",
        "device": "mobile",
        "browser": "Safari",
        "os": "iOS",
        "properties": {"own": 1},
    }
    accepted(event)
    assert meant(heard("/e", [PAGEVIEW])).keys == ("w_1",)


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/batch/", "", json.dumps({"api_key": "w_1", "batch": [PAGEVIEW]})),
        ("/i/v0/e/", "compression=gzip-js", gzip.compress(json.dumps([PAGEVIEW]).encode())),
        ("/e/", "compression=base64",
         urlencode({"data": base64.b64encode(json.dumps(PAGEVIEW).encode()).decode()})),
        ("/capture/", "", json.dumps({**PAGEVIEW, "api_key": "w_1"})),
    ],
)  # fmt: skip
def test_posthog_packs_as_it_likes(path: str, query: str, body: Any) -> None:
    request = heard(path, body, query=query)
    assert one(request) == posthog()
    assert meant(request).keys == ("w_1",)


def test_posthogs_events() -> None:
    known = posthog({"event": "Order Completed"}, **{
        "distinct_id": "c-1", "$is_identified": True, "order_id": "o-1", "total": 5,
    })  # fmt: skip
    assert (known["event"], known["visitor_id"], known["customer_id"]) == ("purchase", "d-1", "c-1")
    assert known["properties"]["transaction_id"] == "o-1"
    leave = posthog({"event": "$pageleave"}, **{
        "$prev_pageview_duration": 2.5, "$prev_pageview_max_scroll_percentage": 0.5,
    })  # fmt: skip
    assert leave["properties"] == {"own": 1, "engaged_ms": 2500, "max_scroll_pct": 50}
    flag = posthog({"event": "$feature_flag_called"}, **{
        "$feature_flag": "new-cart", "$feature_flag_response": "b",
    })  # fmt: skip
    assert flag["event"] == "experiment_exposure"
    assert flag["properties"] == {"own": 1, "experiment_id": "new-cart", "variant": "b"}
    who = posthog({"event": "$identify"}, **{"distinct_id": "c-1", "$anon_distinct_id": "d-1"})
    assert (who["event"], who["visitor_id"], who["customer_id"]) == (
        "posthog_identify",
        "d-1",
        "c-1",
    )
    assert accepted(who)["system"]
    assert posthog({"event": "$autocapture"}, **{"$event_type": "click"})["event"] == "click"
    form = posthog({"event": "$autocapture"}, **{"$event_type": "submit"})
    assert form["event"] == "posthog_autocapture"


def test_a_server_names_only_a_person() -> None:
    said = {"event": "Ate Lunch", "distinct_id": "c-1", "uuid": "u", "properties": {}}
    request = heard("/batch/", {"api_key": "s_1", "batch": [said], "sent_at": NOW})
    assert (one(request)["visitor_id"], one(request)["customer_id"]) == ("c-1", "c-1")
    assert "visitor_id" not in one(request, server=True)


def test_what_posthog_records_for_itself_is_left_out() -> None:
    found = meant(heard("/e/", [{**PAGEVIEW, "event": "$snapshot"}, PAGEVIEW]))
    assert (len(found.said), found.left_out) == (1, 1)


def test_an_event_that_waited_happened_then() -> None:
    waiting = {"event": "$pageview", "offset": 1500, "properties": PAGEVIEW["properties"]}
    found = one(heard("/e/", waiting))
    assert (found["occurred_at"], found["event_id"]) == (NOW - 1500, "posthog_n1-0")


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        (b"\x1f\x8bnot gzip", "", "invalid_encoding"),
        (gzip.compress(b"[" * 100)[:-10], "", "invalid_encoding"),
        (gzip.compress(b" " * 9_000_000), "", "too_large"),
        (b"data=%%%", "compression=base64", "empty_body"),
        (b"data=a", "compression=base64", "invalid_encoding"),
    ],
)
def test_what_posthog_did_not_pack_well_is_refused(body: bytes, query: str, code: str) -> None:
    (refused,) = meant(heard("/e/", body, query=query)).refused
    assert refused.code == code


def test_posthogs_clients_begin_with_nothing_switched_on() -> None:
    for path in ("/decide/", "/flags/"):
        reply = meant(heard(path, {})).reply
        assert reply is not None
        assert json.loads(reply.body)["featureFlags"] == {}
    assert meant(heard("/array/w_1/config", method="GET")).reply is not None
    assert len(events(heard("/batch/", {"batch": [PAGEVIEW, PAGEVIEW]}))) == 2
