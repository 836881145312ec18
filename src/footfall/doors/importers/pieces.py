"""Pieces of files, and the tray on which their rows go into a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from footfall.doors.importers import columns, delimited
from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import BadRow, Header
from footfall.doors.importers.parts import Part
from footfall.doors.importers.vendors import Vendor
from footfall.doors.importers.words import Mapping
from footfall.event.accept import Row
from footfall.event.codes import Rejection

BATCH_ROWS = 4096
BATCH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file: `file` is its number, `line` that of the first row.

    `kind` is `jsonl`, `csv` (with the header) or `parquet` (a packed batch). After them, where rows
    belong together, comes `end`: all rows of the file are told, or `cut`: some are missing.
    """

    file: int
    kind: str
    chunk: Chunk
    header: Header | None = None
    mapping: Mapping | None = None
    vendor: Vendor | None = None

    @property
    def rows(self) -> int:
        """About how many rows it has."""
        return self.chunk.rows or self.chunk.data.count(b"\n") + 1


@dataclass(slots=True)
class Counts:
    """What became of the rows of one file: read = dropped + events, where no row made several."""

    read: int = 0
    dropped: int = 0
    accepted: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        """The sum of two counts."""
        self.read += other.read
        self.dropped += other.dropped
        self.accepted += other.accepted
        self.rejected += other.rejected


class Tray:
    """The rows of one file on their way into a part."""

    def __init__(self, file: int, part: Part) -> None:
        self.counts = Counts()
        self._file = file
        self._part = part
        self._rows: list[Row] = []
        self._lines: list[int] = []

    def take(self, line: int, found: Row | Rejection, raw: bytes) -> None:
        """One row that was accepted or refused; `raw` are its bytes."""
        if isinstance(found, Rejection):
            self.counts.rejected += 1
            self._part.refuse(self._file, line, found, raw)
            return
        self._lines.append(line)
        self._rows.append(found)
        if len(self._rows) >= BATCH_ROWS:
            self.empty()

    def refuse_row(self, row: BadRow) -> None:
        """A row that has no fields."""
        self.take(row.line, Rejection(row.code, "", row.reason), row.text)

    def take_all(self, lines: range, rows: list[Row]) -> None:
        """Rows that were all accepted, one after the other."""
        self.empty()
        self.counts.accepted += len(rows)
        self._part.add(self._file, lines, rows)

    def empty(self) -> None:
        """Hand on what was accepted."""
        if self._rows:
            self.counts.accepted += len(self._rows)
            self._part.add(self._file, self._lines, self._rows)
            self._rows, self._lines = [], []


def line_batches(chunk: Chunk) -> Iterator[tuple[range, list[bytes]]]:
    """A chunk's lines, not all of them at once, with their numbers."""
    data, line, start = chunk.data, chunk.line, 0
    while start < len(data):
        end = data.find(b"\n", start + BATCH_BYTES) + 1 or len(data)
        part = data[start:end].removesuffix(b"\n")
        if b"\r" in part:
            # A carriage return would be read as a blank inside of the JSON, at a slower pace.
            part = part.replace(b"\r\n", b"\n").removesuffix(b"\r")
        lines = part.split(b"\n")
        yield range(line, line + len(lines)), lines
        line, start = line + len(lines), end


def cells_of(
    piece: Piece, *, as_events: bool
) -> tuple[list[str], list[bool], Iterator[tuple[int, Any] | BadRow]]:
    """A flat piece's column names, which of them are texts, and its rows, each with its line."""
    if piece.header:
        names = list(piece.header.names)
        return names, [True] * len(names), delimited.rows(piece.chunk, piece.header)
    names, is_text, rows = columns.unpacked_rows(piece.chunk.data, as_events=as_events)
    return names, is_text, enumerate(rows, piece.chunk.line)
