"""Segment's calls (track, page, screen, identify, alias, group), one JSON object a line.

Source: segment.com/docs/connections/spec: common fields, e-commerce v2 (and v1's names), A/B
testing, B2B SaaS. RudderStack writes the same. A line may hold a whole batch as clients send it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from footfall.errors import nearest
from footfall.event.canonical import exact
from footfall.event.codes import shown
from footfall.event.vocabulary import EVENTS
from footfall.money import CONTEXT
from footfall.vendors.countries import country_code
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    amount,
    custom,
    fingerprint,
    held,
    id_of,
    listed,
    number,
    present,
    text,
)

PREFIX = "segment_"
TRACKED = {
    "Products Searched": "search",
    "Product List Viewed": "view_item_list",
    "Viewed Product Category": "view_item_list",
    "Product Clicked": "select_item",
    "Clicked Product": "select_item",
    "Product Viewed": "view_item",
    "Viewed Product": "view_item",
    "Product Added": "add_to_cart",
    "Added Product": "add_to_cart",
    "Wishlist Product Added to Cart": "add_to_cart",
    "Product Removed": "remove_from_cart",
    "Removed Product": "remove_from_cart",
    "Cart Viewed": "view_cart",
    "Viewed Cart": "view_cart",
    "Checkout Started": "begin_checkout",
    "Started Order": "begin_checkout",
    "Payment Info Entered": "add_payment_info",
    "Order Completed": "purchase",
    "Completed Order": "purchase",
    "Order Refunded": "refund",
    "Refunded Order": "refund",
    "Product Shared": "share",
    "Cart Shared": "share",
    "Experiment Viewed": "experiment_exposure",
    "Signed Up": "sign_up",
    "Account Created": "sign_up",
    "Signed In": "login",
    "Trial Started": "trial_start",
}
"""A track call's name → the event of the same meaning. Others are kept under the prefix."""

CALLS = {"page": "page_view", "screen": "page_view"}
LINKS = ("identify", "alias", "group")
"""Calls that say who somebody is: kept as system events, so that they link and open no visit."""

TYPES = ("track", *CALLS, *LINKS)

RENAMED = {
    "order_id": "transaction_id",
    "orderId": "transaction_id",
    "query": "search_term",
    "share_via": "method",
    "variation_id": "variant",
    "variation_name": "variant_name",
}
PRODUCT = {
    "product_id": "item_id",
    "productId": "item_id",
    "id": "item_id",
    "name": "item_name",
    "category": "item_category",
    "variant": "variant_id",
}
ONE_PRODUCT = frozenset({"view_item", "select_item", "add_to_cart", "remove_from_cart"})
PRODUCT_KEYS = (*PRODUCT, "sku", "price", "quantity", "brand", "position", "image_url")
WITH_MONEY = frozenset({"purchase", "refund", "begin_checkout", "view_cart", "add_payment_info"})
PAGE_KEYS = frozenset({"url", "title", "referrer", "path", "search"})


def calls(row: Row) -> list[Row]:
    """The calls of a row or a request: itself, or those of a batch."""
    if not isinstance(row.get("batch"), list):
        return [row]
    # what a batch says once holds for each of its calls
    shared = {key: row[key] for key in ("context", "sentAt") if key in row}
    return [{**shared, **held(each)} for each in row["batch"]]


def event(call: Row) -> Event:
    """The event of a call, without who vouches for it; Unmappable where it is none."""
    kind = text(call.get("type")) or ""
    if kind not in TYPES:
        close = nearest(kind, TYPES)
        hint = f"; did you mean {close!r}?" if close else ""
        raise Unmappable(
            "wrong_type",
            "/type",
            f"type is {shown(kind)}, which is none of {', '.join(TYPES)}{hint}",
        )
    name, said = _name(call, kind)
    context, given = held(call.get("context")), held(call.get("properties"))
    page, campaign = held(context.get("page")), held(context.get("campaign"))
    location = held(context.get("location"))
    visitor, customer = _who(call)
    own = properties(name, {} if kind in LINKS else given)
    if said:
        own.setdefault("name" if kind in CALLS else "event_name", said)
    return present({
        "event_id": _id(call, name, visitor, customer),
        "event": name,
        "occurred_at": _time(call),
        "visitor_id": visitor,
        "customer_id": customer,
        "url": text(given.get("url") if kind == "page" else None) or text(page.get("url")),
        "title": text(given.get("title") if kind == "page" else None) or text(page.get("title")),
        "referrer": text(given.get("referrer") if kind == "page" else None)
        or text(page.get("referrer")),
        "utm_source": text(campaign.get("source")),
        "utm_medium": text(campaign.get("medium")),
        "utm_campaign": text(campaign.get("name")),
        "utm_term": text(campaign.get("term")),
        "utm_content": text(campaign.get("content")),
        "user_agent": text(context.get("userAgent")),
        "country": country_code(location.get("country")),
        "region": text(location.get("region")),
        "properties": own,
    })  # fmt: skip


def _name(call: Row, kind: str) -> tuple[str, str | None]:
    """The event's name, and the sender's own name of it where ours does not say it."""
    if kind in CALLS:
        return CALLS[kind], text(call.get("name"))
    if kind in LINKS:
        return PREFIX + kind, None
    said = text(call.get("event"))
    if said is None:
        raise Unmappable("missing_field", "/event", "event is missing: the name of the track call")
    known = tracked(said)
    return (known, None) if known else (custom(PREFIX, said), said)


def tracked(said: str) -> str | None:
    """The event of the vocabulary that a name means: Segment's own, or ours."""
    plain = said.strip().lower()
    return _TRACKED.get(plain) or (plain if plain in EVENTS else None)


def _who(call: Row) -> tuple[str | None, str | None]:
    """Visitor and customer. An alias tells that a former id is somebody known by now."""
    former = text(call.get("previousId")) if call.get("type") == "alias" else None
    return former or text(call.get("anonymousId")), text(call.get("userId"))


def _time(call: Row) -> Any:
    """When it happened: Segment's corrected time, else the sender's own."""
    names = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")
    return next((call[name] for name in names if call.get(name)), None)


def _id(call: Row, name: str, visitor: str | None, customer: str | None) -> str:
    own = text(call.get("messageId"))
    if own:
        return id_of(PREFIX, own)
    said = call.get("properties") or call.get("traits")
    return PREFIX + fingerprint(name, _time(call), visitor, customer, said)


def properties(event: str, given: Row) -> Event:
    """An event's properties by our names; what we have no name for is kept as it is."""
    own: Event = {
        RENAMED.get(key, key): value
        for key, value in given.items()
        if value is not None and key not in PAGE_KEYS and key != "source"
    }
    if event not in EVENTS:
        return own
    products = [held(each) for each in listed(own.pop("products", None))]
    if event in ONE_PRODUCT and not products:
        products = [given] if given.keys() & set(PRODUCT_KEYS) else []
        own = {key: value for key, value in own.items() if key not in PRODUCT_KEYS}
    if products:
        own["items"] = [_item(each) for each in products]
    if event in WITH_MONEY and (worth := _worth(given)) is not None:
        own["value"] = worth
    return {key: _as_number(key, value) for key, value in own.items()}


def _as_number(key: str, value: Any) -> Any:
    """Money that was sent as a text."""
    if key in ("value", "tax", "shipping") and isinstance(value, str):
        found = number(value)
        return value if found is None else found
    return value


def _item(product: Row) -> Event:
    item: Event = {}
    for key in PRODUCT_KEYS:
        if product.get(key) is not None:
            item.setdefault(PRODUCT.get(key, key), product[key])
    item["item_id"] = text(item.get("item_id")) or text(item.get("sku"))
    for key in ("price", "quantity"):
        found = number(item.get(key))
        item[key] = item.get(key) if found is None else found
    return present(item)


def _worth(given: Row) -> Decimal | int | None:
    """After discounts, without tax and shipping: Segment's subtotal, else its revenue, its total.

    Of a total, which holds tax and shipping, these are taken off.
    """
    for name in ("subtotal", "revenue"):
        if (found := number(given.get(name))) is not None:
            return found
    total = number(given.get("total"))
    if total is None:
        return number(given.get("value"))
    worth = amount(total)
    for name in ("shipping", "tax"):
        worth = CONTEXT.subtract(worth, amount(number(given.get(name)) or 0))
    return exact(str(worth))


_TRACKED = {name.lower(): event for name, event in TRACKED.items()}
