"""Umami's `/api/send`, as its script and its Node client send it.

Source: umami.is/docs/api/sending-stats and the clients' requests. It knows no ids, and visitors
only where the page names one (`id`): the collector makes one that nobody can trace, and an event is
new whenever it comes, so a retry may count twice. The key stands where Umami has the website's id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import counted
from footfall.doors.collector.dialects.heard import Heard, Meant, Said
from footfall.doors.collector.dialects.reading import (
    Dialect,
    inner_object,
    json_of,
    named,
    own_fields,
    parts,
)
from footfall.event.codes import shown
from footfall.vendors.words import Row, Unmappable, held, number, present, text

PREFIX = "umami_"
KINDS = ("event", "identify")


def _events(heard: Heard) -> Meant:
    body = json_of(heard.body)
    each = body if isinstance(body, list) else [body]

    def make(index: int, said: Any) -> Iterable[Said]:
        return [_said(heard, index, held(said))]

    first = held(held(each[0]).get("payload")) if each else {}
    return parts(heard, each, make, (text(first.get("website")),))


def _said(heard: Heard, index: int, said: Row) -> Said:
    kind, payload = text(said.get("type")) or "event", said.get("payload")
    if kind not in KINDS or not isinstance(payload, dict):
        why = f"there must be a type ({', '.join(KINDS)}) and a payload, got {shown(kind)}"
        raise Unmappable("wrong_type", "/type", why)
    theirs = text(payload.get("name")) or ""
    name = named(PREFIX, theirs, {}) if theirs else "page_view"
    if kind == "identify":
        name, theirs = "umami_identify", kind
    given = inner_object(payload.get("data"))
    return Said(index, present({
        "event_id": f"{PREFIX}{heard.number}-{index}",
        "event": name,
        "occurred_at": _time(payload, heard),
        "visitor_id": text(payload.get("id")),
        "url": _url(payload),
        "title": text(payload.get("title")),
        "referrer": text(payload.get("referrer")),
        "user_agent": text(payload.get("userAgent")),
        "properties": own_fields(name, PREFIX, theirs, given),
    }), cookieless=True)  # fmt: skip


def _time(payload: Row, heard: Heard) -> Any:
    """Whole seconds since 1970, where a server tells of the past."""
    said = payload.get("timestamp")
    if said is None:
        return heard.received_ms
    found = number(said)
    return found * 1000 if isinstance(found, int) else said


def _url(payload: Row) -> str | None:
    """Its address, whole where only the path is said."""
    url, host = text(payload.get("url")), text(payload.get("hostname"))
    return f"https://{host}{url}" if url and host and url.startswith("/") else url


UMAMI = Dialect("umami", "Umami's events", _events, counted(200, {"cache": "", "disabled": False}))

ROUTES = {("POST", path): UMAMI for path in ("/api/send", "/api/batch")}
