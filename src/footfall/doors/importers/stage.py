"""The import's first half: files in, accepted rows and refusals out, as Parquet parts in a folder.

What follows (removing what is already known, the log, the facts) is the workspace's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter

from footfall.doors.importers.files import Found, Skipped, Source, find_sources
from footfall.doors.importers.parts import cannot_write
from footfall.doors.importers.pieces import Counts, Piece
from footfall.doors.importers.pool import MOST_WORKERS, Pool, Task, cpus
from footfall.doors.importers.reading import Reading, check
from footfall.doors.importers.words import Mapping
from footfall.doors.importers.work import Desk, Outcome
from footfall.errors import RequestError

PART_ROWS = 250_000
FIRST_ROWS = 50_000
PART_BYTES = 96 << 20
"""A part is so many rows, or so many bytes as read. The first are smaller, so that an import of
middling size is shared among workers."""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read: their format (`auto`, `jsonl`, `csv`, `parquet`), a mapping, workers.

    `workers` is how many processes share the work; None means as many as there are processors.
    """

    format: str = "auto"
    mapping: Mapping | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `bytes_total` is None where the end cannot be known."""

    file: str
    bytes_done: int
    bytes_total: int | None
    rows: int
    accepted: int
    rejected: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """How fast rows have been read so far."""
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: its bytes and their hash as they were read, and its rows.

    `dropped` rows were left out by the mapping. `problem` says what stopped the reading before the
    end of the file, in words; what came before it is kept and counted.
    """

    name: str
    bytes: int
    sha256: str
    read: int
    dropped: int
    accepted: int
    rejected: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """Everything that an import read. `parts` and `rejected_parts` are in the order of arrival.

    Parts have the log's columns, then `file` (the place in `files`) and `line`.
    """

    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...]
    parts: tuple[Path, ...]
    rejected_parts: tuple[Path, ...]
    interrupted: bool = False

    @property
    def read(self) -> int:
        """Rows of all files."""
        return sum(file.read for file in self.files)

    @property
    def dropped(self) -> int:
        """Rows that the mapping left out."""
        return sum(file.dropped for file in self.files)

    @property
    def accepted(self) -> int:
        """Events that can be stored, the same one perhaps several times."""
        return sum(file.accepted for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows and events that go to quarantine."""
        return sum(file.rejected for file in self.files)

    @property
    def problems(self) -> tuple[str, ...]:
        """What stopped the reading of files, each with the file's name."""
        return tuple(f"{file.name}: {file.problem}" for file in self.files if file.problem)


def stage_events(
    sources: Sequence[str | Path],
    options: Options,
    staging: Path,
    received_ms: int,
    progress: Callable[[Progress], None] | None = None,
) -> Staged:
    """Read files of events into parts in the folder `staging`, which is made and should be empty.

    Raises RequestError, before anything is read, naming every file that cannot be imported, and
    FootfallError where the folder cannot be written. A file that turns out to be damaged later has
    a `problem`, and what came before it is kept. Ctrl-C stops the reading: what is complete is
    kept, and `interrupted` says so.
    """
    found = find_sources(sources, options.format, mapped=options.mapping is not None)
    for source in found.sources:
        if source.table:
            why = "these are the columns of a table, not of events; use --format"
            raise RequestError(f"{source.name}, line 1: {why} {source.table}")
    return stage_found(found, options, staging, received_ms, progress)


def stage_found(
    found: Found,
    options: Options,
    staging: Path,
    received_ms: int,
    progress: Callable[[Progress], None] | None = None,
) -> Staged:
    """The same for files that were found before."""
    _check(found.sources, options.mapping)
    try:
        staging.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(staging, error) from None
    run = _Run(found, options, staging, received_ms, progress)
    run.go()
    return run.staged()


def _check(sources: Sequence[Source], mapping: Mapping | None) -> None:
    faults = []
    for source in sources:
        try:
            check(source, mapping)
        except RequestError as error:
            faults.append(str(error))
    if faults:
        raise RequestError("\n".join(faults))


@dataclass
class _Run:
    """One import while it is under way."""

    found: Found
    options: Options
    staging: Path
    received_ms: int
    progress: Callable[[Progress], None] | None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    counts: dict[int, Counts] = field(default_factory=dict)
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.readings = [
            Reading(source, number, self.options.mapping)
            for number, source in enumerate(self.found.sources)
        ]
        sizes = [source.path and source.path.stat().st_size for source in self.found.sources]
        self.bytes_total = None if None in sizes else sum(size or 0 for size in sizes)
        self.started = perf_counter()

    def go(self) -> None:
        """Read everything, here or, if it is much, in worker processes."""
        tasks = self._tasks()
        try:
            first = list(islice(tasks, 2))
        except KeyboardInterrupt:
            self.interrupted = True
            return
        workers = min(self.options.workers or cpus(), MOST_WORKERS)
        if len(first) < 2 or workers < 2 or self._remembers():
            self._here(_chained(first, tasks))
        else:
            self._in_workers(_chained(first, tasks), workers)

    def _remembers(self) -> bool:
        """Whether what a row becomes depends on other rows."""
        vendors = (source.vendor for source in self.found.sources)
        mapping = self.options.mapping
        return bool(mapping and mapping.remembers) or any(v and v.remembers for v in vendors)

    def _here(self, tasks: Iterator[tuple[int, Task]]) -> None:
        with Desk(self.staging, self.received_ms) as desk:
            try:
                for number, task in tasks:
                    self._keep(number, desk.do(number, task))
            except KeyboardInterrupt:
                self.interrupted = True

    def _in_workers(self, tasks: Iterator[tuple[int, Task]], workers: int) -> None:
        with Pool(self.staging, self.received_ms, workers) as pool:
            try:
                for number, task in tasks:
                    self._keep_all(pool.give(number, task))
                self._keep_all(pool.rest())
            except KeyboardInterrupt:
                self.interrupted = True
                self._keep_all(pool.rest())

    def _tasks(self) -> Iterator[tuple[int, Task]]:
        """The pieces of all files, as many together as are worth a part."""
        number, rows, size, pieces = 1, 0, 0, []
        for piece in self._pieces():
            pieces.append(piece)
            rows += piece.rows
            size += len(piece.chunk.data)
            if rows >= min(PART_ROWS, FIRST_ROWS * number) or size >= PART_BYTES:
                yield number, tuple(pieces)
                number, rows, size, pieces = number + 1, 0, 0, []
        if pieces:
            yield number, tuple(pieces)

    def _pieces(self) -> Iterator[Piece]:
        for reading in self.readings:
            yield from reading.pieces()

    def _keep_all(self, outcomes: Iterator[tuple[int, Outcome]]) -> None:
        for number, outcome in outcomes:
            self._keep(number, outcome)

    def _keep(self, number: int, outcome: Outcome) -> None:
        self.outcomes[number] = outcome
        for file, counts in outcome.counts.items():
            self.counts.setdefault(file, Counts()).add(counts)
        if self.progress:
            self.progress(self._progress())

    def _progress(self) -> Progress:
        current = next((each for each in self.readings if not each.sha256), self.readings[-1])
        counts = self.counts.values()
        return Progress(
            file=current.source.name,
            bytes_done=sum(reading.done_bytes for reading in self.readings),
            bytes_total=self.bytes_total,
            rows=sum(each.read for each in counts),
            accepted=sum(each.accepted for each in counts),
            rejected=sum(each.rejected for each in counts),
            seconds=perf_counter() - self.started,
        )

    def staged(self) -> Staged:
        """What it came to. Parts that are not among the outcomes are removed."""
        outcomes = [self.outcomes[number] for number in sorted(self.outcomes)]
        parts = tuple(each.part for each in outcomes if each.part)
        rejected = tuple(each.rejected for each in outcomes if each.rejected)
        for path in self.staging.iterdir():
            if path.suffix in {".parquet", ".unfinished"} and path not in {*parts, *rejected}:
                path.unlink()
        files = tuple(self._report(number) for number in range(len(self.readings)))
        return Staged(files, self.found.skipped, parts, rejected, self.interrupted)

    def _report(self, number: int) -> FileReport:
        reading, counts = self.readings[number], self.counts.get(number, Counts())
        problem = reading.problem
        if self.interrupted and not reading.sha256 and not problem:
            problem = "it was not read to its end: the import was interrupted"
        return FileReport(
            name=reading.source.name,
            bytes=reading.bytes,
            sha256=reading.sha256,
            read=counts.read,
            dropped=counts.dropped,
            accepted=counts.accepted,
            rejected=counts.rejected,
            problem=problem,
        )


def _chained(
    first: list[tuple[int, Task]], tasks: Iterator[tuple[int, Task]]
) -> Iterator[tuple[int, Task]]:
    """The tasks that were already taken, and those to come."""
    while first:
        yield first.pop(0)
    yield from tasks
