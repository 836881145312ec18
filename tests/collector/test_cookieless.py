"""Pages that may keep nothing: their events have a visitor for a day, and stay as they were."""

from __future__ import annotations

import json

import pytest

from footfall.doors.collector.cookieless import named
from support.collected import Shop
from support.ledger import page_view
from support.posting import post
from support.served import Served


def visitor() -> str:
    return "d1"


def test_events_without_a_visitor_have_one() -> None:
    body = b'{"cookieless":true,"sent_at":7,"events":[{"event_id":"a"},{"visitor_id":"v"},{},7]}'
    assert json.loads(named(body, visitor)) == {
        "sent_at": 7,
        "events": [{"visitor_id": "d1", "event_id": "a"}, {"visitor_id": "v"}, {}, 7],
    }


@pytest.mark.parametrize(
    "body",
    [
        b'{"events":[{"event_id":"a"}]}',
        b'{"cookieless":false,"events":[{"event_id":"a"}]}',
        b'{"cookieless":true}',
        b'{"cookieless":true,"events":{}}',
        b'{"cookieless":true,"events":[{"a":1}',
        b'["cookieless"]',
        b'{"cookieless":true,"events":[' + b"[" * 5000 + b"]" * 5000 + b"]}",
    ],
)
def test_anything_else_stays_as_it_was_sent(body: bytes) -> None:
    assert named(body, visitor) == body


def test_who_keeps_nothing_is_counted_once_a_day(running: Served, one_shop: Shop) -> None:
    events = [page_view(name) for name in ("n1", "n2")]
    for each in events:
        del each["visitor_id"]
    batch = {"cookieless": True, "events": events}
    got = post(running, batch, one_shop.write)
    assert (got.status, got.told["accepted"], got.told["rejected"]) == (202, 2, [])
    assert post(running, batch, one_shop.write).told["duplicates"] == 2
    without = post(running, {"events": events}, one_shop.write)
    assert without.told["code"] == "missing_field"
