"""What the journal keeps of a request: enough to take its events in later, just as they came."""

from __future__ import annotations

from typing import Any

import msgspec

from footfall.event.received import Request

VERSION = 1
WHOLE = -1
"""The index of a refusal that is the whole body's."""


class Turn(msgspec.Struct, array_like=True, frozen=True):
    """A refused event of the request; `index` WHOLE: nothing of the body could be read."""

    index: int
    code: str
    pointer: str
    detail: str


class Record(msgspec.Struct, array_like=True, frozen=True):
    """One request that was answered, or is about to be."""

    version: int
    site: str
    received_ms: int
    source: str
    door: str
    """How the client speaks: `native`, or the name of a dialect."""
    user_agent: str | None
    sent_at: Any
    body: bytes
    """A native body: as it was sent, or what it means in our words."""
    turned: list[Turn] = []
    flags: list[str] = []
    """What data quality counts of the request: `prefetch`, `no_user_agent`."""
    left_out: int = 0
    """Parts that are no events of anybody, or that a visitor refused: only counted."""

    @property
    def request(self) -> Request:
        """What it says of all its events."""
        return Request(self.received_ms, self.source, self.user_agent, self.sent_at)


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Record).decode
