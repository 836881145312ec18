"""An order's worth, its lines and its refunds: exact decimals of the site's currency (R4, R5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

import msgspec

from footfall.money import CONTEXT, QUANTUM

Rate = Callable[[str, int], Decimal | None]
"""(currency, local day) → units of the site's currency for one unit; None without a rate."""

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_ABSENT = {"", "null", "undefined", "NaN", "[object Object]"}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what was sold, how many, and its part of the order's revenue (None if unknown)."""

    product: str | None
    category: str | None
    quantity: Decimal
    revenue: Decimal | None


@dataclass(frozen=True, slots=True)
class Money:
    """An order's money in the site's currency, and the currency and day its refunds go by."""

    revenue: Decimal | None
    lines: tuple[Line, ...]
    currency: str
    day: int

    @property
    def units(self) -> Decimal:
        """Σ quantity."""
        return _sum(line.quantity for line in self.lines)


def order_money(
    properties: str, day: int, site_currency: str, rate: Rate, *, counts: bool = True
) -> Money:
    """The money that one purchase event tells, at the rate of the order's local day.

    ``counts`` is false where the site does not take the revenue for true: it is unknown then.
    """
    told: dict[str, Any] = _decode(properties)
    currency = _label(told.get("currency")) or site_currency
    factor = rate(currency, day) if counts else None
    items = _items(told)
    worths = [_worth(item) for item in items]
    revenue = in_site_currency(_told_or_summed(told, worths), factor)
    shares = _shares(worths, revenue, factor)
    lines = tuple(
        Line(_text(item.get("item_id")), _label(item.get("item_category")), _quantity(item), share)
        for item, share in zip(items, shares, strict=True)
    )
    return Money(revenue, lines, currency, day)


def refund_worths(refunds: Sequence[str], order: Money, rate: Rate) -> list[Decimal | None]:
    """What each refund of one order (in order of time) gives back: never more than what is left."""
    if order.revenue is None:
        return [None] * len(refunds)
    left, worths = order.revenue, list[Decimal | None]()
    for properties in refunds:
        told: dict[str, Any] = _decode(properties)
        asked = _told_or_summed(told, [_worth(item) for item in _items(told)])
        factor = rate(_label(told.get("currency")) or order.currency, order.day)
        if asked is not None and factor is None:
            worths.append(None)
            continue
        worth = left if asked is None else min(left, in_site_currency(asked, factor) or ZERO)
        left = CONTEXT.subtract(left, worth)
        worths.append(worth)
    return worths


def named_worth(properties: str) -> Decimal | None:
    """What a refund says it is worth, in its own currency; None if it does not say."""
    told: dict[str, Any] = _decode(properties)
    return _told_or_summed(told, [_worth(item) for item in _items(told)])


def named_currency(properties: str) -> str | None:
    """The currency that an order or a refund names."""
    return _label(_decode(properties).get("currency"))


def _told_or_summed(told: dict[str, Any], worths: list[Decimal | None]) -> Decimal | None:
    value = told.get("value")
    if value is not None:
        return Decimal(value)
    known = [worth for worth in worths if worth is not None]
    return _sum(known) if worths and len(known) == len(worths) else None


def in_site_currency(amount: Decimal | None, factor: Decimal | None) -> Decimal | None:
    """An amount in the site's currency; unknown without a rate."""
    if amount is None or factor is None:
        return None
    return CONTEXT.multiply(amount, factor).quantize(QUANTUM, context=CONTEXT)


def _shares(
    worths: list[Decimal | None], revenue: Decimal | None, factor: Decimal | None
) -> list[Decimal | None]:
    """The lines' parts of the revenue, by price × quantity; the last one takes what is left."""
    if revenue is None:  # takes part in no money sum, and neither do its lines
        return [None] * len(worths)
    known = [worth for worth in worths if worth is not None]
    total = _sum(known)
    if len(known) < len(worths) or total == 0:
        return [in_site_currency(worth, factor) for worth in worths]
    shares = [
        CONTEXT.divide(CONTEXT.multiply(worth, revenue), total).quantize(QUANTUM, context=CONTEXT)
        for worth in known[:-1]
    ]
    return [*shares, CONTEXT.subtract(revenue, _sum(shares))]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum: Python's own rounds to 28 digits."""
    return reduce(CONTEXT.add, amounts, ZERO)


def _items(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in told.get("items") or [] if isinstance(item, dict)]


def _worth(item: dict[str, Any]) -> Decimal | None:
    price = item.get("price")
    return None if price is None else CONTEXT.multiply(Decimal(price), _quantity(item))


def _quantity(item: dict[str, Any]) -> Decimal:
    quantity = item.get("quantity")
    return Decimal(1) if quantity is None else Decimal(quantity)


def _text(value: object) -> str | None:
    """An id as text; the ids of a broken tag are absent."""
    text = None if value is None else str(value)
    return None if text is None or text in _ABSENT else text


def _label(value: object) -> str | None:
    """A text that is no id; an empty one is absent."""
    return None if value is None else str(value) or None
