"""Shopify's orders as the admin exports them to CSV: a row for each line of an order.

Source: help.shopify.com, Exporting orders. The rows of an order have one Name; only the first says
the order's money. What was refunded is one sum without a time of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from footfall.event.canonical import exact
from footfall.money import CONTEXT
from footfall.vendors.countries import country_code
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    added,
    amount,
    each_of,
    fingerprint,
    moment,
    needed,
    number,
    present,
    text,
)

SIGNS = (frozenset({"Name", "Financial Status", "Lineitem name", "Created at"}),)
NEEDED = ("Name", "Created at", "Subtotal", "Lineitem quantity", "Lineitem name", "Lineitem price")


def key(row: Row) -> str | None:
    """The order that a row belongs to."""
    return text(needed(row, "Name"))


def events(rows: Sequence[Row]) -> Sequence[Event]:
    """An order of all its rows, and its refund if something of it was paid back."""
    first = next((row for row in rows if text(row.get("Subtotal")) is not None), rows[0])
    name = text(needed(first, "Name")) or ""
    order_id = (text(first.get("Id")) or name).lstrip("'")
    made = [_purchase(rows, first, name, order_id)]
    refunded = number(first.get("Refunded Amount"))
    return [*made, _refund(first, order_id, refunded)] if refunded else made


def _purchase(rows: Sequence[Row], first: Row, name: str, order_id: str) -> Event:
    properties = {
        "transaction_id": order_id,
        "order_name": name,
        "value": _worth(first),
        "currency": text(first.get("Currency")),
        "tax": number(first.get("Taxes")),
        "shipping": number(first.get("Shipping")),
        "coupon": text(first.get("Discount Code")),
        "source": "import",
        "items": [item for row in rows if (item := _item(row))],
    }
    return _event("order", "purchase", first, order_id, properties)


def _refund(first: Row, order_id: str, refunded: Decimal | int) -> Event:
    """The sum that was refunded until the export, at the time of the order: no other is told."""
    properties = {
        "transaction_id": order_id,
        "value": refunded,
        "currency": text(first.get("Currency")),
        "source": "import",
    }
    return _event("refund", "refund", first, order_id, properties)


def _event(kind: str, event: str, first: Row, order_id: str, properties: Event) -> Event:
    email = text(first.get("Email"))
    return present({
        "event_id": f"shopify-csv-{kind}-{fingerprint(order_id)}",
        "event": event,
        "occurred_at": moment(needed(first, "Created at"), "Created at"),
        "customer_id": email and email.lower(),
        "country": country_code(first.get("Shipping Country") or first.get("Billing Country")),
        "properties": present(properties),
    })  # fmt: skip


def _worth(first: Row) -> Decimal | int | None:
    """The subtotal; without the taxes where prices include them, which the total shows."""
    names = ("Subtotal", "Shipping", "Taxes", "Total")
    subtotal, shipping, taxes, total = (number(first.get(name)) for name in names)
    if subtotal is None:
        raise Unmappable("missing_field", "", "Subtotal is empty in all rows of the order")
    if not taxes or total is None or total != added([subtotal, shipping]):
        return subtotal
    return exact(str(CONTEXT.subtract(amount(subtotal), amount(taxes))))


def _item(row: Row) -> Event:
    quantity, price = number(row.get("Lineitem quantity")), number(row.get("Lineitem price"))
    if quantity is None or price is None:
        return {}
    total = CONTEXT.multiply(amount(price), amount(quantity))
    off = amount(number(row.get("Lineitem discount")) or 0)
    sku = text(row.get("Lineitem sku"))
    return present({
        "item_id": sku or text(row.get("Lineitem name")),
        "item_name": text(row.get("Lineitem name")),
        "price": each_of(CONTEXT.subtract(total, off), quantity),
        "quantity": quantity,
        "sku": sku,
    })  # fmt: skip
