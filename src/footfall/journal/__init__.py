"""The journal: what was received is on disk here before anybody is told that it was."""

from footfall.journal.files import Disk, Files, Handle
from footfall.journal.frames import Position
from footfall.journal.reader import Damage, Entry, Found, Torn, read_at, read_from, read_segment
from footfall.journal.segments import Segment, drop_before, segments
from footfall.journal.space import reserve
from footfall.journal.writer import Commit, Journal, RefusedError, Trouble

__all__ = [
    "Commit",
    "Damage",
    "Disk",
    "Entry",
    "Files",
    "Found",
    "Handle",
    "Journal",
    "Position",
    "RefusedError",
    "Segment",
    "Torn",
    "Trouble",
    "drop_before",
    "read_at",
    "read_from",
    "read_segment",
    "reserve",
    "segments",
]
