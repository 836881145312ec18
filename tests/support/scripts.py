"""What shops write to use their clients; here only host and key are filled in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.pages import pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SEGMENT_NODE = """
const { Analytics } = require('@segment/analytics-node')
const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, flushAt: 2 })
const who = { anonymousId: 'an-1', userId: 'u-1' }
analytics.page({ ...who, name: 'Home', properties: { url: 'https://shop.example/' } })
analytics.track({ ...who, event: 'Order Completed', properties: {
  order_id: 'o-1', revenue: 9.99, currency: 'EUR', products: [{ product_id: 'p', price: 9.99 }] } })
analytics.closeAndFlush({ timeout: 10000 })
"""
MATOMO_NODE = """
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
AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
SHOP = "/p/1?utm_source=news&utm_medium=email"
LOOK = """
<!doctype html><title>Shirt</title><h1>Shirt</h1><button id="buy">Buy</button>
<div style="height: 3000px">More</div>
"""
SEGMENT_BROWSER = """
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
RUDDERSTACK_BROWSER = """
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
PLAUSIBLE_BROWSER = """
<script type="module">
  import { init, track } from '/lib/@plausible-analytics/tracker/plausible.js'
  init({ domain: 'KEY', endpoint: 'HOST/api/event', captureOnLocalhost: true })
  document.getElementById('buy').onclick = () => track('Purchase', {
    props: { order_id: 'o-1' }, revenue: { amount: 10.29, currency: 'EUR' } })
</script>
"""


@contextmanager
def shopping(browser: Browser, npm: Path, url: str, key: str, script: str) -> Iterator[Page]:
    """A browser on a page of a shop that has the client's script."""
    html = LOOK + script.replace("KEY", key).replace("HOST", url)
    with pages(html, npm / "node_modules") as shop:
        context = browser.new_context(user_agent=AGENT)
        page, wrong = context.new_page(), list[str]()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(shop + SHOP)
        yield page
        context.close()
    assert wrong == []
