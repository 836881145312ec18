"""From a browser over the tag and the collector into the KPIs: the demo shop, as it is served."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from support.process import Footfall
from support.served import Served, serving
from tag.conftest import AGENT

SECONDS = 20.0
PAGES = ("/", "/products/lamp", "/cart", "/checkout", "/thanks", "/help", "/?consent=required")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A new workspace, served."""
    made = Footfall(tmp_path_factory.mktemp("shop"))
    assert made("init").code == 0
    with serving(made) as running:
        yield running


@pytest.fixture
def customer(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """Somebody at the demo shop; whatever the browser complains of fails the test."""
    context = browser.new_context(
        base_url=served.url, viewport={"width": 1440, "height": 900}, user_agent=AGENT
    )
    complaints: list[str] = []
    context.on("weberror", lambda told: complaints.append(str(told.error)))

    def heard(told: ConsoleMessage) -> None:
        if told.type == "error":
            complaints.append(told.text)

    context.on("console", heard)
    yield context
    context.close()
    assert complaints == []


class Numbers:
    """The numbers of the served workspace, as they are and as they were."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._before = {name: self.now(name) for name in ("orders", "page_views", "sessions")}

    def now(self, kpi: str, **words: str) -> Any:
        """A KPI's value."""
        asked = urllib.parse.urlencode({"kpi": kpi, **words})
        rows = self._served.get(f"/api/v1/kpis?{asked}").told["rows"]
        return rows[0]["value"] if rows else 0

    def more(self, kpi: str) -> int:
        """How many more there are than before."""
        return int(self.now(kpi) - self._before[kpi])

    def wait(self, holds: Callable[[], Any], what: str) -> None:
        """Waits until the numbers say so."""
        until = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < until, what
            time.sleep(0.1)


def buy(page: Page) -> None:
    """Buys a lamp by the block on the first page."""
    page.goto("/demo-shop/")
    page.get_by_role("link", name="See the lamp").click()
    page.get_by_role("button", name="Put it into the cart").click()
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_role("button", name=re.compile("Buy for")).click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_an_order_counts_once_however_often_its_page_is_loaded(
    customer: BrowserContext, served: Served
) -> None:
    numbers, page = Numbers(served), customer.new_page()
    buy(page)
    for _ in range(2):
        page.reload()
    customer.new_page().goto("/demo-shop/thanks")
    numbers.wait(lambda: numbers.more("page_views") == 8, "eight views")
    numbers.wait(lambda: numbers.more("orders") == 1, "an order")
    assert numbers.now("orders") == 1
    assert numbers.now("revenue") == numbers.now("direct_sales") == "79.90"
    assert numbers.now("contributed_transactions") == 1
    assert numbers.now("checkout_completion_rate") == 1
    assert numbers.now("asset_clicks", where="asset=hero") == 1


def test_an_order_of_the_tag_is_not_a_server_s(customer: BrowserContext, served: Served) -> None:
    numbers, page = Numbers(served), customer.new_page()
    buy(page)
    numbers.wait(lambda: numbers.more("orders") == 1, "an order")
    orders = json.loads(served.footfall("export", "orders", "--format", "json").out)
    sources = {
        row.get("source") for row in (orders if isinstance(orders, list) else orders["rows"])
    }
    assert not sources & {"server", "import"}


def test_what_is_done_offline_is_in_the_numbers_later(
    customer: BrowserContext, served: Served
) -> None:
    numbers, page = Numbers(served), customer.new_page()
    page.goto("/demo-shop/")
    numbers.wait(lambda: numbers.more("page_views") == 1, "a view")
    before = numbers.now("asset_interactions")
    customer.set_offline(True)
    page.get_by_text("How we choose").click()
    page.get_by_label("For long evenings").check()
    customer.set_offline(False)
    numbers.wait(lambda: numbers.now("asset_interactions") == before + 2, "two interactions")


def test_nobody_who_refuses_is_counted(customer: BrowserContext, served: Served) -> None:
    numbers, page = Numbers(served), customer.new_page()
    page.goto("/demo-shop/?consent=required")
    page.get_by_role("button", name="No", exact=True).click()
    page.goto("/demo-shop/products/mug")
    page.get_by_role("button", name="Put it into the cart").click()
    other = (
        customer.browser.new_context(base_url=served.url, user_agent=AGENT)
        if customer.browser
        else None
    )
    assert other is not None
    other.new_page().goto("/demo-shop/help")
    numbers.wait(lambda: numbers.more("page_views") >= 1, "the view of somebody else")
    other.close()
    assert numbers.more("page_views") == 1


def test_the_boxes_of_the_help_page_are_conversations(
    customer: BrowserContext, served: Served
) -> None:
    numbers, page = Numbers(served), customer.new_page()
    page.goto("/demo-shop/help")
    page.get_by_role("button", name="Open").click()
    page.get_by_role("button", name="Write").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Evening").click()
    page.get_by_role("button", name="I would recommend this (9)").click()
    numbers.wait(lambda: numbers.now("conversations") == 1, "a conversation")
    assert numbers.now("visitors_with_widget_click") == 1
    numbers.wait(lambda: numbers.now("nps_answers") == 1, "an answer")
    assert numbers.now("chat_starts") == 1
    assert numbers.now("chat_sessions_with_conversation") == 1


def test_nothing_of_it_is_refused_or_a_bot_s(customer: BrowserContext, served: Served) -> None:
    numbers = Numbers(served)
    customer.new_page().goto("/demo-shop/")
    numbers.wait(lambda: numbers.now("page_views") > 0, "a page view")
    told = json.loads(served.footfall("quality", "--format", "json").out)
    assert told["received"] > 0
    assert told["bot_events"] == told["refused"] == told["duplicate_conflicts"] == 0


@pytest.mark.parametrize("path", PAGES)
def test_the_shop_is_fit_to_be_seen(customer: BrowserContext, path: str) -> None:
    page = customer.new_page()
    page.goto("/demo-shop/products/lamp")
    page.get_by_role("button", name="Put it into the cart").click()
    if path == "/thanks":
        page.goto("/demo-shop/checkout")
        page.get_by_role("button", name=re.compile("Buy for")).click()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(f"/demo-shop{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                width,
                scheme,
            )
            found = Axe().run(page).response["violations"]
            grave = [each for each in found if each["impact"] in ("serious", "critical")]
            assert grave == [], [(each["id"], each["nodes"][0]["html"]) for each in grave]


def test_a_shop_of_no_site_is_closed_and_says_why(served: Served) -> None:
    got = served.get("/demo-shop/?site=nowhere")
    assert got.status == 404
    assert "needs a site" in got.body


def test_carts_from_outside_are_read_with_care(served: Served) -> None:
    got = served.get("/demo-shop/cart", cookie='cart=lamp.2-nothing.1-mug.99-"><b>.1-lamp')
    assert got.status == 200
    assert "159.80" in got.body
    assert "<b>" not in got.body.replace("<b>2</b>", "").replace("<b>€159.80</b>", "")


def test_a_step_that_cannot_be_taken_leads_back(served: Served) -> None:
    for path in ("/checkout", "/thanks", "/products/nothing"):
        request = urllib.request.Request(f"{served.url}demo-shop{path}")
        with urllib.request.urlopen(request) as answer:
            assert answer.url == f"{served.url}demo-shop/"


def test_the_folder_of_files_holds_only_its_own(served: Served) -> None:
    assert served.get("/demo-shop/files/shop.css").status == 200
    for name in ("nothing.css", "..%2Fpages.py", "%2Fetc%2Fpasswd", "shop"):
        assert served.get(f"/demo-shop/files/{name}").status == 404
