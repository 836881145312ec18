"""PostHog's capture API, as its browser, Python and Node clients send it.

Source: posthog.com/docs/api/capture and the clients' requests. An event has its own id (`uuid`). A
browser's visitor is its `$device_id`; a server names only a person (`distinct_id`). What a client
writes for itself (`$…`) is read where it says something of the visit, else left out.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import counted, json_answer
from footfall.doors.collector.dialects.heard import Heard, Meant, Said
from footfall.doors.collector.dialects.reading import (
    Dialect,
    decoded,
    form_of,
    json_of,
    named,
    own_fields,
    parts,
)
from footfall.event.limits import BODY_BYTES
from footfall.vendors.countries import country_code
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    fingerprint,
    held,
    needed,
    number,
    present,
    text,
)

PREFIX = "posthog_"
NAMES = {
    "$pageview": "page_view",
    "$screen": "page_view",
    "$pageleave": "page_leave",
    "$autocapture": "click",
    "$feature_flag_called": "experiment_exposure",
}
LINKS = frozenset({"$identify", "$create_alias", "$set", "$groupidentify", "$merge_dangerously"})
LEFT_OUT = frozenset({"$snapshot", "$$heatmap", "$performance_event", "$web_vitals"})
"""What it records for its own pictures, and measures of the browser: no acts of a visitor."""
DEVICES = {"Desktop": "desktop", "Mobile": "mobile", "Tablet": "tablet"}
DIRECT = "$direct"
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
GZIP = 31
PATHS = ("/capture", "/batch", "/e", "/i/v0/e")
ASKED = ("/decide", "/flags")


def _events(heard: Heard) -> Meant:
    asked = form_of(heard.query)
    body = json_of(_unpacked(heard.body, asked.get("compression", "")))
    whole = held(body)
    each = body if isinstance(body, list) else whole.get("batch")
    events = each if isinstance(each, list) else [body]
    sent = whole.get("sent_at") or number(asked.get("_"))

    def make(index: int, said: Any) -> Iterable[Said]:
        return _said(heard, index, held(said), sent)

    first = held(events[0]) if events else {}
    keys = [text(said.get(name)) for said in (whole, first) for name in ("api_key", "token")]
    return parts(heard, events, make, (*keys, text(held(first.get("properties")).get("token"))))


def _unpacked(body: bytes, how: str) -> bytes:
    """The JSON, also where the client itself has packed it: gzip, or Base64 in a form."""
    if how == "gzip-js" or body.startswith(b"\x1f\x8b"):
        return _inflated(body)
    if how == "base64" or body.startswith(b"data="):
        given = form_of(decoded(body)).get("data", "")
        try:
            return base64.b64decode(given.replace(" ", "+"))
        except (binascii.Error, ValueError):
            raise Unmappable("invalid_encoding", "/data", "data is no Base64") from None
    return body


def _inflated(body: bytes) -> bytes:
    unpack = zlib.decompressobj(GZIP)
    try:
        found = unpack.decompress(body, BODY_BYTES + 1)
    except zlib.error as error:
        raise Unmappable("invalid_encoding", "", f"the body is no gzip: {error}") from None
    if len(found) > BODY_BYTES:
        why = f"a body may have {BODY_BYTES:,} bytes at most when it is unpacked"
        raise Unmappable("too_large", "", why)
    if not unpack.eof:
        raise Unmappable("invalid_encoding", "", "the gzip of the body ends too early")
    return found


def _said(heard: Heard, index: int, said: Row, sent: Any) -> Iterable[Said]:
    theirs = text(needed(said, "event")) or ""
    if theirs in LEFT_OUT:
        return
    given = held(said.get("properties"))
    name = _name(theirs, given)
    person = text(said.get("distinct_id")) or text(given.get("distinct_id"))
    event = present({
        "event_id": _id(heard, index, said, given),
        "event": name,
        "occurred_at": said.get("timestamp") or given.get("timestamp") or _back(heard, said),
        "sent_at": sent,
        **_who(theirs, person, given),
        **_surroundings(given),
        "properties": _properties(name, theirs, given),
    })  # fmt: skip
    yield Said(index, event, otherwise=person)


def _name(theirs: str, given: Row) -> str:
    """Our name; what was captured by itself is a click, unless it was typing or sending a form."""
    other = theirs == "$autocapture" and given.get("$event_type") not in {None, "click"}
    if theirs in LINKS or other:
        return f"{PREFIX}{theirs[1:]}"
    return named(PREFIX, theirs, NAMES)


def _id(heard: Heard, index: int, said: Row, given: Row) -> str:
    own = text(said.get("uuid")) or text(given.get("$insert_id"))
    told = fingerprint(said) if said.get("timestamp") else f"{heard.number}-{index}"
    return own or f"{PREFIX}{told}"


def _back(heard: Heard, said: Row) -> int:
    """Now, less the milliseconds that the client says it has waited."""
    waited = number(said.get("offset"))
    return heard.received_ms - (waited if isinstance(waited, int) and waited > 0 else 0)


def _who(theirs: str, person: str | None, given: Row) -> Event:
    """Visitor and customer: who identifies tells the former visitor, a browser its device."""
    device = text(given.get("$device_id"))
    if theirs in LINKS:
        former = text(given.get("$anon_distinct_id")) or text(given.get("alias"))
        return {"visitor_id": former or device, "customer_id": person}
    if device is None:
        return {"visitor_id": None, "customer_id": person}
    is_known = given.get("$is_identified") is True or text(given.get("$user_id")) is not None
    known = is_known or person != device
    return {"visitor_id": device, "customer_id": person if known else None}


def _surroundings(given: Row) -> Event:
    referrer = text(given.get("$referrer"))
    return {
        "url": text(given.get("$current_url")),
        "title": text(given.get("title")) or text(given.get("$title")),
        "referrer": None if referrer == DIRECT else referrer,
        **{name: text(given.get(name)) for name in UTM},
        "device": DEVICES.get(text(given.get("$device_type")) or ""),
        "browser": text(given.get("$browser")),
        "os": text(given.get("$os")) if "$device_id" in given else None,
        "country": country_code(given.get("$geoip_country_code")),
        "user_agent": text(given.get("$raw_user_agent")),
    }


def _properties(name: str, theirs: str, given: Row) -> Event:
    free = {
        key: value
        for key, value in given.items()
        if key[:1] != "$" and key not in {"token", "distinct_id", "title", *UTM}
    }
    own = own_fields(name, PREFIX, theirs, free)
    if name == "page_leave":
        own |= _seen(given)
    elif name == "experiment_exposure":
        flag, variant = given.get("$feature_flag"), given.get("$feature_flag_response")
        own |= present({"experiment_id": text(flag), "variant": text(variant)})
    elif name == "click":
        href = text(given.get("$external_click_url"))
        own |= present({"text": text(given.get("$el_text")), "href": href})
    return own


def _seen(given: Row) -> Event:
    """How long and how much of the page was seen, which a page tells when it is left."""
    seconds = number(given.get("$prev_pageview_duration"))
    share = number(given.get("$prev_pageview_max_scroll_percentage"))
    return present({"engaged_ms": _times(seconds, 1000), "max_scroll_pct": _times(share, 100)})


def _times(found: Any, many: int) -> int | None:
    """A fraction as whole parts of it; None where there is none, or an absurd one."""
    return int(found * many) if found is not None and 0 <= found <= BODY_BYTES else None


def _answers(_heard: Heard) -> Meant:
    """What its clients ask before they begin: nothing is switched on here."""
    return Meant(reply=json_answer(200, {
        "config": {"enable_collect_everything": False},
        "featureFlags": {},
        "flags": {},
        "sessionRecording": False,
        "supportedCompression": ["gzip-js"],
        "toolbarParams": {},
        "isAuthenticated": False,
        "errorsWhileComputingFlags": False,
    }))  # fmt: skip


_DONE = counted(200, {"status": 1})
POSTHOG = Dialect("posthog", "PostHog's capture API", _events, _DONE)
_FLAGS = Dialect("posthog-settings", "what PostHog's clients ask first", _answers, _DONE)

ROUTES = {
    **{("POST", path): POSTHOG for path in PATHS},
    **{("POST", path): _FLAGS for path in ASKED},
    ("GET", "/array/*"): _FLAGS,
}
