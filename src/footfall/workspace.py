"""A workspace: one folder with settings, definitions and data, and what puts them together."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from footfall.behaviour import Behaviour
from footfall.catalogue import Catalogue, with_workspace
from footfall.clock import Clock, SystemClock
from footfall.errors import FootfallError, RequestError
from footfall.experiments import Experiments
from footfall.folder import SETTINGS_FILE, find
from footfall.held import Hold, Holder, asked, find_holder
from footfall.held.ask import HeldElsewhereError
from footfall.localtime import day_date, local_day
from footfall.log.store import EventLog
from footfall.query.said import asked_days
from footfall.questions import Questions
from footfall.settings import Settings, Site, add_site, read_settings

if TYPE_CHECKING:
    import duckdb

    from footfall.facts.arrivals import Appended
    from footfall.facts.lists import Exported, Written
    from footfall.facts.projection import Projection
    from footfall.log.control import Control

_LOCKED = "Could not set lock"
_NO_DISK = ("Read-only file system", "No space left", "Disk quota", "Permission denied",
            "Too many open files", "Input/output error")  # fmt: skip
"""What is wrong with a disk, and not with what stands on it."""
_PROCESS = re.compile(r"PID \d+")
DATABASE = "footfall.duckdb"
_PATIENCE_SECONDS = 20.0
Told = Callable[[str], None]


class DiskError(FootfallError):
    """The disk does not do what is asked of it now; nothing on it is wrong."""


def open(folder: str | Path | None = None) -> Workspace:  # noqa: A001 - footfall.open reads well
    """Opens a workspace. Raises RequestError where there is none or its settings are wrong."""
    return Workspace(find(None if folder is None else str(folder)))


@dataclass
class Workspace(Questions, Behaviour, Experiments):
    """An open workspace. Use it as a context manager, or close it, to let go of its database."""

    folder: Path
    clock: Clock = field(default_factory=SystemClock)
    hold: Hold | None = None
    """The database that this process holds for all its threads, in the one that serves."""
    settings: Settings = field(init=False)
    _con: duckdb.DuckDBPyConnection | None = field(default=None, init=False)
    _writable: bool = field(default=False, init=False)
    _control: Control | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        path = self.folder / SETTINGS_FILE
        if not path.is_file():
            raise RequestError(
                f"{self.folder}: there is no workspace here (no {SETTINGS_FILE}); "
                "make one with `footfall init`, or name another with --workspace"
            )
        self.settings = read_settings(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database and the control store."""
        if self._con is not None:
            self._con.close()
            self._con = None
        if self._control is not None:
            self._control.close()
            self._control = None

    # --- what is in it ---------------------------------------------------------------------

    def site(self, site_id: str | None = None) -> Site:
        """A site by its id; without an id the only one."""
        return self.settings.site(site_id)

    def add_site(self, site: Site) -> None:
        """Adds a site's settings to the file, keeping what people wrote there."""
        add_site(self.folder / SETTINGS_FILE, site)
        self.settings = read_settings(self.folder / SETTINGS_FILE)

    def catalogue(self, site: Site) -> Catalogue:
        """The KPIs of the contract, of the workspace's ``kpis/`` and of the site's rules."""
        return with_workspace(self.folder / "kpis").for_site(site)

    @property
    def data(self) -> Path:
        """The folder of everything that is not a definition."""
        return self.folder / "data"

    @property
    def control(self) -> Control:
        """The ledger of imports and the quarantine."""
        if self._control is None:
            from footfall.log.control import open_control  # noqa: PLC0415 - not every command's

            self._control = open_control(self.data / "control.sqlite")
        return self._control

    def log(self, site: Site) -> EventLog:
        """The site's event log."""
        return EventLog(self.data / "log" / site.id)

    def holder(self) -> Holder | None:
        """The process that serves this workspace, where it is another one."""
        if self.hold is not None or self._con is not None:
            return None
        return find_holder(self.data)

    # --- lists and days --------------------------------------------------------------------

    def export(
        self,
        what: str,
        *,
        start: str | date | None = None,
        end: str | date | None = None,
        site: str | None = None,
    ) -> Exported | Written:
        """The site's sessions, orders or conversations as a list, the earliest first.

        Days are those on which each of them begins. Raises RequestError for any other list.
        """
        from footfall.facts.lists import Written  # noqa: PLC0415

        if (holder := self.holder()) is None:
            return self._exported(what, start, end, site)
        holder.line.close()
        with self.staging() as folder:
            path = folder / "list.parquet"
            self.write_list(path, what, start=start, end=end, site=site)
            return Written.at(path)

    @asked
    def write_list(
        self,
        path: Path,
        what: str,
        *,
        start: str | date | None = None,
        end: str | date | None = None,
        site: str | None = None,
    ) -> None:
        """Writes what `export` gives into a Parquet file."""
        self._exported(what, start, end, site).write(path)

    def _exported(
        self,
        what: str,
        start: str | date | None,
        end: str | date | None,
        site: str | None,
    ) -> Exported:
        from footfall.facts.lists import Exported, list_of  # noqa: PLC0415

        found, the_site, days = list_of(what), self.site(site), asked_days(start, end)
        projection = self.projection(the_site)
        return Exported(projection, found, self.period(projection, *days))

    def period(
        self, projection: Projection, first: date | None, last: date | None
    ) -> tuple[date, date]:
        """The asked days; where one is open, as far as there is data on its side of the other."""
        if first and last:
            return first, last
        known_first, known_last = self._known_days(projection)
        return (
            first or min(known_first, last or known_first),
            last or max(known_last, first or known_last),
        )

    def _known_days(self, projection: Projection) -> tuple[date, date]:
        """The local days of the first and the last event; without events today."""
        if (known := projection.known_days()) is not None:
            return day_date(known[0]), day_date(known[1])
        today = local_day(self.clock.now_ms() * 1000, projection.site.timezone)
        return today, today

    # --- writing ---------------------------------------------------------------------------

    @asked
    def append_events(
        self,
        site: Site,
        parts: Sequence[Path],
        tell: Told = lambda _: None,
        until: tuple[int, int] | None = None,
    ) -> Appended:
        """Puts staged events into the site's log and facts, each once.

        With `until` they are what the journal brought up to that place.
        """
        with self._writing(site):
            return self.projection(site, write=True, tell=tell).append(parts, tell, until)

    @asked
    def append_table(self, site: Site, kind: str, staged: Path) -> None:
        """Puts a staged cost table into the site's log."""
        with self._writing(site):
            self.projection(site, write=True).append_table(kind, staged)

    @asked
    def rebuild(self, site: Site, tell: Told = lambda _: None) -> int:
        """Builds the site's projection again from the log; how many events it holds."""
        from footfall.facts.projection import Projection  # noqa: PLC0415

        with self._writing(site):
            projection = Projection(self._connect(write=True), site, self.log(site))
            projection.rebuild(tell)
            return projection.position()

    @asked
    def join_files(self, site: Site) -> int:
        """Puts many small files of a site's log into one; how many they were."""
        with self._writing(site):
            return self.projection(site, write=True).join_files()

    @asked
    def check(self, site: Site) -> list[str]:
        """What of a site's log and facts is damaged, in sentences."""
        from footfall.facts.check import check  # noqa: PLC0415
        from footfall.facts.projection import Projection  # noqa: PLC0415

        return list(check(Projection(self._connect(write=False), site, self.log(site))))

    @asked
    def remove_site_data(self, site: Site) -> None:
        """Forgets all of a site's events and facts, for a site that is made anew (the demo)."""
        from footfall.facts.projection import Projection  # noqa: PLC0415

        with self._writing(site):
            Projection(self._connect(write=True), site, self.log(site)).remove()
            self.control.forget_site(site.id)
            shutil.rmtree(self.log(site).folder, ignore_errors=True)

    @contextmanager
    def _writing(self, site: Site) -> Iterator[None]:
        """Nobody else writes meanwhile: in this process; other processes have no database then."""
        with self.hold.writing(site.id) if self.hold else nullcontext():
            yield

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder for an import's parts, removed afterwards whatever happens.

        What a process that is no longer there could not remove is removed first.
        """
        # absolute: whoever holds the workspace may be at work in another folder
        folder = self.data.absolute() / "staging" / f"{os.getpid()}-{self.clock.now_ms()}"
        _sweep(folder.parent)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # --- the database ----------------------------------------------------------------------

    def database(self) -> tuple[duckdb.DuckDBPyConnection, bool]:
        """The database itself, for a process that holds it and closes it; whether it is writable.

        Where the disk takes nothing it is opened for reading: numbers are shown all the same.
        """
        path = self.data / DATABASE
        try:
            return self._open_database(path, write=True), True
        except DiskError:
            if not path.exists():
                raise
            return self._open_database(path, write=False), False

    def interrupt(self) -> None:
        """Breaks off the statement that runs here in another thread."""
        if self._con is not None:
            self._con.interrupt()

    def projection(
        self, site: Site, *, write: bool = False, tell: Told = lambda _: None
    ) -> Projection:
        """The site's facts, up to date with its log and settings."""
        from footfall.facts.projection import Projection  # noqa: PLC0415

        projection = Projection(self._connect(write=write), site, self.log(site))
        if self._is_ready(projection):
            return projection
        try:
            with self._writing(site):
                projection = Projection(self._connect(write=True), site, self.log(site))
                projection.catch_up(tell)
                if self.hold:
                    self.hold.in_doubt.discard(site.id)
        except Exception as error:
            if write or not self._is_as_it_was(projection, error):
                raise
        return projection

    def _is_as_it_was(self, projection: Projection, error: Exception) -> bool:
        """Whether facts that cannot be brought up to date now can be asked as they were before."""
        import duckdb  # noqa: PLC0415

        is_disk = isinstance(error, duckdb.Error | OSError | DiskError)
        return self.hold is not None and is_disk and projection.is_built()

    def _is_ready(self, projection: Projection) -> bool:
        """Whether it can be asked as it is.

        Where this process holds the database nobody else writes: what the log has and the facts
        have not yet is being built just now, and nobody who reads waits for it.
        """
        if self.hold is None:
            return projection.is_current()
        if projection.site.id not in self.hold.in_doubt:
            return projection.is_built()
        if is_current := projection.is_current():
            self.hold.in_doubt.discard(projection.site.id)
        return is_current

    def _connect(self, *, write: bool) -> duckdb.DuckDBPyConnection:
        """The connection at hand; opened anew for writing if it was opened for reading only."""
        if self.hold is not None:
            self._con = self._con or self.hold.cursor()
            return self._con
        path = self.data / DATABASE
        write = write or not path.exists()
        if self._con is not None and (self._writable or not write):
            return self._con
        if self._con is not None:
            self._con.close()
        self._con, self._writable = self._open_database(path, write=write), write
        return self._con

    def _open_database(self, path: Path, *, write: bool) -> duckdb.DuckDBPyConnection:
        """Opens the database; waits a while for whoever is writing, sets a damaged file aside."""
        import duckdb  # noqa: PLC0415

        from footfall.engine.duckdb import connect  # noqa: PLC0415

        path.parent.mkdir(parents=True, exist_ok=True)
        until, is_new = time.monotonic() + _PATIENCE_SECONDS, not path.exists()
        while True:
            try:
                return connect(path, read_only=not write)
            except duckdb.Error as error:
                if _LOCKED in str(error):
                    self._wait(until, error)
                elif isinstance(error, duckdb.ConnectionException):
                    raise DiskError(f"{path}: it is still being read: {error}") from error
                elif any(word in str(error) for word in _NO_DISK):
                    raise DiskError(f"{path}: the disk takes nothing: {error}") from error
                elif is_new:
                    raise FootfallError(f"{path}: the database cannot be made: {error}") from error
                else:
                    self._set_aside(path)
                    write = is_new = True

    def _wait(self, until: float, error: Exception) -> None:
        """Waits a moment for whoever is at work here, or gives up."""
        if (holder := find_holder(self.data)) is not None:
            holder.line.close()
            raise HeldElsewhereError(f"{self.folder}: `footfall serve` began here just now")
        if time.monotonic() > until:
            who = _PROCESS.search(str(error))
            raise FootfallError(
                f"{self.folder}: another process{f' ({who[0]})' if who else ''} is at work here; "
                "try again when it is done"
            ) from error
        time.sleep(0.1)

    def _set_aside(self, path: Path) -> None:
        """Renames a database that cannot be read: all of it can be built again from the log."""
        stamp = datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC).strftime("%Y%m%dT%H%M%S")
        for part in (path, path.with_name(path.name + ".wal")):
            if part.exists():
                part.rename(part.with_name(f"{part.name}.damaged-{stamp}"))


def _sweep(staging: Path) -> None:
    """Removes the staging folders, named by process and time, of processes that are gone."""
    for left in staging.glob("*-*"):
        process = left.name.partition("-")[0]
        if process.isdecimal() and not _is_alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True
