"""The projection of a site's log: events and facts in DuckDB, with the log's position beside them.

It holds nothing that the log does not hold. Rows and position commit together, so it is never half
of anything; where it is behind the log it catches up, and where it was built under other rules or
settings it is built again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.facts import acts, group
from footfall.facts import build as steps
from footfall.facts.load import load, parquet
from footfall.facts.tables import COST_TABLES
from footfall.log.store import EVENTS, EventLog, LogFile
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

RATES = "fx_rates"
PARTS_AT_ONCE = 8  # judged together: every look at what is known costs, and so does memory
VERSION = "4"
"""Changes with the meaning of any table here: projections of another version are built again."""
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """An event whose id was told before with other content; the first one stays."""

    file: int
    line: int
    event: str


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of the rows of an append."""

    stored: int
    duplicates: int
    conflicts: tuple[Conflict, ...]


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
        if not self.exists():
            return False
        self.use()
        return self._is_built_alike() and self._known_files() == {
            file.path.name for file in self.log.files()
        }

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
                self._in_transaction(lambda: self._take(missing, tell))
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

    def position(self) -> int:
        """How many events of the log it holds."""
        row = self.con.execute("SELECT coalesce(sum(rows), 0) FROM log_position").fetchone()
        return int(row[0]) if row else 0

    def append(self, parts: Sequence[Path], tell: Told = lambda _: None) -> Appended:
        """Puts staged events into the log, each once, and into the facts; all of it or nothing."""
        self.use()
        drafts: list[Path] = []
        total = Appended(0, 0, ())
        before = self.position()

        def work() -> None:
            nonlocal total
            for at in range(0, len(parts), PARTS_AT_ONCE):
                some = parts[at : at + PARTS_AT_ONCE]
                self._judge(some)
                for number, part in enumerate(some):
                    base = before + total.stored
                    appended = self._append_part(part, number, base, drafts)
                    total = _together(total, appended)
            if total.stored:
                tell("building facts")
                self._build_since(before, total.stored)
            # the log first: a log that is ahead is caught up with, one that is behind never is
            self.log.keep(drafts)

        try:
            self._in_transaction(work)
        except BaseException:
            self.log.drop_drafts()
            raise
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
            rows = f"SELECT * FROM read_parquet('{_quoted(staged)}')"
            self.con.execute(f"COPY ({rows}) TO '{_quoted(draft)}' (FORMAT parquet)")
            self._load_table(kind, draft)
            self._note(draft.with_suffix("").name, 0)
            if kind == RATES:
                self._price_again()
            self.log.keep([draft])

        self._in_transaction(work)

    def _price_again(self) -> None:
        """New exchange rates change orders of any time, and no session."""
        steps.build(self.con, self.site, since=None, dirty=False)

    def _build_since(self, before: int, stored: int) -> None:
        """Builds for those concerned; where most of the events are new, for everybody."""
        group.tie(self.con, before)
        steps.build(self.con, self.site, since=before if stored < before else None)

    def _append_part(self, part: Path, number: int, base: int, drafts: list[Path]) -> Appended:
        """Puts the rows of one judged part that are new into a draft of the log, and loads them."""
        staged = parquet(part)
        verdicts = f"SELECT verdict, count(*) FROM judged WHERE part = {number} GROUP BY verdict"
        counts = dict(self.con.execute(verdicts).fetchall())
        fresh = counts.pop("fresh", 0)
        conflicts: tuple[Conflict, ...] = ()
        if counts.get("conflict"):
            told = self.con.execute(_CONFLICTS.format(staged=staged, part=number)).fetchall()
            conflicts = tuple(Conflict(*row) for row in told)
        if fresh:
            draft = self.log.draft(self.log.next_number() + len(drafts))
            if counts:
                self._write_fresh(staged, number, draft)
            else:
                part.replace(draft)
            drafts.append(draft)
            load(self.con, draft, base, self.site)
            self._note(draft.with_suffix("").name, fresh)
        return Appended(fresh, counts.get("duplicate", 0), conflicts)

    def _write_fresh(self, staged: str, number: int, draft: Path) -> None:
        """Writes the fresh rows only, in the order in which they came."""
        self.con.execute(f"""
            COPY (
                SELECT * EXCLUDE (file_row_number) FROM {staged}
                WHERE file_row_number NOT IN (
                    SELECT place FROM judged WHERE part = {number} AND verdict <> 'fresh')
                ORDER BY file_row_number
            ) TO '{_quoted(draft)}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
        """)

    def _judge(self, parts: Sequence[Path]) -> None:
        """``judged``: of every row of some parts, if it is fresh, a duplicate or a conflict."""
        columns = "file_row_number AS place, event_id, content_hash"
        staged = " UNION ALL ".join(
            f"SELECT {number} AS part, {columns} FROM {parquet(part)}"
            for number, part in enumerate(parts)
        )
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE incoming AS
            SELECT part, place, event_id, hash(event_id) AS id_hash, content_hash FROM ({staged})
        """)
        self.con.execute("""
            CREATE OR REPLACE TEMP TABLE judged AS
            WITH known AS (
                SELECT event_id, content_hash FROM events
                WHERE id_hash IN (SELECT id_hash FROM incoming)
            ),
            ranked AS (
                SELECT i.part, i.place, i.content_hash,
                    coalesce(k.content_hash, first_value(i.content_hash) OVER same_id)
                        AS first_hash,
                    k.event_id IS NULL AND row_number() OVER same_id = 1 AS is_first
                FROM incoming i LEFT JOIN known k ON k.event_id = i.event_id
                WINDOW same_id AS (PARTITION BY i.id_hash, i.event_id ORDER BY i.part, i.place)
            )
            SELECT part, place, CASE
                WHEN is_first THEN 'fresh'
                WHEN content_hash = first_hash THEN 'duplicate' ELSE 'conflict' END AS verdict
            FROM ranked
        """)
        self.con.execute("DROP TABLE incoming")

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
        tell("building facts")
        if stored:
            self._build_since(before, stored)
        if before and any(file.kind == RATES for file in files):
            self._price_again()

    def _load_table(self, kind: str, path: Path) -> None:
        keys = COST_TABLES[kind]
        same = " AND ".join(f"n.{key} IS NOT DISTINCT FROM {kind}.{key}" for key in keys)
        rows = f"SELECT * FROM read_parquet('{_quoted(path)}')"
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
        self.con.execute("BEGIN")
        try:
            work()
            self.con.execute("COMMIT")
        except BaseException:
            self.con.execute("ROLLBACK")
            raise


_CONFLICTS = """
    SELECT file, line, to_json(struct_pack(
        event_id := event_id, event := event, occurred_at := occurred_ms, visitor_id := visitor_id,
        customer_id := customer_id, url := url, title := title, referrer := referrer,
        device := device, browser := browser, os := os, country := country, region := region,
        user_agent := user_agent, properties := properties::JSON))
    FROM {staged}
    WHERE file_row_number IN (
        SELECT place FROM judged WHERE part = {part} AND verdict = 'conflict')
    ORDER BY file_row_number
"""


def _together(a: Appended, b: Appended) -> Appended:
    return Appended(a.stored + b.stored, a.duplicates + b.duplicates, a.conflicts + b.conflicts)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
