"""The projection of a site's log: events and facts in DuckDB, with the log's position beside them.

It holds nothing that the log does not hold. Rows and position commit together, so it is never half
of anything; where it is behind the log it catches up, and where it was built under other rules or
settings it is built again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.facts import acts, costs, group, mark
from footfall.facts import build as steps
from footfall.facts.arrivals import Appended, Arrivals, quoted
from footfall.facts.join import join, joinable
from footfall.facts.load import load
from footfall.facts.mark import Mark
from footfall.log.store import EVENTS, EventLog, LogFile, named
from footfall.mishap import may_die
from footfall.schema.tables import TABLES
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

RATES = "fx_rates"
VERSION = "9"
"""Changes with the meaning of any table here: projections of another version are built again."""
_NOTED_UP_TO = "auto_checkpoint_skip_wal_threshold"
"""The engine's setting: how much a commit writes beside the tables rather than into them."""
Told = Callable[[str], None]


class Projection:
    """One site's tables, in a schema of its own of the workspace's database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, site: Site, log: EventLog) -> None:
        self.con, self.site, self.log = con, site, log
        self.schema = f"site_{site.id}"

    def exists(self) -> bool:
        """Whether the site has tables at all."""
        row = self.con.execute(
            "SELECT count(*) FROM information_schema.schemata WHERE schema_name = ?", [self.schema]
        ).fetchone()
        return bool(row and row[0])

    def use(self) -> None:
        """Makes the site's tables the ones that statements speak of."""
        self.con.execute(f'USE "{self.schema}"')

    def is_current(self) -> bool:
        """Whether it holds the whole log under today's rules and settings."""
        return self.is_built() and self._known_files() == {
            file.path.name for file in self.log.files()
        }

    def is_built(self) -> bool:
        """Whether it is there, built under today's rules and settings."""
        if not self.exists():
            return False
        self.use()
        return self._is_built_alike()

    def catch_up(self, tell: Told = lambda _: None) -> None:
        """Brings the projection up to the log, whatever state it is in."""
        if self.exists():
            self.use()
            if not self._is_built_alike():
                self.rebuild(tell)
                return
            known = self._known_files()
            missing = [file for file in self.log.files() if file.path.name not in known]
            if missing:
                self._in_transaction(lambda: self._catch_up(missing, tell))
            return
        self.rebuild(tell)

    def rebuild(self, tell: Told = lambda _: None) -> None:
        """Throws the tables away and builds them again from the log."""

        def work() -> None:
            self.con.execute(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')
            self.con.execute(f'CREATE SCHEMA "{self.schema}"')
            self.use()
            steps.create(self.con)
            acts.create(self.con, self.site)
            about = [("version", VERSION), ("settings", self.site.definition_hash())]
            self.con.executemany("INSERT INTO about VALUES (?, ?)", about)
            self._take(self.log.files(), tell)

        # an unqualified name must not find the schema that is being dropped
        self.con.execute("USE main")
        self._in_transaction(work)

    def remove(self) -> None:
        """Takes the site's tables out of the database."""
        self.con.execute("USE main")
        self.con.execute(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What is read in the block is as it was at its beginning; what is written is one step."""
        self.con.execute("BEGIN")
        try:
            yield
            self.con.execute("COMMIT")
        except BaseException as error:
            self._roll_back(error)
            raise

    def position(self) -> int:
        """How many events of the log it holds."""
        row = self.con.execute("SELECT coalesce(sum(rows), 0) FROM log_position").fetchone()
        return int(row[0]) if row else 0

    def state(self) -> tuple[int, int]:
        """What changes with everything that is taken in: how many files and events of the log."""
        row = self.con.execute(
            "SELECT count(*), coalesce(sum(rows), 0) FROM log_position"
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def known_days(self) -> tuple[int, int] | None:
        """The local days of the first and the last event; None without events."""
        row = self.con.execute("SELECT min(day), max(day) FROM events WHERE live").fetchone()
        return None if row is None or row[0] is None else (row[0], row[1])

    def mark(self) -> Mark | None:
        """How far the journal is in it; None where the journal never brought anything."""
        self.use()
        return mark.get(self.con)

    def join_files(self) -> int:
        """Puts the many small files that the journal brought into one; how many they were."""
        self.use()
        some = joinable(self.con, self.log)
        if not some:
            return 0
        draft = self.log.joined_name(some)
        join(self.con, some, draft)
        joined = LogFile(some[0].number, EVENTS, draft.with_suffix(""), some[-1].last)
        self.log.keep([draft])
        may_die("joined")
        self._in_transaction(lambda: self._note_joined(joined))
        self.log.drop_joined()
        return len(some)

    def _catch_up(self, missing: Sequence[LogFile], tell: Told) -> None:
        """Takes in what the log has and the facts have not; what was only joined they have."""
        fresh = [file for file in missing if not (file.last > file.number and self._holds(file))]
        for file in missing:
            if file not in fresh:
                self._note_joined(file)
        if fresh:
            self._take(fresh, tell)

    def _holds(self, joined: LogFile) -> bool:
        """Whether the facts hold the files that a file stands for."""
        return any(joined.stands_for(named(name)) for name in self._known_files())

    def _note_joined(self, joined: LogFile) -> None:
        """One file stands for several in the log's position; their rows are the same."""
        names = [name for name in self._known_files() if joined.stands_for(named(name))]
        row = self.con.execute(
            "SELECT sum(rows) FROM log_position WHERE list_contains(?, file)", [names]
        ).fetchone()
        self.con.execute("DELETE FROM log_position WHERE list_contains(?, file)", [names])
        self._note(joined.path.name, int(row[0]) if row else 0)

    def append(
        self,
        parts: Sequence[Path],
        tell: Told = lambda _: None,
        until: tuple[int, int] | None = None,
    ) -> Appended:
        """Puts staged events into the log, each once, and into the facts; all of it or nothing.

        With `until` they are what the journal brought up to that place, in one part at most.
        """
        self.use()
        arrivals = Arrivals(self.con, self.site, self.log, until)
        total = Appended(0, 0, ())
        before = self.position()

        def work() -> None:
            nonlocal total
            with arrivals.writing():
                for name, appended in arrivals.take(parts, before):
                    if appended.stored:
                        self._note(name, appended.stored)
                    total += appended
                if total.stored:
                    tell("building facts")
                    self._build_since(before, total.stored)
                if until is not None:
                    mark.put(self.con, arrivals.mark_of(total))
                may_die("applied")
            # what comes in bulk is put in its last place at once; a day is only noted there, which
            # is done in a fifth of the time
            if total.stored <= before:
                self.con.execute(f"SET {_NOTED_UP_TO} = 1000000000")
            # the log first: a log that is ahead is caught up with, one that is behind never is
            self.log.keep(arrivals.drafts)
            may_die("logged")

        try:
            self._in_transaction(work)
        except BaseException:
            self.log.drop_drafts()
            raise
        finally:
            self.con.execute(f"RESET {_NOTED_UP_TO}")
        if total.stored > before:
            # what came in bulk is put in its last place now, not at somebody's next small import
            self.con.execute("CHECKPOINT")
        return total

    def append_table(self, kind: str, staged: Path) -> None:
        """Puts a cost table's rows into the log; a row of a known key replaces it."""
        self.use()
        number = self.log.next_number()
        draft = self.log.draft(number, kind)

        def work() -> None:
            rows = f"SELECT * FROM read_parquet('{quoted(staged)}')"
            self.con.execute(f"COPY ({rows}) TO '{quoted(draft)}' (FORMAT parquet)")
            self._load_table(kind, draft)
            self._note(draft.with_suffix("").name, 0)
            if kind == RATES:
                self._price_again()
            costs.build(self.con, self.site, [kind])
            self.log.keep([draft])

        self._in_transaction(work)

    def _price_again(self) -> None:
        """New exchange rates change orders of any time, and no session."""
        steps.build(self.con, self.site, since=None, dirty=False)

    def _build_since(self, before: int, stored: int) -> None:
        """Builds for those concerned; where most of the events are new, for everybody."""
        group.tie(self.con, before)
        steps.build(self.con, self.site, since=before if stored < before else None)

    def _take(self, files: Sequence[LogFile], tell: Told) -> None:
        """Loads files of the log and builds what they concern."""
        before, stored = self.position(), 0
        for at, file in enumerate(files):
            tell(f"reading the log, file {at + 1} of {len(files)}")
            held = 0
            if file.kind == EVENTS:
                held = load(self.con, file.path, before + stored, self.site)
            else:
                self._load_table(file.kind, file.path)
            self._note(file.path.name, held)
            stored += held
        events = [file.path for file in files if file.kind == EVENTS]
        if (found := mark.in_files(self.con, events)) is not None:
            mark.put(self.con, found)
        tell("building facts")
        if stored:
            self._build_since(before, stored)
        if before and any(file.kind == RATES for file in files):
            self._price_again()
        costs.build(self.con, self.site, {file.kind for file in files} - {EVENTS})

    def _load_table(self, kind: str, path: Path) -> None:
        same = " AND ".join(
            f"n.{key} IS NOT DISTINCT FROM {kind}.{key}" for key in TABLES[kind].key
        )
        rows = f"SELECT * FROM read_parquet('{quoted(path)}')"
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE new_rows AS {rows}")
        self.con.execute(f"DELETE FROM {kind} USING new_rows n WHERE {same}")
        self.con.execute(f"INSERT INTO {kind} BY NAME SELECT * FROM new_rows")

    def _note(self, file: str, rows: int) -> None:
        self.con.execute("INSERT INTO log_position VALUES (?, ?)", [file, rows])

    def _known_files(self) -> set[str]:
        return {name for (name,) in self.con.execute("SELECT file FROM log_position").fetchall()}

    def _is_built_alike(self) -> bool:
        about = dict(self.con.execute("SELECT key, value FROM about").fetchall())
        return about == {"version": VERSION, "settings": self.site.definition_hash()}

    def _in_transaction(self, work: Callable[[], None]) -> None:
        with self.at_one_moment():
            work()

    def _roll_back(self, error: BaseException) -> None:
        """Undoes what was begun, where a commit that failed has not done so itself."""
        import duckdb  # noqa: PLC0415 - who has a connection has it loaded

        try:
            self.con.execute("ROLLBACK")
        except duckdb.Error as other:
            error.add_note(f"and it could not be rolled back: {other}")
