"""Writing the journal: one thread writes what all requests brought, and syncs once for them all.

Nobody is told that a record is stored before `fdatasync` has returned for its segment. After a
failure nothing more is written to that segment: what a disk did with unsynced bytes cannot be
known, so the next attempt begins a new one.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from footfall.clock import Clock
from footfall.journal.files import Disk, Files, Handle
from footfall.journal.frames import HEADER_BYTES, Position, frame, header
from footfall.journal.segments import next_number, path_of
from footfall.journal.space import reserve
from footfall.mishap import dies_at, may_die

SEGMENT_BYTES = 64 << 20
GROUP_BYTES = 4 << 20
WAITING_BYTES = 64 << 20
RETRY_SECONDS = 0.5
ROOM_SECONDS = 0.25

STORAGE_FULL, READ_ONLY, OVERLOADED = "storage_full", "read_only", "overloaded"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class Commit:
    """A record is on disk: where it begins."""

    at: Position


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a record is not on disk: a code of the closed list, and a sentence."""

    code: str
    detail: str


class RefusedError(Exception):
    """A record was not even taken in."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.detail)
        self.trouble = trouble


Outcome = Commit | Trouble
Done = Callable[[Outcome], None]
Deliver = Callable[[Callable[[], None]], object]
"""Brings the outcomes of a group to whoever waits for them, such as an event loop."""


@dataclass(slots=True)
class Written:
    """How much was written since the start, for whoever watches."""

    records: int = 0
    bytes: int = 0
    syncs: int = 0
    failures: int = 0


@dataclass(slots=True)
class _Open:
    """The segment that is being written."""

    number: int
    handle: Handle
    offset: int = HEADER_BYTES
    frames: int = 0


@dataclass
class Journal:
    """The journal of a workspace, open for writing. One process writes it at a time."""

    folder: Path
    clock: Clock
    deliver: Deliver = field(default=lambda call: call())
    soon: Deliver = field(default=lambda call: call())
    """Calls something after everything that is at hand: so one wake-up is enough for all of it."""
    files: Files = field(default_factory=Disk)
    segment_bytes: int = SEGMENT_BYTES
    retry_seconds: float = RETRY_SECONDS
    written: Written = field(default_factory=Written)
    trouble: Trouble | None = field(default=None, init=False)
    """What kept the last group from being stored; None where it was."""
    _open: _Open | None = field(default=None, init=False)
    _last: int = field(default=0, init=False)
    _queue: list[tuple[bytes, Done]] = field(default_factory=list, init=False)
    _waiting: int = field(default=0, init=False)
    _refuses_until: float = field(default=0.0, init=False)
    _room_seen: float = field(default=0.0, init=False)
    _closing: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._lock, self._there = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Begins a new segment, and to write."""
        self._try(lambda: self._segment(0))
        self._thread.start()

    def close(self) -> None:
        """Writes what waits, and ends."""
        self._closing = True
        self._there.set()
        if self._thread.is_alive():
            self._thread.join()
        self._leave()

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be written."""
        return self._waiting

    def append(self, content: bytes, done: Done) -> None:
        """Takes a record in; `done` is told when it is on disk, or why it is not.

        Raises RefusedError at once where it cannot be written now.
        """
        if self.trouble is not None and monotonic() < self._refuses_until:
            raise RefusedError(self.trouble)
        if self._waiting + len(content) > WAITING_BYTES:
            raise RefusedError(Trouble(OVERLOADED, "more comes in than the disk can take"))
        if self._closing:
            raise RefusedError(Trouble(OVERLOADED, "the server is stopping"))
        with self._lock:
            self._queue.append((content, done))
            self._waiting += len(content)
            is_first = len(self._queue) == 1
        if is_first:
            self.soon(self._there.set)

    def _run(self) -> None:
        while not (self._closing and not self._queue):
            if self._there.wait(self.retry_seconds if self.trouble else None):
                self._there.clear()
                while self._queue:
                    self._store(self._take())
            elif self.trouble is not None:
                self._try(lambda: self._segment(0))  # so that it is known when it is over

    def _take(self) -> list[tuple[bytes, Done]]:
        """What is written together: everything that waits, in bounded pieces."""
        size = number = 0
        with self._lock:
            for content, _ in self._queue:
                if number and size + len(content) > GROUP_BYTES:
                    break
                size, number = size + len(content), number + 1
            group, self._queue = self._queue[:number], self._queue[number:]
            self._waiting -= size
        return group

    def _store(self, group: list[tuple[bytes, Done]]) -> None:
        places: list[Position] = []
        trouble = self._try(lambda: places.extend(self._write([content for content, _ in group])))
        may_die("synced")
        outcomes: list[Outcome] = [Commit(at) for at in places]
        if trouble is not None:
            outcomes = [trouble] * len(group)
        self.deliver(lambda: _tell(group, outcomes))

    def _try(self, work: Callable[[], object]) -> Trouble | None:
        """Does something with the disk; what came in between, if anything did."""
        try:
            self._check_room()
            work()
        except OSError as error:
            self._leave()
            self.written.failures += 1
            self._refuses_until = monotonic() + self.retry_seconds
            self.trouble = _trouble(error)
        else:
            self.trouble = None
        return self.trouble

    def _check_room(self) -> None:
        """Raises OSError where too little of the disk is free to go on."""
        if self.trouble is None and monotonic() - self._room_seen < ROOM_SECONDS:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        free, total = self.files.room(self.folder)
        self._room_seen = monotonic()
        if free < reserve(total):
            raise OSError(errno.ENOSPC, f"only {free >> 20} MiB of the disk are free")

    def _write(self, contents: list[bytes]) -> list[Position]:
        """Puts records on disk, and gives their places. Raises OSError; then none counts."""
        at = self._segment(sum(map(len, contents)))
        frames = [frame(at.frames + number, each) for number, each in enumerate(contents)]
        may_die("unwritten")
        data = b"".join(frames)
        if dies_at("half written"):
            self.files.write(at.handle, data[: len(data) // 2])
        may_die("half written")
        self._write_all(at.handle, data)
        may_die("written")
        self.files.sync(at.handle)
        places = []
        for each in frames:
            places.append(Position(at.number, at.offset))
            at.offset += len(each)
        at.frames += len(frames)
        self.written.records += len(frames)
        self.written.bytes += len(data)
        self.written.syncs += 1
        return places

    def _write_all(self, handle: Handle, data: bytes) -> None:
        view = memoryview(data)
        while view:
            taken = self.files.write(handle, bytes(view) if len(view) < len(data) else data)
            if taken <= 0:
                raise OSError(errno.EIO, "the disk takes nothing")
            view = view[taken:]

    def _segment(self, size: int) -> _Open:
        """The segment to write to: a new one where there is none, or it is full."""
        at = self._open
        if at is not None and at.frames and at.offset + size > self.segment_bytes:
            self._leave()
            may_die("segment left")
        if self._open is None:
            self._open = self._create()
        return self._open

    def _create(self) -> _Open:
        """A new segment, of which the header and the name are on disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now_ms = self.clock.now_ms()
        number = max(next_number(self.folder, now_ms), self._last + 1)
        path = path_of(self.folder, number)
        handle = self.files.create(path)
        self._last = number
        try:
            self._write_all(handle, header(number, now_ms))
            self.files.sync(handle)
            self.files.sync_folder(self.folder)
        except OSError:
            with suppress(OSError):
                self.files.close(handle)
            with suppress(OSError):
                path.unlink()  # nothing was ever promised of it
            raise
        may_die("segment made")
        return _Open(number, handle)

    def _leave(self) -> None:
        """Writes no more to the segment; what of it is whole stays."""
        if self._open is not None:
            with suppress(OSError):
                self.files.close(self._open.handle)
            self._open = None


def _tell(group: list[tuple[bytes, Done]], outcomes: list[Outcome]) -> None:
    for (_, done), outcome in zip(group, outcomes, strict=True):
        done(outcome)


def _trouble(error: OSError) -> Trouble:
    """A disk's refusal in words."""
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return Trouble(STORAGE_FULL, f"the disk is full: {why}")
    if error.errno in _CLOSED:
        return Trouble(READ_ONLY, f"the disk cannot be written to: {why}")
    return Trouble(OVERLOADED, f"the disk did not take it: {why}")
