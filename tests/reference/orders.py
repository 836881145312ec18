"""Orders, their lines and their refunds (R4, R5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .accept import Event
from .identity import first_with_visitor, label, purchases_by_order, text_id
from .money import Rates, amount, exact, items_of, quantity, worth
from .sessions import Session

AUTHORITY = {"import": 0, "server": 1}


@dataclass(eq=False, slots=True)
class Line:
    """One item of an order, with its share of the order's revenue."""

    order: Order
    product: str | None
    category: str | None
    quantity: Decimal
    revenue: Decimal | None
    clicks: list[Event] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Order:
    """One order, however many purchases told of it."""

    transaction_id: str | None
    lead: Event
    money: Event
    person: str | None
    rate: Decimal | None
    revenue: Decimal | None
    lines: list[Line] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    touches: list[Event] = field(default_factory=list)
    is_first: bool = False
    conversation: Any = None
    video_conversation: Any = None

    @property
    def time(self) -> int:
        """R4: the time of its earliest purchase with a visitor, else of its earliest."""
        return self.lead.time

    @property
    def session(self) -> Session | None:
        """R4: the session of that purchase."""
        session: Session | None = self.lead.session
        return session

    @property
    def units(self) -> Decimal:
        """The number of pieces."""
        return sum((line.quantity for line in self.lines), Decimal(0))


@dataclass(eq=False, slots=True)
class Refund:
    """One refund event; without money if its order or that order's revenue is unknown."""

    event: Event
    order: Order | None
    money: Decimal | None


@exact
def make_orders(events: list[Event], rates: Rates, *, verified_only: bool = False) -> list[Order]:
    """R4: one order per transaction id, in order of time.

    With `verified_revenue_only` the revenue of what only the tag told of is unknown.
    """
    trusted = ("import", "server") if verified_only else ("import", "server", None)
    orders = [_order(group, rates, trusted) for group in purchases_by_order(events).values()]
    orders.sort(key=lambda o: o.lead.order)
    seen: set[str | None] = set()
    for order in orders:
        order.is_first = order.person is not None and order.person not in seen
        seen.add(order.person)
        if order.session is not None:
            order.session.orders.append(order)
    return orders


def _order(purchases: list[Event], rates: Rates, trusted: tuple[str | None, ...]) -> Order:
    """R4: time and person from one purchase, money and items from the most authoritative."""
    lead = first_with_visitor(purchases)
    money = min(purchases, key=lambda p: (AUTHORITY.get(str(p.props.get("source")), 2), p.order))
    rate = rates.at(label(money.props.get("currency")), lead.time)
    source = money.props.get("source")
    known = (source if source in AUTHORITY else None) in trusted
    value = worth(money.props) if known else None
    revenue = None if value is None or rate is None else value * rate
    transaction = text_id(money.props.get("transaction_id"))
    order = Order(transaction, lead, money, lead.person, rate, revenue)
    order.lines = _lines(order, rate)
    return order


def _lines(order: Order, rate: Decimal | None) -> list[Line]:
    """R5: price x quantity, scaled so that the lines add up to the order's revenue."""
    items = items_of(order.money.props)
    amounts = [amount(item) for item in items]
    plain = [None if a is None or rate is None else a * rate for a in amounts]
    priced = [a for a in plain if a is not None]
    if order.revenue is None:  # takes part in no money sum
        plain = [None] * len(items)
    elif len(priced) == len(items) and sum(priced, Decimal(0)):
        plain = [*_scaled(priced, order.revenue)]
    return [
        Line(
            order,
            text_id(item.get("item_id")),
            label(item.get("item_category")),
            quantity(item),
            revenue,
        )
        for item, revenue in zip(items, plain, strict=True)
    ]


def _scaled(plain: list[Decimal], revenue: Decimal) -> list[Decimal]:
    """R5: an order's last line takes what is left."""
    total = sum(plain, Decimal(0))
    lines = [part * revenue / total for part in plain[:-1]]
    return [*lines, revenue - sum(lines, Decimal(0))]


@exact
def make_refunds(events: list[Event], orders: list[Order], rates: Rates) -> list[Refund]:
    """R5: the refunds of one order in order of time, each at most what is left."""
    by_id = {o.transaction_id: o for o in orders if o.transaction_id is not None}
    left: dict[Order, Decimal] = defaultdict(Decimal)
    left.update({o: o.revenue for o in orders if o.revenue is not None})
    refunds: list[Refund] = []
    for event in sorted((e for e in events if e.name == "refund"), key=lambda e: e.order):
        order = by_id.get(text_id(event.props.get("transaction_id")) or "")
        refund = Refund(event, order, None)
        if order is not None:
            refund.money = _refunded(event, order, left[order], rates)
            left[order] -= refund.money or 0
            order.refunds.append(refund)
        refunds.append(refund)
    return refunds


def _refunded(event: Event, order: Order, left: Decimal, rates: Rates) -> Decimal | None:
    """R5: `value`, else its items, else what is left; at the order's rate; never more than left."""
    if order.revenue is None:
        return None
    value = worth(event.props)
    if value is None:
        return left
    currency = label(event.props.get("currency"))
    same = currency in (None, label(order.money.props.get("currency")) or rates.currency)
    rate = order.rate if same else rates.at(currency, order.time)
    return None if rate is None else min(value * rate, left)
