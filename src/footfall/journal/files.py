"""How the journal touches the disk: few calls, all here, so that tests can make them fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NewType, Protocol

Handle = NewType("Handle", int)


class Files(Protocol):
    """What the journal's writer needs of a disk. Every call may raise OSError."""

    def create(self, path: Path) -> Handle:
        """A new file, open for writing; FileExistsError where there is one."""
        ...

    def write(self, handle: Handle, data: bytes) -> int:
        """Puts bytes at the end of a file; how many of them were taken."""
        ...

    def sync(self, handle: Handle) -> None:
        """Returns when what was written is on disk."""
        ...

    def close(self, handle: Handle) -> None:
        """Lets go of a file."""
        ...

    def sync_folder(self, folder: Path) -> None:
        """Returns when the names of the files in a folder are on disk."""
        ...

    def room(self, folder: Path) -> tuple[int, int]:
        """How many bytes a folder's disk has free, and how many it has at all."""
        ...


class Disk:
    """The machine's own disk."""

    def create(self, path: Path) -> Handle:
        """A new file, open for writing; FileExistsError where there is one."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        return Handle(os.open(path, flags, 0o600))

    def write(self, handle: Handle, data: bytes) -> int:
        """Puts bytes at the end of a file; how many of them were taken."""
        return os.write(handle, data)

    def sync(self, handle: Handle) -> None:
        """Returns when what was written is on disk."""
        os.fdatasync(handle)

    def close(self, handle: Handle) -> None:
        """Lets go of a file."""
        os.close(handle)

    def sync_folder(self, folder: Path) -> None:
        """Returns when the names of the files in a folder are on disk."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def room(self, folder: Path) -> tuple[int, int]:
        """How many bytes a folder's disk has free, and how many it has at all."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
