"""Real files by the mappings in `examples/`, against figures that were known before."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.importers.mapping import read_mapping

Made = Callable[..., Any]
Row = dict[str, Any]
MAPPINGS = Path(__file__).parents[2] / "examples" / "mappings"


def own(row: Row) -> Row:
    found: Row = json.loads(row["properties"], parse_float=Decimal)
    return found


def named(rows: list[Row], *events: str) -> list[Row]:
    return [row for row in rows if row["event"] in events]


def lines_of(properties: Row) -> Decimal:
    return sum(
        (Decimal(item["price"]) * item.get("quantity", 1) for item in properties["items"]),
        Decimal(0),
    )


@pytest.fixture(scope="module")
def retail(stage_once: Made, shared: Path) -> Any:
    mapping = (MAPPINGS / "online_retail.toml").read_text()
    return stage_once(
        shared / "samples/online_retail/online_retail_2010-12.csv.gz", mapping=mapping
    )


def test_online_retail(retail: Any) -> None:
    orders, refunds = named(retail.rows, "purchase"), named(retail.rows, "refund")
    assert (len(orders), len(refunds)) == (1559, 326)
    assert retail.rejected == []
    # Quantities and prices of the lines, and the value that was computed of them.
    assert sum(lines_of(own(row)) for row in orders) == Decimal("823746.14")
    assert sum(Decimal(own(row)["value"]) for row in orders) == Decimal("823746.14")
    assert sum(Decimal(own(row)["value"]) for row in refunds) == Decimal("74789.12")
    assert all("transaction_id" not in own(row) for row in refunds)
    assert len({own(row)["transaction_id"] for row in orders}) == 1559
    assert all(row["system"] and row["visitor_id"] is None for row in retail.rows)


def test_online_retail_times_customers_and_countries(retail: Any) -> None:
    first = retail.rows[0]
    assert first["event_id"] == "online-retail-536365"
    # 2010-12-01 08:26 in London, which is UTC in December.
    assert first["occurred_ms"] == 1_291_191_960_000
    assert (first["customer_id"], first["country"]) == ("17850", "GB")
    assert any(row["customer_id"] is None for row in named(retail.rows, "purchase"))
    countries = {row["country"] for row in retail.rows}
    assert {"GB", "IE", "DE", None} <= countries
    report = retail.staged.files[0]
    assert report.read == 42_481


def test_online_retail_twice_is_the_same(retail: Any, stage: Made, shared: Path) -> None:
    mapping = (MAPPINGS / "online_retail.toml").read_text()
    path = shared / "samples/online_retail/online_retail_2010-12.csv.gz"
    again = stage(path, mapping=mapping).rows
    assert [(row["event_id"], row["content_hash"]) for row in again] == [
        (row["event_id"], row["content_hash"]) for row in retail.rows
    ]


@pytest.fixture(scope="module")
def snowplow(stage_once: Made, shared: Path) -> list[Row]:
    mapping = (MAPPINGS / "snowplow_ecommerce.toml").read_text()
    result = stage_once(shared / "samples/snowplow_ecommerce/events.csv", mapping=mapping)
    assert result.rejected == []
    assert (result.staged.read, result.staged.dropped) == (833, 1)
    rows: list[Row] = result.rows
    return rows


@pytest.fixture
def expected(shared: Path) -> Callable[[str], list[Row]]:
    def read(name: str) -> list[Row]:
        path = shared / "samples/snowplow_ecommerce" / f"{name}_expected.csv"
        with path.open(newline="") as held:
            return list(csv.DictReader(held))

    return read


STEPS = ("begin_checkout", "add_shipping_info", "add_payment_info")
EVENT_OF = {
    "add_to_cart": "add_to_cart",
    "remove_from_cart": "remove_from_cart",
    "transaction": "purchase",
    "list_view": "view_item_list",
    "list_click": "select_item",
    "product_view": "view_item",
    "refund": "refund",
    "": "ecommerce_action",
}


def test_snowplow_carts(snowplow: list[Row], expected: Made) -> None:
    carts = expected("cart_interactions")
    events = {row["event_id"]: row for row in snowplow}
    assert len(carts) == 67
    for each in carts:
        row = events[each["event_id"]]
        assert row["event"] == EVENT_OF[each["ecommerce_action_type"]]
        if each["cart_total_value"]:
            assert Decimal(own(row)["value"]) == Decimal(each["cart_total_value"])
            assert own(row)["currency"] == each["cart_currency"]
    counts = Counter(row["event"] for row in snowplow)
    assert (counts["add_to_cart"], counts["remove_from_cart"], counts["purchase"]) == (38, 15, 14)


def test_snowplow_orders(snowplow: list[Row], expected: Made) -> None:
    wanted = {each["event_id"]: each for each in expected("transaction_interactions")}
    orders = {row["event_id"]: own(row) for row in named(snowplow, "purchase")}
    assert orders.keys() == wanted.keys()
    for event_id, order in orders.items():
        each = wanted[event_id]
        assert order["transaction_id"] == each["transaction_id"]
        assert Decimal(order["value"]) == Decimal(each["transaction_revenue"])
        assert order["currency"] == each["transaction_currency"]
        assert order["total_quantity"] == int(each["transaction_total_quantity"])
        assert len(order["items"]) == int(each["number_products"])
        assert str(order.get("shipping", "")) == each["transaction_shipping"].removesuffix(".0")
    assert sum(Decimal(order["value"]) for order in orders.values()) == Decimal("1466094.89")


def test_snowplow_products(snowplow: list[Row], expected: Made) -> None:
    products = expected("product_interactions")
    wanted = Counter(
        (
            each["event_id"],
            each["product_id"],
            each["product_category"],
            Decimal(each["product_price"]),
        )
        for each in products
    )
    found = Counter(
        (row["event_id"], item["item_id"], item["item_category"], Decimal(item["price"]))
        for row in snowplow
        for item in own(row).get("items", ())
    )
    assert found == wanted
    types = {each["event_id"]: each["ecommerce_action_type"] for each in products}
    events = {row["event_id"]: row["event"] for row in snowplow}
    assert all(events[event_id] == EVENT_OF[kind] for event_id, kind in types.items())
    # Sums of the expected sessions: product views by event, and the products of all orders.
    sessions = expected("sessions")
    views = sum(int(each["number_product_views"] or 0) for each in sessions)
    assert len(named(snowplow, "view_item", "view_item_list")) == views == 279
    bought = sum(len(own(row)["items"]) for row in named(snowplow, "purchase"))
    assert bought == sum(int(each["total_transacted_products"] or 0) for each in sessions) == 17


def test_snowplow_checkouts(snowplow: list[Row], expected: Made) -> None:
    steps = [
        each
        for each in expected("checkout_interactions")
        if each["ecommerce_action_type"] == "checkout_step"
    ]
    events = {row["event_id"]: row for row in snowplow}
    for each in steps:
        number = int(each["checkout_step_number"])
        row = events[each["event_id"]]
        assert row["event"] == STEPS[number - 1]
        assert own(row)["step"] == number
        assert own(row).get("account_type", "") == each["checkout_account_type"]
    assert len(named(snowplow, *STEPS)) == len(steps) == 38


def test_snowplow_visitors_customers_and_times(snowplow: list[Row], expected: Made) -> None:
    events = {row["event_id"]: row for row in snowplow}
    for each in expected("transaction_interactions"):
        row = events[each["event_id"]]
        assert row["visitor_id"] == each["domain_userid"]
        assert row["customer_id"] == (each["ecommerce_user_id"] or None)
        moment = datetime.fromisoformat(each["derived_tstamp"].partition("+")[0])
        assert row["occurred_ms"] == round(moment.replace(tzinfo=UTC).timestamp() * 1000)
    assert len({row["visitor_id"] for row in snowplow}) == 60
    assert not any(row["bot"] or row["system"] for row in snowplow if row["event"] != "refund")


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_a_right_mapping(path: Path) -> None:
    assert read_mapping(path).rules
