"""GA4's recommended events and their parameters: what they are in our vocabulary.

Source: developers.google.com/analytics, recommended events and Measurement Protocol, and the schema
of the BigQuery export (support.google.com/analytics/answer/7029846).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from footfall.event.codes import shown
from footfall.event.vocabulary import EVENTS, FLAG, NUMBER
from footfall.vendors.words import Event, Row, Unmappable, custom, held, number, present, text

PREFIX = "ga4_"
US_PER_MS = 1000
MICRO_DIGITS = 20

NAMES = {
    "user_engagement": "page_leave",
    "view_search_results": "search",
    "screen_view": "page_view",
}
"""GA4's name → ours, where they differ. What is in our vocabulary keeps its name."""

LEFT_OUT = frozenset({"session_start", "first_visit", "first_open"})
"""What GA4 concludes by itself from other events, as we do: no events of ours."""

PARAMS = {
    "engagement_time_msec": "engaged_ms",
    "percent_scrolled": "percent",
    "link_url": "href",
    "link_text": "text",
    "firebase_screen": "screen",
}
"""A parameter's key → our property, in the events whose property it is."""

ELSEWHERE = frozenset(
    {"page_location", "page_title", "page_referrer", "source", "medium", "campaign", "term"}
    | {"content", "campaign_id", "transaction_id"}
)
"""Parameters that say what a field of the event, or of the order, says."""

ITEM = {
    "item_id": "item_id",
    "item_variant": "variant_id",
    "item_name": "item_name",
    "item_category": "item_category",
    "item_brand": "item_brand",
    "coupon": "coupon",
    "item_list_name": "item_list_name",
    "promotion_name": "promotion_name",
}
NO_SOURCE = frozenset({"(direct)", "(none)", "(organic)", "(referral)"})
ORDER = {
    "purchase": ("purchase_revenue", "purchase_revenue_in_usd"),
    "refund": ("refund_value", "refund_value_in_usd"),
}
"""Where the worth of an order stands if its `value` parameter is missing: own currency, USD."""
TRAFFIC = ("source", "medium", "campaign", "term", "content")


def name_of(said: str) -> str | None:
    """Our name of an event; None of what GA4 only concluded."""
    if said in LEFT_OUT:
        return None
    name = NAMES.get(said, said)
    return name if name in EVENTS else custom(PREFIX, said)


def milliseconds(micros: Any, name: str) -> int:
    """Epoch milliseconds of a time in microseconds; Unmappable where it is none."""
    said = text(micros) or ""
    if said.isascii() and said.isdecimal() and len(said) <= MICRO_DIGITS:
        return int(said) // US_PER_MS
    raise Unmappable(
        "invalid_timestamp",
        "/occurred_at",
        f"{name} is {shown(micros)}; it must be whole microseconds since 1970",
    )


def place(params: Row) -> Event:
    """The page on which it happened."""
    return {
        "url": text(params.get("page_location")),
        "title": text(params.get("page_title")),
        "referrer": text(params.get("page_referrer")),
    }


def traffic_said(params: Row) -> Event:
    """Where the visit came from, by the event's own parameters."""
    return {f"utm_{key}": traffic_word(params.get(key)) for key in TRAFFIC}


def traffic_word(value: Any) -> str | None:
    """A source, medium or campaign as sent; None for GA4's own words for none."""
    found = text(value)
    return None if found in NO_SOURCE else found


def properties(
    name: str, said: str, params: Row, items: Sequence[Any], ecommerce: Row | None = None
) -> Event:
    """An event's own fields by our names; `ecommerce` are the columns of the export's order."""
    known = EVENTS[name].properties if name in EVENTS else {}
    own: Event = {} if name in EVENTS else {"event_name": said}
    for key, value in params.items():
        if key not in ELSEWHERE and value is not None:
            named = PARAMS.get(key, key)
            own[named if named in known else key] = value
    if items:
        own["items"] = [item(held(each)) for each in items]
    if name in ORDER:
        own |= _order(ORDER[name], ecommerce or {}, params)
    for key, value in own.items():
        own[key] = _typed(known[key].type, value) if key in known else value
    return own


def item(said: Row) -> Event:
    """One of the items of an order or a list."""
    price = number(said.get("price"))
    return present({
        **{ours: text(said.get(theirs)) for theirs, ours in ITEM.items()},
        "price": number(said.get("price_in_usd")) if price is None else price,
        "quantity": number(said.get("quantity")),
    })  # fmt: skip


def _typed(kind: str, value: Any) -> Any:
    """A text where the vocabulary has a number or a yes/no, as shops send them by mistake."""
    if kind == NUMBER and isinstance(value, str):
        found = number(value)
        return value if found is None else found
    if kind == FLAG and not isinstance(value, bool):
        return {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower(), value)
    return value


def _order(names: tuple[str, str], ecommerce: Row, params: Row) -> Event:
    """An order's id and worth: the parameters as sent, else GA4's own columns."""
    own, usd = (number(ecommerce.get(name)) for name in names)
    value, currency = number(params.get("value")), text(params.get("currency"))
    if value is None:
        value = own
    if value is None and usd is not None:
        value, currency = usd, "USD"
    return present({
        "transaction_id": text(ecommerce.get("transaction_id"))
        or text(params.get("transaction_id")),
        "value": value,
        "currency": currency,
        "tax": _first(params.get("tax"), ecommerce.get("tax_value")),
        "shipping": _first(params.get("shipping"), ecommerce.get("shipping_value")),
    })  # fmt: skip


def _first(*values: Any) -> Decimal | int | None:
    return next((found for each in values if (found := number(each)) is not None), None)
