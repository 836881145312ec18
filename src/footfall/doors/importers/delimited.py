"""CSV files: their dialect, their header, and their rows in chunks that end where a row ends.

Read is what spreadsheets and databases write: fields separated by comma, semicolon, tab or bar,
and quoted with `"` (doubled inside) where they hold a separator, a quote or a line end. A quote
inside an unquoted field is a letter like any other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from footfall.doors.importers.chunks import CHUNK, Chunk, Damage, gathered
from footfall.errors import RequestError

DELIMITERS = (",", ";", "\t", "|")
LONGEST_ROW = 1 << 20
LONGEST_FIELD = 2 * CHUNK
SAMPLE_ROWS = 20
QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
ESCAPED = "surrogateescape"


@dataclass(frozen=True, slots=True)
class Header:
    """A CSV file's first row: the names of its columns, how they are separated, where it ends."""

    names: tuple[str, ...]
    delimiter: str
    lines: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot become an event: where it starts, its text, and why (code and words)."""

    line: int
    text: bytes
    code: str
    reason: str


def read_header(head: bytes) -> Header:
    """The header of a CSV file, from its first bytes.

    Raises RequestError in words that follow "FILE, line 1: ".
    """
    lines = _lines(head[:LONGEST_ROW].decode(errors=ESCAPED))
    delimiter = max(DELIMITERS, key=lambda each: _agreement(lines, each))
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        names = next((row for row in reader if row), [])
    except csv.Error:
        raise RequestError("its lines end with CR alone; save it with LF or CR LF") from None
    if any("\n" in name for name in names) and reader.line_num == len(lines):
        raise RequestError("a quote is opened in the header and never closed")
    if not all(map(_is_text, names)):
        raise RequestError("the header is not UTF-8 text; save the file as UTF-8")
    return Header(tuple(name.strip() for name in names), delimiter, reader.line_num)


def _agreement(lines: list[str], delimiter: str) -> tuple[bool, int, int]:
    """How well a separator explains the first rows: it separates, they have equally many fields."""
    try:
        rows = list(csv.reader(lines[: 4 * SAMPLE_ROWS], delimiter=delimiter))
    except csv.Error:
        return False, 0, 0
    widths = [len(row) for row in rows if row][:SAMPLE_ROWS]
    width = widths[0] if widths else 0
    return width > 1, widths.count(width), width


class CsvFile:
    """An opened CSV file: the header is read at once, the rows as they are asked for."""

    def __init__(self, blocks: Iterable[bytes], size: int = CHUNK) -> None:
        self._blocks = gathered(blocks, size)
        first = next(self._blocks)
        data = first if isinstance(first, bytes) else b""
        self.header = read_header(data)
        self._line = self.header.lines + 1
        self._rest = _after_lines(data, self.header.lines)
        self._openers = frozenset(f"\n{self.header.delimiter}".encode())

    def chunks(self) -> Iterator[Chunk | Damage]:
        """The rows below the header. A file that is damaged ends with its Damage.

        A quote that is never closed is damage: where the row ends cannot be known.
        """
        for block in self._blocks_below():
            if isinstance(block, Damage):
                yield block
                return
            data = self._rest + block
            end, multiline = last_row_end(data, self._openers)
            if end:
                yield Chunk(self._line, data[:end], multiline=multiline)
                self._line += data.count(b"\n", 0, end)
            self._rest = data[end:]
            if len(self._rest) > LONGEST_ROW:
                yield Damage(self._endless())
                return
        yield from self._last()

    def _blocks_below(self) -> Iterator[bytes | Damage]:
        yield b""
        yield from self._blocks

    def _last(self) -> Iterator[Chunk | Damage]:
        """The last row, where no line end follows it."""
        closed = self._rest + b"\n"
        end, multiline = last_row_end(closed, self._openers)
        if end < len(closed):
            yield Damage(f"line {self._line}: a quote is opened and never closed")
        elif self._rest:
            yield Chunk(self._line, self._rest, multiline=multiline)

    def _endless(self) -> str:
        return (
            f"line {self._line}: a row of more than {LONGEST_ROW >> 20} MiB; "
            "is a quote opened there and never closed?"
        )


def last_row_end(data: bytes, openers: frozenset[int]) -> tuple[int, bool]:
    """Where the last whole row ends, given that the data starts with a row.

    `openers` are the bytes after which a quote opens a quoted field. Also answers whether a quoted
    field in those rows holds a line end.
    """
    broken: list[tuple[int, int]] = []
    at, unclosed = 0, len(data)
    while (start := data.find(b'"', at)) >= 0:
        if start and data[start - 1] not in openers:
            at = start + 1
            continue
        quoted = QUOTED.match(data, start)
        if quoted is None:
            unclosed = start
            break
        at = quoted.end()
        if data.find(b"\n", start, at) >= 0:
            broken.append((start, at))
    end = data.rfind(b"\n", 0, unclosed) + 1
    for start, at in reversed(broken):
        if start < end <= at:
            end = data.rfind(b"\n", 0, start) + 1
    return end, bool(broken) and broken[0][1] < end


def rows(chunk: Chunk, header: Header) -> Iterator[tuple[int, list[str]] | BadRow]:
    """A chunk's rows, each with the line on which it starts and as many fields as the header.

    What is no such row is a BadRow; blank lines are none.
    """
    try:
        text = chunk.data.decode()
    except UnicodeDecodeError:
        return _rows_one_by_one(chunk, chunk.data.decode(errors=ESCAPED), header)
    if chunk.multiline:
        return _rows_one_by_one(chunk, text, header)
    return _rows_of_lines(chunk, text, header)


def _rows_of_lines(
    chunk: Chunk, text: str, header: Header
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The quick way, where every row is one line."""
    lines = text.split("\n")
    reader = csv.reader(lines, delimiter=header.delimiter)
    width, before = len(header.names), chunk.line - 1
    while True:
        try:
            for fields in reader:
                if len(fields) == width:
                    yield before + reader.line_num, fields
                elif fields:
                    line = lines[reader.line_num - 1]
                    yield _uneven(before + reader.line_num, line, len(fields), width)
        except csv.Error as error:
            yield _unreadable(before + reader.line_num, lines[reader.line_num - 1], error)
        else:
            return


def _rows_one_by_one(
    chunk: Chunk, text: str, header: Header
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The careful way: rows of several lines, lines that are not UTF-8."""
    lines = _lines(text)
    reader = csv.reader(lines, delimiter=header.delimiter)
    width = len(header.names)
    while True:
        before = reader.line_num
        line = chunk.line + before
        try:
            fields = _next_row(reader)
        except csv.Error as error:
            yield _unreadable(line, lines[before], error)
            continue
        if fields is None:
            return
        row = "".join(lines[before : reader.line_num])
        if not _is_text(row):
            yield _not_text(line, row)
        elif len(fields) == width:
            yield line, fields
        elif fields:
            yield _uneven(line, row, len(fields), width)


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    """The next row, however long: half a field would be taken for a row of its own."""
    limit = csv.field_size_limit(LONGEST_FIELD)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(limit)


def _uneven(line: int, text: str, fields: int, width: int) -> BadRow:
    reason = f"the row has {fields} fields where the header has {width}"
    return BadRow(line, _bytes(text), "invalid_row", reason)


def _unreadable(line: int, text: str, error: csv.Error) -> BadRow:
    code = "too_large" if "limit" in str(error) else "invalid_row"
    return BadRow(line, _bytes(text), code, f"the row cannot be read as CSV: {error}")


def _not_text(line: int, row: str) -> BadRow:
    raw = _bytes(row)
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} of the row ({raw[error.start]:#04x}) is not UTF-8"
    return BadRow(line, raw, "invalid_encoding", f"{what}; save the file as UTF-8")


def _after_lines(data: bytes, count: int) -> bytes:
    """What follows the first lines."""
    at = 0
    for _ in range(count):
        at = data.find(b"\n", at) + 1 or len(data)
    return data[at:]


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; only a line feed ends a line."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _is_text(text: str) -> bool:
    """Whether a text read with escapes was UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bytes(text: str) -> bytes:
    return text.rstrip("\r\n").encode(errors=ESCAPED)
