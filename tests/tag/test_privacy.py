"""Consent, Global Privacy Control, no cookies; a strict policy, and a page that never feels the tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from footfall.event.traffic import CLICK_IDS
from support.tagged import KEY, Shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

REQUIRED = 'data-consent="required"'
GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


def stored(page: Page) -> list[str]:
    """What is stored in the browser, by name."""
    names = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return sorted(names + [each["name"] for each in page.context.cookies()])


def settle(page: Page, tagged: Shop) -> None:
    """Gives everything that would be sent the time to be."""
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    tagged.wait(lambda: "/tag.js" in tagged.asked, "the tag")


def test_nothing_is_sent_or_stored_before_an_answer(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", "<button>x</button>", REQUIRED))
    page.click("button")
    page.evaluate("dataLayer.push({ event: 'login' })")
    settle(page, tagged)
    page.goto(tagged.page("/b", line=REQUIRED))
    settle(page, tagged)
    assert tagged.requests == []
    assert stored(page) == []


def test_what_waited_is_sent_when_the_answer_is_yes(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", "<button>x</button>", REQUIRED))
    page.click("button")
    settle(page, tagged)
    page.evaluate("footfall('consent', 'granted')")
    tagged.wait_for("click")
    assert tagged.names()[0] == "page_view"
    assert len({each["visitor_id"] for each in tagged.events}) == 1
    page.goto(tagged.page("/b", line=REQUIRED))
    tagged.wait_for("page_view", 2)
    assert len({each["visitor_id"] for each in tagged.events}) == 1


@pytest.mark.parametrize("line", [REQUIRED, ""])
def test_denied_consent_sends_nothing_ever(page: Page, tagged: Shop, line: str) -> None:
    stub = "window.footfall = function () { (footfall.q = footfall.q || []).push(arguments); };"
    head = tagged.script("/deny.js", stub + "footfall('consent', 'denied');")
    page.goto(tagged.page("/a", "<button data-footfall-asset='x'>x</button>", line, head))
    page.click("button")
    page.evaluate("footfall('track', 'x'); dataLayer.push({ event: 'login' })")
    settle(page, tagged)
    page.goto(tagged.page("/b", line=line))
    settle(page, tagged)
    page.context.new_page().goto(f"{tagged.url}/b")
    settle(page, tagged)
    assert tagged.requests == []
    assert stored(page) == ["_ff.consent"]


def test_who_takes_consent_back_is_forgotten(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    other = page.context.new_page()
    other.goto(tagged.page("/b"))
    tagged.wait_for("page_view", 2)
    page.context.set_offline(True)
    other.evaluate("footfall('track', 'kept')")
    page.evaluate("footfall('consent', 'denied')")
    page.context.set_offline(False)
    page.evaluate("footfall('track', 'x')")
    other.evaluate("footfall('track', 'x')")
    settle(other, tagged)
    other.goto(f"{tagged.url}/b")
    settle(other, tagged)
    assert set(tagged.names()) == {"page_view"}
    assert stored(page) == ["_ff.consent"]


def test_a_second_thought_counts_from_then_on_as_somebody_new(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("footfall.consent('denied')")
    page.goto(tagged.page("/b"))
    settle(page, tagged)
    page.evaluate("footfall.consent('granted')")
    first, second = tagged.wait_for("page_view", 2)
    assert second["url"] == f"{tagged.url}/b"
    assert first["visitor_id"] != second["visitor_id"]


def test_google_s_consent_is_ours(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", line=REQUIRED))
    settle(page, tagged)
    gtag = "() => {{ (function () {{ dataLayer.push(arguments); }})('consent', 'update', {0}); }}"
    page.evaluate(gtag.format("{ ad_storage: 'granted' }"))
    settle(page, tagged)
    assert tagged.requests == []
    page.evaluate(gtag.format("{ analytics_storage: 'granted' }"))
    tagged.wait_for("page_view")
    page.evaluate(gtag.format("{ analytics_storage: 'denied' }"))
    page.evaluate("footfall('track', 'x')")
    settle(page, tagged)
    assert tagged.names() == ["page_view"]


def test_a_word_that_is_no_answer_is_none(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", line=REQUIRED))
    settle(page, tagged)
    page.evaluate("footfall('consent', 'maybe'); footfall('consent'); footfall('consent', {})")
    settle(page, tagged)
    assert (tagged.requests, stored(page)) == ([], [])


@pytest.mark.parametrize("is_gpc", [True, False])
def test_without_cookies_nobody_is_known(visit: Any, tagged: Shop, *, is_gpc: bool) -> None:
    context = visit()
    if is_gpc:
        context.add_init_script(GPC)
    page = context.new_page()
    ids = "&".join(f"{name}=1" for name in CLICK_IDS)
    page.goto(
        tagged.page("/a", line="" if is_gpc else "data-cookieless") + f"?utm_source=mail&{ids}&q=me"
    )
    tagged.wait_for("page_view")
    page.evaluate("footfall('identify', 'C-1'); footfall('track', 'x')")
    page.evaluate(
        "footfall('variant', 'e', ['a', 'b'], {}, (found) => footfall('track', 'v_' + found))"
    )
    tagged.wait_for("v_null")
    page.goto(tagged.page("/b", line="" if is_gpc else "data-cookieless"))
    tagged.wait_for("page_view", 2)
    assert stored(page) == []
    assert all(each.cookieless for each in tagged.requests)
    assert not any({"visitor_id", "customer_id"} & each.keys() for each in tagged.events)
    assert "utm_source=mail" in tagged.events[0]["url"]
    assert not any(f"{name}=" in tagged.events[0]["url"] for name in [*CLICK_IDS, "q"])
    assert "experiment_exposure" not in tagged.names()


def test_global_privacy_control_may_mean_nothing_at_all(visit: Any, tagged: Shop) -> None:
    context = visit()
    context.add_init_script(GPC)
    page = context.new_page()
    page.goto(tagged.page("/a", line='data-gpc="drop"'))
    settle(page, tagged)
    assert (tagged.requests, stored(page)) == ([], [])


def test_where_cookies_are_refused_it_is_without_them(visit: Any, tagged: Shop) -> None:
    context = visit()
    context.add_init_script(
        "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })"
    )
    page = context.new_page()
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    assert tagged.requests[0].cookieless
    assert "visitor_id" not in tagged.events[0]


def test_somebody_who_is_known_is_told(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    for who in ("'C-17'", "17", "'x'.repeat(500)", "null"):
        page.evaluate(f"footfall('identify', {who}); footfall('track', 'x')")
    said = [each.get("customer_id") for each in tagged.wait_for("x", 4)]
    assert said == ["C-17", "17", "x" * 128, None]


def test_a_reset_begins_a_new_visitor(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("footfall('identify', 'C-1'); footfall('reset'); footfall('track', 'x')")
    (after,) = tagged.wait_for("x")
    assert "customer_id" not in after
    assert after["visitor_id"] != tagged.named("page_view")[0]["visitor_id"]
    assert page.context.cookies()[0]["value"] == after["visitor_id"]


def test_the_policy_is_never_broken(page: Page, tagged: Shop) -> None:
    """The test's pages allow nothing inline, no eval, nothing from elsewhere; see `STRICT`."""
    broken = "addEventListener('securitypolicyviolation', (said) => { (window.broken ||= []).push(said.violatedDirective); });"
    body = '<section data-footfall-asset="x"><a href="#">x</a></section>'
    page.goto(tagged.page("/a", body, head=tagged.script("/watch.js", broken)))
    tagged.wait_for("asset_view")
    page.click("a")
    page.evaluate("footfall('consent', 'denied')")
    assert page.evaluate("window.broken || []") == []


def test_nothing_is_thrown_into_a_page(page: Page, tagged: Shop) -> None:
    """Whatever a page asks; what is thrown or rejected fails the test by the fixture."""
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("""() => {
        const circle = {}; circle.self = circle;
        const odd = [undefined, null, 7, '', 'x', {}, [], circle, Symbol('s'), 10n, () => { throw 1; },
            new Proxy({}, { get() { throw new Error('no'); }, ownKeys() { throw new Error('no'); } })];
        for (const name of ['track', 'consent', 'identify', 'assets', 'exposure', 'variant', 'loyjoy', 'reset',
            'nothing', 'constructor', 'call', undefined]) {
            if (name === 'consent') continue;
            for (const first of odd) for (const second of odd) {
                footfall(name, first, second, second);
                if (footfall[name] && name !== 'call' && name !== 'constructor') footfall[name](first, second);
                dataLayer.push(first, { event: 'purchase', ecommerce: first });
                dispatchEvent(new CustomEvent('fw:live-helper:impression', { detail: first }));
            }
        }
    }""")
    page.evaluate("footfall('track', 'the_end')")
    tagged.wait_for("the_end")


@pytest.mark.parametrize(
    "broken",
    [
        "delete window.IntersectionObserver", "delete Navigator.prototype.locks",
        "window.fetch = () => { throw new Error('no'); }", "delete window.crypto; delete Window.prototype.crypto",
        "window.dataLayer = 'text'", "delete History.prototype.pushState", "window.footfall = { q: 7 }",
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })",
    ],
)  # fmt: skip
def test_a_page_without_what_the_tag_needs_is_left_in_peace(
    visit: Any, tagged: Shop, broken: str
) -> None:
    context = visit()
    context.add_init_script(broken)
    page = context.new_page()
    page.goto(tagged.page("/a", "<button>x</button>"))
    page.click("button")
    settle(page, tagged)
    assert page.title() == "/a"


def test_without_locks_it_works_as_well(visit: Any, tagged: Shop) -> None:
    """As on a shop without https."""
    context = visit()
    context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    )
    page = context.new_page()
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")


def test_two_tags_on_a_page_are_one(page: Page, tagged: Shop) -> None:
    second = f'<script src="/tag.js" data-key="{KEY}"></script>'
    page.goto(tagged.page("/a", second))
    tagged.wait_for("page_view")
    page.evaluate("footfall('track', 'the_end')")
    tagged.wait_for("the_end")
    assert tagged.names() == ["page_view", "the_end"]


def test_a_tag_without_a_key_does_nothing(page: Page, tagged: Shop) -> None:
    tagged.pages["/a"] = '<!doctype html><script src="/tag.js"></script>'
    page.goto("/a")
    settle(page, tagged)
    assert page.evaluate("typeof window.footfall") == "undefined"
    assert tagged.requests == []


def test_a_collector_elsewhere_is_asked_without_a_question_before(page: Page, tagged: Shop) -> None:
    """No preflight, no cookies: another host, a plain text."""
    elsewhere = tagged.url.replace("127.0.0.1", "localhost")
    page.context.route(f"{elsewhere}/**", lambda route: route.continue_())
    tagged.pages["/a"] = (
        '<!doctype html><script src="/tag.js" data-key="w_x" data-collector="'
        + tagged.url
        + '"></script>'
    )
    page.goto("/a")
    tagged.wait_for("page_view")
    assert tagged.requests[0].query == "key=w_x"
