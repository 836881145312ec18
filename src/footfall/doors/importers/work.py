"""Pieces of files become staged parts: every row accepted or refused, nothing left out in silence.

The same function does it in this process and in a worker, so that the result does not depend on how
many processes there are: a task becomes one part, and its number is its place among the parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import BadRow
from footfall.doors.importers.flat import FlatRows
from footfall.doors.importers.foreign import MappedRows
from footfall.doors.importers.parts import Part
from footfall.doors.importers.pieces import Counts, Piece, Tray, cells_of, line_batches
from footfall.doors.importers.vendor_rows import VendorRows
from footfall.doors.importers.words import Mapping
from footfall.event.accept import Acceptor, Row
from footfall.event.codes import Rejection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to: its parts, and per file what became of the rows."""

    part: Path | None
    rejected: Path | None
    counts: dict[int, Counts] = field(default_factory=dict)


class Desk:
    """Where tasks are done, one after the other; it remembers what the acceptor has learnt."""

    def __init__(self, folder: Path, received_ms: int) -> None:
        self._folder = folder
        self._acceptor = Acceptor(received_ms)
        self._mapped: dict[Mapping, MappedRows] = {}
        self._vendors = VendorRows(self._acceptor, folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._mapped.values():
            each.forget()
        self._vendors.forget()

    def do(self, number: int, task: Iterable[Piece]) -> Outcome:
        """One task as part `number`. If anything is raised, no part of it is left behind."""
        part = Part(self._folder, number)
        counts: dict[int, Counts] = {}
        try:
            for piece in task:
                counts.setdefault(piece.file, Counts()).add(self._piece(piece, part))
            return Outcome(*part.close(), counts)
        except BaseException:
            part.discard()
            raise

    def _piece(self, piece: Piece, part: Part) -> Counts:
        tray = Tray(piece.file, part)
        if piece.vendor:
            self._vendors.add(piece, piece.vendor, tray)
        elif piece.mapping:
            self._mapped_rows(piece.mapping).add(piece, tray)
        elif piece.kind == "jsonl":
            _json_lines(piece.chunk, self._acceptor, tray)
        else:
            _flat_rows(piece, self._acceptor, tray)
        tray.empty()
        return tray.counts

    def _mapped_rows(self, mapping: Mapping) -> MappedRows:
        if mapping not in self._mapped:
            self._mapped[mapping] = MappedRows(mapping, self._acceptor, self._folder)
        return self._mapped[mapping]


def _json_lines(chunk: Chunk, acceptor: Acceptor, tray: Tray) -> None:
    if chunk.long:
        _long_line(chunk, tray)
        return
    accept = acceptor.accept_line
    for numbers, lines in line_batches(chunk):
        found = [accept(raw) for raw in lines]
        if Rejection in map(type, found):
            _take_each(zip(numbers, found, lines, strict=True), tray)
        else:
            tray.counts.read += len(lines)
            tray.take_all(numbers, cast("list[Row]", found))


def _take_each(found: Iterable[tuple[int, Row | Rejection, bytes]], tray: Tray) -> None:
    """Rows of which some were refused; a blank line is none."""
    for line, each, raw in found:
        if isinstance(each, Rejection) and not raw.strip():
            continue
        tray.counts.read += 1
        tray.take(line, each, raw)


def _long_line(chunk: Chunk, tray: Tray) -> None:
    tray.counts.read += 1
    size = f"an event may have 32,768 bytes at most, this line has {chunk.long:,}"
    tray.take(chunk.line, Rejection("too_large", "", size), chunk.data)


def _flat_rows(piece: Piece, acceptor: Acceptor, tray: Tray) -> None:
    names, is_text, rows = cells_of(piece, as_events=True)
    flat = FlatRows(acceptor, names, is_text)
    for each in rows:
        tray.counts.read += 1
        if isinstance(each, BadRow):
            tray.refuse_row(each)
            continue
        line, cells = each
        found = flat.accept(cells)
        tray.take(line, found, flat.told(cells) if found.__class__ is Rejection else b"")
