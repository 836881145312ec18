"""Hostile requests: every case of the list that is sent to a collector, and the common rule (H1).

Cases that are recipes for a harness (`steps`) are tried elsewhere in this folder, by their classes.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import time
import uuid
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faults.burst import memory_mb
from footfall.event.codes import CODES
from footfall.log.control import open_control
from support.collected import Shop, collecting
from support.ledger import now_text, page_view, until_taken_in
from support.posting import post
from support.served import Got, Served

INPUTS = Path(os.environ.get("FOOTFALL_SHARED", "")) / "hostile" / "hostile_inputs.jsonl"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
ANSWER_SECONDS, MEMORY_MB = 2.0, 64
NOT_HERE = {
    "HI-098": "the contract: visitor activity without a visitor is refused",
    "HI-244": "there is no setting of that name",
    "HI-246": "addresses are kept as they were sent",
}
HTTP_CODES = {
    "unsupported_media_type", "unsupported_encoding", "too_many_events", "bad_request_framing",
    "unauthorized", "forbidden_scope", "storage_full", "read_only", "overloaded", "too_slow",
}  # fmt: skip


def cases() -> list[dict[str, Any]]:
    """What is one request to a collector."""
    if not INPUTS.is_file():
        return []
    listed = [json.loads(each) for each in INPUTS.read_text(encoding="utf-8").splitlines()]
    return [
        each
        for each in listed
        if each.get("to") == "collector"
        and "steps" not in each["send"]
        and each["id"] not in NOT_HERE
    ]


def filled(value: Any) -> Any:
    """The macros of the list."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    if "@REPEAT:" in value:
        start, _, macro = value.partition("@REPEAT:")
        letter, _, rest = macro.partition(":")
        if letter == "1.2.3.4, ":
            return start + letter * 1000
        return start + letter * int(rest)
    if value.startswith("@NOW") and value[-1] in "dh" and value[4] in "+-":
        size = DAY_MS if value[-1] == "d" else HOUR_MS
        return now_text(time.time() * 1000 + int(value[4:-1]) * size)
    day = now_text(time.time() * 1000 - DAY_MS)[:10]
    return value.replace("@NOWDATE", day).replace("@SITE", "shop")


def event_of(patch: dict[str, Any]) -> dict[str, Any]:
    """The list's own event, with some of it replaced."""
    base = page_view(str(uuid.uuid4()), referrer="https://www.google.com/", properties={})
    told = {**base, **filled(patch)}
    return {key: value for key, value in told.items() if value is not None}


def batch(events: list[Any]) -> bytes:
    told = {"site": "shop", "sent_at": now_text(), "events": events}
    return json.dumps(told, separators=(",", ":")).encode()


def body_of(case: dict[str, Any]) -> bytes:
    """The bytes that a case sends."""
    send = case["send"]
    if "patch" in send:
        event = event_of(send["patch"])
        if "purchase" in case["what"]:
            event["event"] = "purchase"
        return batch([event])
    if "py" in send:
        names = {
            "json": json, "gzip": gzip, "zlib": zlib, "os": os, "uuid": uuid, "io": io,
            "base_body": lambda: batch([event_of({})]), "batch": batch,
            "ev": lambda _: event_of({}),
        }  # fmt: skip
        made = eval(send["py"], names)
        assert isinstance(made, bytes)
        return made
    return str(filled(send.get("body", ""))).encode()


def headers_of(case: dict[str, Any]) -> dict[str, str | None]:
    told = dict(case["send"].get("headers", {}))
    if told.pop("@MANY", None):
        told |= {f"X-h{number}": "1" for number in range(5000)}
    return {name: filled(value) for name, value in told.items()}


@pytest.fixture(scope="module")
def watched(one_shop: Shop) -> Iterator[Served]:
    """A server of which everything that it says is looked at in the end."""
    with collecting(one_shop) as served:
        for number in range(20):  # so that everything is loaded that a server needs
            assert post(served, page_view(f"first-{number}"), one_shop.write).status == 202
        until_taken_in(served.get, 20)
        yield served
        code, said = served.stop()
        assert (code, said) == (0, "stopped; everything is kept\n"), "it complained"


@pytest.mark.skipif(not INPUTS.is_file(), reason="FOOTFALL_SHARED names no folder with them")
def test_there_are_cases() -> None:
    assert len(cases()) > 45


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['id']} {case['what']}")
def test_hostile_request(watched: Served, one_shop: Shop, case: dict[str, Any]) -> None:
    expect, body = case["expect"], body_of(case)
    before, began = memory_mb(watched.process.pid), time.monotonic()
    got = post(watched, body, one_shop.write, **headers_of(case))  # type: ignore[arg-type]
    assert time.monotonic() - began < ANSWER_SECONDS * 5  # a busy machine is no failure
    assert got.status in expect["status"], got.body
    if got.status >= 400:
        _check_refused(watched, one_shop, case, got, body)
    assert memory_mb(watched.process.pid) - before < MEMORY_MB
    assert watched.process.poll() is None
    assert post(watched, page_view(str(uuid.uuid4())), one_shop.write).told["accepted"] == 1


def _check_refused(served: Served, shop: Shop, case: dict[str, Any], got: Got, body: bytes) -> None:
    """Why is told by a code of the closed list, and the kept copy is there byte for byte."""
    code, expect = got.told["code"], case["expect"]
    assert code in CODES.keys() | HTTP_CODES or got.status == 431
    if "code" in expect and expect["status"] == [got.status]:
        assert code == expect["code"]
    if expect.get("quarantine") is True:
        kept = _kept(shop, got.told["quarantine_ref"])
        assert kept in body or kept == _plain(body)
        assert served.process.poll() is None


def _plain(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError):
        return body


def _kept(shop: Shop, ref: str) -> bytes:
    """What is in quarantine under a reference, as soon as it is there."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        control = open_control(shop.footfall.workspace / "data" / "control.sqlite")
        row = control.connection.execute(
            "SELECT raw FROM quarantine WHERE ref = ?", (ref,)
        ).fetchone()
        control.close()
        if row:
            return bytes(row[0])
        time.sleep(0.1)
    raise AssertionError(f"{ref} is not in quarantine")


MORE = {
    "nested objects": (b'{"a":' * 60_000 + b"1" + b"}" * 60_000, "too_deep"),
    "only blanks": (b" \r\n\t ", "empty_body"),
    "a number": (b"42", "wrong_type"),
    "a list": (b"[]", "wrong_type"),
    "events twice": (b'{"events":[],"events":[]}', "duplicate_key"),
    "NaN": (b'{"events":[NaN]}', "wrong_type"),
    "half a pair": (b'{"events":[{"event":"\\ud800"}]}', "invalid_encoding"),
    "cut in an escape": (b'{"events":["\\u00', "invalid_json"),
    "UTF-16": ('{"events":[]}'.encode("utf-16"), "invalid_encoding"),
    "events are null": (b'{"events":null}', "wrong_type"),
    "trailing text": (b'{"events":[]} x', "invalid_json"),
}
"""Others of the same classes."""


@pytest.mark.parametrize(("body", "code"), MORE.values(), ids=MORE)
def test_others_of_the_same_classes(
    watched: Served, one_shop: Shop, body: bytes, code: str
) -> None:
    got = post(watched, body, one_shop.write)
    assert got.status == 400, got.body
    assert got.told["code"] == code
    assert post(watched, page_view(str(uuid.uuid4())), one_shop.write).told["accepted"] == 1


def test_bombs_in_layers_are_refused_early(watched: Served, one_shop: Shop) -> None:
    before = memory_mb(watched.process.pid)
    for size in (64, 512):
        bomb = gzip.compress(bytes(1 << 20)) * size
        got = post(watched, bomb[: 1 << 20], one_shop.write, Content_Encoding="gzip")
        assert (got.status, got.told["code"]) == (413, "too_large")
    assert memory_mb(watched.process.pid) - before < MEMORY_MB


def test_no_key_is_ever_said(watched: Served, one_shop: Shop) -> None:
    basic = b64encode(one_shop.server.encode()).decode()
    for got in (
        post(watched, b"{", one_shop.write),
        post(watched, b"{", path=f"/v1/events?key={one_shop.write}"),
        post(watched, b"{", Authorization=f"Basic {basic}"),
        watched.get("/metrics"),
        watched.get("/healthz"),
    ):
        assert one_shop.write not in got.body
        assert one_shop.server not in got.body
