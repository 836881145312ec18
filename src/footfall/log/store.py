"""The append-only log of a site: Parquet files in order, never changed and never renamed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

EVENTS = "events"
SUMS = "checksums"
PIECE = 4 << 20
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of the log: its number, what it holds (events, or rows of a table), its place.

    `last` is the number of the last file that it stands for; its own, unless several were joined.
    """

    number: int
    kind: str
    path: Path
    last: int

    def stands_for(self, other: LogFile) -> bool:
        """Whether another file is in this one."""
        return self.number <= other.number <= other.last <= self.last and self != other


@dataclass(frozen=True, slots=True)
class EventLog:
    """The folder of a site's log."""

    folder: Path

    def files(self) -> list[LogFile]:
        """All files in order, but for those that stand in another one."""
        found = [named(path) for path in sorted(self.folder.glob("*.parquet"))]
        joined = [each for each in found if each.last > each.number]
        return [each for each in found if not any(one.stands_for(each) for one in joined)]

    def joined_name(self, files: Sequence[LogFile]) -> Path:
        """Where the draft is written of a file that stands for several, which follow each other."""
        name = f"{files[0].number:0{_DIGITS}d}-{EVENTS}-{files[-1].last:0{_DIGITS}d}"
        return self.folder / f"{name}.parquet.draft"

    def drop_joined(self) -> None:
        """Removes the files that stand in another one."""
        kept = {each.path for each in self.files()}
        for path in self.folder.glob("*.parquet"):
            if path not in kept:
                path.unlink()

    def next_number(self) -> int:
        """The number of the next file."""
        return max((file.last for file in self.files()), default=0) + 1

    def draft(self, number: int, kind: str = EVENTS) -> Path:
        """Where the next file is written before it is part of the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{number:0{_DIGITS}d}-{kind}.parquet.draft"

    def keep(self, drafts: list[Path]) -> None:
        """Makes drafts part of the log: on disk, then named, then the folder on disk."""
        if not drafts:
            return
        with (self.folder / SUMS).open("a") as sums:
            for draft in drafts:
                sums.write(f"{draft.with_suffix('').name} {sum_of(draft):08x}\n")
            sums.flush()
            os.fsync(sums.fileno())
        for draft in drafts:
            _sync(draft)
            draft.rename(draft.with_suffix(""))
        _sync(self.folder)

    def sums(self) -> dict[str, int]:
        """The checksum of every file by its name, as it was when it became part of the log."""
        path = self.folder / SUMS
        if not path.exists():
            return {}
        lines = (line.split() for line in path.read_text("utf-8").splitlines())
        return {words[0]: int(words[1], 16) for words in lines if len(words) == 2}

    def drop_drafts(self) -> None:
        """Removes what an interrupted write left behind."""
        for draft in self.folder.glob("*.draft"):
            draft.unlink()


def named(path: Path | str) -> LogFile:
    """The file that a name is of."""
    path = Path(path)
    number, _, kind = path.name.removesuffix(".parquet").partition("-")
    kind, _, last = kind.partition("-")
    return LogFile(int(number), kind, path, int(last or number))


def sum_of(path: Path) -> int:
    """The checksum (CRC-32) of a file's bytes."""
    found = 0
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            found = crc32(piece, found)
    return found


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
