"""An ordinary event to change one thing of, sent through both doors at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from footfall.event.accept import Acceptor, Rejection, Row
from footfall.schema.log import LOG_NAMES

RECEIVED_MS = 1_780_272_000_000  # 2026-06-01T00:00:00Z
ORDINARY = {
    "event_id": "e-1",
    "event": "page_view",
    "occurred_at": "2026-05-31T12:00:00.000Z",
    "visitor_id": "v-1",
}


@pytest.fixture
def received_ms() -> int:
    return RECEIVED_MS


@pytest.fixture
def acceptor() -> Acceptor:
    return Acceptor(RECEIVED_MS)


@pytest.fixture
def send(acceptor: Acceptor) -> Callable[..., Row | Rejection]:
    """Sends the ordinary event with these fields changed, None = left out."""

    def through_both_doors(**fields: Any) -> Row | Rejection:
        event = {key: each for key, each in {**ORDINARY, **fields}.items() if each is not None}
        found = acceptor.accept_line(json.dumps(event).encode())
        assert acceptor.accept(event) == found
        return found

    return through_both_doors


@pytest.fixture
def accepted(send: Callable[..., Row | Rejection]) -> Callable[..., dict[str, Any]]:
    """The row of an event that is accepted, by name of column."""

    def row_of(**fields: Any) -> dict[str, Any]:
        found = send(**fields)
        assert not isinstance(found, Rejection), found
        row = dict(zip(LOG_NAMES, found, strict=True))
        return {**row, "properties": json.loads(str(row["properties"]))}

    return row_of


@pytest.fixture
def refused(send: Callable[..., Row | Rejection]) -> Callable[..., Rejection]:
    """The refusal of an event that is refused."""

    def refusal_of(**fields: Any) -> Rejection:
        found = send(**fields)
        assert isinstance(found, Rejection), found
        return found

    return refusal_of


@pytest.fixture
def line(acceptor: Acceptor) -> Callable[[bytes | str], dict[str, Any] | Rejection]:
    """What becomes of a JSON text: the row by name of column, or the refusal."""

    def read(text: bytes | str) -> dict[str, Any] | Rejection:
        found = acceptor.accept_line(text if isinstance(text, bytes) else text.encode())
        return found if isinstance(found, Rejection) else dict(zip(LOG_NAMES, found, strict=True))

    return read


@pytest.fixture
def row(acceptor: Acceptor) -> Callable[..., dict[str, Any] | Rejection]:
    """What becomes of a row of a flat file: the ordinary event with these cells changed."""

    def read(**cells: Any) -> dict[str, Any] | Rejection:
        found = acceptor.accept({**ORDINARY, **cells}, flat_file=True)
        return found if isinstance(found, Rejection) else dict(zip(LOG_NAMES, found, strict=True))

    return read
