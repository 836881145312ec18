"""Segment's and RudderStack's Python clients, with nothing changed but the host and the key."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rudderstack.analytics.client as rudderstack
import segment.analytics.client as segment

from support.listening import PUBLIC, SECRET, Listening

ORDER = {"order_id": "o-1", "total": 42.5, "tax": 2.5, "currency": "EUR"}
CLIENTS = {"segment": segment.Client, "rudderstack": rudderstack.Client}


@pytest.fixture(params=sorted(CLIENTS))
def client(request: pytest.FixtureRequest, collector: Listening) -> Any:
    """A client that was told nothing but its key and its host."""
    made = CLIENTS[request.param](PUBLIC, host=collector.url, gzip=True)
    yield made
    made.shutdown()


def test_calls_become_events(client: Any, collector: Listening) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    said = {"anonymous_id": "an-1", "user_id": "u-1"}
    client.page(name="Home", properties={"url": "https://shop.example/"}, **said)
    client.track(event="Product Added", properties={"product_id": "p", "price": 3}, **said)
    client.track(event="Order Completed", properties=ORDER, timestamp=at, **said)
    client.identify(user_id="u-1", anonymous_id="an-1", traits={"plan": "x"})
    client.flush()
    rows = collector.stored(4)
    assert collector.refused == []
    assert {row["event"]: (row["visitor_id"], row["customer_id"]) for row in rows} == dict.fromkeys(
        ("page_view", "add_to_cart", "purchase", "segment_identify"), ("an-1", "u-1")
    )
    order = rows[0]  # an hour before the others
    assert order["event"] == "purchase"
    assert json.loads(order["properties"])["value"] == 40
    assert abs(order["occurred_ms"] - at.timestamp() * 1000) <= 1
    assert [row["system"] for row in rows if row["event"] == "segment_identify"] == [True]
    assert not any(row["bot"] for row in rows)


def test_a_server_tells_of_a_person_without_a_browser(collector: Listening) -> None:
    made = segment.Client(SECRET, host=collector.url)
    made.track(user_id="u-1", event="Order Completed", properties=ORDER)
    made.shutdown()
    (row,) = collector.stored(1)
    assert (row["visitor_id"], row["customer_id"], row["system"]) == (None, "u-1", True)


def test_what_comes_later_is_sent_once_more_and_counted_once(
    client: Any, collector: Listening
) -> None:
    collector.busy = 1
    client.track(anonymous_id="an-1", event="Order Completed", properties=ORDER)
    client.flush()
    (row,) = collector.stored(1)
    assert row["event"] == "purchase"
    assert collector.asked.count("POST /v1/batch") == 2
