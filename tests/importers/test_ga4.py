"""GA4's BigQuery export: rows of the events_ tables, read right or clearly refused."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
Row = dict[str, Any]

EXPORT = Path(__file__).parent / "exports" / "ga4_events.jsonl"
LINES = EXPORT.read_text("utf-8").splitlines()


def own(row: Row) -> Row:
    found: Row = json.loads(row["properties"], parse_float=Decimal)
    return found


@pytest.fixture(scope="module")
def rows(stage_once: Made) -> list[Row]:
    result = stage_once(EXPORT)
    assert result.rejected == []
    # session_start, first_visit and the visitor who refused to be measured are left out
    assert (result.staged.read, result.staged.dropped, result.staged.accepted) == (14, 3, 11)
    found: list[Row] = result.rows
    return found


def one(rows: list[Row], event: str, turn: int = 0) -> Row:
    return [row for row in rows if row["event"] == event][turn]


def test_events_have_our_names(rows: list[Row]) -> None:
    assert Counter(row["event"] for row in rows) == {
        "page_view": 2,
        "view_item": 1,
        "add_to_cart": 1,
        "scroll": 1,
        "purchase": 2,
        "page_leave": 1,
        "refund": 1,
        "ga4_newsletter_signup": 1,
        "search": 1,
    }


def test_a_page_view_says_who_where_and_from_where(rows: list[Row]) -> None:
    row = one(rows, "page_view")
    assert row["occurred_ms"] == 1_767_603_602_000  # 2026-01-05T09:00:02.000123Z, cut
    assert (row["visitor_id"], row["customer_id"]) == ("1003157.8232583593", None)
    assert (row["path"], row["title"]) == ("/products/shirt", "Shirt")
    assert row["referrer_host"] == "google.com"
    assert (row["utm_source"], row["utm_medium"], row["utm_campaign"]) == ("news", "email", "jan")
    assert (row["device"], row["browser"], row["os"]) == ("mobile", "Safari", "iOS")
    assert (row["country"], row["region"]) == ("DE", "North Rhine-Westphalia")
    assert own(row) == {"entrances": 1, "ga_session_id": 1767603600, "ga_session_number": 1}


def test_first_touch_is_not_taken_for_the_visit(rows: list[Row]) -> None:
    row = one(rows, "page_view", 1)
    assert (row["utm_source"], row["utm_medium"]) == ("google", "cpc")  # by its gclid
    assert one(rows, "search")["utm_source"] == "news"  # by its address


def test_an_order_is_worth_what_its_parameters_say(rows: list[Row]) -> None:
    row = one(rows, "purchase")
    assert row["customer_id"] == "c-7"
    said = own(row)
    assert (said["transaction_id"], said["value"], said["currency"]) == (
        "T-1", Decimal("59.95"), "EUR",
    )  # fmt: skip
    assert (said["tax"], said["shipping"], said["coupon"]) == (
        Decimal("9.57"), Decimal("4.9"), "JAN5",
    )  # fmt: skip
    assert said["items"] == [
        {
            "item_id": "SKU_1", "item_name": "Shirt", "variant_id": "blue",
            "item_category": "Apparel", "price": 25, "quantity": 2,
        },
        {"item_id": "SKU_2", "item_name": "Cap", "price": Decimal("9.95"), "quantity": 1},
    ]  # fmt: skip


def test_an_order_without_a_value_is_worth_what_ga4_converted(rows: list[Row]) -> None:
    said = own(one(rows, "purchase", 1))
    assert (said["transaction_id"], said["value"], said["currency"]) == ("T-2", 89, "USD")


def test_a_refund_needs_no_visitor(rows: list[Row]) -> None:
    row = one(rows, "refund")
    assert (row["visitor_id"], row["system"]) == (None, True)
    assert own(row)["value"] == 25
    assert own(row)["transaction_id"] == "T-1"


def test_engagement_and_scrolling(rows: list[Row]) -> None:
    assert own(one(rows, "page_leave"))["engaged_ms"] == 42_000
    scroll = own(one(rows, "scroll"))
    assert (scroll["percent"], scroll["engagement_time_msec"]) == (90, 1200)
    assert own(one(rows, "search"))["search_term"] == "cap"
    custom = own(one(rows, "ga4_newsletter_signup"))
    assert (custom["event_name"], custom["method"]) == ("newsletterSignup", "footer")


def _table(rows: list[Row], *, wrapped: bool) -> pa.Table:
    """The rows with BigQuery's types; repeated fields as lists, or as Parquet files name them."""

    def listed(found: list[Any]) -> Any:
        return {"list": [{"element": each} for each in found]} if wrapped else found

    def typed(row: Row) -> Row:
        params = [
            {
                "key": each["key"],
                "value": {
                    "string_value": each["value"].get("string_value"),
                    "int_value": _whole(each["value"].get("int_value")),
                    "float_value": None,
                    "double_value": each["value"].get("double_value"),
                },
            }
            for each in row["event_params"]
        ]
        items = [
            {**each, "quantity": _whole(each.get("quantity"))} for each in row.get("items", [])
        ]
        return {
            **row,
            "event_timestamp": int(row["event_timestamp"]),
            "event_bundle_sequence_id": int(row["event_bundle_sequence_id"]),
            "event_params": listed(params),
            "items": listed(items),
            "user_properties": None,
        }

    names = dict.fromkeys(name for row in rows for name in row)
    return pa.Table.from_pylist([dict.fromkeys(names) | typed(row) for row in rows])


def _whole(said: str | None) -> int | None:
    return None if said is None else int(said)


@pytest.mark.parametrize("wrapped", [False, True])
def test_parquet_says_the_same_events(
    stage: Made, tmp_path: Path, rows: list[Row], *, wrapped: bool
) -> None:
    path = tmp_path / "events_20260105.parquet"
    pq.write_table(_table([json.loads(line) for line in LINES], wrapped=wrapped), path)
    found = stage(path).rows
    assert [row["event_id"] for row in found] == [row["event_id"] for row in rows]
    assert [row["content_hash"] for row in found] == [row["content_hash"] for row in rows]


def test_a_json_list_and_packed_files_say_the_same(
    stage: Made, file: Write, rows: list[Row]
) -> None:
    listed = "[\n" + ",\n".join(LINES) + "\n]"
    packed = gzip.compress("\n".join(LINES).encode())
    zstd = zstandard.compress("\n".join(LINES).encode())
    ids = [row["event_id"] for row in rows]
    assert stage(file("events.json", listed)).ids == ids
    assert stage(file("events.json.gz", packed)).ids == ids
    assert stage(file("events.jsonl.zst", zstd), format="ga4").ids == ids


def test_an_event_is_the_same_in_the_intraday_and_the_daily_table(stage: Made, file: Write) -> None:
    row = json.loads(LINES[2])
    row |= {"batch_page_id": "7", "batch_ordering_id": "1", "batch_event_index": "3"}
    later = {
        **row,
        "event_params": [*row["event_params"], {"key": "x", "value": {"int_value": "1"}}],
    }
    other = {**row, "batch_event_index": "4"}
    ids = stage(file("e.jsonl", "\n".join(map(json.dumps, (row, later, other))))).ids
    assert ids[0] == ids[1] != ids[2]


def test_a_truncated_file_names_the_row(stage: Made, file: Write) -> None:
    text = EXPORT.read_bytes()
    result = stage(file("cut.jsonl", text[:-300]))
    assert result.refusals == [(14, "invalid_json")]
    assert result.staged.accepted == 10
    listed = b"[" + text.rstrip().replace(b"\n", b",")
    result = stage(file("cut.json", listed[:-300]))
    assert "it ends in the middle of element 14: it was cut off" in result.staged.problems[0]
    assert result.staged.accepted == 10


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"fullVisitorId": "1", "visitId": 2, "hits": []}, "Universal Analytics"),
        ({"event_dim": [], "user_dim": {}}, "before June 2018"),
        ({"pseudo_user_id": "1", "user_info": {}}, "table of users"),
        ({"event": "page_view", "ts": 1}, "there must be event_name, event_timestamp"),
        ({"type": "track", "messageId": "1", "event": "x"}, "use --format segment"),
    ],
)
def test_another_version_is_refused(stage: Made, file: Write, row: Row, words: str) -> None:
    path = file("old.jsonl", json.dumps(row))
    with pytest.raises(RequestError, match=words):
        stage(path, format="ga4")


def test_an_empty_file_is_refused(stage: Made, file: Write) -> None:
    with pytest.raises(RequestError, match="is empty"):
        stage(file("none.jsonl", ""), format="ga4")
    with pytest.raises(RequestError, match="not one whole row"):
        stage(file("none.json", "[]"), format="ga4")


def test_bad_rows_are_named(stage: Made, file: Write) -> None:
    row = json.loads(LINES[2])
    bad = [
        {**row, "event_timestamp": "soon"},
        {key: value for key, value in row.items() if key != "event_timestamp"},
        {**row, "event_name": ""},
        {**row, "event_timestamp": row["event_timestamp"] + "000"},
    ]
    text = "\n".join(map(json.dumps, [row, *bad]))
    result = stage(file("bad.jsonl", text))
    assert result.refusals == [
        (2, "invalid_timestamp"),
        (3, "missing_field"),
        (4, "missing_field"),
        (5, "invalid_timestamp"),
    ]
    assert "whole microseconds" in result.rejected[0]["detail"]
