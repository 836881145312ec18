"""The hostile bodies that collectors are sent, sent to every dialect: refused with their reason."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import uuid
import zlib
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.collector.dialects import ROUTES
from support.clients import NOW, events, heard, judged, meant

JSON_ROUTES = (
    "/v1/batch", "/mp/collect", "/api/event", "/com.snowplowanalytics.snowplow/tp2", "/batch",
    "/api/send", "/hooks/shopify",
)  # fmt: skip
WIRE_BYTES = 1 << 20
"""What the collector lets through at most."""


def event_of(number: int) -> dict[str, Any]:
    return {"event_id": f"e-{number}", "event": "page_view", "properties": {}}


def batch(each: list[Any]) -> bytes:
    said = {"site": "shop", "sent_at": NOW, "events": each}
    return json.dumps(said, separators=(",", ":")).encode()


def base_body() -> bytes:
    return batch([event_of(1)])


NAMES = {
    "json": json, "gzip": gzip, "zlib": zlib, "base64": base64, "os": os, "uuid": uuid, "io": io,
    "base_body": base_body, "ev": event_of, "batch": batch,
}  # fmt: skip


def hostile(shared: Path) -> list[tuple[str, bytes, dict[str, Any]]]:
    """The bodies of the shared list that are small enough to come in, and what is right."""
    found = []
    for line in (shared / "hostile/hostile_inputs.jsonl").read_text("utf-8").splitlines()[1:]:
        case = json.loads(line)
        send = case["send"]
        if case["to"] != "collector" or "headers" in send or not {"body", "py"} & send.keys():
            continue
        body = send["body"].encode() if "body" in send else eval(send["py"], dict(NAMES))
        if len(body) <= WIRE_BYTES:
            found.append((case["id"], body, case["expect"]))
    return found


def test_hostile_bodies(shared: Path) -> None:
    cases = hostile(shared)
    assert len(cases) >= 10
    for name, body, right in cases:
        for path in JSON_ROUTES:
            found = meant(heard(path, body))
            for said in found.said:
                judged(said.event)
            # a body that nobody can read is refused by every dialect with the same reason
            if right.get("code") in {"empty_body", "invalid_json", "invalid_encoding", "too_deep"}:
                assert [each.code for each in found.refused] == [right["code"]], (name, path)
                assert found.said == (), (name, path)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b"[" * 60 + b"]" * 60, "too_deep"),
        (b'{"a":' * 20 + b"1" + b"}" * 20, "too_deep"),
        (b'{"a":"\xff"}', "invalid_encoding"),
        (b'{"a":"\\ud800"}', "invalid_encoding"),
        (b"{'a':1}", "invalid_json"),
        (b"\xef\xbb\xbf", "empty_body"),
        (b"7", "wrong_type"),
        (b"null", "wrong_type"),
    ],
)
def test_others_of_their_kind(raw: bytes, code: str) -> None:
    for path in JSON_ROUTES:
        refused = meant(heard(path, raw)).refused
        found = {each.code for each in refused}
        assert found == {code} or (code == "wrong_type" and refused), (path, found)


@pytest.mark.parametrize(
    "value",
    [10**400, 1e308, 18446744073709551617, -(10**13)],
    ids=["1e400", "1e308", "2^64", "-1e13"],
)
def test_numbers_that_no_event_may_have_are_refused(value: Any) -> None:
    call = {"type": "track", "event": "Order Completed", "anonymousId": "a", "messageId": "m"}
    (event,) = events(heard("/v1/batch", {"batch": [{**call, "properties": {"value": value}}]}))
    found = judged(event)
    assert getattr(found, "code", None) == "invalid_number"


def test_markup_and_formulas_are_kept_as_they_came() -> None:
    for text in ("<svg/onload=alert(1)>", "=1+1", "\r=1+1", "{{7*7}}", "a\r\nb\x1b[2J"):
        query = {"idsite": "w", "url": "https://s.example/", "action_name": f"x{text}"}
        (event,) = events(heard("/matomo.php", method="GET", query=query))
        assert event["title"] == f"x{text}"
        assert not hasattr(judged(event), "code")


def test_every_route_takes_an_empty_request() -> None:
    for method, path in ROUTES:
        found = meant(heard(path.replace("*", "w"), method=method))
        assert found.reply or found.refused or found.said
