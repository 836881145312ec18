"""Snowplow's events and schemas: what they are in our vocabulary.

Source: docs.snowplow.io, Snowplow Tracker Protocol; Iglu Central, com.snowplowanalytics.snowplow
and com.snowplowanalytics.snowplow.ecommerce. An order is worth its `revenue`, as Snowplow's own
models count it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from footfall.event.canonical import exact
from footfall.money import CONTEXT
from footfall.vendors.words import Event, Row, amount, custom, listed, number, present, text

PREFIX = "snowplow_"
ACTIONS = {
    "add_to_cart": "add_to_cart",
    "remove_from_cart": "remove_from_cart",
    "product_view": "view_item",
    "list_view": "view_item_list",
    "list_click": "select_item",
    "transaction": "purchase",
    "refund": "refund",
    "promo_view": "view_promotion",
    "promo_click": "select_promotion",
}
"""The type of an e-commerce action → the event of the same meaning."""
STEPS = {1: "begin_checkout", 2: "add_shipping_info", 3: "add_payment_info"}
ITEM = {
    "id": "item_id", "name": "item_name", "category": "item_category", "variant": "variant_id",
    "brand": "item_brand",
}  # fmt: skip
MOST = 100

Contexts = Mapping[str, Sequence[Row]]


def act(kind: str, said: Row) -> tuple[str, Event]:
    """An event of the protocol's own kinds: page views, pings, structured events, transactions."""
    if kind == "pv":
        return "page_view", {}
    if kind == "pp":
        return "page_leave", {"max_scroll_pct": _scrolled(said)}
    if kind == "tr":
        return "purchase", _transaction(said)
    if kind == "se":
        return _structured(said)
    return custom(PREFIX, kind or "event"), {"event_name": kind}


def _structured(said: Row) -> tuple[str, Event]:
    keys = {"category": "se_ca", "action": "se_ac", "label": "se_la", "property": "se_pr"}
    own: Event = {ours: text(said.get(theirs)) for ours, theirs in keys.items()}
    name = custom(PREFIX, own["action"] or "structured")
    return name, {**own, "value": number(said.get("se_va"))}


def _transaction(said: Row) -> Event:
    """An order of the old kind: its total holds tax and shipping."""
    total, tax, shipping = (number(said.get(key)) for key in ("tr_tt", "tr_tx", "tr_sh"))
    own: Event = {"tax": tax, "shipping": shipping, "currency": text(said.get("tr_cu"))}
    if total is not None:
        worth = CONTEXT.subtract(amount(total), amount(tax or 0))
        own["value"] = exact(str(CONTEXT.subtract(worth, amount(shipping or 0))))
    return {"transaction_id": text(said.get("tr_id")), **own}


def _scrolled(said: Row) -> int | None:
    """How far down the page somebody has seen, in per cent: its own height, and the window's."""
    page, window = (_height(said.get(key)) for key in ("ds", "vp"))
    down = number(said.get("pp_may"))
    if not page or window is None or not isinstance(down, int) or not 0 <= down <= page:
        return None
    return min(MOST, (down + window) * MOST // page)


def _height(said: Any) -> int | None:
    found = number((text(said) or "").partition("x")[2])
    return found if isinstance(found, int) and found >= 0 else None


def self_described(schema: str, data: Row, contexts: Contexts) -> tuple[str, Event]:
    """An event that names its schema."""
    if schema == "snowplow_ecommerce_action":
        return _commerce(text(data.get("type")) or "", data, contexts)
    if schema == "link_click":
        return "click", {"href": text(data.get("targetUrl")), "text": text(data.get("content"))}
    if schema == "site_search":
        terms = [found for each in listed(data.get("terms")) if (found := text(each))]
        results = number(data.get("totalResults"))
        return "search", {"search_term": " ".join(terms), "results": results}
    if schema == "screen_view":
        return "page_view", {"screen": text(data.get("name"))}
    if schema == "page_ping":
        return "page_leave", {}
    return custom(PREFIX, schema or "event"), {"event_name": schema, **data}


def _commerce(kind: str, data: Row, contexts: Contexts) -> tuple[str, Event]:
    items = [_item(each) for each in contexts.get("product", [])]
    own: Event = {"items": items} if items else {}
    step, cart = _first(contexts, "checkout_step"), _first(contexts, "cart")
    if kind == "checkout_step":
        number_of = number(step.get("step"))
        name = STEPS.get(number_of, "checkout_step") if isinstance(number_of, int) else kind
        return name, {**own, "step": number_of, **_money(cart, "total_value")}
    if kind == "transaction":
        return "purchase", {**own, **_order(_first(contexts, "transaction"))}
    if kind == "refund":
        said = _first(contexts, "refund")
        order = {"transaction_id": text(said.get("transaction_id"))}
        return "refund", {**own, **order, **_money(said, "refund_amount")}
    more = {"cart_id": text(cart.get("cart_id")), "list_name": text(data.get("name"))}
    name = ACTIONS.get(kind) or custom(PREFIX, kind or "ecommerce_action")
    return name, {**own, **_money(cart, "total_value"), **more}


def _first(contexts: Contexts, name: str) -> Row:
    return next(iter(contexts.get(name, ())), {})


def _order(said: Row) -> Event:
    return {
        "transaction_id": text(said.get("transaction_id")),
        **_money(said, "revenue"),
        "tax": number(said.get("tax")),
        "shipping": number(said.get("shipping")),
        "coupon": text(said.get("discount_code")),
        "payment_method": text(said.get("payment_method")),
    }


def _money(said: Row, key: str) -> Event:
    found: Decimal | int | None = number(said.get(key))
    return {"value": found, "currency": text(said.get("currency"))}


def _item(said: Row) -> Event:
    return present({
        **{ours: text(said.get(theirs)) for theirs, ours in ITEM.items()},
        "price": number(said.get("price")),
        "quantity": number(said.get("quantity")),
    })  # fmt: skip
