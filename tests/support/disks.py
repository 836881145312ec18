"""Disks that fail: at a call that is chosen, or by losing their power."""

from __future__ import annotations

import errno
import os
import random
from dataclasses import dataclass, field
from pathlib import Path

from footfall.journal import Disk, Handle

SECTOR = 512


@dataclass
class FailingDisk(Disk):
    """The machine's disk, which does not do the call of a number; `short` only half of a write."""

    at: int
    error: int = errno.EIO
    times: int = 1
    short: bool = False
    calls: int = 0
    names: list[str] = field(default_factory=list)

    def _count(self, name: str) -> bool:
        """Whether this call fails."""
        self.calls += 1
        self.names.append(name)
        if not self.at <= self.calls < self.at + self.times:
            return False
        if self.short and name == "write":
            return True
        raise OSError(self.error, os.strerror(self.error))

    def create(self, path: Path) -> Handle:
        self._count("create")
        return super().create(path)

    def write(self, handle: Handle, data: bytes) -> int:
        half = self._count("write")
        return super().write(handle, data[: max(len(data) // 2, 1)] if half else data)

    def sync(self, handle: Handle) -> None:
        self._count("sync")
        super().sync(handle)

    def sync_folder(self, folder: Path) -> None:
        self._count("sync_folder")
        super().sync_folder(folder)

    def room(self, folder: Path) -> tuple[int, int]:
        self._count("room")
        return super().room(folder)


@dataclass
class _File:
    """A file as the disk has it, and what was only told to it."""

    path: Path
    synced: bytes = b""
    told: bytes = b""
    is_named: bool = False


@dataclass
class PowerDisk(Disk):
    """A disk in memory whose power is cut at a call: then anything unsynced may be there or not."""

    cut_at: int
    calls: int = 0
    is_off: bool = False
    files: dict[int, _File] = field(default_factory=dict)

    def _tick(self) -> None:
        self.calls += 1
        if self.calls >= self.cut_at:
            self.is_off = True
        if self.is_off:
            raise OSError(errno.EIO, "there is no power")

    def create(self, path: Path) -> Handle:
        self._tick()
        handle = Handle(len(self.files) + 1)
        self.files[handle] = _File(path)
        path.touch()  # a name that others see, as long as there is power
        return handle

    def write(self, handle: Handle, data: bytes) -> int:
        if not self.is_off:
            self.files[handle].told += data  # what the cut interrupts is under way
        self._tick()
        return len(data)

    def sync(self, handle: Handle) -> None:
        self._tick()
        self.files[handle].synced = self.files[handle].told

    def close(self, handle: Handle) -> None:
        """Nothing is synced by closing."""

    def sync_folder(self, folder: Path) -> None:
        self._tick()
        for file in self.files.values():
            if file.path.parent == folder:
                file.is_named = True

    def room(self, folder: Path) -> tuple[int, int]:  # noqa: ARG002 - a disk's
        return 1 << 40, 1 << 41

    def after(self, dice: random.Random, sector: int = SECTOR) -> None:
        """Puts into the folder what a real disk might hold when the power is back."""
        for file in self.files.values():
            file.path.unlink(missing_ok=True)
            if file.is_named or dice.random() < 0.5:
                file.path.write_bytes(_torn(file.synced, file.told, dice, sector))


def _torn(synced: bytes, told: bytes, dice: random.Random, sector: int) -> bytes:
    """What is left of a file: of its unsynced sectors some, in any order; zeros in between."""
    found = bytearray(synced)
    start = len(synced) // sector * sector
    for at in range(start, len(told), sector):
        if dice.random() < 0.5:
            piece = told[at : at + sector]
            if dice.random() < 0.2:
                piece = piece[: dice.randrange(len(piece)) + 1]
            found.extend(bytes(max(0, at + len(piece) - len(found))))
            found[max(at, len(synced)) : at + len(piece)] = piece[max(at, len(synced)) - at :]
    return bytes(found)
