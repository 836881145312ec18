"""`footfall explain`: the table, the data, and what is refused."""

from __future__ import annotations

import csv
import io

import pytest

import footfall as package
from support.process import Footfall, event


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """Two orders, one told twice and one of unknown worth."""
    made = Footfall(tmp_path_factory.mktemp("seen"))
    order = {"transaction_id": "1001", "value": 10}
    made.write(
        "events.jsonl",
        [
            event(1, visitor="a", device="mobile", url="https://shop.example/"),
            event(2, "purchase", visitor="a", device="mobile", **order),
            event(3, "purchase", visitor="a", device="mobile", **order),
            event(4, "purchase", visitor="b", transaction_id="=1002", value=1, currency="USD"),
        ],
    )
    assert made("import", "events.jsonl").code == 0
    return made


def test_the_table_tells_what_counts_and_why_not(seen: Footfall) -> None:
    ran = seen("explain", "revenue", COLUMNS="140")
    assert (ran.code, ran.err) == (0, "")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[0] == "Revenue revenue"
    assert lines[2] == "€10.00"
    assert "1 counted, which add €10.00; 2 not counted" in lines
    rows = [line for line in lines if line.startswith("2026-")]
    assert [row.split(" ", 4)[2:] for row in rows] == [
        ["order", "1001", "€10.00"],
        ["purchase", rows[1].split()[3], "repeat of transaction 1001"],
        ["order", "=1002", "unknown revenue: no rate for USD at or before 2026-01-05"],
    ]
    assert any(line.startswith("SELECT ts, visitor, order_key") for line in lines)


def test_money_in_a_ratio_is_told_as_money(seen: Footfall) -> None:
    told = seen("explain", "contributed_revenue_share", COLUMNS="140").out
    assert "0 counted, which add 0; 3 not counted" in told
    assert "1 counted, which add €10.00; 2 not counted" in told


def test_json_adds_up_to_the_number(seen: Footfall) -> None:
    told = seen("explain", "aov", "--format", "json").told
    [row] = told["rows"]
    assert (row["value"], row["numerator"], row["denominator"]) == (10.0, "10.00", 1)
    for side, number in (("numerator", 10), ("denominator", 1)):
        counted = [t for t in told["things"] if t["side"] == side and t["counted"]]
        assert sum(float(t["adds"]) for t in counted) == number
        assert all(t["reason"] is None for t in counted)
    assert {t["reason"] for t in told["things"]} == {None, "repeat", "no_rate"}
    assert told["measures"][0]["statements"][0]["sql"].startswith("SELECT ts")
    assert [m["shown"] for m in told["measures"]] == [3, 3]


def test_csv_is_safe_to_open_and_the_limit_is_kept(seen: Footfall) -> None:
    rows = list(csv.DictReader(io.StringIO(seen("explain", "orders", "--format", "csv").out)))
    assert [(row["counted"], row["id"]) for row in rows][0::2] == [
        ("yes", "1001"),
        ("yes", "'=1002"),
    ]
    few = seen("explain", "orders", "--limit", "1", "--format", "json").told
    assert len(few["things"]) == 1
    assert (few["measures"][0]["counted"], few["measures"][0]["not_counted"]) == (2, 1)
    out = seen.folder / "why.csv"
    assert seen("explain", "orders", "--format", "csv", "--out", str(out)).out == ""
    assert out.read_text().startswith("side,measure,counted,reason,why,time,kind,id,adds\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("revenu",), "did you mean 'revenue'"),
        (("orders", "--where", "page=/"), "orders has no dimension 'page'"),
        (("exit_rate",), "add one --where page=…"),
        (("orders", "--limit", "0"), "--limit '0' is no number of things"),
        (("orders", "--format", "parquet"), "unknown format 'parquet'"),
        (("orders", "--segment", "x"), "unknown segment 'x'"),
        ((), "id"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    seen: Footfall, words: tuple[str, ...], told: str
) -> None:
    ran = seen("explain", *words)
    assert ran.code == 2
    assert told in ran.err.lower()


def test_a_kpi_that_needs_a_dimension_is_explained_for_one_value(seen: Footfall) -> None:
    told = seen("explain", "exit_rate", "--where", "page=/", "--format", "json").told
    assert told["rows"][0]["segment"] == {"page": "/"}
    assert (told["rows"][0]["numerator"], told["rows"][0]["denominator"]) == (1, 1)


def test_python_explains_too(seen: Footfall) -> None:
    with package.open(seen.workspace) as shop:
        told = shop.explain("orders", where={"device": "mobile"})
        assert [(part.side, thing.id, thing.counted) for part, thing in told] == [
            ("value", "1001", True)
        ]
        assert told.columns()["adds"] == [1]
