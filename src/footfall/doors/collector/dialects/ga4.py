"""GA4's Measurement Protocol, as servers and apps send it.

Source: developers.google.com/analytics/devguides/collection/protocol/ga4. It has no ids: an event
with a time is told by its content and place in the request, so a retry is counted once; one without
a time is new whenever it comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import always
from footfall.doors.collector.dialects.heard import Answer, Heard, Meant, Said
from footfall.doors.collector.dialects.reading import Dialect, form_of, object_of, parts
from footfall.event.codes import shown
from footfall.vendors.countries import country_code
from footfall.vendors.ga4 import PREFIX, milliseconds, name_of, place, properties, traffic_said
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    fingerprint,
    held,
    listed,
    needed,
    present,
    text,
)

NOTHING = Answer(204)
MICROS = "timestamp_micros"


def _events(heard: Heard) -> Meant:
    body = object_of(heard.body)
    each = body.get("events")
    if not isinstance(each, list):
        raise Unmappable("wrong_type", "/events", f"events must be a list, got {shown(each)}")

    def make(index: int, event: Any) -> Iterable[Said]:
        return _said(heard, index, held(event), body)

    return parts(heard, each, make, (form_of(heard.query).get("api_secret"),))


def _said(heard: Heard, index: int, event: Row, body: Row) -> Iterable[Said]:
    said = text(needed(event, "name")) or ""
    name = name_of(said)
    if name is None:
        return
    params = held(event.get("params"))
    micros = event.get(MICROS) or body.get(MICROS)
    who = _who(body)
    told = fingerprint(who, index, micros, event) if micros else f"{heard.number}-{index}"
    yield Said(index, _event(name, PREFIX + told, _ms(micros, heard), {
        **who,
        **place(params),
        **traffic_said(params),
        **_surroundings(body),
        "properties": properties(name, said, params, listed(params.get("items"))),
    }), otherwise=who["customer_id"])  # fmt: skip


def _event(name: str, event_id: str, ms: int, more: Row) -> Event:
    return present({"event_id": event_id, "event": name, "occurred_at": ms, **more})


def _who(body: Row) -> Event:
    return {
        "visitor_id": text(body.get("client_id")) or text(body.get("app_instance_id")),
        "customer_id": text(body.get("user_id")),
    }


def _surroundings(body: Row) -> Event:
    """What a server may tell of the visitor's device and place."""
    device, where = held(body.get("device")), held(body.get("user_location"))
    return {
        "browser": text(device.get("browser")),
        "os": text(device.get("operating_system")),
        "country": country_code(where.get("country_id")),
        "region": text(where.get("region_id")),
        "user_agent": text(body.get("user_agent")),
    }


def _ms(micros: Any, heard: Heard) -> int:
    return milliseconds(micros, MICROS) if micros else heard.received_ms


GA4 = Dialect("ga4", "GA4's Measurement Protocol", _events, always(NOTHING))

ROUTES = {("POST", "/mp/collect"): GA4}
