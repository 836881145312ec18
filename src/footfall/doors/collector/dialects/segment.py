"""Segment's HTTP tracking API, as Segment's and RudderStack's own clients speak it.

Source: segment.com/docs/connections/sources/catalog/libraries/server/http-api, rudderstack.com/docs
/api/http-api, and what the clients send. A call has its own id (`messageId`), so a retry is never
counted twice. Browser clients first fetch a settings document: it sends them back to this host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import counted, json_answer
from footfall.doors.collector.dialects.heard import Heard, Meant, Said
from footfall.doors.collector.dialects.reading import Dialect, form_of, object_of, parts
from footfall.event.codes import shown
from footfall.vendors.segment import TYPES, calls, event
from footfall.vendors.words import Row, Unmappable, text

SHORT = {kind[0]: kind for kind in TYPES}
BATCHES = ("/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch")
SINGLE = {f"/v1/{word}": kind for kind in TYPES for word in (kind, kind[0])}
SETTINGS = "/v1/projects/*"
SOURCE_CONFIG = "/sourceConfig"
METRICS = ("/v1/m", "/rsaMetrics")
"""Where clients report on themselves."""
HOST = re.compile(r"[\w.\-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?", re.ASCII)


def _calls(heard: Heard) -> Meant:
    body = object_of(heard.body)
    kind = SINGLE.get(heard.path.rstrip("/"))
    if kind is None and not isinstance(body.get("batch"), list):
        raise Unmappable(
            "wrong_type", "/batch", f"batch must be a list of calls, got {shown(body.get('batch'))}"
        )
    each = [{**body, "type": kind}] if kind else calls(body)

    def make(index: int, call: Row) -> Iterable[Said]:
        return [_said(heard, index, call, body)]

    asked = form_of(heard.query).get("writeKey")
    return parts(heard, each, make, (text(body.get("writeKey")), asked))


def _said(heard: Heard, index: int, call: Row, body: Row) -> Said:
    """A call's event; a call without an id or a time is told by the request that brought it."""
    timed = any(call.get(name) for name in ("timestamp", "originalTimestamp"))
    more: dict[str, Any] = {} if timed else {"timestamp": heard.received_ms}
    if not timed and not text(call.get("messageId")):
        more["messageId"] = f"{heard.number}-{index}"
    found = event({**call, **more})
    if sent := call.get("sentAt") or body.get("sentAt"):
        found["sent_at"] = sent
    return Said(index, found, otherwise=found.get("customer_id"))


def _settings(heard: Heard) -> Meant:
    """What Segment's browser client asks first: who it is, and where its calls go."""
    key = heard.path.removeprefix("/v1/projects/").partition("/")[0]
    return Meant(reply=json_answer(200, {
        "integrations": {"Segment.io": {"apiKey": key, **_way_back(heard)}},
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
        "metrics": {"sampleRate": 0},
        "remotePlugins": [],
    }))  # fmt: skip


def _source_config(heard: Heard) -> Meant:
    """What RudderStack's browser client asks first: an enabled source without destinations."""
    key = form_of(heard.query).get("writeKey", "")
    off = {"enabled": False}
    return Meant(reply=json_answer(200, {
        "source": {
            "id": "footfall",
            "name": "footfall",
            "writeKey": key,
            "enabled": True,
            "config": {"statsCollection": {"errors": off, "metrics": off}},
            "destinations": [],
        },
    }))  # fmt: skip


def _way_back(heard: Heard) -> dict[str, str]:
    """This host, as the client itself wrote it."""
    host = heard.headers.get("host", "")
    if not HOST.fullmatch(host):
        return {}
    scheme = heard.headers.get("x-forwarded-proto", heard.scheme)
    return {"apiHost": f"{host}/v1", "protocol": "https" if scheme == "https" else "http"}


def _metrics(_heard: Heard) -> Meant:
    return Meant(reply=json_answer(200, {"success": True}))


_DONE = counted(200, {"success": True})
SEGMENT = Dialect("segment", "Segment's HTTP tracking API (and RudderStack's)", _calls, _DONE)
_SETTINGS = Dialect("segment-settings", "what Segment's browser client asks", _settings, _DONE)
_CONFIG = Dialect("rudder-settings", "what RudderStack's browser asks", _source_config, _DONE)
_METRICS = Dialect("segment-metrics", "what the clients report on themselves", _metrics, _DONE)

ROUTES = {
    **{("POST", path): SEGMENT for path in (*BATCHES, *SINGLE)},
    ("GET", SETTINGS): _SETTINGS,
    ("GET", SOURCE_CONFIG): _CONFIG,
    **{("POST", path): _METRICS for path in METRICS},
}
