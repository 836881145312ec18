"""Answers as people and programs get them: turned so that they fit, and nothing lost on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from footfall.catalogue import Kpi, built_in
from footfall.query.answer import Answer, Row, Value
from footfall.report.data import kpis_csv, kpis_json, safe
from footfall.report.kpis import report
from footfall.report.notebook import ShownAnswer
from footfall.report.table import cells

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)
Parts = tuple[Value, Value, Value]
ORDERS: Parts = (12, None, None)
AOV: Parts = (104.125, Decimal("1249.50"), 12)
CTR: Parts = (0.0512, 41, 801)


def rows_of(kpi: Kpi) -> list[dict[str, str]]:
    """What the segments of a KPI's rows in a cell have of their own: one row, or one per value."""
    return [{kpi.split.column: str(each)} for each in kpi.split.values] if kpi.split else [{}]


def answer(
    rows: Sequence[tuple[str, str | None, tuple[str | None, ...], Parts]],
    by: tuple[str, ...] = (),
    every: str | None = None,
    left_out: tuple[str, ...] = (),
) -> Answer:
    """An answer of Monday and Tuesday."""
    catalogue = built_in()
    kpis = tuple(catalogue[each] for each in dict.fromkeys(row[0] for row in rows))
    told = tuple(
        Row(kpi, bucket, {**dict(zip(by, segment, strict=True)), **own}, *parts)
        for kpi, bucket, segment, parts in rows
        for own in rows_of(catalogue[kpi])
    )
    return ShownAnswer(
        "shop", "EUR", "Europe/Berlin", MONDAY, TUESDAY, every, by, 99, "1:abc", kpis,
        tuple(catalogue[each] for each in left_out), told,
    )  # fmt: skip


def test_a_plain_answer_is_a_list_by_group() -> None:
    found = answer([("orders", None, (), ORDERS), ("aov", None, (), AOV), ("ctr", None, (), CTR)])
    assert report(found, "My shop", 90) == [
        "My shop · 2026-01-05 to 2026-01-06 (2 days) · Europe/Berlin · EUR",
        "",
        "Store",
        "  Orders                    12                  orders",
        "  Average order value  €104.13  €1,249.50 ÷ 12  aov",
        "",
        "Assets",
        "  Click-through rate    5.12 %  41 of 801       ctr",
    ]


def test_a_narrow_terminal_gets_the_numbers() -> None:
    found = answer([("orders", None, (), ORDERS), ("aov", None, (), AOV)])
    assert report(found, "My shop", 40) == [
        "My shop",
        "2026-01-05 to 2026-01-06 (2 days)",
        "Europe/Berlin · EUR",
        "",
        "Store",
        "  Orders                    12  orders",
        "  Average order value  €104.13  aov",
    ]


def test_segments_stand_below_each_other_with_the_kpis_across() -> None:
    found = answer(
        [
            ("orders", None, ("mobile",), ORDERS),
            ("orders", None, (None,), (1, None, None)),
            ("ctr", None, ("mobile",), CTR),
        ],
        by=("device",),
    )
    assert report(found, "My shop", 80)[2:] == [
        "                Click-through",
        "device  Orders           rate",
        "mobile      12         5.12 %",
        "–            1              –",
    ]


def test_days_without_anything_are_there() -> None:
    found = answer(
        [
            ("orders", "2026-01-06", ("mobile",), ORDERS),
            ("orders", "2026-01-06", ("tablet",), (3, None, None)),
        ],
        by=("device",),
        every="day",
    )
    assert report(found, "My shop", 80)[3:] == [
        "Orders",
        "        2026-01-05  2026-01-06",
        "device         Mon         Tue",
        "mobile           0          12",
        "tablet           0           3",
    ]


def test_many_buckets_stand_below_each_other() -> None:
    hours = [f"2026-01-05T{hour:02}:00+01:00" for hour in range(24)]
    rows = [("orders", hour, ("mobile",), ORDERS) for hour in hours]
    told = report(answer(rows, by=("device",), every="hour"), "My shop", 80)
    assert told[4:6] == ["hour                     mobile", "2026-01-05 00:00 +01:00      12"]
    assert len(told) == 5 + 48


def test_what_was_left_out_is_named() -> None:
    rows = [("orders", None, ("mobile",), ORDERS)]
    by_device = report(answer(rows, by=("device",), left_out=("exit_rate",)), "My shop", 100)
    assert by_device[-1] == ("Left out, for they lack a dimension that is asked for: exit_rate.")
    whole = [("orders", None, (), ORDERS)]
    told = report(answer(whole, left_out=("exit_rate",)), "My shop", 100)
    assert told[-1] == "Left out: exit_rate has a value only by page."


def test_an_answer_without_a_row_says_so() -> None:
    told = report(answer([], by=("device",)), "My shop", 100)
    assert told[2:] == ["Nothing was found: no KPI has a value here."]


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
@pytest.mark.parametrize("by", [(), ("device",), ("device", "landing_page")])
@pytest.mark.parametrize("every", [None, "day", "hour"])
def test_no_line_is_wider_than_the_terminal(
    width: int, by: tuple[str, ...], every: str | None
) -> None:
    bucket = {"day": "2026-01-05", "hour": "2026-01-05T01:00+01:00"}.get(every or "")
    segments: list[tuple[str | None, ...]] = [("mobile", "/a/very/long/page" * 9), (None, "/")]
    rows = [
        (kpi.id, bucket, segment[: len(by)], (9_876_543.21, 12_345_678, 9_999_999))
        for kpi in built_in()
        for segment in segments[: 2 if by else 1]
    ]
    told = report(answer(rows, by=by, every=every), "A shop with quite a name " * 5, width)
    assert max(map(cells, told)) <= width


def test_json_is_the_contracts() -> None:
    found = answer([("ctr", "2026-01-05", ("mobile",), CTR), ("aov", None, (None,), AOV)],
                   by=("device",), every="day")  # fmt: skip
    assert json.loads(kpis_json(found)) == {
        "site": "shop",
        "from": "2026-01-05",
        "to": "2026-01-06",
        "timezone": "Europe/Berlin",
        "every": "day",
        "by": ["device"],
        "as_of": 99,
        "definitions": "1:abc",
        "rows": [
            {
                "kpi": "ctr", "bucket": "2026-01-05", "segment": {"device": "mobile"},
                "value": 0.0512, "numerator": 41, "denominator": 801,
            },
            {
                "kpi": "aov", "bucket": None, "segment": {"device": None},
                "value": 104.125, "numerator": "1249.50", "denominator": 12,
            },
        ],
    }  # fmt: skip
    assert json.loads(kpis_json(answer([])))["rows"] == []


def test_csv_has_the_numbers_in_full_and_no_formulas() -> None:
    rows = [
        ("orders", None, ('=HYPERLINK("http://x.example")',), ORDERS),
        ("orders", None, (None,), (-3, None, None)),
        ("ctr", None, ("a,\nb",), (1 / 3, 1, 3)),
    ]
    told = list(csv.reader(io.StringIO(kpis_csv(answer(rows, by=("campaign",))))))
    assert told == [
        ["kpi", "bucket", "campaign", "value", "numerator", "denominator"],
        ["orders", "", '\'=HYPERLINK("http://x.example")', "12", "", ""],
        ["orders", "", "", "-3", "", ""],
        ["ctr", "", "a,\nb", "0.3333333333333333", "1", "3"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_be_a_formula_is_made_harmless(start: str) -> None:
    assert safe(start + "1") == "'" + start + "1"
    assert safe("1" + start) == "1" + start


def test_a_notebook_shows_a_table_and_runs_no_markup() -> None:
    rows = [("orders", None, ("<script>x</script>",), ORDERS), ("ctr", None, ("b",), CTR)]
    found = answer(rows, by=("campaign",), left_out=("exit_rate",))
    assert isinstance(found, ShownAnswer)
    told = found._repr_html_()
    assert "<script>" not in told
    assert "&lt;script&gt;x&lt;/script&gt;" in told
    assert ">5.12 %<" in told
    assert "exit_rate" in told
    assert told.count("<tr>") == 3


def test_a_notebook_is_not_flooded() -> None:
    rows = [("orders", None, (f"c{at}",), ORDERS) for at in range(1000)]
    found = answer(rows, by=("campaign",))
    assert isinstance(found, ShownAnswer)
    assert found._repr_html_().count("<tr>") == 201
    assert "and 800 further rows" in found._repr_html_()
