"""Blocks: loaded, seen for a second, clicked, played with; and the clicks of a click map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.tagged import Event, Shop

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

FAR = '<canvas width="10" height="3000"></canvas>'
HERO = (
    '<section data-footfall-asset="hero" data-footfall-asset-type="banner" '
    'data-footfall-placement="home">{}<canvas width="300" height="400"></canvas></section>'
)
SAID = {"asset_id": "hero", "asset_type": "banner", "placement": "home"}
BELOW = FAR + HERO + FAR
SECOND_LATER = "new Promise((done) => setTimeout(done, {}))"


def scroll_to(page: Page, y: int, milliseconds: float = 0) -> None:
    """Scrolls there by the page's own clock, and back to the top after so long."""
    back = f"setTimeout(() => scrollTo(0, 0), {milliseconds})" if milliseconds else "0"
    page.evaluate(f"""new Promise((done) => {{
        scrollTo(0, {y});
        requestAnimationFrame(() => {{ {back}; setTimeout(done, {milliseconds} + 500); }});
    }})""")


def ended(page: Page, tagged: Shop) -> list[Event]:
    """The views there are once everything that came before is told."""
    page.evaluate("footfall('track', 'the_end')")
    tagged.wait_for("the_end")
    return tagged.named("asset_view")


def test_a_block_is_loaded_once_though_nobody_sees_it(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    (loaded,) = tagged.wait_for("asset_load")
    assert loaded["properties"] == SAID
    assert ended(page, tagged) == []
    assert len(tagged.named("asset_load")) == 1


def test_half_a_block_for_a_second_is_a_view(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    tagged.wait_for("asset_load")
    scroll_to(page, 2900, 1100)
    (seen,) = ended(page, tagged)
    assert seen["properties"] == SAID
    scroll_to(page, 2900, 1100)
    assert len(ended(page, tagged)) == 1


def test_nine_tenths_of_a_second_are_none(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    tagged.wait_for("asset_load")
    scroll_to(page, 2900, 900)
    scroll_to(page, 2900, 900)
    assert ended(page, tagged) == []


def test_less_than_half_is_none(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    tagged.wait_for("asset_load")
    scroll_to(page, 2400, 1400)  # 2,400 + 800 of the screen: the first 190 of 400
    assert ended(page, tagged) == []


def test_scrolled_past_fast_is_none(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    tagged.wait_for("asset_load")
    page.evaluate("""new Promise((done) => {
        const step = () => {
            scrollBy(0, 100);
            if (scrollY + innerHeight < document.documentElement.scrollHeight - 1) requestAnimationFrame(step);
            else setTimeout(done, 1300);
        };
        step();
    })""")
    assert ended(page, tagged) == []


def test_a_second_counts_though_the_page_was_busy_at_its_end(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", BELOW))
    tagged.wait_for("asset_load")
    page.evaluate("""new Promise((done) => {
        scrollTo(0, 2900);
        setTimeout(() => {
            const until = performance.now() + 600;
            while (performance.now() < until);
            scrollTo(0, 0);
            setTimeout(done, 600);
        }, 600);
    })""")
    assert len(ended(page, tagged)) == 1


def test_what_is_invisible_is_not_seen_until_it_is_shown(page: Page, tagged: Shop) -> None:
    style = tagged.script("/style.js", "hero.style.visibility = 'hidden'")
    hero = HERO.format("").replace("<section", '<section id="hero"')
    page.goto(tagged.page("/a", hero + style))
    tagged.wait_for("asset_load")
    page.evaluate(SECOND_LATER.format(1300))
    assert ended(page, tagged) == []
    page.evaluate("hero.style.visibility = 'visible'")
    tagged.wait_for("asset_view")


def test_a_block_that_comes_later_is_found(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("""() => {
        const late = document.createElement('div');
        late.dataset.footfallAsset = 'late';
        late.append(document.createElement('canvas'));
        document.body.append(late);
    }""")
    assert tagged.wait_for("asset_load")[0]["properties"] == {"asset_id": "late"}
    assert tagged.wait_for("asset_view")[0]["properties"] == {"asset_id": "late"}
    page.evaluate("document.querySelector('[data-footfall-asset]').dataset.footfallAsset = 'next'")
    assert tagged.wait_for("asset_view", 2)[1]["properties"] == {"asset_id": "next"}


def test_blocks_count_anew_on_a_page_that_is_not_loaded(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/app", HERO.format("")))
    tagged.wait_for("asset_view")
    page.evaluate("history.pushState({}, '', '/next')")
    views = tagged.wait_for("asset_view", 2)
    assert [each["url"].rpartition("/")[2] for each in views] == ["app", "next"]
    assert len(tagged.named("asset_load")) == 2


def test_blocks_can_be_named_by_selectors(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", '<div class="vendor"><canvas></canvas><button>+</button></div>'))
    tagged.wait_for("page_view")
    page.evaluate("footfall('assets', [{ selector: '..wrong', asset_id: 'x' }])")
    page.evaluate("footfall('assets', [{ selector: '.vendor', asset_id: 'v', placement: 'cart' }])")
    loaded = tagged.wait_for("asset_load")[0]["properties"]
    assert (loaded["asset_id"], loaded["placement"]) == ("v", "cart")
    tagged.wait_for("asset_view")
    page.click("button")
    assert tagged.wait_for("asset_interaction")[0]["properties"]["asset_id"] == "v"


def test_a_link_in_a_block_is_a_click_with_its_product(page: Page, tagged: Shop) -> None:
    tagged.page("/lamp")
    link = '<a href="/lamp?from=hero" data-footfall-product-id="P-1">Lamp</a>'
    page.goto(tagged.page("/a", HERO.format(link)))
    tagged.wait_for("asset_load")
    page.click("a")
    (click,) = tagged.wait_for("asset_click")
    assert click["properties"] == {
        **SAID, "product_id": "P-1", "target_url": f"{tagged.url}/lamp",
    }  # fmt: skip
    assert click["url"] == f"{tagged.url}/a"
    assert tagged.named("asset_interaction") == []


@pytest.mark.parametrize(
    ("inside", "action"),
    [
        ("<button>More</button>", "click"),
        ("<details><summary>More</summary>text</details>", "expand"),
        ('<a href="#">next</a>', "click"),
        ('<span data-footfall-action="zoom">zoom</span>', "zoom"),
        ('<label><input type="radio" name="a">Yes</label>', "answer"),
        ('<input type="checkbox">', "answer"),
    ],
)
def test_what_stays_on_the_page_is_one_interaction(
    page: Page, tagged: Shop, inside: str, action: str
) -> None:
    page.goto(tagged.page("/a", HERO.format(inside)))
    tagged.wait_for("asset_load")
    page.click("section > *:first-child")
    assert tagged.wait_for("asset_interaction")[0]["properties"] == {**SAID, "action": action}
    ended(page, tagged)
    assert len(tagged.named("asset_interaction")) == 1
    assert tagged.named("asset_click") == []


def test_a_click_into_the_void_of_a_block_is_none(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", HERO.format("")))
    tagged.wait_for("asset_load")
    page.click("canvas")
    tagged.wait_for("click")
    ended(page, tagged)
    assert tagged.named("asset_interaction", "asset_click") == []


def test_what_a_script_clicks_is_nobodys_doing(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", HERO.format("<button>More</button>")))
    tagged.wait_for("asset_load")
    page.evaluate("document.querySelector('button').click()")
    ended(page, tagged)
    assert tagged.named("click", "asset_interaction") == []


def test_a_swipe_is_an_interaction(visit: Any, tagged: Shop) -> None:
    context: BrowserContext = visit(has_touch=True)
    page = context.new_page()
    page.goto(tagged.page("/a", HERO.format("")))
    tagged.wait_for("asset_load")
    touch = context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": 250, "y": 100}]),
        ("touchMove", [{"x": 150, "y": 104}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert tagged.wait_for("asset_interaction")[0]["properties"]["action"] == "swipe"


def test_a_widget_is_seen_and_clicked(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", '<button data-footfall-widget="chat">Chat</button>'))
    (seen,) = tagged.wait_for("widget_impression")
    assert seen["properties"] == {"widget_id": "chat"}
    page.click("button")
    (click,) = tagged.wait_for("widget_click")
    assert click["properties"] == {"widget_id": "chat", "origin": "widget"}
    assert tagged.named("asset_load", "asset_view", "asset_interaction") == []


def test_a_click_says_where_it_was(page: Page, tagged: Shop) -> None:
    body = '<main id="shop"><p class="big x"><a class="go" href="/b?secret=1">  Go \n on </a></p></main>'
    page.goto(tagged.page("/a", body + FAR))
    tagged.page("/b")
    tagged.wait_for("page_view")
    page.mouse.click(12, 24)
    (click,) = tagged.wait_for("click")
    assert click["properties"] == {
        "selector": "#shop>p.big>a.go", "text": "Go on", "href": f"{tagged.url}/b", "x_pct": 1,
        "y_px": 24, "viewport_width": page.evaluate("document.documentElement.clientWidth"),
    }  # fmt: skip


def test_what_is_private_is_not_told(page: Page, tagged: Shop) -> None:
    body = (
        '<p data-footfall-private><button>Anna</button></p><input value="secret">'
        '<p data-footfall-ignore><button class="off">x</button></p>'
    )
    page.goto(tagged.page("/a", body))
    tagged.wait_for("page_view")
    page.click("button")
    page.click("input")
    page.click(".off")
    ended(page, tagged)
    assert len(tagged.named("click")) == 2
    assert not any("text" in each["properties"] for each in tagged.named("click"))


def test_a_mail_link_says_no_address(page: Page, tagged: Shop) -> None:
    script = tagged.script("/s.js", "addEventListener('click', (event) => event.preventDefault())")
    page.goto(tagged.page("/a", script + HERO.format('<a href="mailto:anna@example.com">Mail</a>')))
    tagged.wait_for("asset_load")
    page.click("a")
    assert tagged.wait_for("click")[0]["properties"]["href"] == "mailto:"
    ended(page, tagged)
    assert tagged.named("asset_click") == []


def test_hostile_attributes_are_texts(page: Page, tagged: Shop) -> None:
    """Attributes with markup, code, half characters and no end stay what they are: texts."""
    hostile = [
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1)",
        "x" * 5000,
        "\ud83d",
        "{{7*7}}",
    ]
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate(
        """() => [`"><img src=x onerror=alert(1)>`, 'javascript:alert(1)', 'x'.repeat(5000),
            String.fromCharCode(0xd83d), '{{7*7}}'].forEach((said) => {
            const element = document.createElement('a');
            element.dataset.footfallAsset = said;
            element.dataset.footfallConstructor = said;
            element.href = 'http://[';
            document.body.append(element, document.createElement('br'));
        })"""
    )
    loaded = tagged.wait_for("asset_load", 5)
    found = [each["properties"] for each in loaded]
    assert [each["asset_id"] for each in found] == [*hostile[:2], "x" * 1024, "\ufffd", "{{7*7}}"]
    assert all(each["constructor"] == each["asset_id"] for each in found)
    assert page.evaluate("document.images.length") == 0
