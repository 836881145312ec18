"""Clients in node, with nothing changed but the host and the key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.listening import PUBLIC, SECRET, Listening
from support.npm import run
from support.scripts import MATOMO_NODE, SEGMENT_NODE

pytestmark = pytest.mark.slow


def test_segments_client(npm: Path, collector: Listening) -> None:
    run(SEGMENT_NODE, npm, collector.url, PUBLIC)
    page, order = sorted(collector.stored(2), key=lambda row: row["event"])
    assert (page["event"], order["event"]) == ("page_view", "purchase")
    assert {row["visitor_id"] for row in (page, order)} == {"an-1"}
    assert json.loads(order["properties"])["value"] == 9.99
    assert not page["bot"]  # node's own agent is nobody's browser
    assert collector.refused == []


def test_segments_client_with_a_servers_key(npm: Path, collector: Listening) -> None:
    run(SEGMENT_NODE, npm, collector.url, SECRET)
    assert all(row["system"] for row in collector.stored(2))


def test_matomos_client(npm: Path, collector: Listening) -> None:
    run(MATOMO_NODE, npm, collector.url, PUBLIC)
    rows = collector.stored(4)
    told = sorted(row["event"] for row in rows)
    assert told == ["page_view", "page_view", "purchase", "view_item"]
    assert {row["visitor_id"] for row in rows} == {"0123456789abcdef"}
    (order,) = [json.loads(row["properties"]) for row in rows if row["event"] == "purchase"]
    assert (order["transaction_id"], order["value"]) == ("o-1", 20)  # 24.5 − 2 − 2.5
    assert collector.refused == []
