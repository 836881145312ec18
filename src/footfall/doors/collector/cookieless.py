"""Batches of pages that may keep nothing: who sends them is given a name that lasts for a day."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

FLAG = "cookieless"
_TOLD = b'"cookieless"'
_VISITOR = b'"visitor_id"'


def named(body: bytes, visitor: Callable[[], str]) -> bytes:
    """The body, in which events without a visitor have one if the batch says `cookieless`.

    Everything else stays as it was sent; what cannot be read stays too, to be refused by others.
    """
    if _TOLD not in body:
        return body
    try:
        batch = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        if bytes(batch.get(FLAG, b"")) != b"true" or "events" not in batch:
            return body
        events = msgspec.json.decode(batch["events"], type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return body
    head = b'{"visitor_id":' + msgspec.json.encode(visitor()) + b","
    batch["events"] = msgspec.Raw(b"[" + b",".join(_with(bytes(e), head) for e in events) + b"]")
    del batch[FLAG]
    return msgspec.json.encode(batch)


def _with(event: bytes, head: bytes) -> bytes:
    """An event with a visitor, where it is one and has none."""
    if not event.startswith(b"{") or _VISITOR in event or event[1:].lstrip() == b"}":
        return event
    return head + event[1:]
