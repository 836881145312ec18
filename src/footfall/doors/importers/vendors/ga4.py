"""GA4's export to BigQuery: rows of the tables events_YYYYMMDD and events_intraday_YYYYMMDD.

Source: support.google.com/analytics/answer/7029846 (BigQuery Export schema) and the recommended
events of developers.google.com/analytics. As Parquet, or as JSON with a row a line or in a list;
BigQuery writes whole numbers in JSON as texts and leaves nulls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footfall.vendors.countries import country_code
from footfall.vendors.ga4 import (
    PREFIX,
    TRAFFIC,
    item,
    milliseconds,
    name_of,
    place,
    properties,
    traffic_said,
    traffic_word,
)
from footfall.vendors.words import (
    Event,
    Row,
    fingerprint,
    held,
    listed,
    needed,
    number,
    present,
    text,
)

SIGNS = (frozenset({"event_name", "event_timestamp"}),)

VALUES = ("string_value", "int_value", "float_value", "double_value")
DEVICES = {"desktop": "desktop", "mobile": "mobile", "tablet": "tablet"}
COLLECTED = (
    "manual_source", "manual_medium", "manual_campaign_name", "manual_term", "manual_content",
)  # fmt: skip
"""The columns of the source that was collected with the event, in the order of TRAFFIC."""
BATCH = ("batch_page_id", "batch_ordering_id", "batch_event_index")


def events(row: Row) -> Sequence[Event]:
    """A row's event; none of what GA4 concluded, and of visitors who refused to be measured."""
    said = text(needed(row, "event_name")) or ""
    visitor = text(row.get("user_pseudo_id"))
    name = name_of(said)
    if name is None or (visitor is None and name != "refund"):
        return []
    params = _params(row.get("event_params"))
    device, geo = held(row.get("device")), held(row.get("geo"))
    event = present({
        "event_id": _id(row, params),
        "event": name,
        "occurred_at": milliseconds(needed(row, "event_timestamp"), "event_timestamp"),
        "visitor_id": visitor,
        "customer_id": text(row.get("user_id")),
        **place(params),
        **_traffic(held(row.get("collected_traffic_source")), params),
        "device": _device(text(device.get("category"))),
        "browser": text(held(device.get("web_info")).get("browser"))
        or text(device.get("browser")),
        "os": text(device.get("operating_system")),
        "country": country_code(geo.get("country")),
        "region": text(geo.get("region")),
        "properties": properties(
            name, said, params, listed(row.get("items")), held(row.get("ecommerce"))
        ),
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
    items = [item(held(each)) for each in listed(row.get("items"))]
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
    said = traffic_said(params)
    traffic = {
        f"utm_{key}": traffic_word(collected.get(column)) or said[f"utm_{key}"]
        for key, column in zip(TRAFFIC, COLLECTED, strict=True)
    }
    if not any(traffic.values()) and text(collected.get("gclid")):
        return {"utm_source": "google", "utm_medium": "cpc"}
    return traffic


def _device(category: str | None) -> str | None:
    return category and DEVICES.get(category, "other")
