"""Staged events on their way into the log and the projection: each once, the first of its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.facts.load import load, parquet
from footfall.facts.mark import KEY, Mark
from footfall.log.store import EventLog
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

PARTS_AT_ONCE = 8  # judged together: every look at what is known costs, and so does memory


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
    files: tuple[str, ...] = ()
    """The files of the log that hold what was stored."""

    def __add__(self, other: Appended) -> Appended:
        """Both together."""
        return Appended(
            self.stored + other.stored,
            self.duplicates + other.duplicates,
            self.conflicts + other.conflicts,
            self.files + other.files,
        )


@dataclass(slots=True)
class Arrivals:
    """Takes staged parts into the events, and writes what is fresh of them to drafts of the log.

    A part that is not wholly fresh is written anew beside the other work; ``writing`` waits for it.
    """

    con: duckdb.DuckDBPyConnection
    site: Site
    log: EventLog
    until: tuple[int, int] | None = None
    """The place in the journal up to which it brought the one part; None for imports."""
    drafts: list[Path] = field(default_factory=list)
    _copies: list[Future[None]] = field(default_factory=list)
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All drafts are whole when the block has ended."""
        with self._writer:
            yield
            for copy in self._copies:
                copy.result()

    def take(self, parts: Sequence[Path], base: int) -> Iterator[tuple[str, Appended]]:
        """Takes parts, the first at position ``base`` of the log.

        Gives the name of each part's file in the log, and what became of its rows.
        """
        for at in range(0, len(parts), PARTS_AT_ONCE):
            some = parts[at : at + PARTS_AT_ONCE]
            _judge(self.con, some)
            for number, part in enumerate(some):
                name, appended = self._take_part(part, number, base)
                yield name, appended
                base += appended.stored

    def _take_part(self, part: Path, number: int, base: int) -> tuple[str, Appended]:
        verdicts = f"SELECT verdict, count(*) FROM judged WHERE part = {number} GROUP BY verdict"
        counts = dict(self.con.execute(verdicts).fetchall())
        fresh = counts.pop("fresh", 0)
        conflicts: tuple[Conflict, ...] = ()
        if counts.get("conflict"):
            told = self.con.execute(_CONFLICTS.format(staged=parquet(part), part=number)).fetchall()
            conflicts = tuple(Conflict(*row) for row in told)
        draft = self.log.draft(self.log.next_number() + len(self.drafts))
        name = draft.with_suffix("").name
        kept = (name,) if fresh else ()
        appended = Appended(fresh, counts.get("duplicate", 0), conflicts, kept)
        if not fresh:
            return name, appended
        if counts:
            self._write_fresh(part, number, draft, self._told_in_file(appended))
            load(self.con, part, base, self.site, fresh="fresh_rows")
        else:
            part.replace(draft)
            load(self.con, draft, base, self.site)
        self.drafts.append(draft)
        return name, appended

    def mark_of(self, appended: Appended) -> Mark:
        """What the journal's part came to."""
        events = appended.stored + appended.duplicates + len(appended.conflicts)
        segment, offset = self.until or (0, 0)
        return Mark(segment, offset, events, appended.duplicates, len(appended.conflicts))

    def _told_in_file(self, appended: Appended) -> str:
        """What a file of the log says of the journal; nothing where it was imported."""
        if self.until is None:
            return ""
        return f", KV_METADATA {{'{KEY}': '{self.mark_of(appended).text()}'}}"

    def _write_fresh(self, part: Path, number: int, draft: Path, told: str) -> None:
        """Begins to write the fresh rows only, in the order in which they came."""
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE fresh_rows AS
            SELECT place, row_number() OVER (ORDER BY place) - 1 AS row
            FROM judged WHERE part = {number} AND verdict = 'fresh'
        """)
        places = self.con.sql("SELECT place FROM fresh_rows").to_arrow_table()
        beside = self.con.cursor()
        beside.register("places", places)

        def write() -> None:
            beside.execute(f"""
                COPY (
                    SELECT * EXCLUDE (file_row_number) FROM {parquet(part)}
                    WHERE file_row_number IN (SELECT place FROM places)
                    ORDER BY file_row_number
                ) TO '{quoted(draft)}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1{told})
            """)
            beside.close()

        self._copies.append(self._writer.submit(write))


def _judge(con: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> None:
    """``judged``: of every row of some parts, if it is fresh, a duplicate or a conflict."""
    columns = "file_row_number AS place, event_id, content_hash"
    staged = " UNION ALL ".join(
        f"SELECT {number} AS part, {columns} FROM {parquet(part)}"
        for number, part in enumerate(parts)
    )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE incoming AS
        SELECT part, place, event_id, hash(event_id) AS id_hash, content_hash FROM ({staged})
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE judged AS
        WITH known AS (
            SELECT event_id, content_hash FROM events
            WHERE id_hash IN (SELECT id_hash FROM incoming)
        ),
        ranked AS (
            SELECT i.part, i.place, i.content_hash,
                coalesce(k.content_hash, first_value(i.content_hash) OVER same_id) AS first_hash,
                k.event_id IS NULL AND row_number() OVER same_id = 1 AS is_first
            FROM incoming i LEFT JOIN known k ON k.event_id = i.event_id
            WINDOW same_id AS (PARTITION BY i.id_hash, i.event_id ORDER BY i.part, i.place)
        )
        SELECT part, place, CASE
            WHEN is_first THEN 'fresh'
            WHEN content_hash = first_hash THEN 'duplicate' ELSE 'conflict' END AS verdict
        FROM ranked
    """)
    con.execute("DROP TABLE incoming")


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


def quoted(path: Path) -> str:
    """A path as the inside of an SQL string."""
    return str(path).replace("'", "''")
