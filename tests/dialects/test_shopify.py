"""Shopify's webhooks: signed orders and refunds, each counted once."""

from __future__ import annotations

import base64
import hmac
import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.collector.dialects import Heard, Meant, Outcome
from support.clients import accepted, heard, meant

SECRET = b"hush"
UPDATED_MS = 1_767_603_000_000  # 2026-01-05T08:50:00Z
ORDER: dict[str, Any] = {
    "id": 450789469,
    "name": "#1001",
    "created_at": "2026-01-05T03:49:00-05:00",
    "processed_at": "2026-01-05T03:48:00-05:00",
    "updated_at": "2026-01-05T03:50:00-05:00",
    "currency": "EUR",
    "subtotal_price": "398.00",
    "total_price": "409.94",
    "total_tax": "11.94",
    "taxes_included": False,
    "financial_status": "paid",
    "customer": {"id": 207119551},
    "line_items": [
        {"product_id": 632910392, "variant_id": 39072856, "price": "199.00", "quantity": 2}
    ],
    "shipping_lines": [{"price": "0.00"}],
    "refunds": [{"id": 1, "refund_line_items": []}],
}


ABSURD = {"price": "1e80", "quantity": 1}


def webhook(topic: str, body: Any, secret: bytes = SECRET) -> Heard:
    raw = json.dumps(body).encode()
    signed = base64.b64encode(hmac.digest(secret, raw, sha256)).decode()
    headers = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": signed}
    return heard("/hooks/shopify", raw, headers=headers)


def taken(topic: str, body: Any) -> dict[str, Any]:
    (said,) = meant(webhook(topic, body)).said
    return said.event


def proved(found: Meant, secret: bytes = SECRET) -> bool:
    assert found.signature is not None
    return found.signature.proves(secret)


def test_an_order_is_a_purchase_of_its_transaction() -> None:
    event = taken("orders/create", ORDER)
    assert event["event_id"] == f"shopify-order-450789469-{UPDATED_MS}"
    assert event["customer_id"] == "207119551"
    said = event["properties"]
    assert (said["transaction_id"], said["value"], said["currency"]) == ("450789469", 398, "EUR")
    assert said["items"] == [
        {"item_id": "632910392", "variant_id": "39072856", "price": 199, "quantity": 2}
    ]
    row = accepted(event)
    assert row["occurred_ms"] == UPDATED_MS - 120_000  # when it was placed
    assert row["system"]


def test_the_versions_of_an_order_are_events_of_one_transaction_in_their_order() -> None:
    created = taken("orders/create", ORDER)
    paid = taken("orders/paid", ORDER)
    later = taken("orders/updated", {**ORDER, "updated_at": "2026-01-05T05:00:00-05:00"})
    assert created == paid  # sent twice: the same event
    assert created["event_id"] < later["event_id"]
    assert created["occurred_at"] == later["occurred_at"]
    assert {each["properties"]["transaction_id"] for each in (created, later)} == {"450789469"}


def test_refunds_come_by_their_own_topic() -> None:
    refund = {
        "id": 509562969,
        "order_id": 450789469,
        "created_at": "2026-01-05T03:50:00-05:00",
        "refund_line_items": [{"quantity": 1, "subtotal": 195.67, "line_item": {}}],
        "transactions": [{"kind": "refund", "amount": "195.67", "currency": "EUR"}],
    }  # fmt: skip
    event = taken("refunds/create", refund)
    assert event["event_id"] == "shopify-refund-509562969"
    said = event["properties"]
    assert (said["transaction_id"], said["value"]) == ("450789469", Decimal("195.67"))
    accepted(event)


def test_the_signature_is_proved_by_the_secret_alone() -> None:
    assert proved(meant(webhook("orders/create", ORDER)))
    assert not proved(meant(webhook("orders/create", ORDER, b"guessed")))
    assert not proved(meant(webhook("orders/create", ORDER)), b"another")


@pytest.mark.parametrize("given", ["", "!!", "AAAA", "\u20ac"])
def test_a_signature_that_is_none_proves_nothing(given: str) -> None:
    headers = {"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": given}
    assert not proved(meant(heard("/hooks/shopify", ORDER, headers=headers)))


def test_a_changed_body_is_not_what_was_signed() -> None:
    request = webhook("orders/create", ORDER)
    changed = request.body.replace(b"398.00", b"998.00")
    assert changed != request.body
    assert not proved(meant(heard("/hooks/shopify", changed, headers=request.headers)))


def test_a_test_order_is_left_out() -> None:
    found = meant(webhook("orders/create", {**ORDER, "test": True}))
    assert (found.said, found.refused, found.left_out) == ((), (), 1)


@pytest.mark.parametrize(
    ("topic", "body", "code"),
    [
        ("customers/redact", {"id": 1}, "wrong_type"),
        ("", ORDER, "wrong_type"),
        ("orders/create", [], "wrong_type"),
        ("orders/create", {"id": 1}, "missing_field"),
        ("orders/create", {**ORDER, "updated_at": "yesterday"}, "invalid_timestamp"),
        ("orders/create", {**ORDER, "line_items": [ABSURD]}, "invalid_number"),
        ("refunds/create", {"id": 1}, "missing_field"),
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused_and_proved_all_the_same(
    topic: str, body: Any, code: str
) -> None:
    found = meant(webhook(topic, body))
    assert [each.code for each in found.refused] == [code]
    assert proved(found)


def test_shopify_hears_that_it_was_kept_also_where_it_was_refused() -> None:
    refused = Outcome(0, 0, ({"index": 0, "code": "missing_field", "detail": "x"},))
    assert meant(webhook("orders/create", {"id": 1})).answer(refused).status == 200
    # but not that somebody acts on what nobody reads here
    assert meant(webhook("customers/redact", {"id": 1})).answer(refused).status == 400


@pytest.mark.parametrize(
    ("name", "topic"), [("order", "orders/paid"), ("refund", "refunds/create")]
)
def test_shopifys_own_payloads(shared: Path, name: str, topic: str) -> None:
    payload = json.loads((shared / f"samples/shopify/{name}.json").read_text("utf-8"))[name]
    event = taken(topic, payload)
    assert event["properties"]["transaction_id"] == "450789469"
    received_ms = 1_467_000_000_000 if name == "refund" else 1_200_000_000_000
    assert accepted(event, received_ms)["system"]
