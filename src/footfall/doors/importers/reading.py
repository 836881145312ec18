"""From a file to the pieces that are worked on, and what is to be said about the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from footfall.doors.importers import columns, delimited, documents, header
from footfall.doors.importers.chunks import HEAD_KEPT, Chunk, Damage, line_chunks
from footfall.doors.importers.delimited import CsvFile, Header
from footfall.doors.importers.files import Source, refuse_binary
from footfall.doors.importers.naive import is_naive
from footfall.doors.importers.opened import Opened, opened, unpacked
from footfall.doors.importers.pieces import Piece
from footfall.doors.importers.words import Mapping
from footfall.errors import RequestError

SAMPLE_ROWS = 20
LINE_1 = "line 1: "
NO_ORDERS = "its rows that are grouped were left out, for any group may lack some"


class Reading:
    """One file being read. When its pieces are all given, size and hash are the whole file's."""

    def __init__(self, source: Source, number: int, mapping: Mapping | None) -> None:
        self.source = source
        self.problem: str | None = None
        self.bytes = 0
        self.sha256 = ""
        self._number = number
        self._mapping = mapping
        self._raw: Opened | None = None
        self._share = 0.0

    @property
    def done_bytes(self) -> int:
        """How far into the file the reading is."""
        if self._raw is None:
            return self.bytes
        if self.source.kind == "parquet":
            return int(self._share * self._raw.read_bytes)
        return self._raw.read_bytes

    def pieces(self) -> Iterator[Piece]:
        """The file's rows in order. What stops them is kept in `problem`, in words."""
        try:
            with opened(self.source.path) as raw:
                self._raw = raw
                yield from self._kept(self._chunks(raw))
                self._finish(raw)
        except RequestError as error:
            self.problem = str(error)
        vendor = self.source.vendor
        if (self._mapping and self._mapping.remembers) or (vendor and vendor.key):
            yield self._end()

    def _end(self) -> Piece:
        """That all rows are told, for those that belong together; or that some are missing."""
        if self.problem and (self._mapping is None or self._mapping.groups):
            self.problem = f"{self.problem}; {NO_ORDERS}"
        return self._piece("cut" if self.problem else "end", Chunk(0, b""))

    def _piece(self, kind: str, chunk: Chunk, of: Header | None = None) -> Piece:
        return Piece(self._number, kind, chunk, of, self._mapping, self.source.vendor)

    def _kept(self, chunks: Iterable[Piece | Damage]) -> Iterator[Piece]:
        try:
            for each in chunks:
                if isinstance(each, Damage):
                    self.problem = each.problem
                else:
                    yield each
        except RequestError as error:
            self.problem = str(error)

    def _finish(self, raw: Opened) -> None:
        if self.source.kind != "parquet":
            raw.finish()
        self.bytes, self.sha256, self._raw = raw.read_bytes, raw.sha256, None
        if not self.bytes:
            self.problem = "it is empty"
        elif raw.size is not None and raw.size != self.bytes and not self.problem:
            self.problem = "it was written to while it was read; import it again once it is whole"

    def _chunks(self, raw: Opened) -> Iterator[Piece | Damage]:
        if self.source.kind == "parquet":
            return self._parquet(raw)
        blocks = unpacked(raw, self.source.packing)
        if self.source.kind == "csv":
            return self._csv(blocks)
        return self._documents(blocks) if self.source.kind == "json" else self._jsonl(blocks)

    def _documents(self, blocks: Iterable[bytes]) -> Iterator[Piece | Damage]:
        for chunk in documents.element_chunks(blocks):
            yield chunk if isinstance(chunk, Damage) else self._piece("jsonl", chunk)

    def _jsonl(self, blocks: Iterable[bytes]) -> Iterator[Piece | Damage]:
        for chunk in line_chunks(blocks):
            if isinstance(chunk, Damage):
                yield chunk
                return
            if chunk.line == 1:
                refuse_binary(chunk.data[:HEAD_KEPT])
            yield self._piece("jsonl", chunk)

    def _csv(self, blocks: Iterable[bytes]) -> Iterator[Piece | Damage]:
        file = CsvFile(blocks)
        _check_columns(self.source, file.header.names, self._mapping)
        for chunk in file.chunks():
            yield chunk if isinstance(chunk, Damage) else self._piece("csv", chunk, file.header)

    def _parquet(self, raw: Opened) -> Iterator[Piece | Damage]:
        raw.finish()
        file = columns.ParquetFile(raw)
        _check_columns(self.source, file.schema.names, self._mapping)
        row = 1
        for batch in file.batches():
            if isinstance(batch, Damage):
                yield batch
                return
            chunk = Chunk(row, columns.packed(batch), rows=batch.num_rows)
            row += batch.num_rows
            self._share = row / max(file.rows, 1)
            yield self._piece("parquet", chunk)


def _check_columns(source: Source, names: Sequence[str], mapping: Mapping | None) -> None:
    """Whether events can be made of these columns; RequestError where they cannot."""
    if source.vendor:
        header.check_vendor_columns(names, source.vendor)
    else:
        header.check_event_columns(names, mapping)


def check(source: Source, mapping: Mapping | None) -> None:
    """Whether a file's columns and times can be read as events, before anything is imported.

    Raises RequestError naming the file, the line and the column.
    """
    if source.path is None:
        return
    with opened(source.path) as raw:
        try:
            _CHECKS[source.kind](source, raw, mapping)
        except RequestError as error:
            raise RequestError(f"{source.name}, {error}") from None


def _check_jsonl(source: Source, raw: Opened, mapping: Mapping | None) -> None:
    if mapping or source.vendor:
        return
    chunk = next(line_chunks(unpacked(raw, source.packing), header.HEAD))
    if isinstance(chunk, Chunk):
        lines = enumerate(islice(chunk.data.split(b"\n"), SAMPLE_ROWS), chunk.line)
        _check_times([(line, time) for line, text in lines if (time := _time_said(text))])


def _time_said(text: bytes) -> str | None:
    try:
        event = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    time = event.get("occurred_at") if isinstance(event, dict) else None
    return time if isinstance(time, str) else None


def _check_csv(source: Source, raw: Opened, mapping: Mapping | None) -> None:
    try:
        file = CsvFile(unpacked(raw, source.packing), header.HEAD)
        _check_columns(source, file.header.names, mapping)
    except RequestError as error:
        raise RequestError(f"{LINE_1}{error}") from None
    first = next(file.chunks(), None)
    if first is None:
        raise RequestError(f"{LINE_1}{header.NO_ROWS}")
    if mapping or source.vendor or not isinstance(first, Chunk):
        return
    at = file.header.names.index("occurred_at")
    rows = islice(delimited.rows(first, file.header), SAMPLE_ROWS)
    _check_times([(row[0], row[1][at]) for row in rows if isinstance(row, tuple) and row[1][at]])


def _check_times(times: list[tuple[int, str]]) -> None:
    """Refuses a file whose first times all leave open in which zone they are meant."""
    if times and all(is_naive(text) for _, text in times):
        line, text = times[0]
        raise RequestError(
            f"line {line}: occurred_at {text!r} has no offset from UTC; write one (…Z, …+01:00), "
            'or declare the zone in a mapping (--map MAP.toml): [time] zone = "Europe/Berlin"'
        )


def _check_parquet(source: Source, raw: Opened, mapping: Mapping | None) -> None:
    file = columns.ParquetFile(raw)
    _check_columns(source, file.schema.names, mapping)
    if not file.rows:
        raise RequestError("it has columns, and not one row")
    if mapping is None and source.vendor is None:
        file.check_times()


_CHECKS = {
    "jsonl": _check_jsonl,
    "json": _check_jsonl,
    "csv": _check_csv,
    "parquet": _check_parquet,
}
