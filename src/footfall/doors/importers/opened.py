"""One file to import: opened once, measured as it is read, unpacked as it goes.

What stops a file is said in words by `DamagedFileError`, after all that could be read.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from footfall.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path

READ = 1 << 20
ZSTD_READ = 1 << 16
LONGEST_NAME = 120
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
# A pipe without a writer, or a device, must not hold an import up.
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
UNREADABLE = "cannot be read"


class DamagedFileError(RequestError):
    """A file that cannot be read to its end; what came before the damage is kept."""


class Bytes(Protocol):
    """Whatever gives bytes in order."""

    def read(self, size: int, /) -> bytes:
        """At most `size` further bytes; none at the end."""
        ...


class Opened:
    """The bytes of one opened file, counted and hashed as they are read."""

    def __init__(self, handle: BinaryIO, size: int | None) -> None:
        self.handle = handle
        self.size = size
        self.read_bytes = 0
        self.closed = False
        self._hash = hashlib.sha256()

    def read(self, size: int = READ, /) -> bytes:
        """At most `size` further bytes, none at the end of the file."""
        data = self.handle.read(size)
        self.read_bytes += len(data)
        self._hash.update(data)
        return data

    def readable(self) -> bool:
        """Yes: it is asked by readers of packed streams."""
        return True

    def close(self) -> None:
        """Nothing: whoever opened the file closes it, not who reads it."""

    def again(self) -> Opened:
        """The same bytes from the start, counted apart."""
        self.handle.seek(0)
        return Opened(self.handle, self.size)

    def finish(self) -> None:
        """Read what is left, so that size and hash are those of the whole file."""
        while self.read(READ):
            pass

    @property
    def sha256(self) -> str:
        """Hash of the bytes read so far, as hexadecimal digits."""
        return self._hash.hexdigest()


def shown(path: str | Path) -> str:
    """A file's name as it can safely stand in a line of text: no control characters, not long."""
    name = "".join(letter if letter.isprintable() else UNPRINTABLE for letter in str(path))
    if len(name) <= LONGEST_NAME:
        return name
    half = LONGEST_NAME // 2
    return f"{name[:half]}…{name[-half + 1 :]}"


@contextmanager
def opened(path: Path | None) -> Iterator[Opened]:
    """Open a regular file, or standard input for None; anything else is refused without a wait."""
    if path is None:
        yield Opened(sys.stdin.buffer, None)
        return
    with _regular(path) as handle:
        yield Opened(handle, os.fstat(handle.fileno()).st_size)


def _regular(path: Path) -> BinaryIO:
    """Open without a wait; what kind of thing it is, is asked of the opened file itself."""
    try:
        number = os.open(path, OPEN_FLAGS)
    except OSError as error:
        raise RequestError(unreadable(path, error)) from None
    if stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb", buffering=0)
    os.close(number)
    raise RequestError(
        f"{shown(path)} is a pipe or a device, not a file; name a file, "
        "or give events on standard input and write - for the file"
    )


def unreadable(path: Path, error: OSError) -> str:
    """Why a file cannot be opened, in words."""
    if isinstance(error, FileNotFoundError):
        return f"{shown(path)}: there is no such file"
    if isinstance(error, PermissionError):
        return f"{shown(path)} {UNREADABLE}: permission denied; allow the present user to read it"
    return f"{shown(path)} {UNREADABLE}: {(error.strerror or type(error).__name__).lower()}"


def unpacked(raw: Opened, packing: str) -> Iterator[bytes]:
    """The file's bytes in order, in pieces of about 1 MiB, whatever it is packed with.

    Raises DamagedFileError after everything that could be unpacked was given out.
    """
    if packing == "gz":
        return _gunzipped(raw)
    return _unzstd(raw) if packing == "zst" else _plain(raw)


def _plain(raw: Opened) -> Iterator[bytes]:
    while data := raw.read(READ):
        yield data


def _gunzipped(raw: Opened) -> Iterator[bytes]:
    """Every member of a gzip file, one after the other."""
    data = raw.read(READ)
    while data:
        member = zlib.decompressobj(wbits=31)
        while True:
            try:
                yield member.decompress(data, READ)
            except zlib.error as error:
                raise DamagedFileError(f"its gzip stream is damaged ({_reason(error)})") from None
            if member.eof:
                break
            data = member.unconsumed_tail or raw.read(READ)
            if not data:
                raise DamagedFileError("it ends in the middle of its gzip stream: it was cut off")
        data = _next_member(member.unused_data, raw)


def _next_member(data: bytes, raw: Opened) -> bytes:
    """What follows a gzip member: another one, or zeros (padding of blocks) up to the end."""
    data = data.lstrip(b"\0")
    while not data and (data := raw.read(READ)):
        data = data.lstrip(b"\0")
    if len(data) == 1:
        data += raw.read(1)
    if data and not data.startswith(GZIP):
        raise DamagedFileError("after its gzip stream there are bytes that are not gzip")
    return data


def _reason(error: Exception) -> str:
    return str(error).rpartition(": ")[2]


def _unzstd(raw: Opened) -> Iterator[bytes]:
    """Every frame of a Zstandard file, one after the other, in bounded memory."""
    import pyarrow as pa  # noqa: PLC0415 - only packed files need it

    stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    given = 0
    while True:
        try:
            data = stream.read(ZSTD_READ)
        except OSError as error:
            yield from _before_damage(raw, given)
            why = f"its Zstandard stream is cut off or damaged ({_reason(error)})"
            raise DamagedFileError(why) from None
        if not data:
            return
        given += len(data)
        yield data


def _before_damage(raw: Opened, given: int) -> Iterator[bytes]:
    """What the failed read had already unpacked: read again, the last bytes one by one."""
    import pyarrow as pa  # noqa: PLC0415 - only packed files need it

    stream = pa.CompressedInputStream(pa.PythonFile(raw.again(), mode="r"), "zstd")
    while given:
        given -= len(stream.read(min(given, READ)))
    try:
        while data := stream.read(1):
            yield data
    except OSError:
        return
