"""What real clients sent, as it was recorded: each becomes the event that was meant."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.collector.dialects import Heard, understand
from footfall.event.accept import Rejection
from support.clients import NAMELESS, RECORDED, accepted, judged, one, recorded

EXPECTED: dict[int, tuple[str, ...]] = {
    # request → event, visitor, customer
    1: ("segment_identify", "", "u1"),
    2: ("page_view", "an1", "u1"),
    4: ("segment_alias", "an1", "u1"),
    5: ("purchase", "u1", "u1"),
    6: ("page_view", "u1", "u1"),
    7: ("page_view", "du1", "u1"),
    8: ("purchase", "du1", "u1"),
    9: ("snowplow_add", "du1", "u1"),
    10: ("page_view", "u1", "u1"),
    11: ("purchase", "u1", "u1"),
    15: ("purchase", "u1", "u1"),
    16: ("page_view", "an1", ""),
    17: ("page_view", "u1", "u1"),
    18: ("purchase", "u1", "u1"),
    19: ("purchase", "u1", "u1"),
    20: ("page_view", NAMELESS, ""),
    21: ("purchase", NAMELESS, ""),
    22: ("page_view", NAMELESS, ""),
    23: ("purchase", NAMELESS, ""),
    24: ("page_view", NAMELESS, ""),
    25: ("purchase", NAMELESS, ""),
    26: ("page_view", "ea8002e7-90c4-46ef-99b4-17344f31746c", ""),
    27: ("page_view", "04e556d8-529d-49cf-b848-ee5df6397344", ""),
    28: ("add_to_cart", "04e556d8-529d-49cf-b848-ee5df6397344", ""),
    29: ("page_view", NAMELESS, ""),
    30: ("purchase", NAMELESS, ""),
    31: ("page_view", NAMELESS, ""),
    32: ("purchase", NAMELESS, ""),
    33: ("page_view", "9a3d0ed3-ec67-471a-a80b-d37dce4d8bd2", ""),
    34: ("page_view", "d330380d-0186-4f01-84a0-bfb4bc8c01ed", ""),
    35: ("add_to_cart", "d330380d-0186-4f01-84a0-bfb4bc8c01ed", ""),
}
WORTH = {5: 42.5, 8: 42.5, 11: 42.5, 15: 9.99, 18: 5, 19: 3, 21: 12.5, 23: 42.5, 32: 10.29}
FROM_NEWS = {24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35}
"""Those of a page with the parameters of a campaign."""
NOT_OURS = {12, 13, 14}
"""Mixpanel's and Amplitude's, which nobody asked for."""
WITHOUT_IDS = {20, 21, 22, 23, 24, 25, 29, 30, 31, 32}
"""Umami, a bare Matomo hit and Plausible name neither an id nor a time."""
COLUMNS = ("event", "visitor_id", "customer_id")


Found = dict[int, dict[str, Any] | Rejection | None]


@pytest.fixture(scope="module")
def found(shared: Path) -> Found:
    """Each request as the row that it becomes, why it becomes none, or None: it is nobody's."""
    return {number: stored(request) for number, request in recorded(shared)}


def stored(request: Heard) -> dict[str, Any] | Rejection | None:
    if understand(request) is None:
        return None
    event = one(request)
    row = judged(event, RECORDED)
    return row if isinstance(row, Rejection) else accepted(event, RECORDED)


def row(found: Found, number: int) -> dict[str, Any]:
    each = found[number]
    assert isinstance(each, dict), each
    return each


def test_every_request_is_the_event_that_was_meant(found: Found) -> None:
    told = {
        number: tuple(each[column] or "" for column in COLUMNS)
        for number, each in found.items()
        if isinstance(each, dict)
    }
    assert told == EXPECTED


def test_the_rest_is_nobodys_or_too_old(found: Found) -> None:
    assert {number for number, each in found.items() if each is None} == NOT_OURS
    refused = {n: each.code for n, each in found.items() if isinstance(each, Rejection)}
    assert refused == {3: "timestamp_too_old"}


def test_orders_are_worth_what_was_sent(found: Found) -> None:
    told = {
        number: json.loads(row(found, number)["properties"]).get("value")
        for number in EXPECTED
        if row(found, number)["event"] == "purchase"
    }
    assert told == {**WORTH, 25: None, 30: None}


def test_campaigns_come_with_the_page(found: Found) -> None:
    told = {
        number
        for number in EXPECTED
        if (row(found, number)["utm_source"], row(found, number)["utm_medium"]) == ("news", "email")
    }
    assert told == FROM_NEWS


def test_every_one_happened_when_it_was_recorded(found: Found) -> None:
    late = [RECORDED - row(found, number)["occurred_ms"] for number in EXPECTED]
    assert all(-1_000 <= ms <= 120_000 for ms in late)  # Snowplow's Python sends whole seconds


def test_a_retry_is_the_same_event(shared: Path) -> None:
    for number, request in recorded(shared):
        again = replace(request, received_ms=RECORDED + 5_000, number="n2")
        if number in EXPECTED and number not in WITHOUT_IDS:
            assert one(request)["event_id"] == one(again)["event_id"]
        elif number in WITHOUT_IDS:
            assert one(request)["event_id"] != one(again)["event_id"]
