"""Nothing is lost and nothing is sent by two: offline, closed tabs, several tabs, refusals."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from support.tagged import Reply, Shop

REJECTED = {"index": 0, "code": "x", "pointer": "", "detail": "", "quarantine_ref": "q"}


def track(page: Page, *names: str) -> None:
    page.evaluate("(names) => names.forEach((name) => footfall('track', name))", list(names))


def begun(page: Page, tagged: Shop, path: str = "/a") -> Page:
    """A page on which the tag is at work."""
    before = len(tagged.named("page_view"))
    page.goto(tagged.page(path))
    tagged.wait_for("page_view", before + 1)
    return page


def kept(page: Page) -> int:
    """How many events are kept on disk."""
    found = page.evaluate(
        """Object.keys(localStorage).filter((name) => name.startsWith('_ff.w_'))
            .map((name) => localStorage.getItem(name).split('\\n').length - 1)"""
    )
    return sum(found)


def test_what_is_answered_is_not_kept(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    tagged.wait(lambda: kept(page) == 0, "an empty slot")


def test_offline_then_online_loses_nothing(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    page.context.set_offline(True)
    names = [f"offline_{number}" for number in range(30)]
    track(page, *names)
    tagged.wait(lambda: kept(page) == 30, "30 events on disk")
    assert "offline_0" not in tagged.names()
    page.context.set_offline(False)
    tagged.wait_for(names[-1])
    assert [name for name in tagged.names() if name in names] == names
    assert len(tagged.accepted) == len(tagged.events)


def test_a_tab_that_is_closed_offline_is_sent_by_the_next_one(page: Page, tagged: Shop) -> None:
    other = page.context.new_page()
    begun(page, tagged)
    page.context.set_offline(True)
    track(page, "kept_1", "kept_2")
    page.evaluate(
        "dataLayer.push({ event: 'purchase', ecommerce: { transaction_id: 'T', value: 1 } })"
    )
    closed(page)
    page.context.set_offline(False)
    begun(other, tagged, "/b")
    tagged.wait_for("kept_2")
    tagged.wait_for("page_leave")
    assert sorted(tagged.names()) == [
        "kept_1", "kept_2", "page_leave", "page_view", "page_view", "purchase",
    ]  # fmt: skip
    assert len(tagged.accepted) == len(tagged.events)


def test_a_tab_that_dies_is_sent_when_it_is_surely_gone(page: Page, tagged: Shop) -> None:
    context = page.context
    begun(page, tagged)
    tagged.always = Reply(503, {"retry": "later"}, {"retry-after": "60"})
    track(page, "dying")
    tagged.wait(lambda: [each for each in tagged.requests if each.status == 503], "a refusal")
    crashed(page)
    tagged.always = Reply()
    second = begun(context.new_page(), tagged, "/b")
    track(second, "early")
    tagged.wait_for("early")
    assert "dying" not in tagged.names()
    second.evaluate("""Object.keys(localStorage).filter((name) => name.startsWith('_ff.w_')).forEach(
        (name) => localStorage.setItem(name, localStorage.getItem(name).replace(/^\\d+/, '1')))""")
    begun(second, tagged, "/c")
    tagged.wait_for("dying")
    assert [each["event"] for each in tagged.accepted].count("dying") == 1


def test_two_tabs_do_not_send_each_other_s_events(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    page.context.set_offline(True)
    track(page, *[f"first_{number}" for number in range(20)])
    page.context.set_offline(False)
    other = begun(page.context.new_page(), tagged, "/b")
    page.context.set_offline(True)
    track(page, *[f"first_{number}" for number in range(20, 40)])
    track(other, *[f"second_{number}" for number in range(40)])
    page.context.set_offline(False)
    tagged.wait(lambda: len(tagged.events) == 82, "80 events of two pages")
    tagged.wait(lambda: kept(page) == 0, "empty slots")
    assert len(tagged.accepted) == 82


def test_a_click_that_leads_on_is_sent_by_one_page_only(page: Page, tagged: Shop) -> None:
    tagged.page("/b", '<a href="/a">back</a>')
    page.goto(tagged.page("/a", '<a href="/b">on</a>'))
    for number in range(1, 7):
        tagged.wait_for("page_view", number)
        page.click("a")
    tagged.wait_for("page_view", 7)
    tagged.wait_for("page_leave", 6)
    assert len(tagged.named("click")) == 6
    assert len(tagged.accepted) == len(tagged.events)


def test_a_closed_tab_s_beacon_arrives(page: Page, tagged: Shop) -> None:
    context = page.context
    begun(page, tagged)
    tagged.wait(lambda: kept(page) == 0, "an empty slot")
    closed(page)
    tagged.wait_for("page_leave")
    begun(context.new_page(), tagged, "/b")
    assert len(tagged.accepted) == len(tagged.events) == 3


@pytest.mark.parametrize("status", [503, 429, 500])
def test_it_comes_again_later_when_it_is_told_to(page: Page, tagged: Shop, status: int) -> None:
    begun(page, tagged)
    tagged.replies.append(Reply(status, {"retry": "later"}, {"retry-after": "1"}))
    track(page, "once")
    track(page, "more")
    tagged.wait_for("more")
    assert [each.status for each in tagged.requests] == [202, status, 202]
    refused, taken = tagged.requests[1:]
    assert {"once", "more"} >= {event["event"] for event in refused.events}
    assert {event["event_id"] for event in refused.events} <= {
        event["event_id"] for event in taken.events
    }
    assert taken.sent_at - refused.sent_at >= 1_000


def test_it_waits_ever_longer_where_nobody_says_how_long(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    tagged.always = Reply(500)
    track(page, "x")
    tagged.wait(lambda: len(tagged.requests) == 5, "a fourth try")
    times = [each.sent_at for each in tagged.requests[1:]]
    waits = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, (500, 1_000, 2_000), strict=True)] == [
        True
    ] * 3


def test_what_can_never_be_taken_is_given_up(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    tagged.replies.append(Reply(told={"rejected": [{**REJECTED, "retry": "never"}]}))
    track(page, "bad")
    tagged.wait(lambda: len(tagged.requests) == 2, "a request")
    track(page, "good")
    tagged.wait_for("good")
    assert [[event["event"] for event in each.events] for each in tagged.requests[1:]] == [
        ["bad"], ["good"],
    ]  # fmt: skip


def test_of_a_batch_only_what_may_come_again_does(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    tagged.replies.append(Reply(told={"rejected": [
        {**REJECTED, "index": 0, "retry": "after_fix"}, {**REJECTED, "index": 2, "retry": "later"},
    ]}))  # fmt: skip
    track(page, "one", "two", "three")
    tagged.wait(lambda: len(tagged.requests) == 3, "two requests")
    sent = [[event["event"] for event in each.events] for each in tagged.requests[1:]]
    assert sent == [["one", "two", "three"], ["three"]]


def test_a_batch_that_is_refused_as_a_whole_is_given_up(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    rejected = [{**REJECTED, "retry": "after_fix"}]
    tagged.replies.append(Reply(400, {"retry": "after_fix", "rejected": rejected}))
    track(page, "bad")
    tagged.wait(lambda: len(tagged.requests) == 2, "a request")
    track(page, "good")
    tagged.wait_for("good")
    assert [event["event"] for event in tagged.requests[-1].events] == ["good"]


def test_a_wrong_key_is_tried_once_and_its_events_wait_for_the_right_one(
    page: Page, tagged: Shop
) -> None:
    tagged.always = Reply(401, {"retry": "after_fix"})
    page.goto(tagged.page("/a"))
    tagged.wait(lambda: tagged.requests, "a request")
    _settled(page)
    track(page, "later_1", "later_2")
    page.goto(tagged.page("/b"))
    tagged.wait(lambda: len(tagged.requests) == 2, "a request of the next page")
    tagged.always = Reply()
    page.goto(tagged.page("/c"))
    tagged.wait_for("later_2")
    tagged.wait_for("page_view", 3)
    assert len(tagged.accepted) == len(tagged.events)


def test_many_events_go_in_pieces_that_a_leaving_page_may_send(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    tagged.replies.append(Reply(503, {"retry": "later"}, {"retry-after": "1"}))
    page.evaluate("""() => {
        for (let at = 0; at < 150; at++) footfall('track', 'big_' + at, { text: '€'.repeat(900) });
    }""")
    tagged.wait_for("big_149")
    assert len(tagged.named(*(f"big_{at}" for at in range(150)))) == 150
    sizes = [sum(len(str(event).encode()) for event in each.events) for each in tagged.requests]
    assert max(sizes) < 65_536


def test_what_is_kept_has_a_bound(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    page.context.set_offline(True)
    page.evaluate("""() => {
        for (let at = 0; at < 400; at++) footfall('track', 'big_' + at, { text: 'x'.repeat(1000) });
    }""")
    used = page.evaluate("Object.values(localStorage).join('').length")
    assert 150_000 < used < 210_000
    page.context.set_offline(False)
    tagged.wait_for("big_399")
    assert "big_0" not in tagged.names()


def test_a_slot_that_is_damaged_loses_its_good_events_not(page: Page, tagged: Shop) -> None:
    begun(page, tagged)
    good = '{"event_id":"e-good","event":"good","occurred_at":1,"visitor_id":"v"}'
    page.evaluate(
        "(line) => localStorage.setItem('_ff.w_test-keyx', '1\\n{\"torn\\n' + line + '\\n7')", good
    )
    begun(page, tagged, "/b")
    assert tagged.wait_for("good")[0]["event_id"] == "e-good"


def test_where_nothing_can_be_stored_it_works_as_long_as_the_page(visit: Any, tagged: Shop) -> None:
    context: BrowserContext = visit()
    context.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
        }"""
    )
    page = begun(context.new_page(), tagged)
    track(page, "x")
    tagged.wait_for("x")
    assert tagged.events[0]["visitor_id"] == tagged.events[1]["visitor_id"]


def crashed(page: Page) -> None:
    """Ends a page as a phone does: without a word."""
    with pytest.raises(PlaywrightError), page.expect_event("crash"):
        page.goto("chrome://crash")


def closed(page: Page) -> None:
    """Closes a tab as people do."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def _settled(page: Page) -> None:
    """Until an answer that has been given has also been heard."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))")
