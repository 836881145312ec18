"""A journal at work, for tests: records go in, and what is told of each is kept."""

from __future__ import annotations

import threading
from pathlib import Path

from footfall.clock import FixedClock
from footfall.journal import Commit, Damage, Entry, Files, Found, Journal, Position, Torn, read_from
from footfall.journal import RefusedError as Refused
from footfall.journal.writer import Outcome

START = Position(0, 0)


def journal_in(folder: Path, files: Files | None = None, segment_bytes: int = 64 << 20) -> Journal:
    """A journal that waits for nothing."""
    made = Journal(folder, FixedClock(1_000), segment_bytes=segment_bytes, retry_seconds=0)
    if files is not None:
        made.files = files
    return made


def record(number: int, size: int = 0) -> bytes:
    """A record that can be told from others, of some size."""
    return f"record {number} ".encode() + bytes(number % 256 for _ in range(size or number % 900))


def put(journal: Journal, contents: list[bytes]) -> list[Outcome | None]:
    """Puts records in, and waits until each is told of; None where it was not taken at all."""
    told: list[Outcome | None] = [None] * len(contents)
    left = threading.Semaphore(0)

    def done(at: int, outcome: Outcome) -> None:
        told[at] = outcome
        left.release()

    taken = 0
    for at, content in enumerate(contents):
        try:
            journal.append(content, lambda outcome, at=at: done(at, outcome))  # type: ignore[misc]
        except Refused:
            continue
        taken += 1
    for _ in range(taken):
        assert left.acquire(timeout=20), "a record was never told of"
    return told


def committed(contents: list[bytes], told: list[Outcome | None]) -> list[bytes]:
    """The records that were said to be on disk."""
    return [
        each for each, outcome in zip(contents, told, strict=True) if isinstance(outcome, Commit)
    ]


def whole(found: list[Found]) -> list[bytes]:
    """The records that can be read."""
    return [each.content for each in found if isinstance(each, Entry)]


def damage(found: list[Found]) -> list[Damage]:
    """What is damaged."""
    return [each for each in found if isinstance(each, Damage)]


def torn(found: list[Found]) -> list[Torn]:
    """Ends that were never finished."""
    return [each for each in found if isinstance(each, Torn)]


def read(folder: Path) -> list[Found]:
    """Everything in a journal."""
    return list(read_from(folder, START))
