"""Requests to a collector, as they are sent by hand."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from support.served import Got, Served, _got

PATIENCE_SECONDS = 20


def post(
    served: Served, body: bytes | dict[str, Any] | str, key: str = "", path: str = "/v1/events",
    method: str = "POST", **headers: str | None,
) -> Got:  # fmt: skip
    """What a request comes to; names of headers have _ for -, and None leaves one out."""
    if isinstance(body, dict):
        body = json.dumps(body, separators=(",", ":"))
    data = body.encode() if isinstance(body, str) else body
    told: dict[str, str | None] = {"Content-Type": "application/json"}
    if key:
        told["Authorization"] = f"Bearer {key}"
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        served.url.rstrip("/") + path, data, method=method,
        headers={name: value for name, value in told.items() if value is not None},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return _got(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return _got(refused)
