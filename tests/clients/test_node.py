"""Clients in node, with nothing changed but the host and the key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.listening import PUBLIC, SECRET, Listening
from support.npm import run

pytestmark = pytest.mark.slow

SEGMENT = """
const { Analytics } = require('@segment/analytics-node')
const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, flushAt: 2 })
const who = { anonymousId: 'an-1', userId: 'u-1' }
analytics.page({ ...who, name: 'Home', properties: { url: 'https://shop.example/' } })
analytics.track({ ...who, event: 'Order Completed', properties: {
  order_id: 'o-1', revenue: 9.99, currency: 'EUR', products: [{ product_id: 'p', price: 9.99 }] } })
analytics.closeAndFlush({ timeout: 10000 })
"""
MATOMO = """
const MatomoTracker = require('matomo-tracker')
const [host, key] = process.argv.slice(2)
const matomo = new MatomoTracker(key, host + '/matomo.php')
matomo.on('error', why => { throw new Error('matomo: ' + why) })
matomo.track({ url: 'https://shop.example/', action_name: 'Home', _id: '0123456789abcdef' })
matomo.trackBulk([
  { url: 'https://shop.example/p', _id: '0123456789abcdef', _pks: 'SKU1', _pkp: 10 },
  { url: 'https://shop.example/ok', _id: '0123456789abcdef', idgoal: 0, ec_id: 'o-1',
    revenue: 24.5, ec_tx: 2, ec_sh: 2.5, ec_items: JSON.stringify([['SKU1', 'Shirt', 'A', 10, 2]]) }
], answer => {
  const said = JSON.parse(answer)
  if (said.tracked !== 3 || said.invalid !== 0) throw new Error(answer)
  setTimeout(() => process.exit(0), 500)  // the client never reads the pixel, which keeps node
})
"""


def test_segments_client(npm: Path, collector: Listening) -> None:
    run(SEGMENT, npm, collector.url, PUBLIC)
    page, order = sorted(collector.stored(2), key=lambda row: row["event"])
    assert (page["event"], order["event"]) == ("page_view", "purchase")
    assert {row["visitor_id"] for row in (page, order)} == {"an-1"}
    assert json.loads(order["properties"])["value"] == 9.99
    assert not page["bot"]  # node's own agent is nobody's browser
    assert collector.refused == []


def test_segments_client_with_a_servers_key(npm: Path, collector: Listening) -> None:
    run(SEGMENT, npm, collector.url, SECRET)
    assert all(row["system"] for row in collector.stored(2))


def test_matomos_client(npm: Path, collector: Listening) -> None:
    run(MATOMO, npm, collector.url, PUBLIC)
    rows = collector.stored(4)
    told = sorted(row["event"] for row in rows)
    assert told == ["page_view", "page_view", "purchase", "view_item"]
    assert {row["visitor_id"] for row in rows} == {"0123456789abcdef"}
    (order,) = [json.loads(row["properties"]) for row in rows if row["event"] == "purchase"]
    assert (order["transaction_id"], order["value"]) == ("o-1", 20)  # 24.5 − 2 − 2.5
    assert collector.refused == []
