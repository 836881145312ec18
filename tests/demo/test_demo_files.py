"""The demonstration as files, tables and settings agrees with its events."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from footfall.doors.demo import DEMO_SITE, generate, tables, write_jsonl, write_parquet
from footfall.settings.read import parse_settings

Ask = Callable[[str], list[tuple[Any, ...]]]

UNTIL = date(2026, 4, 30)
KEYS = {
    "ad_costs": ("date", "source", "medium", "campaign"),
    "email_sends": ("date", "campaign"),
    "search_performance": ("date", "page", "query", "country", "device"),
    "fx_rates": ("date", "currency"),
}


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pa.Table.from_batches(generate(8, UNTIL, 300, 4)).to_pylist()
    return rows


def test_parquet_has_a_file_per_day(tmp_path: Path) -> None:
    files = write_parquet(tmp_path / "shop", 8, UNTIL, visitors=300, seed=4)
    assert [each.name for each in files][::7] == ["2026-04-23.parquet", "2026-04-30.parquet"]
    read = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert read == _rows()


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_jsonl_says_what_the_rows_say(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"shop.{ending}"
    lines = write_jsonl(file, 8, UNTIL, visitors=300, seed=4)
    text = _unpacked(file).decode()
    told = [json.loads(line) for line in text.splitlines()]
    said = [
        {
            key: json.loads(value) if key == "properties" else value
            for key, value in row.items()
            if value is not None
        }
        for row in _rows()
    ]
    assert told == said
    assert lines == len(said)


def _unpacked(file: Path) -> bytes:
    packed = file.read_bytes()
    if file.suffix == ".gz":
        return gzip.decompress(packed)
    if file.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(packed).read()
    return packed


def test_money_has_its_cents(ask: Ask) -> None:
    [(wrong,)] = ask(
        r"""select count(*) from once where regexp_matches(properties,
        '"(value|tax|shipping|price)":-?\d+(\.\d|\.\d{3,})?[,}]')"""
    )
    assert wrong == 0


@pytest.mark.parametrize("name", KEYS)
def test_a_tables_keys_are_single(name: str) -> None:
    rows = tables(90, UNTIL, 1)[name]
    keys = [tuple(row[key] for key in KEYS[name]) for row in rows]
    assert len(set(keys)) == len(keys) > 0
    assert tables(90, UNTIL, 1)[name] == rows
    assert tables(90, UNTIL, 2)[name] != rows


def test_tables_hold_exact_numbers_that_can_be() -> None:
    made = tables(90, UNTIL, 1)
    for row in made["ad_costs"]:
        assert type(row["cost"]) is Decimal
        assert row["impressions"] >= row["clicks"] >= 0
    for row in made["email_sends"]:
        assert row["sent"] == row["delivered"] + row["bounced"]
        assert row["delivered"] >= row["opened"] >= row["clicked"]
    for row in made["search_performance"]:
        assert row["impressions"] >= row["clicks"]
        assert row["position"] >= 1


def test_every_foreign_order_but_those_in_kronor_has_a_rate(ask: Ask) -> None:
    without = ask(
        """select distinct currency from orders o where currency <> 'EUR' and not exists (
            select 1 from fx_rates r where r.currency = o.currency
            and r.date <= make_timestamp(o.at * 1000)::date)"""
    )
    assert {currency for (currency,) in without} <= {"SEK"}
    [(foreign,)] = ask("select count(distinct currency) from orders")
    assert foreign >= 3


def test_clicks_paid_for_are_about_the_visits_they_brought(ask: Ask) -> None:
    [(clicks,)] = ask("select sum(clicks) from ad_costs")
    [(visits,)] = ask(
        r"""select count(*) from once where event = 'page_view' and not robot
        and regexp_matches(url, 'utm_medium=(cpc|cpv|paid_social|display)')"""
    )
    assert 0.95 < clicks / visits < 1.25


def test_every_campaign_that_costs_brings_visits(ask: Ask) -> None:
    idle = ask(
        """select distinct campaign from ad_costs where not exists (
            select 1 from once where contains(url, 'utm_campaign=' || campaign))"""
    )
    assert idle == []


def test_settings_are_right_and_know_every_name(ask: Ask) -> None:
    settings = parse_settings(_toml({"site": {"demo": DEMO_SITE}}))
    site = settings.site("demo")
    for kind, field in (
        ("agents", "agent_id"),
        ("assets", "asset_id"),
        ("experiences", "experience_id"),
        ("modules", "module_id"),
    ):
        used = {
            each
            for (each,) in ask(
                f"select distinct properties ->> '{field}' from once"
                f" where properties ->> '{field}' is not null"
            )
        }
        assert used == set(site.names[kind])
    assert set(site.folders) == set(site.names["experiences"])
    assert len(set(site.folders.values())) == 3


def test_referrers_of_the_payment_service_are_the_shops_own(ask: Ask) -> None:
    [(returned,)] = ask(
        f"select count(*) from once where contains(referrer, '{DEMO_SITE['hosts'][0]}')"
    )
    assert returned > 50


def _toml(value: object) -> str:
    """A value as TOML: tables within tables, everything else as JSON writes it."""
    if isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
        [(site, demo)] = value["site"].items()
        members = (f"{key} = {_inline(each)}" for key, each in demo.items())
        return f"[site.{site}]\n" + "\n".join(members) + "\n"
    raise TypeError(value)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f'"{key}" = {_inline(each)}' for key, each in value.items())
        return "{ " + inside + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
