"""A file's text in chunks of whole lines, in bounded memory whatever the file holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from footfall.doors.importers.opened import DamagedFileError

CHUNK = 8 << 20
LONGEST_LINE = 1 << 20
HEAD_KEPT = 4096
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a file, from line `line` (counted from 1) on.

    A line of more than LONGEST_LINE bytes is given alone: its first bytes, its length in `long`.
    In a CSV file the lines are whole rows; `multiline` says that a row may take several lines.
    What has no lines says how many `rows` it has.
    """

    line: int
    data: bytes
    long: int = 0
    multiline: bool = False
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Damage:
    """The last thing that a file gives when it could not be read to its end: why, in words."""

    problem: str


def gathered(blocks: Iterable[bytes], size: int = CHUNK) -> Iterator[bytes | Damage]:
    """Pieces of a stream joined to about `size` bytes, without a byte order mark at the start."""
    parts: list[bytes] = []
    length, start = 0, BOM
    try:
        for block in blocks:
            parts.append(block)
            length += len(block)
            if length >= size:
                yield b"".join(parts).removeprefix(start)
                parts, length, start = [], 0, b""
    except DamagedFileError as damage:
        yield b"".join(parts).removeprefix(start)
        yield Damage(str(damage))
        return
    yield b"".join(parts).removeprefix(start)


def line_chunks(blocks: Iterable[bytes], size: int = CHUNK) -> Iterator[Chunk | Damage]:
    """A text's lines in chunks. Of a damaged file only whole lines are given, and the damage last.

    The last line needs no line end. No more than two chunks are held, however long a line is.
    """
    cutter = _Lines()
    for block in gathered(blocks, size):
        if isinstance(block, Damage):
            yield block
            return
        yield from cutter.cut(block)
    yield from cutter.last()


class _Lines:
    """Cuts blocks after their last line end, and keeps of an endless line only its head."""

    def __init__(self) -> None:
        self.line = 1
        self.rest = b""
        self.long = 0

    def cut(self, block: bytes) -> Iterator[Chunk]:
        if self.long:
            end = block.find(b"\n")
            if end < 0:
                self.long += len(block)
                return
            self.long += end
            yield self._long_line()
            block = block[end + 1 :]
        data = self.rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield Chunk(self.line, data[:end])
            self.line += data.count(b"\n", 0, end)
        self._keep(data[end:])

    def last(self) -> Iterator[Chunk]:
        """The last line, where no line end follows it."""
        if self.long:
            yield self._long_line()
        elif self.rest:
            yield Chunk(self.line, self.rest)

    def _keep(self, rest: bytes) -> None:
        self.rest = rest
        if len(rest) > LONGEST_LINE:
            self.rest, self.long = rest[:HEAD_KEPT], len(rest)

    def _long_line(self) -> Chunk:
        chunk = Chunk(self.line, self.rest, self.long)
        self.line, self.rest, self.long = self.line + 1, b"", 0
        return chunk
