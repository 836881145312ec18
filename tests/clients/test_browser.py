"""Clients in a real browser, on a page of another origin: only host and key are changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.listening import PUBLIC, Listening
from support.pages import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
SHOP = "/p/1?utm_source=news&utm_medium=email"
LOOK = """
<!doctype html><title>Shirt</title><h1>Shirt</h1><button id="buy">Buy</button>
<div style="height: 3000px">More</div>
"""
SEGMENT = """
<script src="/lib/@segment/analytics-next/dist/umd/index.js"></script>
<script>
  const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: 'KEY', cdnURL: 'HOST' })
  analytics.page('Product')
  document.getElementById('buy').onclick = () => {
    analytics.track('Product Added', { product_id: 'p-1', price: 3 })
    analytics.identify('u-1', { plan: 'x' })
    analytics.track('Order Completed', { order_id: 'o-1', total: 42.5, currency: 'EUR' })
  }
</script>
"""
RUDDERSTACK = """
<script src="/lib/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js"></script>
<script>
  const analytics = new (rudderanalytics.RudderAnalytics || rudderanalytics)()
  analytics.load('KEY', 'HOST', { configUrl: 'HOST' })
  analytics.page('Product')
  document.getElementById('buy').onclick = () => {
    analytics.track('Order Completed', { order_id: 'o-1', total: 42.5, currency: 'EUR' })
  }
</script>
"""
PLAUSIBLE = """
<script type="module">
  import { init, track } from '/lib/@plausible-analytics/tracker/plausible.js'
  init({ domain: 'KEY', endpoint: 'HOST/api/event', captureOnLocalhost: true })
  document.getElementById('buy').onclick = () => track('Purchase', {
    props: { order_id: 'o-1' }, revenue: { amount: 10.29, currency: 'EUR' } })
</script>
"""


@contextmanager
def shopping(browser: Browser, npm: Path, collector: Listening, script: str) -> Iterator[Page]:
    """A browser on a page of a shop that has the client's script."""
    html = LOOK + script.replace("KEY", PUBLIC).replace("HOST", collector.url)
    with pages(html, npm / "node_modules") as shop:
        context = browser.new_context(user_agent=AGENT)
        page, wrong = context.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(shop + SHOP)
        yield page
        context.close()
    assert wrong == []


def named(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["event"]: row for row in rows}


def test_segments_client(browser: Browser, npm: Path, collector: Listening) -> None:
    with shopping(browser, npm, collector, SEGMENT) as page:
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
    with shopping(browser, npm, collector, RUDDERSTACK) as page:
        collector.stored(1)
        page.click("#buy")
        found = named(collector.stored(2))
    assert set(found) == {"page_view", "purchase"}
    assert found["page_view"]["path"] == "/p/1"
    assert json.loads(found["purchase"]["properties"])["transaction_id"] == "o-1"
    assert "GET /sourceConfig/" in collector.asked


def test_plausibles_tracker(browser: Browser, npm: Path, collector: Listening) -> None:
    with shopping(browser, npm, collector, PLAUSIBLE) as page:
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
