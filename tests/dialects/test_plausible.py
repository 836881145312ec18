"""Plausible's and Umami's clients: page views and goals, without ids and without visitors."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from footfall.doors.collector.dialects import Outcome
from support.clients import NAMELESS, NOW, accepted, events, heard, meant, one

URL = "https://shop.example/p?utm_source=news&utm_medium=email"


def plausible(body: Any) -> dict[str, Any]:
    return one(heard("/api/event", body, headers={"content-type": "text/plain"}))


def test_a_page_view_by_short_and_by_long_names() -> None:
    short = plausible({"n": "pageview", "u": URL, "d": "w_1", "r": "https://g.example/", "h": 1})
    long = plausible(
        {"name": "pageview", "url": URL, "domain": "w_1", "referrer": "https://g.example/"}
    )
    assert short == long == {
        "event_id": "plausible_n1-0",
        "event": "page_view",
        "occurred_at": NOW,
        "visitor_id": NAMELESS,
        "url": URL,
        "referrer": "https://g.example/",
        "properties": {},
    }  # fmt: skip
    assert accepted(short)["utm_source"] == "news"
    assert meant(heard("/api/event", {"n": "pageview", "d": "w_1"})).keys == ("w_1",)


def test_a_goal_with_revenue_is_a_purchase_if_it_is_called_so() -> None:
    said = {"p": {"order_id": "o-1"}, "$": {"amount": 10.29, "currency": "EUR"}}
    order = plausible({"n": "Purchase", "u": URL, **said})
    assert (order["event"], order["properties"]) == (
        "purchase", {"transaction_id": "o-1", "value": Decimal("10.29"), "currency": "EUR"},
    )  # fmt: skip
    packed = {name: json.dumps(value) for name, value in said.items()}
    assert plausible({"n": "Purchase", "u": URL, **packed}) == order


@pytest.mark.parametrize(
    ("body", "event", "properties"),
    [
        (
            {"n": "engagement", "e": 3200, "sd": 55, "p": {"a": "b"}},
            "page_leave", {"engaged_ms": 3200, "max_scroll_pct": 55, "a": "b"},
        ),
        (
            {"n": "Outbound Link: Click", "p": {"url": "https://x.example/"}},
            "click", {"url": "https://x.example/", "href": "https://x.example/"},
        ),
        ({"n": "Order Completed"}, "purchase", {}),
        ({"n": "404"}, "plausible_404", {"event_name": "404"}),
        ({"n": "Größe"}, "plausible_gr_e", {"event_name": "Größe"}),
        ({"n": "登録"}, None, {"event_name": "登録"}),
    ],
)  # fmt: skip
def test_other_goals(body: Any, event: str | None, properties: Any) -> None:
    found = plausible({**body, "u": URL})
    given = {key: value for key, value in found["properties"].items() if key != "url"}
    assert given == {key: value for key, value in properties.items() if key != "url"}
    assert event is None or found["event"] == event
    accepted(found)


def test_plausibles_client_hears_ok() -> None:
    found = meant(heard("/api/event", {"n": "pageview"})).answer(Outcome(1))
    assert (found.status, found.body) == (202, b"ok")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_field"),
        ({"n": "x", "p": 7}, "wrong_type"),
        ({"n": "x", "p": "{"}, "invalid_json"),
        ([], "wrong_type"),
        (b"", "empty_body"),
        (b'{"n":"a","n":"b"}', "duplicate_key"),
    ],
)
def test_what_is_wrong_is_named(body: Any, code: str) -> None:
    (refused,) = meant(heard("/api/event", body)).refused
    assert refused.code == code


def umami(payload: Any, kind: str = "event") -> dict[str, Any]:
    return one(heard("/api/send", {"type": kind, "payload": {"website": "w_1", **payload}}))


def test_umamis_page_view() -> None:
    page = umami({"url": "/home", "hostname": "shop.example", "title": "Home", "referrer": ""})
    assert page == {
        "event_id": "umami_n1-0",
        "event": "page_view",
        "occurred_at": NOW,
        "visitor_id": NAMELESS,
        "url": "https://shop.example/home",
        "title": "Home",
        "properties": {},
    }
    assert umami({"url": "/home"})["url"] == "/home"
    assert meant(heard("/api/send", {"type": "event", "payload": {"website": "w_1"}})).keys == (
        "w_1",
    )


def test_umamis_events() -> None:
    order = umami({"name": "purchase", "data": {"revenue": 12.5, "currency": "USD"}})
    assert order["event"] == "purchase"
    assert order["properties"] == {
        "revenue": Decimal("12.5"), "value": Decimal("12.5"), "currency": "USD",
    }  # fmt: skip
    late = umami({"name": "Sign-up button", "timestamp": 1_767_603_000})
    assert (late["event"], late["occurred_at"]) == ("umami_sign_up_button", 1_767_603_000_000)
    who = umami({"id": "s-1", "data": {"plan": "x"}}, "identify")
    assert (who["event"], who["visitor_id"]) == ("umami_identify", "s-1")
    assert accepted(who)["system"]


def test_umamis_batch() -> None:
    each = {"type": "event", "payload": {"website": "w_1"}}
    found = events(heard("/api/batch", [each, each]))
    assert [event["event_id"] for event in found] == ["umami_n1-0", "umami_n1-1"]
    bad = meant(heard("/api/batch", [each, {"type": "x"}, 7, {"type": "event", "payload": 1}]))
    assert [(refused.index, refused.code) for refused in bad.refused] == [
        (1, "wrong_type"), (2, "wrong_type"), (3, "wrong_type"),
    ]  # fmt: skip


def test_umamis_client_hears_that_it_is_not_switched_off() -> None:
    found = meant(heard("/api/send", {"type": "event", "payload": {}})).answer(Outcome(1))
    assert json.loads(found.body)["disabled"] is False
