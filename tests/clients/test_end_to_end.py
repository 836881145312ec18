"""Real clients, unchanged but for host and key: from what they send to the numbers of the shop."""

from __future__ import annotations

import base64
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rudderstack.analytics.client as rudderstack
import segment.analytics.client as segment

from footfall.workspace import Workspace
from support.collected import Shop, collecting, shop_in
from support.npm import run
from support.scripts import (
    MATOMO_NODE,
    PLAUSIBLE_BROWSER,
    RUDDERSTACK_BROWSER,
    SEGMENT_BROWSER,
    SEGMENT_NODE,
    shopping,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

SITES = (
    "segment-python", "rudder-python", "segment-node", "matomo-node", "segment-browser",
    "rudder-browser", "plausible-browser", "shopify",
)  # fmt: skip
KPIS = ("sessions", "orders", "revenue", "bounce_rate")
SECRET = "hush"
PATIENCE_SECONDS = 30
ORDER = {"order_id": "o-1", "total": 42.5, "tax": 2.5, "currency": "EUR"}


@dataclass(frozen=True)
class Running:
    """A collector of several shops, one for each client."""

    shop: Shop
    url: str
    keys: dict[str, str]
    """The public key of each shop; a server's, where the client is one."""

    def numbers(self, site: str, *words: str) -> list[dict[str, Any]]:
        """The shop's numbers now."""
        asked = self.shop.footfall("kpis", *KPIS, "--site", site, "--format", "json", *words)
        rows: list[dict[str, Any]] = asked.told["rows"]
        return rows

    def until(self, site: str, **right: Any) -> None:
        """Waits for numbers; they must come to stand."""
        until, told = time.monotonic() + PATIENCE_SECONDS, dict[str, Any]()
        while time.monotonic() < until:
            told = {row["kpi"]: row["value"] for row in self.numbers(site)}
            if {name: told[name] for name in right} == right:
                return
            time.sleep(0.3)
        pytest.fail(f"{site} has {told}, and not {right}")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    shop = shop_in(tmp_path_factory.mktemp("clients"))
    settings = shop.footfall.workspace / "footfall.toml"
    more = "".join(f'\n[site.{site}]\ncurrency = "EUR"\n' for site in SITES)
    settings.write_text(settings.read_text("utf-8") + more, "utf-8")
    with Workspace(shop.footfall.workspace) as workspace:
        keys = {site: _key(workspace, site) for site in SITES}
    with collecting(shop) as served:
        yield Running(shop, served.url.rstrip("/"), keys)


def _key(workspace: Workspace, site: str) -> str:
    scope = "server" if site == "segment-python" else "write"
    return workspace.control.keys.create(site, scope, "", 0)[0]


def posted(url: str, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(url, body, named), timeout=10) as answer:
        status: int = answer.status
        return status


def test_segment_in_python_with_a_servers_key(running: Running) -> None:
    client = segment.Client(running.keys["segment-python"], host=running.url)
    client.track(user_id="u-1", event="Order Completed", properties=ORDER)
    client.shutdown()
    running.until("segment-python", sessions=0, orders=1, revenue="40.00")


def test_rudderstack_in_python(running: Running) -> None:
    client = rudderstack.Client(running.keys["rudder-python"], host=running.url, gzip=True)
    said = {"anonymous_id": "an-1", "user_id": "u-1"}
    client.identify(user_id="u-1", anonymous_id="an-1", traits={"plan": "x"})
    client.page(name="Home", properties={"url": "https://shop.example/"}, **said)
    client.track(event="Order Completed", properties=ORDER, **said)
    client.shutdown()
    running.until("rudder-python", sessions=1, orders=1, revenue="40.00")


def test_segment_in_node(running: Running, npm: Path) -> None:
    run(SEGMENT_NODE, npm, running.url, running.keys["segment-node"])
    running.until("segment-node", sessions=1, orders=1, revenue="9.99")


def test_matomo_in_node(running: Running, npm: Path) -> None:
    key = running.keys["matomo-node"]
    run(MATOMO_NODE, npm, running.url, key)
    run(MATOMO_NODE, npm, running.url, key)  # the same order again
    running.until("matomo-node", sessions=1, orders=1, revenue="20.00")


@pytest.mark.parametrize(
    ("site", "script", "revenue"),
    [
        ("segment-browser", SEGMENT_BROWSER, "42.50"),
        ("rudder-browser", RUDDERSTACK_BROWSER, "42.50"),
        ("plausible-browser", PLAUSIBLE_BROWSER, "10.29"),
    ],
)
def test_clients_in_a_browser(
    running: Running, browser: Browser, npm: Path, site: str, script: str, revenue: str
) -> None:
    with shopping(browser, npm, running.url, running.keys[site], script) as page:
        running.until(site, sessions=1, orders=0)
        page.click("#buy")
        running.until(site, sessions=1, orders=1, revenue=revenue, bounce_rate=0.0)
    by_device = running.numbers(site, "--by", "device")
    assert {row["segment"]["device"] for row in by_device if row["value"]} == {"desktop"}
    by_source = running.numbers(site, "--by", "source")
    assert {row["segment"]["source"] for row in by_source if row["value"]} == {"news"}


def test_shopifys_webhooks_count_before_the_tag(running: Running) -> None:
    site = "shopify"
    tag = {
        "event_id": "t-1", "event": "purchase", "visitor_id": "v-1",
        "occurred_at": int(time.time() * 1000),
        "properties": {"transaction_id": "450789469", "value": 99, "currency": "EUR"},
    }  # fmt: skip
    key = running.keys[site]
    assert posted(
        f"{running.url}/v1/events", json.dumps({"events": [tag]}).encode(),
        authorization=f"Bearer {key}", content_type="application/json",
    ) == 202  # fmt: skip
    running.until(site, orders=1, revenue="99.00")
    given = running.shop.footfall("key", "shopify", "--site", site, stdin=f"{SECRET}\n".encode())
    assert given.code == 0, given.err
    now = datetime.now(UTC).isoformat(timespec="seconds")
    order = {
        "id": 450789469, "created_at": now, "updated_at": now, "currency": "EUR",
        "subtotal_price": "398.00", "total_tax": "11.94", "line_items": [],
    }  # fmt: skip
    for topic in ("orders/create", "orders/paid"):
        assert _signed(running, topic, order, within=5) == 200
    running.until(site, sessions=1, orders=1, revenue="398.00")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        _signed(running, "orders/create", order, secret=b"guessed")


def _signed(
    running: Running, topic: str, body: Any, *, secret: bytes = SECRET.encode(), within: float = 0
) -> int:
    """Sends a webhook; a secret that was told just now is known after a moment."""
    raw = json.dumps(body).encode()
    signed = base64.b64encode(hmac.digest(secret, raw, sha256)).decode()
    until = time.monotonic() + within
    while True:
        try:
            return posted(
                f"{running.url}/hooks/shopify", raw, content_type="application/json",
                x_shopify_topic=topic, x_shopify_hmac_sha256=signed,
            )  # fmt: skip
        except urllib.error.HTTPError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.2)
