"""The bell: people subscribe and leave in a browser; pages from elsewhere cannot do it for them."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from footfall.log.control import open_control
from footfall.log.subscriptions import Subscription
from support.process import GOOD, Footfall
from support.served import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BELL = "s/shop/reports"
RIGHT = {"address": "ana@shop.example", "cadence": "daily", "hour": "7", "experience": ""}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A shop with a few visits, served."""
    footfall = Footfall(tmp_path_factory.mktemp("bell"))
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    with serving(footfall) as found:
        yield found


@pytest.fixture
def shop(running: Served) -> Served:
    """The shop, with nobody subscribed."""
    control = open_control(running.footfall.workspace / "data" / "control.sqlite")
    for each in control.subscriptions.listed():
        control.subscriptions.end(each.token, 0)
    control.close()
    return running


def subscribed(shop: Served) -> list[Subscription]:
    control = open_control(shop.footfall.workspace / "data" / "control.sqlite")
    try:
        return control.subscriptions.listed()
    finally:
        control.close()


def word_of(shop: Served) -> str:
    """The word that forms of the server's pages carry."""
    found = re.search(r'name="form" value="([^"]+)"', shop.get("/s/shop?period=all").body)
    assert found is not None
    return found[1]


def post(
    shop: Served, path: str, fields: dict[str, str] | bytes, **headers: str
) -> tuple[int, str]:
    """What a form comes to; where it leads is followed."""
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(shop.url + path, data=body, headers=named, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_an_address_subscribes_and_leaves(shop: Served) -> None:
    form = word_of(shop)
    status, said = post(shop, BELL, RIGHT | {"form": form})
    assert status == 200
    assert "<bdi>ana@shop.example</bdi> is subscribed: daily, 7:00." in said
    assert "No mail server is set" in said
    assert post(shop, BELL, RIGHT | {"form": form, "hour": "9"})[0] == 200
    (found,) = subscribed(shop)
    assert (found.address, found.cadence, found.hour) == ("ana@shop.example", "daily", 9)
    status, said = post(shop, BELL, {"form": form, "end": found.token})
    assert (status, "Nobody yet." in said) == (200, True)
    assert subscribed(shop) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "a@b.example, c@d.example"}, "invalid_recipient"),
        ({"address": "a@b.example\r\nBcc: c@d.example"}, "invalid_recipient"),
        ({"address": '"><script>alert(1)</script>@x.example'}, "&lt;script&gt;"),
        ({"cadence": "dayly"}, "did you mean &#39;daily&#39;?"),
        ({"hour": "24"}, "choose one from 0 to 23"),
        ({"hour": ""}, "choose one from 0 to 23"),
    ],
)
def test_what_cannot_be_subscribed_is_said(shop: Served, change: dict[str, str], said: str) -> None:
    status, body = post(shop, BELL, RIGHT | {"form": word_of(shop)} | change)
    assert (status, said in body) == (400, True)
    assert "<script>alert" not in body
    assert subscribed(shop) == []


def test_a_form_of_another_page_is_not_taken(shop: Served) -> None:
    right = RIGHT | {"form": word_of(shop)}
    forged: list[tuple[dict[str, str] | bytes, dict[str, str]]] = [
        (RIGHT, {}),
        (RIGHT | {"form": "guessed"}, {}),
        (right, {"Sec_Fetch_Site": "cross-site"}),
        (right, {"Sec_Fetch_Site": "same-site"}),
        (right, {"Origin": "https://evil.example"}),
        (right, {"Content_Type": "text/plain"}),
        (urlencode(right).encode() + b"&x=" + b"x" * 9000, {}),
    ]
    for fields, headers in forged:
        assert post(shop, BELL, fields, **headers)[0] == 403, headers
    assert subscribed(shop) == []
    own = {"Sec_Fetch_Site": "same-origin", "Origin": shop.url.rstrip("/")}
    assert post(shop, BELL, right, **own)[0] == 200
    assert len(subscribed(shop)) == 1
    assert post(shop, "s/nobody/reports", right)[0] == 404


def test_a_link_in_a_letter_asks_first_and_one_click_is_enough(shop: Served) -> None:
    post(shop, BELL, RIGHT | {"form": word_of(shop)})
    (found,) = subscribed(shop)
    link = f"unsubscribe/{found.token}"
    asked = shop.get(link)
    assert (asked.status, "Unsubscribe?" in asked.body) == (200, True)
    assert len(subscribed(shop)) == 1
    status, said = post(shop, link, b"List-Unsubscribe=One-Click", Sec_Fetch_Site="cross-site")
    assert (status, "gets no more daily reports" in said) == (200, True)
    assert subscribed(shop) == []
    for again in (shop.get(link).body, post(shop, link, b"")[1], shop.get("unsubscribe/x").body):
        assert "Not subscribed" in again


def test_names_from_outside_are_text_there_too(shop: Served) -> None:
    name = '"><img src=x onerror=alert(1)>'
    status, said = post(shop, BELL, RIGHT | {"form": word_of(shop), "experience": name})
    assert (status, "<img" in said) == (200, False)
    (found,) = subscribed(shop)
    assert found.experience == name
    assert "<img" not in shop.get(f"unsubscribe/{found.token}").body


@pytest.mark.slow
def test_somebody_subscribes_and_leaves_in_a_browser(shop: Served, browser: Browser) -> None:
    page = browser.new_page(base_url=shop.url)
    page.goto("/s/shop/experience?experience=x-club&period=all")
    page.locator(".bell summary").click()
    page.get_by_label("E-mail address").fill("ana@shop.example")
    page.locator(".bell select[name=cadence]").select_option("weekly")
    page.locator(".bell select[name=hour]").select_option("6")
    page.get_by_role("button", name="Subscribe").click()
    page.wait_for_url("**/s/shop/reports?new=*")
    assert "ana@shop.example is subscribed to x-club: weekly, 6:00" in page.inner_text(".notice")
    assert [(each.experience, each.hour) for each in subscribed(shop)] == [("x-club", 6)]
    page.get_by_role("button", name="Unsubscribe ana@shop.example").click()
    page.wait_for_url("**/s/shop/reports")
    assert subscribed(shop) == []
    page.close()
