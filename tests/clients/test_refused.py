"""What of a client's request is no event: named in its own words, and kept in quarantine."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from support.collected import Shop, collecting, shop_in

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC).isoformat()
CALL = {"type": "track", "anonymousId": "an-1", "messageId": "m-1", "timestamp": NOW}
GOOD = {**CALL, "event": "Order Completed", "properties": {"order_id": "o", "total": 5}}
BAD = {**CALL, "messageId": "m-2", "event": None}
WRONG = {**GOOD, "messageId": "m-3", "properties": {"order_id": "o2", "total": -5}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return shop_in(tmp_path_factory.mktemp("refused"))


@pytest.fixture(scope="module")
def port(shop: Shop) -> Iterator[int]:
    with collecting(shop) as served:
        yield int(served.url.rstrip("/").rpartition(":")[2])


def asked(
    port: int, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    line.request(
        method, path, raw, {name.replace("_", "-"): each for name, each in headers.items()}
    )
    answer = line.getresponse()
    got = answer.status, {name.lower(): each for name, each in answer.getheaders()}, answer.read()
    line.close()
    return got


def test_a_bad_call_of_a_batch(port: int, shop: Shop) -> None:
    body = {"batch": [BAD, GOOD, WRONG], "writeKey": shop.write}
    status, _, told = asked(port, "POST", "/v1/batch", body)
    said = json.loads(told)
    assert (status, said["success"]) == (200, True)
    assert [(each["index"], each["code"]) for each in said["rejected"]] == [
        (0, "missing_field"), (2, "invalid_number"),
    ]  # fmt: skip
    assert all(each["quarantine_ref"] for each in said["rejected"])
    status, _, told = asked(port, "POST", "/v1/batch", {"batch": [BAD], "writeKey": shop.write})
    assert (status, json.loads(told)["retry"]) == (400, "never")
    again = asked(port, "POST", "/v1/batch", {"batch": [GOOD], "writeKey": shop.write})
    assert again[0] == 200
    status, _, told = asked(port, "POST", f"/{shop.write}/v1/batch", b'{"batch": [')
    assert (status, json.loads(told)["code"]) == (400, "invalid_json")
    until = time.monotonic() + 20
    while (
        time.monotonic() < until and "invalid_json" not in shop.footfall("quarantine", "list").out
    ):
        time.sleep(0.3)
    kept = shop.footfall("quarantine", "list").out
    assert all(code in kept for code in ("invalid_json", "missing_field", "invalid_number"))


def test_who_has_no_key_is_told_so(port: int, shop: Shop) -> None:
    for key in ("", "w_unknown"):
        status, _, told = asked(port, "POST", "/v1/batch", {"batch": [GOOD], "writeKey": key})
        assert (status, json.loads(told)["code"]) == (401, "unauthorized")
    packed = asked(port, "POST", "/v1/batch", b"no", content_encoding="gzip")
    assert packed[0] == 400
    assert asked(port, "POST", "/v1/batch", b"<a/>", content_type="application/xml")[0] == 415
    assert asked(port, "POST", "/v1/batch", b"x", content_encoding="br")[0] == 415
    large = asked(port, "POST", "/v1/batch", b" " * ((1 << 20) + 1))
    assert large[0] == 413
    secret = asked(port, "POST", f"/v1/batch?key={shop.server}", {"batch": [GOOD]})
    assert secret[0] == 401  # a server's key does not belong into an address


def test_browsers_may_ask_first(port: int) -> None:
    wanted = {"access_control_request_headers": "authorization,anonymousid", "origin": "https://s"}
    status, headers, _ = asked(port, "OPTIONS", "/v1/t", None, **wanted)
    assert (status, headers["access-control-allow-origin"]) == (204, "*")
    assert "anonymousid" in headers["access-control-allow-headers"]
    broken = {"access_control_request_headers": "x: y"}
    assert "x: y" not in str(asked(port, "OPTIONS", "/v1/t", None, **broken)[1])
    assert asked(port, "HEAD", "/sourceConfig?view=ad")[::2] == (200, b"")
    assert asked(port, "GET", "/v1/t")[0] == 405
    assert json.loads(asked(port, "GET", "/v1/projects/w_1/settings")[2])["integrations"]
