"""Snowplow's tracker protocol: `tp2` by POST, the pixel `/i` by GET.

Source: docs.snowplow.io, Snowplow Tracker Protocol, and the e-commerce schemas on Iglu. An event
has its own id (`eid`), which is taken as it is, as a warehouse's is. The key stands in `aid`, the
application's id, or in the address. Page pings say that the visitor is still there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import always, image
from footfall.doors.collector.dialects.heard import Answer, Heard, Meant, Said
from footfall.doors.collector.dialects.reading import (
    Dialect,
    form_of,
    json_of,
    object_of,
    parts,
)
from footfall.event.codes import shown
from footfall.vendors.snowplow import act, self_described
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    fingerprint,
    held,
    listed,
    present,
    text,
)

SCHEMA = re.compile(r"iglu:([\w.\-]+)/([\w.\-]+)/jsonschema/[\w.\-]+")
SESSION = "client_session"
SERVER = "srv"


def _pixel(heard: Heard) -> Meant:
    return _meant(heard, [form_of(heard.query)])


def _posted(heard: Heard) -> Meant:
    body = object_of(heard.body)
    data = body.get("data")
    if not isinstance(data, list):
        why = f"data must be a list of events, got {shown(data)}"
        raise Unmappable("wrong_type", "/data", why)
    return _meant(heard, data)


def _meant(heard: Heard, each: list[Any]) -> Meant:
    def make(index: int, said: Any) -> Iterable[Said]:
        return [_said(heard, index, held(said))]

    first = held(each[0]) if each else {}
    return parts(heard, each, make, (text(first.get("aid")),))


def _said(heard: Heard, index: int, said: Row) -> Said:
    contexts = _contexts(said)
    kind = text(said.get("e")) or ""
    unstruct = held(_json(said, "ue_pr", "ue_px").get("data"))
    name, own = self_described(*_named(unstruct), contexts) if kind == "ue" else act(kind, said)
    customer = text(said.get("uid"))
    event = present({
        "event_id": text(said.get("eid")) or f"snowplow_{_told(heard, index, said)}",
        "event": name,
        "occurred_at": _time(said, heard),
        "sent_at": _ms(said.get("stm")),
        "visitor_id": _visitor(said, contexts),
        "customer_id": customer,
        "url": text(said.get("url")),
        "title": text(said.get("page")),
        "referrer": text(said.get("refr")),
        "user_agent": text(said.get("ua")),
        "properties": present(own),
    })  # fmt: skip
    return Said(index, event, otherwise=customer, cookieless=text(said.get("p")) != SERVER)


def _told(heard: Heard, index: int, said: Row) -> str:
    timed = said.get("dtm") or said.get("ttm")
    return fingerprint(said) if timed else f"{heard.number}-{index}"


def _visitor(said: Row, contexts: dict[str, list[Row]]) -> str | None:
    session = next(iter(contexts.get(SESSION, [])), {})
    every = (said.get("duid"), session.get("userId"), said.get("tnuid"), said.get("nuid"))
    return next((found for each in every if (found := text(each))), None)


def _time(said: Row, heard: Heard) -> int | str:
    """When it truly happened, else when the device made it."""
    return _ms(said.get("ttm")) or _ms(said.get("dtm")) or heard.received_ms


def _ms(said: Any) -> int | str | None:
    found = text(said)
    if found is None:
        return None
    return int(found[:20]) if found.isascii() and found.isdecimal() else found


def _contexts(said: Row) -> dict[str, list[Row]]:
    """What is attached, by the name of its schema."""
    found: dict[str, list[Row]] = {}
    for each in listed(_json(said, "co", "cx").get("data")):
        name, data = _named(held(each))
        found.setdefault(name, []).append(data)
    return found


def _named(said: Row) -> tuple[str, Row]:
    """A self-describing object: its schema's name, and what it says."""
    schema = SCHEMA.fullmatch(text(said.get("schema")) or "")
    return schema[2] if schema else "", held(said.get("data"))


def _json(said: Row, plain: str, packed: str) -> Event:
    """An object that is sent as a JSON text, or as one in Base64."""
    if text(said.get(plain)):
        return dict(held(json_of(str(said[plain]).encode())))
    given = text(said.get(packed))
    if not given:
        return {}
    try:
        raw = base64.b64decode(f"{given}{'=' * (-len(given) % 4)}", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        why = f"{packed} is no Base64"
        raise Unmappable("invalid_encoding", f"/{packed}", why) from None
    return dict(held(json_of(raw)))


_OK = always(Answer(200, b"ok", "text/plain"))
POSTED = Dialect("snowplow", "Snowplow's tracker protocol", _posted, _OK)
PIXEL = Dialect("snowplow", "Snowplow's pixel", _pixel, always(image()))

ROUTES = {
    ("POST", "/com.snowplowanalytics.snowplow/tp2"): POSTED,
    ("GET", "/i"): PIXEL,
}
