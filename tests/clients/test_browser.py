"""Clients in a real browser, on a page of another origin: only host and key are changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.listening import PUBLIC, Listening
from support.scripts import (
    PLAUSIBLE_BROWSER,
    RUDDERSTACK_BROWSER,
    SEGMENT_BROWSER,
    shopping,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow


def named(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["event"]: row for row in rows}


def test_segments_client(browser: Browser, npm: Path, collector: Listening) -> None:
    with shopping(browser, npm, collector.url, PUBLIC, SEGMENT_BROWSER) as page:
        collector.stored(1)
        page.click("#buy")
        found = named(collector.stored(4))
    assert set(found) == {"page_view", "add_to_cart", "segment_identify", "purchase"}
    view, order = found["page_view"], found["purchase"]
    assert (view["utm_source"], view["utm_medium"], view["path"]) == ("news", "email", "/p/1")
    assert (view["title"], view["device"], view["bot"]) == ("Shirt", "desktop", False)
    assert (view["customer_id"], order["customer_id"]) == (None, "u-1")
    assert len({row["visitor_id"] for row in found.values()}) == 1
    assert json.loads(order["properties"])["value"] == 42.5
    assert collector.refused == []
    assert f"GET /v1/projects/{PUBLIC}/settings" in collector.asked


def test_rudderstacks_client(browser: Browser, npm: Path, collector: Listening) -> None:
    with shopping(browser, npm, collector.url, PUBLIC, RUDDERSTACK_BROWSER) as page:
        collector.stored(1)
        page.click("#buy")
        found = named(collector.stored(2))
    assert set(found) == {"page_view", "purchase"}
    assert found["page_view"]["path"] == "/p/1"
    assert json.loads(found["purchase"]["properties"])["transaction_id"] == "o-1"
    assert "GET /sourceConfig/" in collector.asked


def test_plausibles_tracker(browser: Browser, npm: Path, collector: Listening) -> None:
    with shopping(browser, npm, collector.url, PUBLIC, PLAUSIBLE_BROWSER) as page:
        collector.stored(1)
        page.click("#buy")
        collector.stored(2)
        page.mouse.wheel(0, 1000)
        page.wait_for_timeout(200)
        page.goto("about:blank")
        found = named(collector.stored(3))
    assert set(found) == {"page_view", "purchase", "page_leave"}
    view, order = found["page_view"], json.loads(found["purchase"]["properties"])
    assert (view["utm_source"], view["path"]) == ("news", "/p/1")
    assert (order["transaction_id"], order["value"]) == ("o-1", 10.29)
    left = json.loads(found["page_leave"]["properties"])
    assert 0 < left["max_scroll_pct"] <= 100
    assert left["engaged_ms"] >= 0
    assert {row["bot"] for row in found.values()} == {False}
