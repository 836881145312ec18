"""Plausible's events API, as its script and its tracker send it.

Source: plausible.io/docs/events-api and the tracker's own requests (short names n, u, d, r, p, $).
It knows neither visitors nor ids nor times: the collector makes a visitor that nobody can trace,
and an event is new whenever it comes, so a retry may count twice. The key stands where Plausible
has the site's domain, or in the address.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import always
from footfall.doors.collector.dialects.heard import Answer, Event, Heard, Meant, Said
from footfall.doors.collector.dialects.reading import (
    Dialect,
    inner_object,
    named,
    object_of,
    own_fields,
    parts,
)
from footfall.vendors.words import Row, needed, number, present, text

PREFIX = "plausible_"
LONG = {
    "n": "name", "u": "url", "d": "domain", "r": "referrer", "p": "props", "m": "props",
    "$": "revenue", "e": "engaged_ms", "sd": "scroll_depth",
}  # fmt: skip
NAMES = {
    "pageview": "page_view",
    "engagement": "page_leave",
    "Outbound Link: Click": "click",
}


def _event(heard: Heard) -> Meant:
    body = object_of(heard.body)
    said = {LONG.get(key, key): value for key, value in body.items()}

    def make(index: int, _body: Any) -> Iterable[Said]:
        return [_said(heard, index, said)]

    return parts(heard, [body], make, (text(said.get("domain")),))


def _said(heard: Heard, index: int, said: Row) -> Said:
    theirs = text(needed(said, "name")) or ""
    name = named(PREFIX, theirs, NAMES)
    return Said(index, present({
        "event_id": f"{PREFIX}{heard.number}-{index}",
        "event": name,
        "occurred_at": heard.received_ms,
        "url": text(said.get("url")),
        "referrer": text(said.get("referrer")),
        "properties": _properties(name, theirs, said),
    }), cookieless=True)  # fmt: skip


def _properties(name: str, theirs: str, said: Row) -> Event:
    props = inner_object(said.get("props"))
    if name == "page_leave":
        seen = {"engaged_ms": said.get("engaged_ms"), "max_scroll_pct": said.get("scroll_depth")}
        return present({**props, **seen})
    if name == "click" and "url" in props:
        props = {**props, "href": props["url"]}
    own = own_fields(name, PREFIX, theirs, props)
    revenue = inner_object(said.get("revenue"))
    worth = {"value": number(revenue.get("amount")), "currency": text(revenue.get("currency"))}
    return {**own, **present(worth)}


PLAUSIBLE = Dialect(
    "plausible", "Plausible's events API", _event, always(Answer(202, b"ok", "text/plain"))
)

ROUTES = {("POST", "/api/event"): PLAUSIBLE}
