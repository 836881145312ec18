"""Segment's calls: each becomes the event of the same meaning, or is clearly refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from footfall.errors import RequestError
from footfall.event.vocabulary import EVENTS
from footfall.vendors.segment import TRACKED

Made = Callable[..., Any]
Write = Callable[..., Path]
Row = dict[str, Any]

EXPORT = Path(__file__).parent / "exports" / "segment_calls.jsonl"
LINES = EXPORT.read_text("utf-8").splitlines()


def own(row: Row) -> Row:
    found: Row = json.loads(row["properties"], parse_float=Decimal)
    return found


@pytest.fixture(scope="module")
def rows(stage_once: Made) -> list[Row]:
    result = stage_once(EXPORT)
    assert result.rejected == []
    assert (result.staged.read, result.staged.dropped, result.staged.accepted) == (11, 0, 12)
    found: list[Row] = result.rows
    return found


def test_calls_become_events(rows: list[Row]) -> None:
    assert [row["event"] for row in rows] == [
        "page_view",
        "view_item",
        "add_to_cart",
        "segment_identify",
        "purchase",
        "purchase",
        "refund",
        "segment_newsletter_sign_up",
        "segment_alias",
        "page_view",
        "experiment_exposure",
        "purchase",
    ]


def test_a_page_call_says_where_from_where_and_with_what(rows: list[Row]) -> None:
    row = rows[0]
    assert (row["event_id"], row["visitor_id"]) == ("segment_m-1", "507f191e810c19729de860ea")
    assert row["occurred_ms"] == 1_767_603_600_905  # the corrected time, not the sender's
    assert (row["url"], row["title"]) == ("https://shop.example/academy/", "Analytics Academy")
    assert row["referrer_host"] == "google.com"
    assert (row["utm_source"], row["utm_medium"]) == ("Newsletter", "email")
    assert row["utm_campaign"] == "TPS Innovation Newsletter"
    assert (row["country"], row["region"], row["device"]) == ("US", "California", "mobile")
    assert own(row) == {"name": "Home"}


def test_a_product_becomes_an_item(rows: list[Row]) -> None:
    assert own(rows[1]) == {
        "coupon": "MAYDEALS",
        "items": [
            {
                "item_id": "507f1f77bcf86cd799439011", "sku": "G-32", "item_category": "Games",
                "item_name": "Monopoly: 3rd Edition", "brand": "Hasbro",
                "variant_id": "200 pieces", "price": Decimal("18.99"), "quantity": 1,
                "position": 3, "image_url": "https://www.example.com/product/path.jpg",
            }
        ],
    }  # fmt: skip
    # the product's own address is not the page
    assert rows[1]["url"] == "https://shop.example/p/monopoly"
    assert own(rows[2])["items"][0]["price"] == Decimal("18.99")
    assert own(rows[2])["cart_id"] == "skdjsidjsdkdj29j"


def test_an_order_is_worth_its_subtotal(rows: list[Row]) -> None:
    said = own(rows[4])
    assert (said["transaction_id"], said["value"]) == ("50314b8e9bcf000000000000", Decimal("22.5"))
    assert (said["currency"], said["tax"], said["shipping"]) == ("USD", 2, 3)
    assert [(item["item_id"], item["price"], item["quantity"]) for item in said["items"]] == [
        ("507f1f77bcf86cd799439011", 19, 1),
        ("505bd76785ebb509fc183733", 3, 2),
    ]
    assert rows[4]["customer_id"] == "97980cfea0067"
    # version 1 of the specification
    assert own(rows[11])["transaction_id"] == "v1-1"
    assert own(rows[11])["value"] == Decimal("10.5")
    assert own(rows[11])["items"] == [{"item_id": "p9", "price": Decimal("10.5")}]


def test_a_call_without_a_visitor_is_the_servers(rows: list[Row]) -> None:
    row = rows[5]
    assert (row["visitor_id"], row["customer_id"], row["system"]) == (None, "u1", True)
    assert own(row)["value"] == Decimal("42.5")
    assert own(rows[6])["value"] == 25  # 30 − 3 of shipping − 2 of tax
    assert rows[6]["system"]


def test_identify_and_alias_link_and_open_no_visit(rows: list[Row]) -> None:
    for row, who in (
        (rows[3], ("507f191e810c19729de860ea", "97980cfea0067")),
        (rows[8], ("a2", "u2")),
    ):
        assert row["system"]
        assert (row["visitor_id"], row["customer_id"]) == who


def test_unknown_names_are_kept_under_the_prefix(rows: list[Row]) -> None:
    row = rows[7]
    assert own(row) == {"event_name": "Newsletter Sign-Up", "place": "footer"}
    assert not row["system"]  # a property of theirs does not make it ours
    assert len(row["event_id"]) <= 64


def test_screens_and_experiments(rows: list[Row]) -> None:
    assert own(rows[9]) == {"name": "Cart"}
    said = own(rows[10])
    assert (said["experiment_id"], said["variant"]) == ("123", "36")


def test_the_same_calls_give_the_same_ids(stage: Made, file: Write, rows: list[Row]) -> None:
    again = stage(file("again.json", "[" + ",".join(LINES) + "]"))
    assert [(row["event_id"], row["content_hash"]) for row in again.rows] == [
        (row["event_id"], row["content_hash"]) for row in rows
    ]


def test_recorded_clients_are_understood(stage: Made, file: Write, shared: Path) -> None:
    """What Segment's and RudderStack's own libraries sent."""
    wire = (shared / "samples/wire/real_client_requests.jsonl").read_text("utf-8").splitlines()
    bodies = [
        request["body"]
        for request in map(json.loads, wire)
        if request["path"].startswith("/v1/") and isinstance(request["body"], dict)
    ]
    # by their own times, which are after the tests' time of import
    for body in bodies:
        for call in body.get("batch", [body]):
            call["timestamp"] = "2026-01-02T03:04:05.000Z"
    result = stage(file("wire.jsonl", "\n".join(map(json.dumps, bodies))))
    calls = [call for body in bodies for call in body.get("batch", [body])]
    assert result.rejected == []
    assert len(result.rows) == len(calls) == 13
    orders = [own(row) for row in result.rows if row["event"] == "purchase"]
    assert sorted(str(order["value"]) for order in orders) == ["3", "42.5", "42.5", "9.99"]


def test_truncated_and_bad_calls_are_named(stage: Made, file: Write) -> None:
    call = json.loads(LINES[1])
    bad = [
        {**call, "type": "trak"},
        {**call, "event": None},
        {**call, "timestamp": "yesterday"},
        {key: value for key, value in call.items() if key != "timestamp"},
    ]
    text = "\n".join(map(json.dumps, [call, *bad])) + "\n" + LINES[0][:200]
    result = stage(file("bad.jsonl", text))
    assert result.refusals == [
        (2, "wrong_type"),
        (3, "missing_field"),
        (4, "invalid_timestamp"),
        (5, "missing_field"),
        (6, "invalid_json"),
    ]
    assert "did you mean 'track'?" in result.rejected[0]["detail"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"anonymous_id": "1", "event_text": "x"}, "a table of Segment's warehouse"),
        ({"event_name": "x", "event_timestamp": 1}, "use --format ga4"),
        ({"a": 1}, "holds no calls of Segment"),
    ],
)
def test_another_version_is_refused(stage: Made, file: Write, row: Row, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        stage(file("old.jsonl", json.dumps(row)), format="segment")
    with pytest.raises(RequestError, match="is empty"):
        stage(file("none.jsonl", "\n"), format="segment")


def test_every_name_leads_to_an_event_of_ours() -> None:
    assert set(TRACKED.values()) <= set(EVENTS)
