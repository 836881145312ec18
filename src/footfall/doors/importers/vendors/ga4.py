"""GA4's export to BigQuery: rows of the tables events_YYYYMMDD and events_intraday_YYYYMMDD.

Source: support.google.com/analytics/answer/7029846 (BigQuery Export schema) and the recommended
events of developers.google.com/analytics. As Parquet, or as JSON with a row a line or in a list;
BigQuery writes whole numbers in JSON as texts and leaves nulls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from footfall.doors.importers.cells import Unmappable
from footfall.doors.importers.vendors.countries import country_code
from footfall.doors.importers.vendors.vendor import (
    Event,
    Row,
    custom,
    fingerprint,
    held,
    listed,
    needed,
    number,
    present,
    text,
)
from footfall.event.codes import shown
from footfall.event.vocabulary import EVENTS, FLAG, NUMBER

PREFIX = "ga4_"
US_PER_MS = 1000
SIGNS = (frozenset({"event_name", "event_timestamp"}),)

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
DEVICES = {"desktop": "desktop", "mobile": "mobile", "tablet": "tablet"}
NO_SOURCE = frozenset({"(direct)", "(none)", "(organic)", "(referral)"})
VALUES = ("string_value", "int_value", "float_value", "double_value")
ORDER = {
    "purchase": ("purchase_revenue", "purchase_revenue_in_usd"),
    "refund": ("refund_value", "refund_value_in_usd"),
}
"""Where the worth of an order stands if its `value` parameter is missing: own currency, USD."""

BATCH = ("batch_page_id", "batch_ordering_id", "batch_event_index")


def events(row: Row) -> Sequence[Event]:
    """A row's event; none of what GA4 concluded, and of visitors who refused to be measured."""
    said = text(needed(row, "event_name")) or ""
    visitor = text(row.get("user_pseudo_id"))
    name = NAMES.get(said, said)
    if said in LEFT_OUT or (visitor is None and name != "refund"):
        return []
    if name not in EVENTS:
        name = custom(PREFIX, said)
    params = _params(row.get("event_params"))
    device, geo = held(row.get("device")), held(row.get("geo"))
    event = present({
        "event_id": _id(row, params),
        "event": name,
        "occurred_at": _time(row),
        "visitor_id": visitor,
        "customer_id": text(row.get("user_id")),
        "url": text(params.get("page_location")),
        "title": text(params.get("page_title")),
        "referrer": text(params.get("page_referrer")),
        **_traffic(held(row.get("collected_traffic_source")), params),
        "device": _device(text(device.get("category"))),
        "browser": text(held(device.get("web_info")).get("browser"))
        or text(device.get("browser")),
        "os": text(device.get("operating_system")),
        "country": country_code(geo.get("country")),
        "region": text(geo.get("region")),
        "properties": _properties(name, said, row, params),
    })  # fmt: skip
    return [event]


def refuse(names: frozenset[str]) -> str | None:
    """Why rows with these columns are none of the events_ tables."""
    if names & {"fullVisitorId", "visitId", "hits"}:
        return "it is an export of Universal Analytics (ga_sessions_), not of GA4's events_ tables"
    if names & {"event_dim", "user_dim"}:
        return "it is Firebase's export of before June 2018 (event_dim, user_dim), not GA4's"
    if "pseudo_user_id" in names:
        return "it is GA4's table of users (pseudonymous_users_), not one of its events_ tables"
    return None


def _time(row: Row) -> int:
    given = needed(row, "event_timestamp")
    said = text(given) or ""
    if not said.isascii() or not said.isdecimal():
        raise Unmappable(
            "invalid_timestamp",
            "/occurred_at",
            f"event_timestamp is {shown(given)}; it must be whole microseconds since 1970",
        )
    return int(said) // US_PER_MS


def _id(row: Row, params: Row) -> str:
    """The same for the same event, however often and in which of its tables it is exported.

    Rows since July 2024 say their place in the batch that a page sent; before that an event is
    told by everything it says.
    """
    who = [text(row.get(name)) for name in ("stream_id", "user_pseudo_id", "event_name")]
    when = [text(row.get(name)) for name in ("event_timestamp", "event_bundle_sequence_id")]
    place = [text(row.get(name)) for name in BATCH]
    if None not in place:
        return PREFIX + fingerprint(*who, *when, *place)
    order = held(row.get("ecommerce")).get("transaction_id")
    items = [_item(held(each)) for each in listed(row.get("items"))]
    return PREFIX + fingerprint(*who, *when, params, items, order)


def _params(given: Any) -> Row:
    """The parameters by key, each with the one of its values that is there."""
    found: Event = {}
    for each in listed(given):
        key, value = text(held(each).get("key")), held(held(each).get("value"))
        if key:
            found[key] = next((_value(value, kind) for kind in VALUES if _says(value, kind)), None)
    return found


def _says(value: Row, kind: str) -> bool:
    return value.get(kind) is not None


def _value(value: Row, kind: str) -> Any:
    return value[kind] if kind == "string_value" else number(value[kind])


def _traffic(collected: Row, params: Row) -> Event:
    """Where the visit came from, as the event itself says; never GA4's first touch of the user."""
    found = {
        "utm_source": ("manual_source", "source"),
        "utm_medium": ("manual_medium", "medium"),
        "utm_campaign": ("manual_campaign_name", "campaign"),
        "utm_term": ("manual_term", "term"),
        "utm_content": ("manual_content", "content"),
    }
    traffic = {
        field: _said(collected.get(column)) or _said(params.get(key))
        for field, (column, key) in found.items()
    }
    if not any(traffic.values()) and text(collected.get("gclid")):
        return {"utm_source": "google", "utm_medium": "cpc"}
    return traffic


def _said(value: Any) -> str | None:
    found = text(value)
    return None if found in NO_SOURCE else found


def _device(category: str | None) -> str | None:
    return category and DEVICES.get(category, "other")


def _properties(name: str, said: str, row: Row, params: Row) -> Event:
    known = EVENTS[name].properties if name in EVENTS else {}
    own: Event = {} if name in EVENTS else {"event_name": said}
    for key, value in params.items():
        if key not in ELSEWHERE and value is not None:
            named = PARAMS.get(key, key)
            own[named if named in known else key] = value
    items = [_item(held(each)) for each in listed(row.get("items"))]
    if items:
        own["items"] = items
    if name in ORDER:
        own |= _order(ORDER[name], held(row.get("ecommerce")), params)
    for key, value in own.items():
        own[key] = _typed(known[key].type, value) if key in known else value
    return own


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


def _item(item: Row) -> Event:
    price = number(item.get("price"))
    return present({
        **{ours: text(item.get(theirs)) for theirs, ours in ITEM.items()},
        "price": number(item.get("price_in_usd")) if price is None else price,
        "quantity": number(item.get("quantity")),
    })  # fmt: skip
