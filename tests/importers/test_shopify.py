"""Shopify's orders and refunds, as JSON of its REST Admin API and as the admin's CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
Row = dict[str, Any]

EXPORTS = Path(__file__).parent / "exports"
ORDERS = EXPORTS / "shopify_orders.json"
CSV = EXPORTS / "shopify_orders.csv"


def own(row: Row) -> Row:
    found: Row = json.loads(row["properties"], parse_float=Decimal)
    return found


def test_the_published_order(stage: Made, shared: Path) -> None:
    result = stage(shared / "samples/shopify/order.json")
    (row,) = result.rows
    assert (row["event_id"], row["event"]) == ("shopify-order-450789469", "purchase")
    assert row["occurred_ms"] == 1_199_980_800_000  # 2008-01-10T11:00:00-05:00
    assert (row["visitor_id"], row["customer_id"], row["system"]) == (None, "207119551", True)
    said = own(row)
    assert (said["transaction_id"], said["order_name"]) == ("450789469", "#1001")
    assert (said["value"], said["currency"], said["source"]) == (398, "USD", "import")
    assert (said["tax"], said["shipping"], said["coupon"]) == (Decimal("11.94"), 0, "TENOFF")
    assert [
        (item["item_id"], item["variant_id"], item["price"], item["quantity"])
        for item in said["items"]
    ] == [
        ("632910392", "39072856", 199, 1),
        ("632910392", "49148385", 199, 1),
        ("632910392", "457924702", 199, 1),
    ]


def test_the_published_list_and_refund(stage: Made, shared: Path) -> None:
    (order,) = stage(shared / "samples/shopify/orders.json").rows
    assert (own(order)["value"], own(order)["transaction_id"]) == (597, "450789469")
    (refund,) = stage(shared / "samples/shopify/refund.json").rows
    assert (refund["event_id"], refund["event"]) == ("shopify-refund-509562969", "refund")
    assert refund["occurred_ms"] == 1_466_444_106_000  # 2016-06-20T13:35:06-04:00
    said = own(refund)
    assert (said["transaction_id"], said["value"], said["currency"]) == ("450789469", 209, "USD")
    assert [(item["variant_id"], item["quantity"]) for item in said["items"]] == [
        ("457924702", 1), ("39072856", 1),
    ]  # fmt: skip


def test_abandoned_checkouts_are_no_orders(stage: Made, shared: Path) -> None:
    with pytest.raises(RequestError, match=r"checkouts\.json holds .*abandoned checkouts"):
        stage(shared / "samples/shopify/checkouts.json", format="shopify-orders")


def test_orders_and_their_refunds(stage: Made) -> None:
    result = stage(ORDERS)
    # a test order is left out
    assert (result.staged.read, result.staged.dropped) == (3, 1)
    first, refund, second = result.rows
    said = own(first)
    assert first["occurred_ms"] == 1_767_603_540_000  # processed at 09:59 in Berlin
    assert (said["value"], said["shipping"], said["coupon"]) == (54, Decimal("4.9"), "JAN10")
    # 2 × 20 − 4 and 20 − 2
    assert [(item["price"], item["quantity"]) for item in said["items"]] == [(18, 2), (18, 1)]
    # one piece at 18 and 1.50 beyond it; neither its tax nor the shipping of 4.90
    assert own(refund)["value"] == Decimal("19.5")
    assert own(refund)["items"][0] | {"sku": "", "item_name": ""} == {
        "item_id": "101", "variant_id": "1010", "price": 18, "quantity": 1, "sku": "",
        "item_name": "",
    }  # fmt: skip
    assert (refund["customer_id"], refund["occurred_ms"]) == ("77", 1_767_956_400_000)
    # taxes are in the prices: 119 − 19, and (2 × 59.50 − 19) ÷ 2
    said = own(second)
    assert (said["value"], said["items"][0]["price"], second["country"]) == (100, 50, "AT")
    assert second["customer_id"] is None


@pytest.mark.parametrize("form", ["list", "lines", "wrapped lines", "pretty"])
def test_every_form_of_json_says_the_same(stage: Made, file: Write, form: str) -> None:
    orders = json.loads(ORDERS.read_text("utf-8"))["orders"]
    text = {
        "list": json.dumps(orders),
        "lines": "\n".join(map(json.dumps, orders)),
        "wrapped lines": "\n".join(json.dumps({"order": order}) for order in orders),
        "pretty": json.dumps({"orders": orders}, indent=4),
    }[form]
    name = "o.jsonl" if "lines" in form else "o.json"
    found, wanted = stage(file(name, text)).rows, stage(ORDERS).rows
    assert [(row["event_id"], row["content_hash"]) for row in found] == [
        (row["event_id"], row["content_hash"]) for row in wanted
    ]


def test_the_admins_csv(stage: Made) -> None:
    result = stage(CSV)
    assert (result.staged.read, result.rejected) == (3, [])
    first, refund, second = result.rows
    said = own(first)
    assert (first["occurred_ms"], first["customer_id"]) == (1_767_603_600_000, "ada@example.com")
    assert (said["transaction_id"], said["order_name"]) == ("5001", "#1001")
    assert (said["value"], said["tax"], said["shipping"]) == (47, Decimal("3.29"), 6)
    assert [(item["item_id"], item["price"], item["quantity"]) for item in said["items"]] == [
        ("FERN-1", 16, 2), ("TOTE-1", 20, 1),
    ]  # fmt: skip
    assert (refund["event"], own(refund)["value"]) == ("refund", 20)
    assert own(refund)["transaction_id"] == "5001"
    # the total holds the taxes: 119 − 19; one at 129 − 10
    said = own(second)
    assert (said["value"], said["items"][0]["price"]) == (100, 119)
    assert said["items"][0]["item_id"] == "Speckled Mug"


def test_truncated_files_are_named(stage: Made, file: Write) -> None:
    text = ORDERS.read_bytes()
    cut = stage(file("cut.json", text[: text.index(b'"id": 5003')]), format="shopify-orders")
    assert cut.staged.accepted == 3
    assert "element 3: it was cut off" in cut.staged.problems[0]
    rows = CSV.read_bytes()
    cut = stage(file("cut.csv", rows[:-30]))
    assert cut.refusals == [(6, "invalid_row")]  # the first order takes the lines 2 to 4
    quote = stage(file("quote.csv", rows[: rows.index(b"Botanical Fern") + 30]))
    assert "a quote is opened and never closed" in quote.staged.problems[0]
    assert quote.staged.accepted == 0


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("g.json", '{"data":{"orders":{"edges":[]}}}', "GraphQL"),
        ("g.jsonl", '{"id":"gid://shopify/Order/1","totalPriceSet":{}}', "GraphQL"),
        ("p.csv", "Handle,Title,Vendor\na,b,c\n", "holds no orders or refunds of Shopify"),
        ("h.csv", "Name,Financial Status,Lineitem name,Created at\n", "not one row below it"),
        ("e.json", '{"orders": []}', "not one whole row under 'orders'"),
        ("n.json", " ", "is empty"),
    ],
)
def test_what_is_none_is_refused(
    stage: Made, file: Write, name: str, text: str, words: str
) -> None:
    with pytest.raises(RequestError, match=words) as told:
        stage(file(name, text), format="shopify-orders")
    assert name in str(told.value)


def test_bad_orders_are_named(stage: Made, file: Write) -> None:
    order = json.loads(ORDERS.read_text("utf-8"))["orders"][1]
    bad = [
        {**order, "id": None},
        {**order, "id": 1, "created_at": "2026-01-05"},
        {**order, "id": 2, "subtotal_price": "-5.00"},
    ]
    result = stage(file("bad.json", json.dumps({"orders": [order, *bad]})))
    assert result.refusals == [
        (2, "missing_field"),
        (3, "invalid_timestamp"),
        (4, "invalid_number"),
    ]


def test_absurd_orders_are_refused_and_do_not_end_the_import(stage: Made, file: Write) -> None:
    (order,) = json.loads(ORDERS.read_text("utf-8"))["orders"][:1]
    lines = [None, *order["line_items"]]
    absurd = [{**line, "price": "1e80"} for line in order["line_items"]]
    bad = [
        {**order, "id": 7, "line_items": lines},
        {**order, "id": 8, "line_items": absurd},
        {**order, "id": 9, "subtotal_price": "1e99999", "taxes_included": True},
    ]
    result = stage(file("absurd.jsonl", "\n".join(map(json.dumps, bad))))
    assert [code for _, code in result.refusals] == ["invalid_number", "invalid_number"]
    assert any(own(row).get("transaction_id") == "7" for row in result.rows)
