"""Rows of foreign files become events by a mapping, and rows of one order one event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import BadRow
from footfall.doors.importers.flat import writable
from footfall.doors.importers.pieces import Piece, Tray, cells_of, line_batches
from footfall.doors.importers.rules import BETWEEN, REFUSED, Made, Mapper
from footfall.doors.importers.scratch import Scratch
from footfall.doors.importers.words import Mapping
from footfall.event.accept import Acceptor
from footfall.event.canonical import exact
from footfall.event.codes import Rejection
from footfall.vendors.words import Unmappable

SMALLER = "an order of very many rows fits if [events.items] says less of each"


class MappedRows:
    """The rows of foreign files, by one mapping."""

    def __init__(self, mapping: Mapping, acceptor: Acceptor, folder: Path) -> None:
        self._mapping = mapping
        self._acceptor = acceptor
        self._folder = folder
        self._scratch: Scratch | None = None
        self._mapper = Mapper(mapping, self._number)

    def add(self, piece: Piece, tray: Tray) -> None:
        """The events of a piece, but for those that other rows belong to; at the end these too."""
        if piece.kind in ("end", "cut"):
            self._finish(tray, whole=piece.kind == "end")
            return
        for each in rows_of(piece):
            tray.counts.read += 1
            if isinstance(each, BadRow):
                tray.refuse_row(each)
            else:
                self._row(*each, tray)

    def _row(self, line: int, row: dict[str, Any], tray: Tray) -> None:
        events = 0
        try:
            for made in self._mapper.events(row):
                events += 1
                self._made(line, made, tray)
        except Unmappable as why:
            tray.take(line, Rejection(*why.said), told(row))
            return
        tray.counts.dropped += not events

    def _made(self, line: int, made: Made, tray: Tray) -> None:
        if made.key is None:
            self._accept(line, made, tray)
        else:
            self._remembered().keep(line, made)

    def _accept(self, line: int, made: Made, tray: Tray) -> None:
        if REFUSED in made.event:
            tray.take(line, _spoiled(made), told(made.event))
            return
        event = self._mapper.complete(made)
        found = writable(self._acceptor.accept(event))
        if made.key is not None and isinstance(found, Rejection) and found.code == "too_large":
            found = replace(found, detail=f"{found.detail}; {SMALLER}")
        tray.take(line, found, told(event) if isinstance(found, Rejection) else b"")

    def _finish(self, tray: Tray, *, whole: bool) -> None:
        if self._scratch is None:
            return
        if whole:
            for line, made in self._scratch.groups():
                self._accept(line, made, tray)
        else:
            # An order that lacks a line would be a wrong sum, and the right one then a conflict.
            tray.counts.dropped += self._scratch.kept
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


def rows_of(piece: Piece) -> Iterator[tuple[int, dict[str, Any]] | BadRow]:
    """A piece's rows by column, whatever the file is."""
    if piece.kind == "jsonl":
        yield from _objects(piece.chunk)
        return
    names, _, rows = cells_of(piece, as_events=False)
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
    for line, raw in chain.from_iterable(zip(*each, strict=True) for each in line_batches(chunk)):
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
    held = {key: each for key, each in row.items() if each is not None and each != ""}
    try:
        return _encode(held)
    except UnicodeEncodeError:
        return json.dumps(held, default=str).encode()


_decode = msgspec.json.Decoder(float_hook=exact).decode
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode
