"""What those who ask and the one who holds a workspace say to each other, and where they meet.

They meet at a Unix socket in the workspace's `data/`, which only its owner may open; each side also
checks who the other one is. So nothing that they say has to be defended against.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footfall.errors import FootfallError

SOCKET_NAME = "serve.sock"
LONGEST_ADDRESS = 100
"""Of the 107 letters that a socket's address may have."""
Told = Callable[[str], None]
_CREDENTIALS = struct.Struct("3i")


class Interrupted(BaseException):
    """Whoever asked does not want to know any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question: the method that is meant and its words, from a program of a version."""

    version: str
    name: str
    words: Mapping[str, Any]
    tells: bool = False
    """Whether somebody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing came of it."""

    error: FootfallError


@dataclass(frozen=True, slots=True)
class Stopped:
    """That it was interrupted, and nothing was changed."""


@contextmanager
def address(data: Path) -> Iterator[str]:
    """Where the socket of a workspace is; a short name for it where its own is too long."""
    path = data / SOCKET_NAME
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET_NAME}"
    finally:
        os.close(folder)


def is_own(line: socket.socket) -> bool:
    """Whether the other side is a process of the same person, or of the system's owner."""
    told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(told)
    return user in (0, os.geteuid())
