"""Pages: looked at, left, scrolled, and those that are never loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.tagged import KEY, Shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = '<canvas width="10" height="4000"></canvas>'
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_a_page_view_says_where_it_was_and_of_whom(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a") + "?utm_source=mail#part")
    (event,) = tagged.wait_for("page_view")
    assert event["url"] == f"{tagged.url}/a?utm_source=mail"
    assert event["title"] == "/a"
    assert not event.get("referrer")
    assert UUID7.fullmatch(event["event_id"])
    assert UUID7.fullmatch(event["visitor_id"])
    (request,) = tagged.requests
    assert request.query == f"key={KEY}"
    assert request.kind.startswith("text/plain")
    assert 0 <= request.sent_at - event["occurred_at"] < 10_000


def test_the_visitor_stays_the_same_and_for_13_months(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    page.goto(tagged.page("/b"))
    first, second = tagged.wait_for("page_view", 2)
    assert first["visitor_id"] == second["visitor_id"]
    (cookie,) = page.context.cookies()
    now = page.evaluate("Date.now() / 1000")
    assert (cookie["name"], cookie["value"]) == ("_ff_id", first["visitor_id"])
    assert 390 < (cookie["expires"] - now) / 86_400 <= 395


def test_the_cookie_is_not_prolonged(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    before = page.context.cookies()[0]["expires"]
    page.goto(tagged.page("/b"))
    tagged.wait_for("page_view", 2)
    assert page.context.cookies()[0]["expires"] == before


def test_a_referrer_is_a_place_without_its_query(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a") + "?q=secret")
    page.goto(tagged.page("/b"), referer=f"{tagged.url}/a?q=secret#x")
    assert tagged.wait_for("page_view", 2)[1]["referrer"] == f"{tagged.url}/a"


def test_time_and_depth_are_told_when_the_page_is_left(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/long", LONG))
    tagged.wait_for("page_view")
    page.evaluate("scrollTo(0, 1200)")  # 1,200 + 800 of some 4,020
    tagged.wait_for("scroll")
    page.goto(tagged.page("/b"))
    (left,) = tagged.wait_for("page_leave")
    assert left["url"] == f"{tagged.url}/long"
    assert left["properties"]["max_scroll_pct"] == 50
    came = tagged.named("page_view")[0]
    assert 0 < left["properties"]["engaged_ms"] <= left["occurred_at"] - came["occurred_at"] + 50


def test_a_page_without_scrolling_is_read_to_its_end(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/short"))
    tagged.wait_for("page_view")
    page.goto(tagged.page("/b"))
    assert tagged.wait_for("page_leave")[0]["properties"]["max_scroll_pct"] == 100
    assert tagged.named("scroll") == []


def test_scrolling_is_told_in_quarters_once_each(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/long", LONG))
    tagged.wait_for("page_view")
    page.evaluate("scrollTo(0, 1300)")
    tagged.wait_for("scroll", 2)
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("scrollTo(0, 99999)")
    tagged.wait_for("scroll", 4)
    assert [each["properties"]["percent"] for each in tagged.named("scroll")] == [25, 50, 75, 100]


def test_nobody_looks_at_a_page_in_the_background(page: Page, tagged: Shop) -> None:
    page.clock.install()
    page.goto(tagged.page("/a"))
    page.clock.run_for(5_000)
    tagged.wait_for("page_view")
    _show(page, hidden=True)
    first = tagged.wait_for("page_leave")[0]["properties"]
    assert 4_900 <= first["engaged_ms"] <= 5_400
    assert "max_scroll_pct" not in first
    page.clock.run_for(60_000)
    _show(page, hidden=False)
    page.clock.run_for(2_000)
    page.goto(tagged.page("/b"))
    page.clock.run_for(1_000)
    second = tagged.wait_for("page_leave", 2)[1]["properties"]
    assert 1_900 <= second["engaged_ms"] <= 2_400
    assert second["max_scroll_pct"] == 100


def test_who_does_nothing_for_an_hour_looks_for_a_minute(page: Page, tagged: Shop) -> None:
    page.clock.install()
    page.goto(tagged.page("/a"))
    page.clock.run_for(3_600_000)
    tagged.wait_for("page_view")
    _show(page, hidden=True)
    assert tagged.wait_for("page_leave")[0]["properties"]["engaged_ms"] == 60_000


@pytest.mark.parametrize(
    "move",
    [
        "history.pushState({}, '', '/shoes?size=42')",
        "history.replaceState({}, '', '/shoes?size=42')",
    ],
)
def test_a_page_that_is_not_loaded_is_one_all_the_same(page: Page, tagged: Shop, move: str) -> None:
    page.goto(tagged.page("/app"))
    tagged.wait_for("page_view")
    page.evaluate(move)
    page.evaluate("document.title = 'Shoes'")
    second = tagged.wait_for("page_view", 2)[1]
    assert second["url"] == f"{tagged.url}/shoes?size=42"
    assert (second["title"], second["referrer"]) == ("Shoes", f"{tagged.url}/app")
    (left,) = tagged.named("page_leave")
    assert left["url"] == f"{tagged.url}/app"


def test_going_back_in_an_application_is_a_view(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/app"))
    page.evaluate("history.pushState({}, '', '/one')")
    tagged.wait_for("page_view", 2)
    page.evaluate("history.back()")
    tagged.wait_for("page_view", 3)
    assert [each["url"].rpartition("/")[2] for each in tagged.named("page_view")] == [
        "app", "one", "app",
    ]  # fmt: skip


def test_an_address_that_leads_on_at_once_is_no_page(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/app"))
    page.evaluate("history.pushState({}, '', '/a'); history.replaceState({}, '', '/b')")
    second = tagged.wait_for("page_view", 2)[1]
    assert second["url"] == f"{tagged.url}/b"
    assert len(tagged.named("page_leave")) == 1


def test_a_part_of_a_page_is_no_page_unless_it_is_said(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/app"))
    page.evaluate("location.hash = 'top'")
    page.evaluate("footfall('track', 'after')")
    tagged.wait_for("after")
    assert len(tagged.named("page_view")) == 1
    page.goto(tagged.page("/hash", line="data-hash"))
    tagged.wait_for("page_view", 2)
    page.evaluate("location.hash = '#/cart'")
    assert tagged.wait_for("page_view", 3)[2]["url"] == f"{tagged.url}/hash#/cart"


def test_a_page_that_comes_back_as_it_was_is_viewed_again(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("""() => {
        dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    }""")
    tagged.wait_for("page_view", 2)
    assert tagged.names().count("page_leave") == 1


def test_what_is_done_counts_in_the_order_in_which_it_is_done(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("for (let at = 0; at < 40; at++) footfall('track', 'step_' + at)")
    tagged.wait_for("step_39")
    steps = [name for name in tagged.names() if name.startswith("step_")]
    assert steps == [f"step_{at}" for at in range(40)]


def _show(page: Page, *, hidden: bool) -> None:
    """Puts the page into the background, or back, as far as it can tell."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )
