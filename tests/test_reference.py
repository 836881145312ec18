"""The slow reference gives every expected number: of the shared cases, and of hand-worked ones."""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
import os
import random
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reference import Reference

SHARED = Path(os.environ.get("FOOTFALL_SHARED", "/nonexistent"))
CASES = ("berlin-spring", "new-york-autumn")
STEPS = ("page_view", "add_to_cart", "begin_checkout", "purchase")
FUNNELS: dict[str, dict[str, Any]] = {
    "funnel_person_7d": {"scope": "person"},
    "funnel_session_30min": {"scope": "session"},
    "funnel_person_strict": {"scope": "person", "strict": True},
    "funnel_session_strict": {"scope": "session", "strict": True},
}
needs_cases = pytest.mark.skipif(
    not (SHARED / "cases").is_dir(), reason="FOOTFALL_SHARED names no folder with the cases"
)
per_case = pytest.mark.parametrize("case", CASES)
Json = Any  # any JSON value
NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@cache
def comparer() -> ModuleType:
    """The cases' own comparison of rows."""
    spec = importlib.util.spec_from_file_location("compare", SHARED / "cases" / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = comparer().load(str(SHARED / "cases" / case / "expected.json.gz"))
    return found


@cache
def computed(case: str) -> Reference:
    folder = SHARED / "cases" / case
    site = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    tables = json.loads((folder / "tables.json").read_text(encoding="utf-8"), parse_float=Decimal)
    with gzip.open(folder / "events.jsonl.gz", "rb") as lines:
        return Reference(lines, site, tables)


def same(ours: object, theirs: object) -> bool:
    """Equal, numbers to 1e-9, an absent key as null."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(same(ours.get(key), theirs.get(key)) for key in {*ours, *theirs})
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, int | Decimal) and isinstance(theirs, int | Decimal):
        scale = max(Decimal(1), abs(Decimal(ours)))
        return abs(Decimal(ours) - Decimal(theirs)) <= scale * Decimal("1e-9")
    return ours == theirs


def differences(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], *key: str) -> list[Any]:
    """The pairs of rows with one key that are not the same."""
    have = {tuple(row[k] for k in key): row for row in ours}
    want = {tuple(row[k] for k in key): row for row in theirs}
    return [
        (k, have.get(k), want.get(k))
        for k in {**have, **want}
        if not same(have.get(k), want.get(k))
    ]


@needs_cases
@per_case
def test_every_row_of_every_query_is_the_expected_one(case: str) -> None:
    reference, found = computed(case), []
    for query in expected(case)["queries"]:
        rows = reference.kpis(
            query["kpis"],
            start=query["from"],
            end=query["to"],
            by=query.get("by", ()),
            every=query.get("every"),
            where=query.get("where"),
        )
        bad = comparer().compare(query["rows"], rows, kinds=query["kpis"])
        found += [f"{query['name']}: {message}" for _, message in bad]
    assert found == []


@needs_cases
@per_case
def test_kpis_that_a_query_leaves_out_have_nothing_there(case: str) -> None:
    reference = computed(case)
    absent = {"avg_time_on_page", "avg_scroll_depth", "product_views", "product_conversion_rate"}
    for query in (q for q in expected(case)["queries"] if "every" not in q):
        rows = reference.kpis(
            None, query["from"], query["to"], query.get("by", ()), where=query.get("where")
        )
        more = {row["kpi"] for row in rows if row["value"]} - {*query["kpis"], *absent}
        assert not more, query["name"]


@needs_cases
@per_case
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sessions", ("visitor_id", "start")),
        ("orders", ("event_id",)),
        ("conversations", ("conversation_id",)),
    ],
)
def test_the_lists_are_the_expected_ones(case: str, name: str, key: tuple[str, ...]) -> None:
    assert differences(getattr(computed(case), name)(), expected(case)[name], *key) == []


@needs_cases
@per_case
def test_the_reports_are_the_expected_ones(case: str) -> None:
    reference, want = computed(case), expected(case)
    period = want["period"]
    assert same(reference.data_quality(), want["data_quality"])
    for name, asked in FUNNELS.items():
        assert same(reference.funnel(STEPS, *period, **asked), want[name]), name
    assert same(reference.retention("week", *period), want["retention_week"])
    assert same(reference.retention("month", *period), want["retention_month"])
    assert same(reference.drilldown(*period), want["drilldown"])
    assert same(reference.requests_by_hour(*period), want["requests_by_hour"])
    assert differences(reference.leaderboard(*period), want["leaderboard"], "agent") == []


# Worked by hand.

numbers = itertools.count()


def event(name: str, at: int = NOON, visitor: str | None = "v", **more: Json) -> dict[str, Any]:
    """An event; what is not of the envelope becomes a property."""
    envelope = {"customer_id", "url", "referrer", "user_agent", "device", "utm_medium"}
    found: dict[str, Any] = {"event_id": f"e{next(numbers):06}", "event": name, "occurred_at": at}
    if visitor is not None:
        found["visitor_id"] = visitor
    found |= {key: more.pop(key) for key in envelope & more.keys()}
    return found | {"properties": more}


def values(reference: Reference, kpi: str, **asked: Json) -> dict[Any, Any]:
    """The values of a KPI by bucket and segment."""
    return {
        (row["bucket"], *row["segment"].values()): row["value"]
        for row in reference.kpis([kpi], **asked)
    }


def value(reference: Reference, kpi: str) -> Json:
    """A KPI over all time."""
    return values(reference, kpi)[None,]


@pytest.mark.parametrize(("gap", "sessions"), [(30 * MINUTE, 1), (30 * MINUTE + 1, 2)])
def test_a_session_ends_after_more_than_the_timeout(gap: int, sessions: int) -> None:
    reference = Reference([event("page_view"), event("page_view", NOON + gap)])
    assert value(reference, "sessions") == sessions


def test_session_end_splits_and_page_leave_opens_nothing() -> None:
    reference = Reference(
        [
            event("page_view"),
            event("session_end", NOON + 1),
            event("page_leave", NOON + 2, engaged_ms=5),
            event("page_view", NOON + 3),
        ]
    )
    assert [s["end"] - s["start"] for s in reference.sessions()] == [1, 0]


@pytest.mark.parametrize("seed", range(5))
def test_one_order_told_three_times_is_one_order_in_any_order_of_arrival(seed: int) -> None:
    told = [
        event("purchase", NOON, transaction_id="T", value=Decimal("10.00")),
        event("purchase", NOON + 1, None, customer_id="c", transaction_id="T", source="server"),
        event(
            "purchase",
            NOON + 2,
            None,
            customer_id="c",
            transaction_id="T",
            source="import",
            value=Decimal("9.50"),
        ),
    ]
    random.Random(seed).shuffle(told)
    (order,) = Reference(told).orders()
    assert (order["time"], order["person"], order["revenue"]) == (NOON, "c:c", Decimal("9.50"))


def test_lines_add_up_to_the_order_and_a_refund_takes_at_most_what_is_left() -> None:
    items = [{"item_id": "a", "price": 1}, {"item_id": "b", "price": 2, "quantity": 3}]
    reference = Reference(
        [
            event("purchase", transaction_id="T", value=10, items=items),
            event("refund", NOON + DAY, None, transaction_id="T", value=4),
            event("refund", NOON + 2 * DAY, None, transaction_id="T", value=8),
            event("refund", NOON + 2 * DAY, None, transaction_id="unknown", value=8),
        ]
    )
    revenue = values(reference, "revenue", by=["product"])
    assert sum(revenue.values()) == 10
    assert revenue[None, "a"].quantize(Decimal("0.0001")) == Decimal("1.4286")
    assert value(reference, "refunds") == 3
    assert value(reference, "refunded_revenue") == 10
    assert value(reference, "net_revenue") == 0
    assert reference.data_quality()["refunds_without_money"] == 1


@pytest.mark.parametrize(
    ("clicked", "sold"), [(NOON - DAY - 1, 0), (NOON - DAY, 5), (NOON, 5), (NOON + 1, 0)]
)
def test_a_direct_sale_was_clicked_at_most_a_day_before(clicked: int, sold: int) -> None:
    bought = [{"item_id": "p", "price": 5}, {"item_id": "q", "price": 7}]
    reference = Reference(
        [
            event("asset_click", clicked, asset_id="A", product_id="p"),
            event("purchase", NOON, transaction_id="T", items=bought),
        ]
    )
    assert value(reference, "direct_sales") == sold


def test_a_late_link_makes_earlier_visits_those_of_the_customer() -> None:
    reference = Reference(
        [
            event("page_view", NOON, "a"),
            event("page_view", NOON + DAY, "b", customer_id="c"),
            event("login", NOON + 2 * DAY, "a", customer_id="c"),
            event("login", NOON + 3 * DAY, "a", customer_id="d"),
        ]
    )
    assert value(reference, "visitors") == 1
    assert value(reference, "sessions") == 4
    assert reference.data_quality()["identity_conflicts"] == 1


def test_a_deleted_person_leaves_only_the_count_of_deletions() -> None:
    reference = Reference(
        [
            event("page_view", NOON, "a", customer_id="c"),
            event("page_view", NOON, "b", customer_id="c"),
            event("purchase", NOON, "a", transaction_id="T", value=5),
            event("refund", NOON + 1, None, transaction_id="T"),
            event("customer_deleted", NOON + 2, None, customer_id="c"),
            event("page_view", NOON + 3, "a"),
        ]
    )
    assert [(s["person"], s["is_new"]) for s in reference.sessions()] == [("v:a", True)]
    assert value(reference, "orders") == value(reference, "refunds") == 0
    assert value(reference, "customers_deleted") == 1


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_local_day_has_the_hours_that_it_has(day: str, hours: int) -> None:
    reference = Reference([event("page_view")], {"timezone": "Europe/Berlin"})
    buckets = list(values(reference, "sessions", start=day, end=day, every="hour"))
    assert len(set(buckets)) == hours
    assert buckets[0][0].startswith(f"{day}T00:00")


def test_new_visitors_are_those_whose_first_session_is_in_the_bucket() -> None:
    reference = Reference([event("page_view"), event("page_view", NOON + DAY)])
    days = {"every": "day", "start": "2026-01-01", "end": "2026-01-02"}
    assert list(values(reference, "new_visitors", **days).values()) == [1, 0]
    assert list(values(reference, "returning_visitors", **days).values()) == [0, 1]
    assert value(reference, "new_visitors") == 1


def test_a_viewed_product_counts_once_for_each_item_and_only_there() -> None:
    reference = Reference(
        [
            event("view_item", items=[{"item_id": "p"}, {"item_id": "p"}, {"item_id": "q"}]),
            event("purchase", transaction_id="T", items=[{"item_id": "p", "price": 1}]),
        ]
    )
    assert values(reference, "product_views", by=["product"]) == {(None, "p"): 2, (None, "q"): 1}
    rates = values(reference, "product_conversion_rate", by=["product"])
    assert rates == {(None, "p"): Decimal("0.5"), (None, "q"): 0}
    assert value(reference, "product_views") == 1


def test_pages_have_their_time_depth_and_exits() -> None:
    page, other = "https://shop.test/a?x=1#y", "https://shop.test"
    reference = Reference(
        [
            event("page_view", url=page),
            event("page_leave", NOON + 1, url=page, engaged_ms=3000, max_scroll_pct=50),
            event("page_view", NOON + 2, url=page),
            event("page_view", NOON + 3, url=other),
            event("page_view", NOON + 4),
        ]
    )
    pages = {"by": ["page"]}
    assert values(reference, "page_views", **pages) == {
        (None, "/a"): 2,
        (None, "/"): 1,
        (None, None): 1,
    }
    assert values(reference, "avg_time_on_page", **pages)[None, "/a"] == Decimal("1.5")
    assert values(reference, "avg_scroll_depth", **pages)[None, "/a"] == 50
    assert values(reference, "exit_rate", **pages) == {(None, "/a"): 0, (None, "/"): 1}


def test_engaged_seconds_add_up_on_one_page() -> None:
    rules = [{"id": "reader", "page": "/blog*", "engaged_seconds": 60}]
    blog = "https://shop.test/blog/1"
    leaves = [event("page_leave", NOON + n, url=blog, engaged_ms=30_000) for n in (1, 2)]
    reference = Reference([event("page_view", url=blog), *leaves], {"micro_conversions": rules})
    assert value(reference, "micro_conversions_reader") == 1
    assert value(reference, "micro_conversion_rate") == 1


@pytest.mark.parametrize(
    ("origin", "source", "channel"),
    [
        ({}, "(direct)", "direct"),
        ({"url": "https://shop.test/?gclid=1"}, "google", "paid_search"),
        ({"url": "https://shop.test/?utm_source=b&gclid=1"}, "b", "unassigned"),
        ({"utm_medium": "email"}, None, "email"),
        ({"referrer": "https://www.google.co.uk/"}, "google", "organic_search"),
        ({"referrer": "https://mail.google.com/"}, "mail.google.com", "referral"),
        ({"referrer": "https://t.co/x"}, "t.co", "organic_social"),
        ({"referrer": "https://www.shop.test/", "url": "https://shop.test/"}, "(direct)", "direct"),
        ({"referrer": "https://pay.test/"}, "(direct)", "direct"),
    ],
)
def test_a_session_knows_where_it_came_from(
    origin: dict[str, Json], source: str | None, channel: str
) -> None:
    (session,) = Reference([event("page_view", **origin)], {"hosts": ["pay.test"]}).sessions()
    assert (session["source"], session["channel"]) == (source, channel)


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "[]",
        event("Page View"),
        event("page_view", visitor=None),
        event("page_view", visitor="undefined"),
        event("page_view", at=946_684_799_999),
        event("page_view") | {"occurred_at": "2026-01-01T12:00:00"},
        event("page_view") | {"event_id": "x" * 65},
        event("purchase", value=Decimal("-0.01")),
        event("survey_response", survey_type="nps", score=11),
        event("survey_response", survey_type="nps", score=Decimal("9.5")),
        event("advent_calendar_open", door=25),
        event("screen_time", seconds=0),
        event("points_awarded", points=0),
        event("page_view", note="x" * 1025),
        event("page_view", amount=10**12),
        event("customer_deleted", visitor=None),
    ],
)
def test_what_breaks_the_contract_is_refused(wrong: dict[str, Any] | str) -> None:
    reference = Reference([wrong], received=datetime(2026, 6, 1, tzinfo=UTC))
    assert reference.data_quality()["refused"] == 1
    assert reference.events == []


def test_the_same_event_again_is_a_duplicate_and_another_one_a_conflict() -> None:
    first = event("purchase", value=Decimal("1.50"))
    again = first | {"properties": {"value": Decimal("1.5")}}
    other = first | {"properties": {"value": 2}}
    bot = event("page_view", user_agent="Googlebot/2.1")
    quality = Reference([first, again, other, bot, bot]).data_quality()
    assert (quality["duplicates"], quality["duplicate_conflicts"]) == (2, 1)
    assert quality["bot_events"] == 1


def test_the_exposed_are_counted_from_their_first_exposure_on() -> None:
    reference = Reference(
        [
            event("purchase", NOON, transaction_id="1", value=1),
            event("experiment_exposure", NOON + 1, experiment_id="x", variant="A"),
            event("experiment_exposure", NOON + 2, experiment_id="x", variant="B"),
            event("purchase", NOON + 3, transaction_id="2", value=2),
            event("purchase", NOON, "unexposed", transaction_id="3", value=4),
        ]
    )
    variants = {"by": ["experiment", "variant"]}
    assert values(reference, "revenue", **variants) == {(None, "x", "A"): 2}
    assert values(reference, "session_conversion_rate", **variants) == {(None, "x", "A"): 1}


def test_a_dimension_that_a_kpi_does_not_have_is_refused() -> None:
    reference = Reference([event("page_view")])
    for asked in ({"by": ["product"]}, {"where": {"page": "/"}}):
        with pytest.raises(ValueError, match="aov"):
            reference.kpis(["aov"], **asked)
    with pytest.raises(ValueError, match="ad_spend"):
        reference.kpis(["ad_spend"], every="hour")
