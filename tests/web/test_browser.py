"""The dashboard as people use it: in a real browser, by pointer and by keyboard."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    expect,
)

from footfall.doors.web.spec import PAGES
from support.served import Served

PERIOD = "from=2026-03-26&to=2026-03-31"
SITE = "/s/demo"
TABS = [f"{SITE}/{page.id}/{tab.id}".rstrip("/") for page in PAGES.values() for tab in page.tabs]
ADDRESSES = [
    SITE, *TABS, f"{SITE}/quality", f"{SITE}/reports", f"{SITE}/kpi/aov", f"{SITE}/experiments",
    f"{SITE}/experiments/product-gallery", f"{SITE}/kpi/exit_rate",
    f"{SITE}/explain/aov", f"{SITE}/experience?experience=x-club",
    f"{SITE}/experience/drilldown?experience=x-club",
    f"{SITE}/folder?folder=Games", "/learn", "/learn/aov",
]  # fmt: skip
WIDTHS = (1440, 1024, 390)
LOOKED_AT = {(1440, "light"), (1440, "dark"), (390, "light")}
"""Where faults are looked for; at other widths the same elements stand elsewhere."""
pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A page of a browser; whatever the browser complains of fails the test."""
    context = browser.new_context(
        base_url=served.url, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    opened, complaints = context.new_page(), list[str]()

    def heard(told: ConsoleMessage) -> None:
        if told.type == "error":
            complaints.append(told.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((served.url, "blob:")):
            complaints.append(request.url)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", asked)
    yield opened
    context.close()
    assert complaints == []


def at(address: str) -> str:
    """An address with the days of the demonstration."""
    if not address.startswith("/s/"):
        return address
    return f"{address}{'&' if '?' in address else '?'}{PERIOD}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_is_wider_than_its_screen_or_hard_to_reach(page: Page, address: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            answer = page.goto(at(address))
            assert answer is not None
            assert answer.status == 200
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                width,
                scheme,
            )
            if (width, scheme) not in LOOKED_AT:
                continue
            found = Axe().run(page).response["violations"]
            grave = [each for each in found if each["impact"] in ("serious", "critical")]
            assert grave == [], [(each["id"], each["nodes"][0]["html"]) for each in grave]


def test_a_period_is_chosen_and_stays(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    before = page.locator(".tile data").first.inner_text()
    page.locator(".period summary").first.click()
    page.get_by_label("From").fill("2026-03-31")
    page.get_by_role("button", name="Show these days").click()
    expect(page).to_have_url(re.compile("from=2026-03-31.*to=2026-03-31"))
    assert page.locator(".tile data").first.inner_text() != before
    page.get_by_role("link", name="Assets").click()
    expect(page).to_have_url(re.compile("/assets.*from=2026-03-31"))
    page.locator(".period summary").first.click()
    page.get_by_role("link", name="All time", exact=True).click()
    expect(page).to_have_url(re.compile("period=all"))
    assert "from=" not in page.url


def test_it_is_compared_with_what_was_chosen(page: Page) -> None:
    page.goto(f"{SITE}/store?from=2026-03-29&to=2026-03-31")
    assert page.locator(".tile .change").count() > 3
    page.locator(".period summary").nth(1).click()
    page.get_by_role("link", name="Nothing", exact=True).click()
    expect(page).to_have_url(re.compile("compare=none"))
    assert page.locator(".tile .change").count() == 0


def test_a_filter_is_added_and_taken_away(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    everybody = page.locator(".tile data").first.get_attribute("value")
    page.get_by_text("Add a filter").click()
    page.get_by_label("Only").select_option("device")
    page.get_by_label("is", exact=True).fill("mobile")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"where=device(%3D|=)mobile"))
    some = page.locator(".tile data").first.get_attribute("value")
    assert some != everybody
    page.get_by_role("link", name="Segments").click()
    expect(page.get_by_text("device = mobile")).to_be_visible()
    page.get_by_role("link", name="Without the filter device = mobile").click()
    assert "where" not in page.url


def test_a_row_of_a_table_is_a_filter(page: Page) -> None:
    page.goto(at(f"{SITE}/store/segments"))
    page.locator("table").nth(1).get_by_role("link", name="desktop").click()
    expect(page.get_by_text("device = desktop")).to_be_visible()


def test_help_comes_by_pointer_and_by_keyboard_and_goes_with_escape(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    tile = page.locator(".tile").first
    bubble = tile.locator(".bubble")
    expect(bubble).not_to_be_visible()
    tile.locator(".help").hover()
    expect(bubble).to_be_visible()
    page.mouse.move(0, 0)
    expect(bubble).not_to_be_visible()
    tile.locator(".help button").focus()
    expect(bubble).to_be_visible()
    expect(bubble).to_contain_text("different people")
    page.keyboard.press("Escape")
    expect(bubble).not_to_be_visible()


def test_a_number_is_explained_by_a_click(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    tile = page.locator(".tile", has_text="Orders").first
    value = tile.locator("data").get_attribute("value")
    tile.locator(".value a").click()
    expect(page).to_have_url(re.compile("/explain/orders"))
    assert page.locator(".counts strong").first.inner_text() == value


def test_a_module_opens_its_own_numbers(page: Page) -> None:
    page.goto(at(f"{SITE}/chat/experiences"))
    page.get_by_role("link", name="Outdoor Club").click()
    page.get_by_role("link", name="Drill-down").click()
    module = page.locator(".module", has_text="Newsletter")
    expect(module.locator(".numbers")).not_to_be_visible()
    module.locator("summary").click()
    expect(module.get_by_text("single", exact=True).first).to_be_visible()


def test_tables_sort_and_search(page: Page) -> None:
    page.goto(at(f"{SITE}/store/pages"))
    card = page.locator(".table-card").first
    head = card.get_by_role("columnheader", name="page views")

    def values() -> list[int]:
        cells = card.locator("tbody td:nth-child(2) data")
        return [int(each) for each in cells.evaluate_all("cells => cells.map(cell => cell.value)")]

    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert values() == sorted(values(), reverse=True)
    head.get_by_role("button").click()
    assert values() == sorted(values())
    card.get_by_role("searchbox").fill("/cart")
    shown = card.locator("tbody tr:visible")
    assert shown.count() >= 1
    assert all("/cart" in text for text in shown.all_inner_texts())


def test_a_chart_is_kept_as_csv_svg_and_png(page: Page, tmp_path: Path) -> None:
    page.goto(at(f"{SITE}/store"))
    card = page.locator(".chart-card").first
    for name, start in (("CSV", b"kpi,bucket"), ("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as waiting:
            card.get_by_text(name, exact=True).click()
        kept = tmp_path / name
        waiting.value.save_as(kept)
        assert kept.read_bytes().startswith(start), name


def test_a_list_is_kept_as_csv(page: Page, tmp_path: Path) -> None:
    page.goto(at(f"{SITE}/store/pages"))
    with page.expect_download() as waiting:
        page.locator(".table-card").first.get_by_role("button", name="CSV").click()
    waiting.value.save_as(tmp_path / "pages.csv")
    rows = list(csv.DictReader((tmp_path / "pages.csv").open(encoding="utf-8")))
    assert rows[0]["page"].startswith("/")
    assert int(rows[0]["page views"]) > 0


def test_a_place_of_a_chart_says_its_values(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    expect(page.locator("#tip")).not_to_be_visible()
    page.locator(".chart.wide .hit").nth(2).hover()
    expect(page.locator("#tip")).to_be_visible()
    expect(page.locator("#tip")).to_contain_text("Revenue")


def test_the_theme_is_chosen_and_remembered(page: Page) -> None:
    page.goto(at(SITE))
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(2):
        page.get_by_role("button", name="Theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    page.goto(at(f"{SITE}/store"))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    summary = page.locator(".period summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Last 7 days")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Last 7 days")).not_to_be_visible()
    expect(summary).to_be_focused()


def test_pages_say_the_same_without_script(browser: Browser, served: Served) -> None:
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(at(f"{SITE}/store"))
    page.locator(".period summary").first.click()
    page.get_by_role("link", name="All time", exact=True).click()
    assert page.locator(".tile data").count() == 8
    page.get_by_text("Add a filter").click()
    page.get_by_label("or as text").fill("device=mobile")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("device = mobile")).to_be_visible()
    context.close()
