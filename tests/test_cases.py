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

from footfall.engine.duckdb import DuckEngine
from footfall.facts.arrivals import Appended
from footfall.facts.lists import LISTS, Exported, list_of
from footfall.query.team import STATES, Asked, Desk
from footfall.report.lists import AMOUNTS, list_json
from reference.registry import KPIS
from support import published
from support.drilled import ours
from support.mutants import mutated, other_settings
from support.shop import Shop, shop_of
from support.snapshot import snapshot, unlike

SHARED = published.SHARED
CASES = published.CASES
OURS = set(KPIS)
pytestmark = pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason=published.MISSING)
Expected = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A published stream in a shop of its own, and what is expected of it."""

    shop: Shop
    lines: list[bytes]
    settings: dict[str, Any]
    rates: list[dict[str, Any]]
    tables: dict[str, list[dict[str, Any]]]
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
    rates = tables.pop("fx_rates")
    with shop_of((), settings, rates, tables) as shop:
        appended = shop.append(lines)
        yield Case(shop, lines, settings, rates, tables, appended, expected)


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


def test_no_kpi_is_missing(case: Case) -> None:
    assert set(case.shop.catalogue.kpis) >= OURS | rule_kpis(case)


def listed(case: Case, name: str) -> list[dict[str, Any]]:
    """A list as `footfall export` writes it in JSON."""
    shop = case.shop
    exported = Exported(shop.projection, list_of(name), shop.period())
    text = "".join(list_json(exported, shop.site.currency))
    rows: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)
    return rows


def counted(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """The rows, in any order; money to six decimals, as the cases have it."""
    return Counter(tuple(sorted((name, plain(name, row[name])) for name in row)) for row in rows)


def plain(name: str, value: Any) -> str:
    is_number = isinstance(value, Decimal | float | int) and not isinstance(value, bool)
    if is_number or (name in AMOUNTS and value is not None):
        return f"{Decimal(value):.6f}"
    return json.dumps(value)


@pytest.mark.parametrize("name", LISTS)
def test_the_list_is_the_expected_one(case: Case, name: str) -> None:
    want, have = counted(case.expected[name]), counted(listed(case, name))
    assert list((want - have).elements()) == []
    assert list((have - want).elements()) == []


def test_every_drilldown_is_the_expected_one(case: Case) -> None:
    days = tuple(map(date.fromisoformat, case.expected["period"]))
    expected = json.loads(json.dumps(case.expected["drilldown"], default=float))
    assert ours(case.shop, days) == expected


def test_the_leaderboard_is_the_expected_one(case: Case) -> None:
    board = team(case)["leaderboard"]
    assert by_agent(board) == by_agent(case.expected["leaderboard"])
    assert len(board) == len(case.expected["leaderboard"]) > 3


def by_agent(lines: list[dict[str, Any]]) -> dict[str | None, dict[str, Decimal]]:
    """The lines' numbers, money to its minor unit as an answer has it, ratios to nine digits."""
    return {
        line["agent"]: {
            kpi: round(Decimal(value), 2 if kpi == "agent_attributed_sales" else 9)
            for kpi, value in line.items()
            if kpi != "agent"
        }
        for line in lines
    }


def test_the_requests_by_hour_are_the_expected_ones(case: Case) -> None:
    assert team(case)["requests_by_hour"] == case.expected["requests_by_hour"]


def test_every_request_is_in_one_state(case: Case) -> None:
    lines = team(case)["states"]
    assert all(line["requests"] == sum(line[state] for state in STATES) for line in lines)
    hours: Counter[str] = Counter()
    for line in lines:
        hours[line["hour_of_day"]] += line["requests"]
    expected = case.expected["requests_by_hour"]
    assert {hour: hours[hour] for hour in expected} == {
        hour: numbers["requests"] for hour, numbers in expected.items()
    }


def team(case: Case) -> dict[str, Any]:
    """The desk as `footfall team` writes it in JSON."""
    shop = case.shop
    first, last = map(date.fromisoformat, case.expected["period"])
    desk = Desk(DuckEngine(shop.con), shop.catalogue, shop.site, Asked(first, last))
    told: dict[str, Any] = json.loads(
        json.dumps(desk.team(0, 0, ()).to_json()), parse_float=Decimal
    )
    return told


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
                for kind, rows in case.tables.items():
                    shop.append_table(kind, rows)
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
