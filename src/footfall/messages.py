"""Messages between own processes: objects with their length before them, over a stream.

Both sides are processes of one person and one version; nobody else may be let onto the stream.
"""

from __future__ import annotations

import pickle
import struct
from typing import Protocol

LENGTH = struct.Struct("<Q")


class Into(Protocol):
    """Where messages go."""

    def write(self, data: bytes, /) -> int:
        """Takes bytes."""
        ...

    def flush(self) -> None:
        """Sends what was taken."""
        ...


class OutOf(Protocol):
    """Where messages come from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes; fewer where the other side has gone."""
        ...


def send(stream: Into, message: object) -> None:
    """One message to the other side."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: OutOf) -> object | None:
    """The next message of the other side; None when it has gone."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(length)
    data = stream.read(size)
    return pickle.loads(data) if len(data) == size else None  # noqa: S301 - between own processes
