"""Pieces of files become staged parts: every row accepted or refused, nothing left out in silence.

The same function does it in this process and in a worker, so that the result does not depend on how
many processes there are: a task becomes one part, and its number is its place among the parts.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Self, cast

import msgspec

from footfall.doors.importers import columns, delimited
from footfall.doors.importers.cells import Unmappable
from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import BadRow, Header
from footfall.doors.importers.flat import FlatRows, writable
from footfall.doors.importers.parts import Part
from footfall.doors.importers.rules import BETWEEN, REFUSED, Made, Mapper
from footfall.doors.importers.scratch import Scratch
from footfall.doors.importers.words import Mapping
from footfall.event.accept import Acceptor, Row
from footfall.event.canonical import exact
from footfall.event.codes import Rejection

BATCH_ROWS = 4096
BATCH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file: `file` is its number, `line` that of the first row.

    `kind` is `jsonl`, `csv` (with the header), `parquet` (a packed batch), or `end`: all rows of
    the file are told.
    """

    file: int
    kind: str
    chunk: Chunk
    header: Header | None = None
    mapping: Mapping | None = None


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
        self._mapped: dict[Mapping, _MappedRows] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._mapped.values():
            each.forget()

    def do(self, number: int, task: Iterable[Piece]) -> Outcome:
        """One task as part `number`. If anything is raised, no part of it is left behind."""
        part = Part(self._folder, number)
        counts: dict[int, Counts] = {}
        try:
            with _garbage_later():
                for piece in task:
                    counts.setdefault(piece.file, Counts()).add(self._piece(piece, part))
            return Outcome(*part.close(), counts)
        except BaseException:
            part.discard()
            raise

    def _piece(self, piece: Piece, part: Part) -> Counts:
        tray = _Tray(piece.file, part)
        if piece.mapping:
            self._mapped_rows(piece.mapping).add(piece, tray)
        elif piece.kind == "jsonl":
            _json_lines(piece.chunk, self._acceptor, tray)
        else:
            _flat_rows(piece, self._acceptor, tray)
        tray.empty()
        return tray.counts

    def _mapped_rows(self, mapping: Mapping) -> _MappedRows:
        if mapping not in self._mapped:
            self._mapped[mapping] = _MappedRows(mapping, self._acceptor, self._folder)
        return self._mapped[mapping]


class _Tray:
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


def _json_lines(chunk: Chunk, acceptor: Acceptor, tray: _Tray) -> None:
    if chunk.long:
        _long_line(chunk, tray)
        return
    accept = acceptor.accept_line
    for numbers, lines in _batches(chunk):
        found = [accept(raw) for raw in lines]
        if Rejection in map(type, found):
            _take_each(zip(numbers, found, lines, strict=True), tray)
        else:
            tray.counts.read += len(lines)
            tray.take_all(numbers, cast("list[Row]", found))


def _take_each(found: Iterable[tuple[int, Row | Rejection, bytes]], tray: _Tray) -> None:
    """Rows of which some were refused; a blank line is none."""
    for line, each, raw in found:
        if isinstance(each, Rejection) and not raw.strip():
            continue
        tray.counts.read += 1
        tray.take(line, each, raw)


def _batches(chunk: Chunk) -> Iterator[tuple[range, list[bytes]]]:
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


def _long_line(chunk: Chunk, tray: _Tray) -> None:
    tray.counts.read += 1
    size = f"an event may have 32,768 bytes at most, this line has {chunk.long:,}"
    tray.take(chunk.line, Rejection("too_large", "", size), chunk.data)


def _flat_rows(piece: Piece, acceptor: Acceptor, tray: _Tray) -> None:
    names, is_text, rows = _cells(piece, as_events=True)
    flat = FlatRows(acceptor, names, is_text)
    for each in rows:
        tray.counts.read += 1
        if isinstance(each, BadRow):
            _refuse_row(each, tray)
            continue
        line, cells = each
        found = flat.accept(cells)
        tray.take(line, found, flat.told(cells) if found.__class__ is Rejection else b"")


def _refuse_row(row: BadRow, tray: _Tray) -> None:
    tray.take(row.line, Rejection(row.code, "", row.reason), row.text)


def _cells(
    piece: Piece, *, as_events: bool
) -> tuple[list[str], list[bool], Iterator[tuple[int, Any] | BadRow]]:
    """A flat piece's column names, which of them are texts, and its rows, each with its line."""
    if piece.header:
        names = list(piece.header.names)
        return names, [True] * len(names), delimited.rows(piece.chunk, piece.header)
    names, is_text, rows = columns.unpacked_rows(piece.chunk.data, as_events=as_events)
    return names, is_text, enumerate(rows, piece.chunk.line)


class _MappedRows:
    """The rows of foreign files, by one mapping."""

    def __init__(self, mapping: Mapping, acceptor: Acceptor, folder: Path) -> None:
        self._mapping = mapping
        self._acceptor = acceptor
        self._folder = folder
        self._scratch: Scratch | None = None
        self._mapper = Mapper(mapping, self._number)

    def add(self, piece: Piece, tray: _Tray) -> None:
        """The events of a piece, but for those that other rows belong to; at the end these too."""
        if piece.kind == "end":
            self._finish(tray)
            return
        for each in _rows_of(piece):
            tray.counts.read += 1
            if isinstance(each, BadRow):
                _refuse_row(each, tray)
            else:
                self._row(*each, tray)

    def _row(self, line: int, row: dict[str, Any], tray: _Tray) -> None:
        events = 0
        try:
            for made in self._mapper.events(row):
                events += 1
                self._made(line, made, tray)
        except Unmappable as why:
            tray.take(line, Rejection(*why.said), told(row))
            return
        tray.counts.dropped += not events

    def _made(self, line: int, made: Made, tray: _Tray) -> None:
        if made.key is None:
            self._accept(line, made, tray)
        else:
            self._remembered().keep(line, made)

    def _accept(self, line: int, made: Made, tray: _Tray) -> None:
        if REFUSED in made.event:
            tray.take(line, _spoiled(made), told(made.event))
            return
        event = self._mapper.complete(made)
        found = writable(self._acceptor.accept(event))
        tray.take(line, found, told(event) if isinstance(found, Rejection) else b"")

    def _finish(self, tray: _Tray) -> None:
        if self._scratch is None:
            return
        for line, made in self._scratch.groups():
            self._accept(line, made, tray)
        self.forget()

    def forget(self) -> None:
        """Leave out what is still remembered of a file that did not come to its end."""
        if self._scratch is not None:
            self._scratch.close()
            self._scratch = None

    def _remembered(self) -> Scratch:
        if self._scratch is None:
            self._scratch = Scratch(self._folder)
        return self._scratch

    def _number(self, text: str) -> int:
        return self._remembered().number(text)


def _spoiled(made: Made) -> Rejection:
    """The refusal of a whole group for one row of it that cannot be read."""
    code, pointer, detail = made.event.pop(REFUSED)
    key = (made.key or "").replace(BETWEEN, ", ")
    return Rejection(code, pointer, f"a row of the group {key!r} cannot be read: {detail}")


def _rows_of(piece: Piece) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """A piece's rows by column, whatever the file is."""
    if piece.kind == "jsonl":
        yield from _objects(piece.chunk)
        return
    names, _, rows = _cells(piece, as_events=False)
    for each in rows:
        if isinstance(each, BadRow):
            yield each
        else:
            yield each[0], dict(zip(names, each[1], strict=True))


def _objects(chunk: Chunk) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """The JSON objects of foreign lines."""
    if chunk.long:
        why = f"the line has {chunk.long:,} bytes; 1 MiB at most can be read"
        yield BadRow(chunk.line, chunk.data, "too_large", why)
        return
    for line, raw in chain.from_iterable(zip(*each, strict=True) for each in _batches(chunk)):
        if not raw.strip():
            continue
        try:
            found = _decode(raw)
        except msgspec.DecodeError as error:
            yield BadRow(line, raw, "invalid_json", f"this is not JSON: {error}")
        except UnicodeDecodeError as error:
            yield BadRow(line, raw, "invalid_encoding", f"byte {error.start + 1} is not UTF-8")
        else:
            yield (line, found) if isinstance(found, dict) else _no_object(line, raw)


def _no_object(line: int, raw: bytes) -> BadRow:
    return BadRow(line, raw, "wrong_type", "a row must be one JSON object")


def told(row: dict[str, Any]) -> bytes:
    """A row or an event as JSON, for whoever looks at why it was refused."""
    return _encode({key: each for key, each in row.items() if each is not None and each != ""})


def _text_of(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


_decode = msgspec.json.Decoder(float_hook=exact).decode
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=_text_of).encode


@contextmanager
def _garbage_later() -> Iterator[None]:
    """Rows make no cycles: looking for them again and again costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
