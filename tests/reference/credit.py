"""What assets did for orders: contributed orders (R7) and direct sales (R8)."""

from __future__ import annotations

from collections import defaultdict

from .accept import Event
from .clock import DAY
from .identity import text_id
from .orders import Line, Order

NEAR_CHECKOUT = ("cart", "mini_cart", "checkout")


def give_credit(orders: list[Order], events: list[Event]) -> None:
    """Sets `touches` of orders (R7) and `clicks` of lines (R8)."""
    clicks: dict[tuple[str | None, str | None], list[Event]] = defaultdict(list)
    for event in events:
        product = text_id(event.props.get("product_id"))
        if event.name == "asset_click" and product is not None and event.person is not None:
            clicks[event.person, product].append(event)
    for order in orders:
        if order.session is not None:
            order.touches = [e for e in order.session.interactions if e.time <= order.time]
        for line in order.lines:
            if line.product is not None:
                line.clicks = _within_a_day(clicks[order.person, line.product], order)


def _within_a_day(clicks: list[Event], order: Order) -> list[Event]:
    """R8: at most 24 hours before the purchase, both ends included."""
    return [c for c in clicks if order.time - DAY <= c.time <= order.time]


def direct_lines(order: Order) -> list[Line]:
    """R8: the lines whose product was clicked; a line counts once."""
    return [line for line in order.lines if line.clicks]


def beta_touches(order: Order) -> list[Event]:
    """`aov_beta`: interactions with an asset near the checkout, or with a booster."""
    return [
        e
        for e in order.touches
        if e.props.get("placement") in NEAR_CHECKOUT or e.props.get("asset_type") == "booster"
    ]
