"""What Google's own tag (gtag.js, Tag Manager) sends, where its `server_container_url` is ours.

Source: no document of Google's; what the tag sends, as its users have described it. An event's
place (page load `_p`, hit `_s`) tells it from others, so the same hit is counted once. A visitor
who refused to be measured (`gcs`) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import always
from footfall.doors.collector.dialects.heard import Answer, Heard, Meant, Said
from footfall.doors.collector.dialects.reading import Dialect, decoded, form_of, parts
from footfall.vendors.ga4 import PREFIX, name_of, place, properties, traffic_said
from footfall.vendors.words import Event, Row, fingerprint, needed, number, present, text

REFUSED = re.compile(r"G1\d0")
"""Consent: of its two digits the second is whether the visitor may be measured."""
APART = re.compile(r"(?<!~)~(?!~)")
PRODUCT = re.compile(r"pr[0-9]+")
ITEM = {
    "id": "item_id", "nm": "item_name", "br": "item_brand", "ca": "item_category",
    "va": "item_variant", "pr": "price", "qt": "quantity", "cp": "coupon", "ln": "item_list_name",
}  # fmt: skip
PAGE = {"dl": "page_location", "dr": "page_referrer", "dt": "page_title"}
MORE = {"cu": "currency", "_et": "engagement_time_msec", "cs": "source", "cm": "medium"}
MORE |= {"cn": "campaign", "ck": "term", "cc": "content"}
PLACES = ("_p", "_s")


def _hits(heard: Heard) -> Meant:
    """One hit in the address, or several in the body's lines, which the address belongs to."""
    shared = form_of(heard.query)
    lines = [line for line in decoded(heard.body).splitlines() if line.strip()]
    each = [{**shared, **form_of(line)} for line in lines] or [shared]

    def make(index: int, hit: Any) -> Iterable[Said]:
        return _said(heard, index, hit)

    return parts(heard, each, make, (shared.get("tid"),))


def _said(heard: Heard, index: int, hit: Row) -> Iterable[Said]:
    said = text(needed(hit, "en")) or ""
    name = name_of(said)
    if name is None or REFUSED.fullmatch(hit.get("gcs", "")):
        return
    params = _params(hit)
    items = [_item(hit[key]) for key in sorted(filter(PRODUCT.fullmatch, hit), key=_place)]
    told = all(hit.get(key) for key in PLACES)
    event_id = fingerprint(index, hit) if told else f"{heard.number}-{index}"
    yield Said(index, present({
        "event_id": PREFIX + event_id,
        "event": name,
        "occurred_at": heard.received_ms,
        "visitor_id": text(hit.get("cid")),
        "customer_id": text(hit.get("uid")),
        **place(params),
        **traffic_said(params),
        "properties": properties(name, said, params, items),
    }), cookieless=True)  # fmt: skip


def _params(hit: Row) -> Event:
    """The event's parameters as the Measurement Protocol has them."""
    found: Event = {}
    for key, value in hit.items():
        if key in PAGE or key in MORE:
            found[PAGE.get(key) or MORE[key]] = value
        elif key.startswith("ep."):
            found[key.removeprefix("ep.")] = value
        elif key.startswith("epn."):
            exact = number(value)
            found[key.removeprefix("epn.")] = value if exact is None else exact
    return found


def _place(key: str) -> tuple[int, str]:
    """Products in their order: pr2 before pr10."""
    return len(key), key


def _item(said: str) -> Event:
    """A product: `idSKU1~nmShirt~pr9.99~qt2`."""
    pieces = [each.replace("~~", "~") for each in APART.split(said)]
    return {ITEM[each[:2]]: each[2:] for each in pieces if each[:2] in ITEM}


GTAG = Dialect("gtag", "Google's tag (gtag.js)", _hits, always(Answer(204)))

ROUTES = {(method, "/g/collect"): GTAG for method in ("GET", "POST")}
