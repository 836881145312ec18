"""A request's body as bytes that can be judged: its size, its kind, and its packing."""

from __future__ import annotations

import hashlib

from footfall.doors.collector.begun import Whole
from footfall.doors.collector.body import MOST_EVENTS, too_many
from footfall.doors.collector.http import (
    CODINGS,
    HEAD_KEPT,
    MEDIA,
    UNPACKED_BYTES,
    WIRE_BYTES,
    Asked,
    NotPackedError,
    TooLargeError,
    unpacked,
)


def read_native(asked: Asked) -> bytes | Whole:
    """The body of a native request, unpacked; or why it is refused as a whole."""
    media = asked.media()
    if media not in MEDIA:
        detail = f"a body is application/json or text/plain, not {media!r}"
        return Whole(415, "unsupported_media_type", detail)
    return read_any(asked)


def read_any(asked: Asked) -> bytes | Whole:
    """The body of any request, unpacked; or why it is refused as a whole."""
    if asked.length > WIRE_BYTES:
        return _too_large(asked, asked.body[:HEAD_KEPT], "as sent", WIRE_BYTES)
    coding = asked.headers.get("content-encoding", "").strip().lower()
    if coding and coding not in CODINGS:
        detail = f"a body may be packed with {', '.join(CODINGS)}, not {coding!r}"
        return Whole(415, "unsupported_encoding", detail, asked.body)
    try:
        return unpacked(asked.body, coding)
    except TooLargeError as error:
        return _too_large(asked, error.head, "unpacked", UNPACKED_BYTES)
    except NotPackedError:
        return Whole(400, "invalid_encoding", f"the body is not {coding}", asked.body)


def _too_large(asked: Asked, kept: bytes, how: str, most: int) -> Whole:
    """A body over a limit: how it begins is kept, its length, and the hash of what was sent."""
    events = kept.count(b"},")
    if events > MOST_EVENTS:
        why = too_many(events, " and more").rejection
        return Whole(413, why.code, why.detail, kept, why.pointer)
    digest = asked.digest or hashlib.sha256(asked.body).hexdigest()
    detail = (
        f"a body may have {most:,} bytes {how} at most; of this one of {asked.length:,} bytes "
        f"(SHA-256 {digest}) the first {len(kept):,} are kept"
    )
    return Whole(413, "too_large", detail, kept)
