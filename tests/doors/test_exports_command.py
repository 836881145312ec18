"""`footfall import` of other programs' exports: recognised by themselves, once and for all."""

from __future__ import annotations

import json
from pathlib import Path

from support.process import Footfall

EXPORTS = Path(__file__).parents[1] / "importers" / "exports"
NAMES = (
    "ga4_events.jsonl",
    "segment_calls.jsonl",
    "shopify_orders.json",
    "shopify_orders.csv",
    "loyjoy_facts.csv",
    "loyjoy_dimensions.csv",
)


def all_of_them(footfall: Footfall) -> Path:
    """A folder with every export, and two of the tables."""
    folder = footfall.folder / "exports"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes((EXPORTS / name).read_bytes())
    (folder / "rates.csv").write_text("date,currency,rate\n2026-01-01,USD,0.9\n")
    (folder / "queries.csv").write_text(
        "Date,Top queries,URL,Country,Device,Clicks,Impressions,CTR,Position\n"
        "2026-01-05,shoes,https://shop.example/,deu,MOBILE,1,10,0.1,3.5\n"
    )
    (folder / "notes.json").write_text('{\n"a": [1, 2]\n}')
    return folder


def test_a_folder_of_exports_is_imported_and_twice_changes_nothing(footfall: Footfall) -> None:
    folder = all_of_them(footfall)
    ran = footfall("import", str(folder))
    assert ran.code == 0, ran.err
    assert "left out:" in ran.out
    assert "notes.json" in ran.out
    quality = footfall.quality()
    # 11 of GA4, 12 of Segment, 3 orders' worth of JSON, 3 of CSV, 23 of LoyJoy
    assert quality["stored"] == 11 + 12 + 3 + 3 + 23
    assert quality["left_out"] == 3 + 0 + 1 + 0 + 3
    assert quality["received"] == quality["stored"] + quality["left_out"]
    assert quality["unknown_names"]["loyjoy_session_started"] == 4
    assert quality["unknown_names"]["ga4_newsletter_signup"] == 1
    assert {name: table["stored"] for name, table in quality["tables"].items()} == {
        "fx_rates": 1,
        "search_performance": 1,
    }
    numbers = footfall.numbers()
    again = footfall("import", str(folder))
    assert again.code == 0
    assert footfall.numbers() == numbers
    assert footfall.quality()["stored"] == quality["stored"]


def test_orders_of_json_and_csv_are_one_order(footfall: Footfall) -> None:
    """The same transaction told twice by imports: one order, the first told money."""
    for name in ("shopify_orders.json", "shopify_orders.csv"):
        assert footfall("import", str(EXPORTS / name)).code == 0
    ran = footfall("kpis", "orders", "refunds", "--format", "json")
    values = {row["kpi"]: row["value"] for row in json.loads(ran.out)["rows"]}
    assert values == {"orders": 2, "refunds": 2}


def test_what_was_asked_for_and_is_not_there_is_refused(footfall: Footfall) -> None:
    ran = footfall("import", str(EXPORTS / "ga4_events.jsonl"), "--format", "shopify-orders")
    assert ran.code == 2
    assert "ga4_events.jsonl holds rows of GA4's events_ tables" in ran.err
    assert "use --format ga4" in ran.err
    ran = footfall("import", str(EXPORTS / "ga4_events.jsonl"), "--format", "ga5")
    assert ran.code == 2
    assert "did you mean 'ga4'?" in ran.err
    assert not footfall.workspace.exists()


def test_standard_input_of_a_named_program(footfall: Footfall) -> None:
    text = (EXPORTS / "segment_calls.jsonl").read_bytes()
    ran = footfall("import", "-", "--format", "segment", stdin=text)
    assert ran.code == 0, ran.err
    assert footfall.quality()["stored"] == 12
