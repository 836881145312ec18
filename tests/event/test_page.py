"""What an address tells: host, page, click id, utm parameters; and never an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.event.page import UTM, read_host, read_page

Accepts = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://shop.example", "shop.example", "/"),
        ("https://shop.example/", "shop.example", "/"),
        ("https://shop.example/#a", "shop.example", "/"),
        ("https://shop.example?x=1", "shop.example", "/"),
        ("https://WWW.Shop.Example/A/b", "shop.example", "/A/b"),
        ("https://shop.example:8443/p/1", "shop.example", "/p/1"),
        ("https://user:pass@shop.example/p", "shop.example", "/p"),
        ("https://a@b@shop.example/p", "shop.example", "/p"),
        ("https://shop.example./p", "shop.example", "/p"),
        ("https://www.www.example/p", "www.example", "/p"),
        ("https://wwwx.example/", "wwwx.example", "/"),
        ("https://shop.example/search?q=x?ref=1", "shop.example", "/search"),
        ("https://shop.example/p#a?utm_source=x", "shop.example", "/p"),
        ("https://shop.example/über/größe?x#y", "shop.example", "/über/größe"),
        ("https://shop.example/a%20b/%C3%A9", "shop.example", "/a%20b/%C3%A9"),
        ("https://shop.example/a b\n", "shop.example", "/a b\n"),
        ("https://shop.example//a/../b/", "shop.example", "//a/../b/"),
        ("https://bücher.example/", "bücher.example", "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("//cdn.example/x", "cdn.example", "/x"),
        ("http://[::1", "[::1", "/"),
        ("http://[::1]:80/p", "[::1]", "/p"),
        ("http://[2001:db8::1]/p", "[2001:db8::1]", "/p"),
        ("http:///p", None, "/p"),
        ("http://:80/p", None, "/p"),
        ("http://www./p", "www", "/p"),
        ("/p/1?x", None, "/p/1"),
        ("?x=1", None, "/"),
        ("#top", None, "/"),
        ("p/1", None, "p/1"),
        ("javascript:alert(1)", None, "alert(1)"),
        ("data:text/html,<b>", None, "text/html,<b>"),
        ("android-app://com.google.android.gm/", "com.google.android.gm", "/"),
    ],
)
def test_host_and_page(accepted: Accepts, url: str, host: str | None, path: str) -> None:
    page = read_page(url)
    assert (page.host, page.path, read_host(url)) == (host, path, host)
    row = accepted(url=url, referrer=url)
    assert (row["url"], row["host"], row["path"]) == (url, host, path)
    assert (row["referrer"], row["referrer_host"]) == (url, host)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("gclid=1", "gclid"),
        ("fbclid=1&gclid=1", "gclid"),
        ("msclkid=1&wbraid=2&gbraid=3", "gbraid"),
        ("li_fat_id=a&twclid=b", "twclid"),
        ("ttclid=a&dclid=b", "dclid"),
        ("gclid=&fbclid=1", "fbclid"),
        ("gclid=&gclid=1", "gclid"),
        ("gclid=", None),
        ("gclid", None),
        ("GCLID=1", None),
        ("xgclid=1&gclidx=1", None),
        ("a=gclid=1", None),
        ("a=1#gclid=1", None),
    ],
)
def test_click_ids(accepted: Accepts, query: str, name: str | None) -> None:
    assert accepted(url=f"https://shop.example/p?{query}")["click_id"] == name


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("utm_source=google", "google"),
        ("utm_source=news%20letter", "news letter"),
        ("utm_source=news+letter", "news letter"),
        ("utm_source=a%2Bb", "a+b"),
        ("utm_source=%C3%A9t%C3%A9", "été"),
        ("utm_source=été", "été"),
        ("utm_source=%FF", "\ufffd"),
        ("utm_source=100%", "100%"),
        ("utm_source=&utm_source=b&utm_source=c", "b"),
        ("utm_source=a=b", "a=b"),
        ("utm_source=a;b", "a;b"),
        ("utm%5Fsource=a", "a"),
        ("x=1&&utm_source=a&", "a"),
        ("utm_source={{7*7}}", "{{7*7}}"),
        ("utm_source=", None),
        ("utm_source", None),
        ("UTM_SOURCE=a", None),
        ("x=utm_source=a", None),
        ("x#utm_source=a", None),
    ],
)
def test_utm_parameters(accepted: Accepts, query: str, source: str | None) -> None:
    assert accepted(url=f"https://shop.example/?{query}")["utm_source"] == source


def test_each_utm_parameter_is_read_where_it_is_not_said(accepted: Accepts) -> None:
    url = "https://shop.example/?" + "&".join(f"{name}=url-{name}" for name in UTM)
    row = accepted(url=url, utm_source="said", utm_term="said", utm_medium="")
    assert [row[name] for name in UTM] == [
        "said",
        "url-utm_medium",
        "url-utm_campaign",
        "said",
        "url-utm_content",
    ]


def test_what_is_read_from_an_address_is_nothing_that_was_said(accepted: Accepts) -> None:
    """So that the same event is the same, whatever is read from it later on."""
    bare = accepted(url="https://shop.example/?utm_source=a")
    said = accepted(url="https://shop.example/?utm_source=a", utm_source="a")
    assert bare["utm_source"] == said["utm_source"]
    assert bare["content_hash"] != said["content_hash"]


def test_without_an_address_there_is_no_page(accepted: Accepts) -> None:
    row = accepted(url="", referrer="")
    assert row["path"] is row["host"] is row["click_id"] is row["referrer_host"] is None


@given(st.text())
def test_nothing_makes_it_fail(url: str) -> None:
    page = read_page(url)
    assert page.path
    assert page.host == read_host(url)
    assert page.host is None or "/" not in page.host
