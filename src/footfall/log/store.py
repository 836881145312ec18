"""The append-only log of a site: Parquet files in order, never changed and never renamed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

EVENTS = "events"
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of the log: its number, what it holds (events, or rows of a table), its place."""

    number: int
    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class EventLog:
    """The folder of a site's log."""

    folder: Path

    def files(self) -> list[LogFile]:
        """All files in order."""
        return [_named(path) for path in sorted(self.folder.glob("*.parquet"))]

    def next_number(self) -> int:
        """The number of the next file."""
        return max((file.number for file in self.files()), default=0) + 1

    def draft(self, number: int, kind: str = EVENTS) -> Path:
        """Where the next file is written before it is part of the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{number:0{_DIGITS}d}-{kind}.parquet.draft"

    def keep(self, drafts: list[Path]) -> None:
        """Makes drafts part of the log: on disk, then named, then the folder on disk."""
        for draft in drafts:
            _sync(draft)
            draft.rename(draft.with_suffix(""))
        if drafts:
            _sync(self.folder)

    def drop_drafts(self) -> None:
        """Removes what an interrupted write left behind."""
        for draft in self.folder.glob("*.draft"):
            draft.unlink()


def _named(path: Path) -> LogFile:
    number, _, kind = path.name.removesuffix(".parquet").partition("-")
    return LogFile(int(number), kind, path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
