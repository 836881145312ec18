"""Nothing that a client sends makes a dialect raise: it is an event, or refused with a reason."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.doors.collector.dialects import (
    ROUTES,
    Heard,
    Meant,
    Outcome,
    find,
    settled,
    understand,
)
from footfall.event.accept import Rejection
from footfall.event.codes import CODES
from support.clients import heard, judged

CALL = {
    "type": "track", "event": "Order Completed", "messageId": "m", "anonymousId": "a",
    "timestamp": "2026-01-05T08:59:59Z", "sentAt": "2026-01-05T09:00:00Z",
    "context": {"page": {"url": "https://shop.example/"}, "campaign": {"name": "x"}},
    "properties": {"order_id": "o", "total": 30, "tax": 4, "products": [{"price": 1, "id": 2}]},
}  # fmt: skip
PACKED = base64.urlsafe_b64encode(
    b'{"data":{"schema":"iglu:x/snowplow_ecommerce_action/jsonschema/1","data":{"type":"refund"}}}'
).decode()
SAMPLES: list[tuple[str, str, str, Any]] = [
    ("POST", "/v1/batch", "", {"batch": [CALL, CALL], "writeKey": "w", "sentAt": 1}),
    ("POST", "/v1/t", "", CALL),
    ("GET", "/v1/projects/w/settings", "", None),
    ("GET", "/sourceConfig", "writeKey=w", None),
    ("POST", "/mp/collect", "api_secret=s", {
        "client_id": "c", "timestamp_micros": 1_767_603_599_500_123,
        "events": [{"name": "purchase", "params": {"value": 1, "items": [{"price": 1}]}}],
    }),
    ("GET", "/g/collect", "en=purchase&cid=c&_p=1&_s=1&epn.value=3&pr1=idS~pr1.5&gcs=G111", None),
    ("POST", "/g/collect", "cid=c", "en=page_view\nen=scroll&epn.percent_scrolled=90"),
    ("POST", "/api/event", "", {
        "n": "Purchase", "u": "https://s.example/", "p": '{"a":1}', "$": {"amount": 1}, "e": 1,
    }),
    ("GET", "/matomo.php", urlencode({
        "idsite": 1, "idgoal": 0, "ec_id": "o", "revenue": 9, "ec_tx": 1, "ec_sh": 1, "cdt": 17e8,
        "ec_items": '[["s","n",["c"],1,2]]', "url": "https://s.example/?mtm_campaign=x", "rand": 1,
    }), None),
    ("POST", "/matomo.php", "", {"requests": ["?idsite=1&_pks=s&_pkp=2", {"e_a": "x", "e_v": 1}]}),
    ("POST", "/hooks/shopify", "", {
        "id": 1, "created_at": "2026-01-05T08:59:59Z", "subtotal_price": "9",
        "taxes_included": True,
        "line_items": [{"price": "9", "quantity": 1, "tax_lines": [{"price": "1"}]}],
        "order_id": 2, "refund_line_items": [{"subtotal": 1, "total_tax": 1, "quantity": 1}],
        "transactions": [{"kind": "refund", "amount": "1"}],
    }),
    ("POST", "/com.snowplowanalytics.snowplow/tp2", "", {"data": [
        {"e": "ue", "ue_px": PACKED, "co": '{"data":[{"schema":"iglu:x/refund/jsonschema/1","data":'
         '{"refund_amount":1}}]}', "dtm": "1767603599500", "eid": "e", "duid": "d"},
        {"e": "pp", "ds": "1x2000", "vp": "1x100", "pp_may": "3"},
        {"e": "tr", "tr_tt": "3", "tr_tx": "1"},
    ]}),
    ("GET", "/i", "e=pv&duid=d&dtm=1767603599500&eid=e", None),
    ("POST", "/e", "_=1767603600000", {
        "event": "$pageleave", "uuid": "u", "offset": 5, "properties": {
            "$device_id": "d", "distinct_id": "p", "$prev_pageview_duration": 1.5,
        },
    }),
    ("POST", "/batch", "", {"batch": [{"event": "x", "distinct_id": "d"}], "sent_at": "x"}),
    ("POST", "/decide", "", {}),
    ("POST", "/api/send", "", {"type": "event", "payload": {
        "website": "w", "url": "/p", "hostname": "s.example", "name": "purchase",
        "data": {"revenue": 1}, "timestamp": 1_767_603_000,
    }}),
]  # fmt: skip
TOPICS = ("orders/create", "refunds/create", "carts/update", "")
NASTY: list[Any] = [
    None, True, False, 0, -1, 10**13, 10**400, 1e308, 1e-320, 1.5, "", " ", "null", "x" * 70,
    "y" * 3000, "1e99999", "1e-99999", "-1", "NaN", "Infinity", "9" * 5000, "\x00", "é\u202e",
    "http://[::1", "iglu:", "A", "=", "%ff", "1_0", "٣", [], {}, [[]], [{}], {"a": {}},
    [1, "x", None, {}], "[" * 50, "{", '{"a":NaN}', "2026-13-45T99:99:99Z", "🙂",
]  # fmt: skip


def taken_apart(value: Any) -> list[tuple[Any, ...]]:
    """The place of everything in a JSON value."""
    if not isinstance(value, dict | list):
        return [()]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [(), *((key, *rest) for key, each in inner for rest in taken_apart(each))]


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[place[0]] = put(value[place[0]], place[1:], new)
    return changed


def survives(request: Heard) -> Meant | None:
    """A request is understood, and whatever comes of it is accepted or refused with a reason."""
    found = understand(request)
    if found is None:
        return None
    for each in found.refused:
        assert each.code in CODES, each
        assert each.detail
    for server in (False, True):
        for said in found.said:
            row = judged(settled(said, lambda: "nameless", server=server))
            assert not isinstance(row, Rejection) or row.code in CODES
    rejected = tuple({"index": 0, "code": each.code, "detail": ""} for each in found.refused)
    for outcome in (Outcome(len(found.said)), Outcome(len(found.said), 0, rejected)):
        assert 200 <= found.answer(outcome).status < 500
    return found


def said(method: str, path: str, query: str, body: Any, topic: str = "orders/create") -> Heard:
    raw = b"" if body is None else body
    return heard(path, raw, method=method, query=query, headers={"x-shopify-topic": topic})


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{each[0]} {each[1]}" for each in SAMPLES])
def test_a_nasty_value_anywhere(sample: tuple[str, str, str, Any]) -> None:
    """Every place of a good request, with everything that a value should not be."""
    method, path, query, body = sample
    good = survives(said(method, path, query, body))
    assert good is not None
    assert good.said or good.reply or path == "/hooks/shopify"
    for nasty in NASTY:
        for place in taken_apart(body) if isinstance(body, dict) else ():
            for topic in TOPICS if path == "/hooks/shopify" else TOPICS[:1]:
                survives(said(method, path, query, put(body, place, nasty), topic))
        for pair in query.split("&"):
            name = pair.partition("=")[0]
            survives(said(method, path, f"{query}&{urlencode({name: nasty})}", body))
            changed = query.replace(pair, urlencode({name: nasty}))
            survives(said(method, path, changed, body))


def test_every_route_has_a_sample() -> None:
    known = {understand_name(method, path) for method, path, _, _ in SAMPLES}
    assert {dialect.name for dialect in ROUTES.values()} - known == {"segment-metrics"}


def understand_name(method: str, path: str) -> str:
    found = find(method, path)
    assert found is not None
    return found.name


BODIES = [
    body if isinstance(body, str) else json.dumps(body) for *_, body in SAMPLES if body is not None
]
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good body with bytes lost, doubled, changed or mixed with another's."""
    raw = draw(st.sampled_from(BODIES)).encode()
    at = draw(st.integers(0, len(raw)))
    to = draw(st.integers(at, min(len(raw), at + 20)))
    other = (
        draw(st.sampled_from(BODIES)).encode()
        if draw(st.booleans())
        else draw(st.binary(max_size=8))
    )
    found = raw[:at] + other + raw[to:]
    return gzip.compress(found) if draw(st.booleans()) else found


@given(st.sampled_from(sorted(ROUTES)), spoiled(), st.text(max_size=40), st.sampled_from(TOPICS))
def test_spoiled_bodies(route: tuple[str, str], body: bytes, query: str, topic: str) -> None:
    survives(said(route[0], route[1].replace("*", "w/settings"), query, body, topic))


@given(st.sampled_from(sorted(ROUTES)), JSONISH)
def test_any_json(route: tuple[str, str], body: Any) -> None:
    survives(said(route[0], route[1].replace("*", "w"), "", json.dumps(body).encode()))


@given(st.dictionaries(st.sampled_from(["authorization", "host", "user-agent"]), st.text()))
def test_any_headers(headers: dict[str, str]) -> None:
    for method, path, query, body in SAMPLES[:4]:
        survives(heard(path, body or b"", method=method, query=query, headers=headers))
