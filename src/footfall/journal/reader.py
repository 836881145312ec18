"""Reading the journal: every whole record, and a word about everything that is none.

A tail that was being written when the process or the power went is `Torn`: nobody was told that it
was stored. Bytes that were whole once are `Damage`: reported with their place, never passed over in
silence, and what follows them is read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from footfall.journal.frames import (
    FRAME_BYTES,
    HEADER_BYTES,
    MARK,
    VERSION,
    Frame,
    Position,
    read_frame,
    read_header,
    told_length,
)
from footfall.journal.segments import Segment, path_of, segments


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole record: where it begins, where the next one does, and what it holds."""

    at: Position
    until: Position
    content: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that cannot be read though something was written there: `raw` is what they are now."""

    at: Position
    until: Position
    reason: str
    raw: bytes
    missing: int
    """How many records there were, where their numbers tell."""


@dataclass(frozen=True, slots=True)
class Torn:
    """The end of a segment that was never finished; `length` bytes of it are there."""

    at: Position
    length: int


Found = Entry | Damage | Torn


def read_from(folder: Path, start: Position) -> Iterator[Found]:
    """Everything from a position on, through all segments; the last `Torn` may still be written."""
    for segment in segments(folder):
        if segment.number >= start.segment:
            offset = start.offset if segment.number == start.segment else 0
            yield from read_segment(segment, offset)


def read_at(folder: Path, at: Position) -> bytes | None:
    """The record that begins at a position; None where there is none any more."""
    try:
        with path_of(folder, at.segment).open("rb") as stream:
            stream.seek(at.offset)
            head = stream.read(FRAME_BYTES)
            found = read_frame(head + stream.read(told_length(head)), 0)
    except FileNotFoundError:
        return None
    return None if found is None else found.content


def read_segment(segment: Segment, offset: int = 0) -> Iterator[Found]:
    """Everything in a segment from an offset on; 0 is its beginning."""
    with segment.path.open("rb") as stream:
        first = stream.read(HEADER_BYTES)
        stream.seek(max(offset, 0))
        data = stream.read()
    if offset == 0:
        bad, offset = _read_head(segment, first, data), HEADER_BYTES
        if bad is not None:
            yield bad
        if isinstance(bad, Torn):
            return
        data = data[HEADER_BYTES:]
    yield from _Frames(segment.number, offset, data, first_known=offset == HEADER_BYTES).read()


def _read_head(segment: Segment, first: bytes, data: bytes) -> Found | None:
    """What is wrong with a segment's header, if anything is."""
    at, until = Position(segment.number, 0), Position(segment.number, HEADER_BYTES)
    head = read_header(first)
    if head is not None and head.version == VERSION and head.number == segment.number:
        return None
    if MARK not in data:
        return Torn(at, len(data))
    why = "the segment's header is damaged"
    if head is not None:
        why = f"the header is of segment {head.number}, version {head.version}"
    return Damage(at, until, why, first, 0)


class _Frames:
    """The frames of a segment's bytes, which begin at an offset of it."""

    def __init__(self, segment: int, offset: int, data: bytes, *, first_known: bool) -> None:
        self._segment, self._offset, self._data = segment, offset, data
        self._next = 0 if first_known else None

    def read(self) -> Iterator[Found]:
        at = 0
        while at < len(self._data):
            found = read_frame(self._data, at)
            if found is not None and found.content is not None:
                if self._next is not None and found.number > self._next:
                    yield self._damage(at, at, "records are missing", found.number)
                yield Entry(self._place(at), self._place(at + found.size), found.content)
                self._next, at = found.number + 1, at + found.size
                continue
            next_at = self._next_whole(at)
            if next_at is None:
                yield self._tail(at, found)
                return
            yield self._damage(at, next_at, "a checksum does not match", self._number(next_at))
            at, self._next = next_at, self._number(next_at)

    def _tail(self, at: int, found: Frame | None) -> Found:
        """The last bytes: damage where all of a record is there, else a write that never ended."""
        if found is None:
            return Torn(self._place(at), len(self._data) - at)
        return self._damage(at, len(self._data), "a checksum does not match", found.number + 1)

    def _damage(self, at: int, until: int, reason: str, number: int) -> Damage:
        missing = max(number - self._next, 0) if self._next is not None else 0
        return Damage(self._place(at), self._place(until), reason, self._data[at:until], missing)

    def _next_whole(self, at: int) -> int | None:
        """Where the next whole frame behind a place is."""
        at += 1
        while (at := self._data.find(MARK, at)) >= 0:
            found = read_frame(self._data, at)
            if found is not None and found.content is not None:
                return at
            at += 1
        return None

    def _number(self, at: int) -> int:
        found = read_frame(self._data, at)
        return found.number if found else 0

    def _place(self, at: int) -> Position:
        return Position(self._segment, self._offset + at)
