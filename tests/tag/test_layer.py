"""What shops push to Google's dataLayer, before and after the tag is there, and in every form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.tagged import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

ITEMS = [
    {"item_id": "P1", "item_name": "Lamp", "item_variant": "oak", "price": 79.9, "quantity": 2}
]
KEPT = [{**ITEMS[0], "variant_id": "oak"}]
ORDER = {"transaction_id": "T1", "value": 159.8, "currency": "EUR", "items": ITEMS}
LAYER = "window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }"
FORMS = {
    "as GA4's documents have it": "dataLayer.push({{ event: 'purchase', ecommerce: {0} }});",
    "as gtag sends it": "gtag('event', 'purchase', {0});",
    "as a list": "dataLayer.push(['event', 'purchase', {0}]);",
    "without a frame": "dataLayer.push(Object.assign({{ event: 'purchase' }}, {0}));",
    "behind another one": "dataLayer.push({{ ecommerce: null }}, {{ event: 'purchase', ecommerce: {0} }});",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("is_before", [True, False])
def test_an_order_is_taken_over_as_it_is(
    page: Page, tagged: Shop, form: str, *, is_before: bool
) -> None:
    source = form.format(json.dumps(ORDER))
    head = tagged.script("/layer.js", LAYER + (source if is_before else ""))
    page.goto(tagged.page("/thanks", head=head))
    tagged.wait_for("page_view")
    if not is_before:
        page.evaluate(f"() => {{ {source} }}")
    (order,) = tagged.wait_for("purchase")
    told = {key: order["properties"][key] for key in ORDER}
    assert told == {**ORDER, "items": KEPT}
    assert tagged.names().index("page_view") < tagged.names().index("purchase")


def test_numbers_that_are_texts_are_numbers(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    said = {
        "value": "10.50",
        "currency": "EUR",
        "items": [{"item_id": 7, "price": "10.50", "quantity": "1"}],
    }
    page.evaluate(f"dataLayer.push({{ event: 'add_to_cart', ecommerce: {json.dumps(said)} }})")
    told = tagged.wait_for("add_to_cart")[0]["properties"]
    assert told["value"] == 10.5
    assert told["items"] == [{"item_id": 7, "price": 10.5, "quantity": 1}]


def test_google_s_own_bookkeeping_is_no_event(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate(f"""() => {{ {LAYER}
        gtag('js', new Date());
        gtag('config', 'G-1');
        gtag('event', 'page_view', {{}});
        dataLayer.push({{ event: 'gtm.js' }}, {{ event: 'my_own' }}, null, 7, 'text', () => 1, [], {{}});
        gtag('event', 'search', {{ search_term: 'lamp' }});
    }}""")
    assert tagged.wait_for("search")[0]["properties"] == {"search_term": "lamp"}
    assert tagged.names() == ["page_view", "search"]


def test_pushing_works_as_before(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    assert page.evaluate("dataLayer.push({ a: 1 }, { b: 2 })") == page.evaluate("dataLayer.length")
    circle = (
        "const a = { event: 'purchase', ecommerce: {} }; a.ecommerce.self = a; dataLayer.push(a);"
    )
    page.evaluate(f"() => {{ {circle} }}")
    page.evaluate("dataLayer.push({ event: 'login', ecommerce: { method: 'mail' } })")
    assert tagged.wait_for("login")[0]["properties"] == {"method": "mail"}


def test_the_layer_may_have_another_name(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a", line='data-layer="shopLayer"'))
    tagged.wait_for("page_view")
    page.evaluate("shopLayer.push({ event: 'login' })")
    tagged.wait_for("login")


def thanks(tagged: Shop, order: dict[str, object]) -> str:
    """A page that says an order whenever it is loaded."""
    push = f"{LAYER} gtag('event', 'purchase', {json.dumps(order)});"
    return tagged.page("/thanks", head=tagged.script("/order.js", push))


@pytest.mark.parametrize("left_out", ["", "transaction_id"])
def test_a_page_of_thanks_that_is_loaded_again_says_no_second_order(
    page: Page, tagged: Shop, left_out: str
) -> None:
    order = {key: value for key, value in ORDER.items() if key != left_out}
    page.goto(thanks(tagged, order))
    tagged.wait_for("purchase")
    page.reload()
    tagged.wait_for("page_view", 2)
    page.evaluate("footfall('track', 'the_end')")
    tagged.wait_for("the_end")
    assert len(tagged.named("purchase")) == 1


def test_a_second_order_without_an_id_is_one(page: Page, tagged: Shop) -> None:
    page.goto(thanks(tagged, {"value": 10, "currency": "EUR"}))
    tagged.wait_for("purchase")
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view", 2)
    page.goto("/thanks")
    tagged.wait_for("purchase", 2)
