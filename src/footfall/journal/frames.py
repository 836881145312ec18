r"""The journal's bytes: a segment begins with a header, then frames follow, each with a checksum.

Header (32 bytes): `FFJL`, version (u16), two bytes of nothing, the segment's number (u64), when it
was made in epoch ms (u64), four bytes of nothing, CRC-32 of all before it (u32). Little-endian.
Frame: `\xf5REC`, length of the content (u32), number of the frame in its segment (u64), CRC-32 of
length, number and content (u32), the content. The mark lets a reader find the next whole frame
behind a damaged one; the number shows what is missing between them.
"""

from __future__ import annotations

import struct
from typing import NamedTuple
from zlib import crc32

MAGIC = b"FFJL"
VERSION = 1
MARK = b"\xf5REC"
_HEADER = struct.Struct("<4sHHQQI")
_CHECK = struct.Struct("<I")
_FRAME = struct.Struct("<4sIQI")
_CHECKED = struct.Struct("<IQ")
HEADER_BYTES = _HEADER.size + _CHECK.size
FRAME_BYTES = _FRAME.size
MOST_CONTENT = 16 << 20
"""No frame is longer: a length beyond this is damage, whatever the file's size."""


class Position(NamedTuple):
    """A place in the journal: everything before it in order of segments and of bytes."""

    segment: int
    offset: int

    def __str__(self) -> str:
        """As it is kept and shown: `1700000000000:32`."""
        return f"{self.segment}:{self.offset}"

    @classmethod
    def read(cls, text: str) -> Position:
        """The position that a text is."""
        segment, _, offset = text.partition(":")
        return cls(int(segment), int(offset))


START = Position(0, 0)


class Head(NamedTuple):
    """What a segment's header says; `version` is None where it cannot be read."""

    number: int
    created_ms: int
    version: int


def header(number: int, created_ms: int) -> bytes:
    """The first bytes of a segment."""
    told = _HEADER.pack(MAGIC, VERSION, 0, number, created_ms, 0)
    return told + _CHECK.pack(crc32(told))


def read_header(data: bytes) -> Head | None:
    """What a segment's first bytes say; None where they are damaged or not all there."""
    if len(data) < HEADER_BYTES:
        return None
    magic, version, _, number, created_ms, _ = _HEADER.unpack_from(data)
    (check,) = _CHECK.unpack_from(data, _HEADER.size)
    if magic != MAGIC or check != crc32(data[: _HEADER.size]):
        return None
    return Head(number, created_ms, version)


def frame(number: int, content: bytes) -> bytes:
    """One record as it is written."""
    check = crc32(content, crc32(_CHECKED.pack(len(content), number)))
    return _FRAME.pack(MARK, len(content), number, check) + content


class Frame(NamedTuple):
    """A frame that was found: whole if `content` is there, else what its own first bytes say."""

    number: int
    length: int
    content: bytes | None

    @property
    def size(self) -> int:
        """All of its bytes."""
        return FRAME_BYTES + self.length


def read_frame(data: bytes, at: int) -> Frame | None:
    """The frame at a place; None where there is none, or not all of it."""
    if len(data) - at < FRAME_BYTES:
        return None
    mark, length, number, check = _FRAME.unpack_from(data, at)
    end = at + FRAME_BYTES + length
    if mark != MARK or length > MOST_CONTENT or end > len(data):
        return None
    content = data[at + FRAME_BYTES : end]
    whole = check == crc32(content, crc32(_CHECKED.pack(length, number)))
    return Frame(number, length, content if whole else None)


def told_length(head: bytes) -> int:
    """How long the content of a frame is by its first bytes; 0 where they are none."""
    if len(head) < FRAME_BYTES:
        return 0
    mark, length, _, _ = _FRAME.unpack_from(head)
    return int(length) if mark == MARK and length <= MOST_CONTENT else 0
