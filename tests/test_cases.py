"""The two published streams: every number of every query, the lists, the counts."""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from footfall.facts.projection import Appended
from reference.registry import KPIS
from support import published
from support.mutants import mutated, other_settings
from support.shop import Shop, shop_of
from support.snapshot import snapshot, unlike

SHARED = published.SHARED
CASES = published.CASES
GROUPS = ("store_kpis", "asset_kpis")
OURS = {name for name, kpi in KPIS.items() if kpi.formula.__module__.endswith(GROUPS)}
pytestmark = pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason=published.MISSING)
Expected = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A published stream in a shop of its own, and what is expected of it."""

    shop: Shop
    lines: list[bytes]
    settings: dict[str, Any]
    rates: list[dict[str, Any]]
    appended: Appended
    expected: Expected


@cache
def comparer() -> ModuleType:
    """The cases' own comparison of rows."""
    spec = importlib.util.spec_from_file_location("compare", SHARED / "cases" / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    folder = SHARED / "cases" / str(request.param)
    settings = json.loads((folder / "site.json").read_text("utf-8"))
    tables = json.loads((folder / "tables.json").read_text("utf-8"), parse_float=Decimal)
    lines = gzip.decompress((folder / "events.jsonl.gz").read_bytes()).splitlines()
    expected = comparer().load(str(folder / "expected.json.gz"))
    with shop_of((), settings, tables["fx_rates"]) as shop:
        appended = shop.append(lines)
        yield Case(shop, lines, settings, tables["fx_rates"], appended, expected)


def rows_of(shop: Shop, query: Expected) -> list[dict[str, Any]]:
    """The answer to a query, as the command line prints it."""
    question = shop.question(
        [],
        date.fromisoformat(query["from"]),
        date.fromisoformat(query["to"]),
        query.get("by", ()),
        query.get("every"),
        {name: [value] for name, value in query.get("where", {}).items()},
    )
    printed = json.dumps(shop.answer(question).to_json())
    rows: list[dict[str, Any]] = json.loads(printed, parse_float=Decimal)["rows"]
    return rows


def test_every_number_of_every_query_is_the_expected_one(case: Case) -> None:
    found, compared = [], 0
    for query in case.expected["queries"]:
        wanted = OURS & set(query["kpis"]) | rule_kpis(case) & set(query["kpis"])
        if not wanted:
            continue
        rows = rows_of(case.shop, query)
        wrong = comparer().compare(query["rows"], rows, 2, (), tuple(wanted), query["kpis"])
        found += [f"{query['name']}: {message}" for _, message in wrong]
        compared += sum(row["kpi"] in wanted for row in query["rows"])
    assert found == []
    assert compared > 5_000


def rule_kpis(case: Case) -> set[str]:
    return {f"micro_conversions_{rule['id']}" for rule in case.settings["micro_conversions"]}


def test_no_store_or_asset_kpi_is_missing(case: Case) -> None:
    assert set(case.shop.catalogue.kpis) >= OURS | rule_kpis(case)


SESSIONS = """
    SELECT v.visitor_id, s.ts // 1000 AS start, s.end_ts // 1000 AS end, s.page_views, s.bounced,
        s.device, s.browser, s.os, s.country, s.region, s.source, s.medium, s.campaign, s.channel,
        s.landing_page, s.exit_page, s.intent, s.visitor_type, s.visitor_type = 'new' AS is_new,
        (SELECT count(*) FROM orders o WHERE o.session = s.session) AS orders,
        CASE WHEN s.person % 2 = 0 THEN 'c:' || c.customer_id
            ELSE 'v:' || w.visitor_id END AS person
    FROM sessions s JOIN visitors v ON v.visitor = s.visitor
    LEFT JOIN customers c ON s.person % 2 = 0 AND c.customer = s.person // 2
    LEFT JOIN visitors w ON s.person % 2 = 1 AND w.visitor = s.person // 2
"""
ORDERS = """
    SELECT json_extract_string(e.properties, '$.transaction_id') AS transaction_id, e.event_id,
        o.ts // 1000 AS time, o.revenue, o.units, s.ts // 1000 AS session_start,
        o.order_key IN (SELECT order_key FROM contributed_orders) AS contributed,
        (SELECT count(DISTINCT d.line_key) FROM direct_lines d WHERE d.order_key = o.order_key)
            AS direct_lines
    FROM orders o JOIN rare_events e ON e.seq = o.order_key
    LEFT JOIN sessions s ON s.session = o.session
"""


def listed(shop: Shop, statement: str) -> list[dict[str, Any]]:
    cursor = shop.con.execute(statement)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counted(rows: list[dict[str, Any]], names: list[str]) -> Counter[tuple[Any, ...]]:
    """The rows' values in these columns; money to six decimals, as the cases have it."""
    return Counter(tuple(plain(row[name]) for name in names) for row in rows)


def plain(value: Any) -> Any:
    return round(Decimal(value), 6) if isinstance(value, Decimal | float) else value


@pytest.mark.parametrize(("name", "statement"), [("sessions", SESSIONS), ("orders", ORDERS)])
def test_the_list_is_the_expected_one(case: Case, name: str, statement: str) -> None:
    got = listed(case.shop, statement)
    names = list(got[0])
    want = counted(case.expected[name], names)
    have = counted(got, names)
    assert list((want - have).elements()) == []
    assert list((have - want).elements()) == []


def test_the_money_of_direct_sales_and_refunds_is_the_expected_one(case: Case) -> None:
    direct = """SELECT e.event_id, sum(d.revenue) FROM
        (SELECT DISTINCT order_key, line_key, revenue FROM direct_lines) d
        JOIN rare_events e ON e.seq = d.order_key GROUP BY e.event_id"""
    refunded = """SELECT json_extract_string(e.properties, '$.transaction_id'), sum(r.worth)
        FROM refunds r JOIN rare_events e ON e.seq = r.refund GROUP BY 1"""
    sold = dict(case.shop.con.execute(direct).fetchall())
    given_back = dict(case.shop.con.execute(refunded).fetchall())
    for order in case.expected["orders"]:
        assert plain(sold.get(order["event_id"]) or Decimal(0)) == plain(
            Decimal(order["direct_sales"])
        )
        if order["transaction_id"] is not None:
            back = given_back.get(order["transaction_id"]) or Decimal(0)
            assert plain(back) == plain(Decimal(order["refunded"]))


def test_data_quality_counts_what_is_expected(case: Case) -> None:
    def one(sql: str) -> int:
        return int(case.shop.con.execute(sql).fetchall()[0][0])

    assert {
        "duplicates": case.appended.duplicates,
        "duplicate_conflicts": len(case.appended.conflicts),
        "refused": len(case.shop.rejections),
        "bot_events": one("SELECT count(*) FROM events WHERE bot"),
        "identity_conflicts": one("SELECT count(*) FROM identity_conflicts"),
        "orders_without_revenue": one("SELECT count(*) FROM orders WHERE revenue IS NULL"),
        "refunds_without_money": one("SELECT count(*) FROM refunds WHERE worth IS NULL"),
    } == case.expected["data_quality"]


FUNNEL = "page_view,add_to_cart,begin_checkout,purchase"
FUNNELS = {
    "funnel_person_7d": {},
    "funnel_session_30min": {"scope": "session"},
    "funnel_person_strict": {"order": "strict"},
    "funnel_session_strict": {"scope": "session", "order": "strict"},
}


@pytest.mark.parametrize("name", FUNNELS)
def test_the_funnel_is_the_expected_one(case: Case, name: str) -> None:
    first, last = (date.fromisoformat(day) for day in case.expected["period"])
    found = case.shop.funnel(FUNNEL, **FUNNELS[name], days=(first, last))
    assert json.loads(json.dumps(found)) == floats(case.expected[name])


@pytest.mark.parametrize("every", ["week", "month"])
def test_the_retention_is_the_expected_one(case: Case, every: str) -> None:
    first, last = (date.fromisoformat(day) for day in case.expected["period"])
    found = case.shop.retention(every, days=(first, last))
    assert found == floats(case.expected[f"retention_{every}"])


def floats(told: Any) -> Any:
    """What is expected, its quotients as the nearest floats."""
    return json.loads(json.dumps(told, default=float))


@pytest.mark.slow
def test_shuffled_and_in_three_imports_it_is_the_same(case: Case) -> None:
    whole = snapshot(case.shop)
    shuffled = first_stays_first(case.lines, random.Random(7))
    size = -(-len(shuffled) // 3)
    with shop_of((), case.settings) as shop:
        for number in range(3):
            shop.append(shuffled[number * size : (number + 1) * size])
            if number == 1:
                shop.append_rates(case.rates)
        assert unlike(snapshot(shop), whole) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_under_other_settings_the_reference_says_the_same(seed: int) -> None:
    """Other zones, timeouts, currencies, key events; and the stream itself a little changed."""
    dice = random.Random(seed)
    made = published.case(CASES[seed % 2])
    site = other_settings(made.site, dice)
    lines = mutated(made.lines, site["session_timeout_minutes"], dice) if seed > 1 else made.lines
    changed = replace(made, site=site, lines=lines)
    assert published.compare_streams(changed, dice) == []


def first_stays_first(lines: list[bytes], dice: random.Random) -> list[bytes]:
    """The lines in another order; of those with one id the first received stays the first."""
    same_id: dict[object, list[bytes]] = defaultdict(list)
    for line in lines:
        same_id[json.loads(line).get("event_id")].append(line)
    places = [event_id for event_id, told in same_id.items() for _ in told]
    dice.shuffle(places)
    left = {event_id: iter(told) for event_id, told in same_id.items()}
    return [next(left[event_id]) for event_id in places]
