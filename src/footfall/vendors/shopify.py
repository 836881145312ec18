"""Shopify's orders and refunds as its REST Admin API and webhooks have them (JSON).

Source: shopify.dev, REST Admin API, Order and Refund. An order becomes a `purchase`, each of its
refunds a `refund`; both are of the shop's own books (`source` = `import`). The value is
`subtotal_price`: after discounts, before shipping; where prices include taxes, without these.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

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
    held,
    listed,
    moment,
    needed,
    number,
    present,
    text,
)

PAID_BACK = frozenset({"success", None})

Amount = Decimal | int | None


def events(row: Row) -> Sequence[Event]:
    """An order with its refunds, or a refund; nothing of a test order."""
    row = next((row[key] for key in ("order", "refund") if isinstance(row.get(key), dict)), row)
    if "refund_line_items" in row or ("order_id" in row and "transactions" in row):
        return [refund(row)]
    if row.get("test") is True:
        return []
    return [purchase(row), *(refund(held(each), row) for each in listed(row.get("refunds")))]


def purchase(order: Row) -> Event:
    """The purchase that an order is."""
    order_id = text(needed(order, "id")) or ""
    included = order.get("taxes_included") is True
    lines = [held(line) for line in listed(order.get("line_items"))]
    address = held(order.get("shipping_address")) or held(order.get("billing_address"))
    placed = "processed_at" if order.get("processed_at") else "created_at"
    codes = [text(held(each).get("code")) for each in listed(order.get("discount_codes"))]
    properties = {
        "transaction_id": order_id,
        "order_name": text(order.get("name")),
        "value": _worth(order, lines, included=included),
        "currency": text(order.get("currency")),
        "tax": number(order.get("total_tax")),
        "shipping": _shipping(order),
        "coupon": next(filter(None, codes), None),
        "source": "import",
        "items": [_item(line, included=included) for line in lines],
    }
    return present({
        "event_id": f"shopify-order-{order_id}",
        "event": "purchase",
        "occurred_at": moment(needed(order, placed), placed),
        "customer_id": text(held(order.get("customer")).get("id")),
        "country": country_code(address.get("country_code")),
        "region": text(address.get("province_code")),
        "properties": _without_nothing(properties),
    })  # fmt: skip


def _worth(order: Row, lines: Sequence[Row], *, included: bool) -> Amount:
    """After discounts, without shipping and tax; None where the order says no subtotal."""
    subtotal = number(order.get("subtotal_price"))
    if subtotal is None or not included:
        return subtotal
    return _exact(CONTEXT.subtract(amount(subtotal), added([_tax(line) for line in lines])))


def _shipping(order: Row) -> Amount:
    lines = listed(order.get("shipping_lines"))
    prices = [number(held(line).get("price")) for line in lines]
    return _exact(added(prices)) if prices else None


def _item(line: Row, *, included: bool) -> Event:
    """A line; its price is that of one, after discounts and without tax."""
    quantity = number(line.get("quantity"))
    total = _line_total(line, included=included)
    return present({
        "item_id": text(line.get("product_id")) or text(line.get("sku")),
        "variant_id": text(line.get("variant_id")),
        "item_name": text(line.get("title")) or text(line.get("name")),
        "price": each_of(total, quantity),
        "quantity": quantity,
        "sku": text(line.get("sku")),
    })  # fmt: skip


def _line_total(line: Row, *, included: bool) -> Amount:
    price, quantity = number(line.get("price")), number(line.get("quantity"))
    if price is None or quantity is None:
        return None
    shares = [number(held(each).get("amount")) for each in listed(line.get("discount_allocations"))]
    off = added(shares or [number(line.get("total_discount"))])
    tax = _tax(line) if included else Decimal(0)
    total = CONTEXT.multiply(amount(price), amount(quantity))
    return CONTEXT.subtract(total, CONTEXT.add(off, tax))


def _tax(line: Row) -> Decimal:
    return added([number(held(each).get("price")) for each in listed(line.get("tax_lines"))])


def refund(refund: Row, order: Row | None = None) -> Event:
    """What went back of an order: the goods, and what was paid beyond them; never shipping.

    A refund that comes alone names its order.
    """
    order_id = text(needed(refund, "order_id") if order is None else needed(order, "id")) or ""
    order = order or {}
    included = order.get("taxes_included") is True
    done = "processed_at" if refund.get("processed_at") else "created_at"
    paid = [held(each) for each in listed(refund.get("transactions"))]
    currency = text(order.get("currency")) or next(
        (found for each in paid if (found := text(each.get("currency")))), None
    )
    lines = [held(each) for each in listed(refund.get("refund_line_items"))]
    properties = {
        "transaction_id": order_id,
        "value": _refunded(refund, lines, paid, included=included),
        "currency": currency,
        "source": "import",
        "items": [_returned(line, included=included) for line in lines],
    }
    return present({
        "event_id": f"shopify-refund-{text(needed(refund, 'id'))}",
        "event": "refund",
        "occurred_at": moment(needed(refund, done), done),
        "customer_id": text(held(order.get("customer")).get("id")),
        "properties": _without_nothing(properties),
    })  # fmt: skip


def _refunded(refund: Row, lines: Sequence[Row], paid: Sequence[Row], *, included: bool) -> Amount:
    """Σ of the lines' subtotals, and what was paid back beyond or short of them.

    Versions of the API without subtotals say only what was paid back, which may hold tax.
    """
    adjusted = [
        number(held(each).get("amount"))
        for each in listed(refund.get("order_adjustments"))
        if held(each).get("kind") == "refund_discrepancy"
    ]
    subtotals = [_goods(line, included=included) for line in lines]
    if None not in subtotals and (lines or adjusted):
        worth = CONTEXT.subtract(added(subtotals), added(adjusted))
    else:
        amounts = [
            number(each.get("amount"))
            for each in paid
            if each.get("kind") == "refund" and each.get("status") in PAID_BACK
        ]
        if not amounts:
            return None if lines else 0
        worth = added(amounts)
    if worth < 0:
        raise Unmappable("invalid_number", "/properties/value", f"the refund is worth {worth}")
    return _exact(worth)


def _goods(line: Row, *, included: bool) -> Amount:
    subtotal = number(line.get("subtotal"))
    if subtotal is None or not included:
        return subtotal
    return CONTEXT.subtract(amount(subtotal), amount(number(line.get("total_tax")) or 0))


def _returned(line: Row, *, included: bool) -> Event:
    item = _item(held(line.get("line_item")), included=included)
    quantity = number(line.get("quantity"))
    goods = _goods(line, included=included)
    price = item.get("price") if goods is None else each_of(goods, quantity)
    return present({**item, "price": price, "quantity": quantity})


def _exact(amount: Decimal) -> Decimal | int:
    return exact(str(amount))


def _without_nothing(properties: dict[str, Any]) -> Event:
    """Properties without those that are absent or empty lists."""
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
