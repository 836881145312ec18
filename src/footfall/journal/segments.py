"""The journal's files: which there are, in which order, and which are no more needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from footfall.journal.files import Disk, Files
from footfall.journal.frames import Position

SUFFIX = ".journal"
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the journal. Numbers only grow, so that no position is ever used twice."""

    number: int
    path: Path


def path_of(folder: Path, number: int) -> Path:
    """Where a segment is."""
    return folder / f"{number:0{_DIGITS}d}{SUFFIX}"


def segments(folder: Path) -> list[Segment]:
    """All segments in order."""
    named = (path for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())
    return sorted((Segment(int(path.stem), path) for path in named), key=lambda one: one.number)


def next_number(folder: Path, now_ms: int) -> int:
    """The next segment's number: above all there are, and above all that there ever were.

    The clock is only the second guard, for a folder that somebody emptied.
    """
    return max([now_ms, *(segment.number + 1 for segment in segments(folder))])


def drop_before(folder: Path, covered: Position, files: Files | None = None) -> list[Path]:
    """Removes the segments that lie wholly before a position; the newest stays in any case."""
    dropped = [each.path for each in segments(folder)[:-1] if each.number < covered.segment]
    for path in dropped:
        path.unlink()
    if dropped:
        (files or Disk()).sync_folder(folder)
    return dropped
