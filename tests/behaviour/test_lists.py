"""Pages, paths and click maps worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from footfall.engine.duckdb import DuckEngine
from footfall.query.clicks import click_rows
from footfall.query.pages import pages_rows
from footfall.query.paths import paths_rows
from support.shop import Shop, shop_of
from support.told import told

DAY_MS = 86_400_000
GOOGLE = "https://www.google.com/"
SHOP = "https://shop.example"


def at(clock: str, event: str, visitor: str = "anna", **more: Any) -> dict[str, Any]:
    return told(f"2026-01-{clock}", event, visitor, **more)


def paths(shop: Shop, kind: str, window_ms: int = 30 * DAY_MS, **asked: Any) -> list[Any]:
    rows = paths_rows(DuckEngine(shop.con), shop.site, shop.asked(**asked), window_ms, kind, 20)
    return [(row["path"], row["conversions"], row["revenue"]) for row in rows]


def test_channels_are_those_of_the_visits_before_the_conversion() -> None:
    with shop_of([
        at("05 10:00", "page_view", url=f"{SHOP}/", referrer=GOOGLE),
        at("06 10:00", "page_view", url=f"{SHOP}/?utm_source=news&utm_medium=email"),
        at("07 10:00", "page_view", url=f"{SHOP}/?utm_source=news&utm_medium=email"),
        at("08 10:00", "page_view", url=f"{SHOP}/"),
        at("08 10:01", "purchase", transaction_id="1", value=10),
        at("09 10:00", "page_view", url=f"{SHOP}/", referrer=GOOGLE),
        at("05 10:00", "purchase", "bert", transaction_id="2", value=5),
        told("2026-01-05 10:00", "purchase", transaction_id="3", value=7, source="server"),
    ]) as shop:  # fmt: skip
        assert paths(shop, "channels") == [
            ("(no visit)", 1, Decimal(7)),
            ("direct", 1, Decimal(5)),
            ("organic_search → email → direct", 1, Decimal(10)),
        ]
        # the visit of the 7th began a day and a minute before the purchase
        known = [("(no visit)", 1, Decimal(7)), ("direct", 1, Decimal(5))]
        minute = DAY_MS + 60_000
        assert paths(shop, "channels", minute) == [*known, ("email → direct", 1, Decimal(10))]
        assert paths(shop, "channels", minute - 1) == [
            ("direct", 2, Decimal(15)), ("(no visit)", 1, Decimal(7)),
        ]  # fmt: skip


def test_page_types_are_those_seen_in_the_visit_up_to_the_conversion() -> None:
    with shop_of([
        at("05 08:00", "page_view", url=f"{SHOP}/help"),
        at("05 10:00", "page_view", url=f"{SHOP}/"),
        at("05 10:01", "page_view", url=f"{SHOP}/products/a"),
        at("05 10:02", "page_view", url=f"{SHOP}/products/b"),
        at("05 10:03", "page_view", url=f"{SHOP}/cart"),
        at("05 10:04", "page_view", url=f"{SHOP}/somewhere"),
        at("05 10:05", "purchase", transaction_id="1", value=10),
        at("05 10:06", "page_view", url=f"{SHOP}/blog"),
        at("05 10:00", "purchase", "bert", transaction_id="2"),
    ]) as shop:  # fmt: skip
        assert paths(shop, "page_types") == [
            ("(no page view)", 1, Decimal(0)),
            ("home → product → cart → other", 1, Decimal(10)),
        ]


def test_a_long_path_is_told_by_its_end() -> None:
    pages = ["/", "/cart"] * 6
    events = [
        at(f"05 10:{minute:02}", "page_view", url=f"{SHOP}{page}")
        for minute, page in enumerate(pages)
    ]
    with shop_of([*events, at("05 10:20", "purchase", transaction_id="1")]) as shop:
        ((path, _, _),) = paths(shop, "page_types")
        assert path == "… → " + " → ".join(["home", "cart"] * 5)


def test_paths_are_cut_by_the_visit_of_the_conversion() -> None:
    with shop_of([
        at("05 10:00", "page_view", url=f"{SHOP}/", device="mobile"),
        at("06 10:00", "page_view", url=f"{SHOP}/", device="desktop"),
        at("06 10:01", "purchase", transaction_id="1"),
    ]) as shop:  # fmt: skip
        rows = paths_rows(
            DuckEngine(shop.con), shop.site, shop.asked(by=["device"]), DAY_MS * 30, None, 20
        )
        assert [(row["device"], row["kind"], row["path"]) for row in rows] == [
            ("desktop", "channels", "direct"), ("desktop", "page_types", "home"),
        ]  # fmt: skip
        assert paths(shop, "channels", where={"device": ["mobile"]}) == []


def click(clock: str, visitor: str = "anna", page: str = "/cart", **more: Any) -> dict[str, Any]:
    return at(f"05 {clock}", "click", visitor, url=f"{SHOP}{page}?x=1", **more)


def test_clicks_are_counted_by_element_and_by_place() -> None:
    with shop_of([
        click("10:00", selector="#buy", text="Buy", x_pct=50, y_px=99.5),
        click("10:01", selector="#buy", text="Buy", x_pct=54.9, y_px=50),
        click("10:02", "bert", selector="#buy", text="Buy", x_pct=55, y_px=100),
        click("10:03", "bert", href="/help"),
        click("10:04", "bert", "/other", selector="#buy"),
        at("05 10:05", "page_view", url=f"{SHOP}/cart"),
    ]) as shop:  # fmt: skip
        rows = click_rows(DuckEngine(shop.con), "/cart", shop.asked(), 50)
        told_ = [
            tuple(row[name] for name in ("selector", "text", "href", "x_pct", "y_px", "clicks",
                                         "visitors", "share"))
            for row in rows
        ]  # fmt: skip
        assert told_ == [
            ("#buy", "Buy", None, None, None, 3, 2, 0.75),
            (None, None, "/help", None, None, 1, 1, 0.25),
            (None, None, None, 50, 50, 2, 1, 2 / 3),
            (None, None, None, 55, 100, 1, 1, 1 / 3),
        ]
        everywhere = click_rows(DuckEngine(shop.con), "/*", shop.asked(), 1)
        assert [row["clicks"] for row in everywhere if row["kind"] == "element"] == [4]


def test_one_person_is_one_whatever_the_devices() -> None:
    with shop_of([
        click("10:00", "phone", selector="#a"), click("10:01", "desk", selector="#a"),
        at("05 11:00", "login", "phone", customer="c"),
        at("05 11:00", "login", "desk", customer="c"),
    ]) as shop:  # fmt: skip
        (row,) = click_rows(DuckEngine(shop.con), "/cart", shop.asked(), 50)
        assert (row["clicks"], row["visitors"]) == (2, 1)


def test_pages_are_listed_by_what_is_asked_for() -> None:
    with shop_of([
        at("05 10:00", "page_view", url=f"{SHOP}/"), at("05 10:01", "page_view", url=f"{SHOP}/a"),
        at("05 10:02", "page_view", url=f"{SHOP}/a"),
        at("05 10:03", "purchase", transaction_id="1"),
        at("05 10:00", "page_view", "bert", url=f"{SHOP}/b"),
        at("05 10:00", "page_view", "carl", url=f"{SHOP}/b"),
        at("05 10:01", "page_view", "carl", url=f"{SHOP}/"),
    ]) as shop:  # fmt: skip

        def listed(kind: str, limit: int = 20) -> list[tuple[Any, ...]]:
            rows = pages_rows(DuckEngine(shop.con), shop.catalogue, shop.asked(), kind, limit)
            names = ("page", "page_views", "landings", "bounce_rate", "exits", "exit_rate")
            return [tuple(row[name] for name in names) for row in rows]

        home, a, b = ("/", 2, 1, 0.0, 1, 0.5), ("/a", 2, 0, None, 1, 0.5), ("/b", 2, 2, 0.5, 1, 0.5)
        assert listed("top") == [home, a, b]
        assert listed("landing") == [b, home]
        assert listed("exit", 2) == [home, a]
