"""JSON documents that hold a list (`[…]`, `{"orders": […]}`), taken apart into their elements.

A document of any size takes bounded memory: only the element at hand is held. What comes out are
lines of JSON, one for each element, so that whatever reads JSON lines reads documents as well; the
"line" of a document is the number of the element, counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from footfall.doors.importers.chunks import BOM, Chunk, Damage, gathered
from footfall.doors.importers.opened import shown

LONGEST_ELEMENT = 16 << 20
CHUNK_BYTES = 4 << 20
OPENING = 256
BLANKS = b" \t\r\n"
# A text as a whole, so that a bracket inside of it is none; or one that is not closed yet.
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+("|\\?\Z)|[\[\]{}]', re.DOTALL)
WRAPPED = re.compile(rb'\s*\{\s*"([A-Za-z_]{1,40})"\s*:\s*([\[{])')


def wrapper_of(head: bytes) -> str | None:
    """The single key under which a document keeps its list, or its only object; None without."""
    found = WRAPPED.match(head.removeprefix(BOM))
    return found[1].decode() if found else None


def is_list(head: bytes) -> bool:
    """Whether a document is a list."""
    return head.removeprefix(BOM).lstrip(BLANKS).startswith(b"[")


def element_chunks(blocks: Iterable[bytes]) -> Iterator[Chunk | Damage]:
    """The elements of a document as lines of JSON. Of a damaged one the whole elements only."""
    cutter = _Elements()
    for block in gathered(blocks):
        if isinstance(block, Damage):
            yield from cutter.rest()
            yield block
            return
        yield from cutter.cut(block)
        if cutter.damage:
            break
    yield from cutter.rest()
    if problem := cutter.problem():
        yield Damage(problem)


class _Elements:
    """Cuts blocks into elements: the objects at the level of the list."""

    def __init__(self) -> None:
        self.data = b""
        self.at = 0
        self.start: int | None = None
        self.depth = 0
        self.level: int | None = None
        self.wrapped = False
        self.number = 1
        self.lines: list[bytes] = []
        self.size = 0
        self.damage = ""

    def cut(self, block: bytes, *, last: bool = False) -> Iterator[Chunk]:
        """The chunks that are full once these bytes are known as well."""
        self.data += block
        if self.level is None:
            if len(self.data) < OPENING and not last:
                return
            self._open()
        for token in TOKEN.finditer(self.data, self.at):
            if token[1] is not None and token[1] != b'"':
                self.at = token.start()
                break
            self._token(token[0][:1], token.start())
            self.at = token.end()
            if self.size >= CHUNK_BYTES:
                yield self._chunk()
        self._forget()

    def rest(self) -> Iterator[Chunk]:
        """The elements that did not fill a chunk."""
        if not self.damage:
            yield from self.cut(b"", last=True)
        if self.lines:
            yield self._chunk()

    def problem(self) -> str:
        """Why the document is none, or not whole; empty where it is."""
        if self.damage:
            return self.damage
        if self.depth or self.start is not None:
            return f"it ends in the middle of element {self._next()}: it was cut off"
        return "" if self.level is not None else "it is no JSON document"

    def _open(self) -> None:
        """Where the elements are: in the list, in the list under a key, or the key's object."""
        wrapped = WRAPPED.match(self.data)
        if wrapped:
            self.level = 2 if wrapped[2] == b"[" else 1
        elif is_list(self.data):
            self.level = 1
        elif self.data.strip(BLANKS):
            self.level = 0

    def _token(self, letter: bytes, at: int) -> None:
        if letter in b"{[":
            if self.depth == self.level and letter == b"{":
                self.start = at
            self.depth += 1
        elif letter in b"}]":
            self.depth -= 1
            if self.depth == self.level and self.start is not None:
                self._element(at + 1)

    def _element(self, end: int) -> None:
        text = self.data[self.start : end].replace(b"\n", b" ").replace(b"\r", b" ")
        self.lines.append(text)
        self.size += len(text)
        self.start = None

    def _chunk(self) -> Chunk:
        chunk = Chunk(self.number, b"\n".join(self.lines))
        self.number += len(self.lines)
        self.lines, self.size = [], 0
        return chunk

    def _forget(self) -> None:
        """Lets go of what is done with."""
        keep = self.at if self.start is None else self.start
        if len(self.data) - keep > LONGEST_ELEMENT:
            self.damage = f"element {self._next()} has more than {LONGEST_ELEMENT >> 20} MiB"
        self.data = self.data[keep:]
        self.at -= keep
        if self.start is not None:
            self.start = 0

    def _next(self) -> str:
        return shown(str(self.number + len(self.lines)))
