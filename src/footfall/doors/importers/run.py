"""An import from the first byte to the last count: files in, events stored, the rest accounted for.

The order is the promise: what is refused or known already is written down only after the events are
stored, so an import that breaks can be repeated as a whole and changes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.doors.importers.files import Found, Skipped, find_sources
from footfall.doors.importers.reading import check
from footfall.doors.importers.stage import FileReport, Options, Progress, Staged, stage_found
from footfall.doors.importers.tables import ReadTable, read_table
from footfall.errors import RequestError
from footfall.folder import SETTINGS_FILE, create
from footfall.log.ledger import Counts, Source
from footfall.log.quarantine import Refused
from footfall.settings import Site, site_from_mapping
from footfall.workspace import Workspace

if TYPE_CHECKING:
    from footfall.facts.arrivals import Appended

FIRST_SITE = "shop"
SHOWN = 5
CONFLICT = "duplicate_conflict"
BAD_TABLE_ROW = "invalid_row"
NOTHING_KEPT = "nothing of this import is kept, and nothing was changed"
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be imported and how: files, folders, patterns or `-`, a format, a mapping."""

    sources: tuple[str, ...]
    format: str = "auto"
    mapping: Path | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file's rows; `problem` says what stopped its reading before the end.

    `quarantined` rows are refused ones and conflicts; `dropped` ones were left out by the mapping,
    or, in a table, replaced by a later row of the same key. `repeat`: the same file was imported
    before.
    """

    name: str
    read: int
    stored: int
    duplicate: int
    quarantined: int
    dropped: int = 0
    repeat: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import came to. `refused` are the first few of the rows in quarantine."""

    site: Site
    files: tuple[FileResult, ...]
    refused: tuple[Refused, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    interrupted: bool = False

    @property
    def total(self) -> FileResult:
        """All files together."""
        names = ("read", "stored", "duplicate", "quarantined", "dropped")
        sums = {name: sum(getattr(file, name) for file in self.files) for name in names}
        return FileResult("total", **sums)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who wants to know how far the import is: while it reads, and what it does after that."""

    read: Callable[[Progress], None] | None = None
    tell: Told = lambda _: None


def import_events(
    folder: Path, site_id: str | None, wish: Wish, watch: Watch | None = None
) -> ImportReport:
    """Import files into a site, and make the workspace where there is none.

    Files that are one of the cost tables by their columns are imported as such. Raises
    RequestError, before anything is changed, for files that cannot be read.
    """
    options = _options(wish)
    found = find_sources(wish.sources, options.format, mapped=options.mapping is not None)
    for source in found.events:
        # a wrong file must not leave an empty workspace behind
        check(source, options.mapping)
    tables = [read_table(table, paths) for table, paths in found.tables.items()]
    if not (folder / SETTINGS_FILE).is_file():
        _create(folder, site_id)
    with Workspace(folder) as workspace:
        site = site_of(workspace, site_id)
        work = _Import(workspace, site, _digest(wish), watch or Watch())
        first = [work.go(found.of_events, options)] if found.events else []
        reports = [*first, *(_store_table(workspace, site, table) for table in tables)]
    return _together(reports, found.skipped)


def import_table(folder: Path, site_id: str | None, wish: Wish) -> ImportReport:
    """Import CSV files of one of the cost tables; a row of a known key replaces the one before."""
    if wish.mapping:
        raise RequestError(f"--map is for events; a table of {wish.format} has its own columns")
    table = read_table(wish.format, list(wish.sources))
    if not (folder / SETTINGS_FILE).is_file():
        _create(folder, site_id)
    with Workspace(folder) as workspace:
        return _store_table(workspace, site_of(workspace, site_id), table)


def _store_table(workspace: Workspace, site: Site, table: ReadTable) -> ImportReport:
    """Puts a table's rows into the log, what is wrong into quarantine, and notes both."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    now = workspace.clock.now_ms()
    with workspace.staging() as staging:
        if table.rows.num_rows:
            pq.write_table(table.rows, staging / "table.parquet")
            workspace.append_table(site, table.name, staging / "table.parquet")
    refused = [
        Refused(row.file, row.line, BAD_TABLE_ROW, "", row.reason, row.text.encode())
        for row in table.rejected
    ]
    workspace.control.quarantine.add_rejections(site.id, now, refused)
    counts = Counts(
        table.read, table.rows.num_rows, quarantined=len(refused), left_out=table.replaced,
        received=table.read,
    )  # fmt: skip
    imports = workspace.control.imports
    number = imports.begin(site.id, Source(table.name, "", 0, table.name), now)
    imports.finish(number, counts, now, Counter(row.code for row in refused))
    result = FileResult(
        table.name, table.read, table.rows.num_rows, 0, len(refused), table.replaced,
        problem="; ".join(table.problems) or None,
    )  # fmt: skip
    return ImportReport(site, (result,), tuple(refused[:SHOWN]), table.skipped)


def _together(reports: Sequence[ImportReport], skipped: tuple[Skipped, ...]) -> ImportReport:
    """What the events and the tables of one import came to."""
    return ImportReport(
        reports[0].site,
        tuple(file for report in reports for file in report.files),
        tuple(row for report in reports for row in report.refused)[:SHOWN],
        skipped,
        any(report.interrupted for report in reports),
    )


def _create(folder: Path, site_id: str | None) -> None:
    """Makes the workspace, unless the name of its site is none."""
    create(folder, site_from_mapping(site_id or FIRST_SITE, {}).id)


def site_of(workspace: Workspace, site_id: str | None) -> Site:
    """The site to import into; a workspace without any gets its first one."""
    if not workspace.settings.sites:
        name = site_id or FIRST_SITE
        workspace.add_site(Site(id=name, name=name.capitalize()))
    return workspace.site(site_id)


def _options(wish: Wish) -> Options:
    from footfall.doors.importers.mapping import read_mapping  # noqa: PLC0415 - seldom needed

    mapping = read_mapping(wish.mapping) if wish.mapping else None
    return Options(wish.format, mapping, wish.workers)


def _digest(wish: Wish) -> str:
    """What the mapping is told apart from others by; empty without one."""
    return hashlib.sha256(wish.mapping.read_bytes()).hexdigest() if wish.mapping else ""


@dataclass(frozen=True, slots=True)
class _Import:
    """The import of events once its files are found."""

    workspace: Workspace
    site: Site
    mapping_sha256: str
    watch: Watch

    def go(self, found: Found, options: Options) -> ImportReport:
        """Everything from the files to the report."""
        now = self.workspace.clock.now_ms()
        with self.workspace.staging() as staging:
            staged = stage_found(found, options, staging, now, self.watch.read)
            if staged.interrupted and all(source.path for source in found.sources):
                # files can be read again, from the beginning in any case; a stream cannot
                raise KeyboardInterrupt(NOTHING_KEPT)
            return self.finish(staged, [source.format for source in found.sources])

    def finish(self, staged: Staged, kinds: Sequence[str]) -> ImportReport:
        """Stores the events, puts the refused rows into quarantine, and writes it all down."""
        self.watch.tell("storing events")
        appended = self.workspace.append_events(self.site, staged.parts, self.watch.tell)
        refused = self._quarantine(staged, appended)
        stored = self._stored_by_file(appended)
        reasons = _reasons(staged, appended)
        files = tuple(
            self._write_down(file, kinds[at], stored[at], reasons[at])
            for at, file in enumerate(staged.files)
        )
        return ImportReport(self.site, files, refused, staged.skipped, staged.interrupted)

    def _quarantine(self, staged: Staged, appended: Appended) -> tuple[Refused, ...]:
        """Keeps what was refused, all of it at once; the first few of it."""
        now = self.workspace.clock.now_ms()
        intake = self.workspace.control.quarantine.intake(self.site.id, now)
        first: list[Refused] = []
        try:
            for batch in _batches(_rejections(staged)):
                first += batch[: SHOWN - len(first)]
                intake.add(batch)
            conflicts = list(_conflicts(staged, appended))
            intake.add(conflicts)
            intake.commit()
        except BaseException:
            intake.discard()
            raise
        return tuple((first + conflicts)[:SHOWN])

    def _stored_by_file(self, appended: Appended) -> Counter[int]:
        """How many events of each imported file are new: those that are in the log now."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

        found: Counter[int] = Counter()
        for name in appended.files:
            column = pq.read_table(self.workspace.log(self.site).folder / name, columns=["file"])
            for count in column["file"].value_counts().to_pylist():
                found[count["values"]] += count["counts"]
        return found

    def _write_down(
        self, file: FileReport, kind: str, stored: int, reasons: Counter[str]
    ) -> FileResult:
        """Notes the file in the ledger, unless the same was noted before; what became of it."""
        conflicts = reasons[CONFLICT]
        duplicate = file.accepted - stored - conflicts
        source = Source(file.name, file.sha256, file.bytes, kind, self.mapping_sha256)
        imports = self.workspace.control.imports
        # a stream that was interrupted has no hash and is never the same again
        repeat = bool(file.sha256 and imports.repeat_of(self.site.id, source))
        if stored or not repeat:
            received = file.accepted + file.rejected + file.dropped
            counts = Counts(
                file.read, stored, duplicate, conflicts, file.rejected, file.dropped, received
            )
            now = self.workspace.clock.now_ms()
            imports.finish(imports.begin(self.site.id, source, now), counts, now, reasons)
        return FileResult(
            file.name, file.read, stored, duplicate, file.rejected + conflicts, file.dropped,
            repeat, file.problem,
        )  # fmt: skip


def _reasons(staged: Staged, appended: Appended) -> dict[int, Counter[str]]:
    """For each file how many of its rows were refused, by the reason."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    found: dict[int, Counter[str]] = {at: Counter() for at in range(len(staged.files))}
    for path in staged.rejected_parts:
        rows = pq.read_table(path, columns=["file", "code"])
        for file, code in zip(rows["file"].to_pylist(), rows["code"].to_pylist(), strict=True):
            found[file][code] += 1
    for conflict in appended.conflicts:
        found[conflict.file][CONFLICT] += 1
    return found


def _rejections(staged: Staged) -> Iterator[Refused]:
    """Every refused row, in the order in which they stood."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    for path in staged.rejected_parts:
        for batch in pq.ParquetFile(path).iter_batches(1000):
            for row in batch.to_pylist():
                name = staged.files[row.pop("file")].name
                yield Refused(name, **row)


def _conflicts(staged: Staged, appended: Appended) -> Iterator[Refused]:
    """Events whose id was taken by another one, which said something else."""
    detail = "another event with this event_id, which says something else, came first; it stays"
    for conflict in appended.conflicts:
        name = staged.files[conflict.file].name
        yield Refused(name, conflict.line, CONFLICT, "/event_id", detail, conflict.event.encode())


def _batches(rows: Iterable[Refused], size: int = 1000) -> Iterator[list[Refused]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch
