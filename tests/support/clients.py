"""Requests as other programs' clients send them, for tests: said by hand, or as recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from footfall.doors.collector.dialects import Heard, Meant, settled, understand
from footfall.event.accept import Acceptor, Rejection, Row
from footfall.schema.log import LOG_COLUMNS

NOW = 1_767_603_600_000  # 2026-01-05T09:00:00Z
NAMELESS = "nameless"
DAY = 86_400_000


def heard(
    path: str,
    body: Any = b"",
    *,
    method: str = "POST",
    query: Mapping[str, Any] | str = "",
    headers: Mapping[str, str] | None = None,
    received_ms: int = NOW,
) -> Heard:
    """A request: a body that is neither bytes nor text is sent as JSON."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body))
    return Heard(
        method,
        path,
        received_ms,
        query if isinstance(query, str) else urlencode(query),
        {"host": "collect.example", **(headers or {})},
        raw if isinstance(raw, bytes) else raw.encode(),
        number="n1",
    )


def meant(request: Heard) -> Meant:
    """What a request means, which somebody must know."""
    found = understand(request)
    assert found is not None, f"nobody understands {request.method} {request.path}"
    return found


def events(request: Heard, *, server: bool = False) -> list[dict[str, Any]]:
    """The events of a request of which nothing is refused, as they are accepted."""
    found = meant(request)
    assert found.refused == ()
    return [settled(each, lambda: NAMELESS, server=server) for each in found.said]


def one(request: Heard, *, server: bool = False) -> dict[str, Any]:
    """The one event of a request."""
    (found,) = events(request, server=server)
    return found


def accepted(event: Mapping[str, Any], received_ms: int = NOW) -> dict[str, Any]:
    """An event as the collector stores it, which it must."""
    found = judged(event, received_ms)
    assert not isinstance(found, Rejection), found
    return dict(zip((column.name for column in LOG_COLUMNS), found, strict=True))


def judged(event: Mapping[str, Any], received_ms: int = NOW) -> Row | Rejection:
    """An event as the collector takes it, or why it does not."""
    oldest = received_ms - 30 * DAY
    return Acceptor(received_ms, correct_clock=True, oldest_ms=oldest).accept(event)


def recorded(shared: Path) -> Iterator[tuple[int, Heard]]:
    """What real clients sent, as it was recorded, by its number."""
    wire = (shared / "samples/wire/real_client_requests.jsonl").read_text("utf-8")
    for line in wire.splitlines():
        said = json.loads(line)
        path, _, query = said["path"].partition("?")
        headers = {name.lower(): value for name, value in said["headers"].items()}
        yield said["n"], heard(
            path, said["body"], method=said["method"], query=query, headers=headers,
            received_ms=RECORDED,
        )  # fmt: skip


RECORDED = 1_795_284_900_000
"""Just after the recording: 2026-11-21T18:15:00Z."""
