"""The ledger of imports: which file came in when, and what became of its rows."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass, fields

from footfall.log.sqlite import transaction

LEDGER_SCHEMA = (
    """
    CREATE TABLE imports (
        import_id INTEGER PRIMARY KEY AUTOINCREMENT,
        site TEXT NOT NULL,
        started_ms INTEGER NOT NULL,
        finished_ms INTEGER,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        format TEXT NOT NULL,
        mapping_sha256 TEXT NOT NULL,
        read INTEGER NOT NULL DEFAULT 0,
        stored INTEGER NOT NULL DEFAULT 0,
        duplicate INTEGER NOT NULL DEFAULT 0,
        conflicts INTEGER NOT NULL DEFAULT 0,
        quarantined INTEGER NOT NULL DEFAULT 0,
        refused TEXT
    )
    """,
    "CREATE INDEX imports_by_content ON imports (site, sha256, format, mapping_sha256)",
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is imported: one file, as it was read.

    `sha256` is of the file's bytes, `mapping_sha256` of its mapping's text, empty without one.
    """

    file: str
    sha256: str
    bytes: int
    format: str
    mapping_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of an import: every row read is in one of the other four."""

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    conflicts: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """An import as the ledger tells it.

    `finished_ms` is None while it runs and for ever if it was interrupted; `refused` says why a
    whole file was refused, None otherwise.
    """

    import_id: int
    site: str
    started_ms: int
    finished_ms: int | None
    refused: str | None
    source: Source
    counts: Counts


COLUMNS = """
    import_id, site, started_ms, finished_ms, refused,
    file, sha256, bytes, format, mapping_sha256,
    read, stored, duplicate, conflicts, quarantined
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The imports of all sites of a workspace."""

    connection: sqlite3.Connection

    def begin(self, site: str, source: Source, started_ms: int) -> int:
        """Write down that an import starts; its id."""
        with transaction(self.connection):
            row = self.connection.execute(
                "INSERT INTO imports (site, started_ms, file, sha256, bytes, format, "
                "mapping_sha256) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING import_id",
                (site, started_ms, *astuple(source)),
            ).fetchone()
        return int(row[0])

    def finish(self, import_id: int, counts: Counts, finished_ms: int) -> None:
        """Write down that an import is done, and what became of its rows."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE imports SET read = ?, stored = ?, duplicate = ?, conflicts = ?, "
                "quarantined = ?, finished_ms = ? WHERE import_id = ?",
                (*astuple(counts), finished_ms, import_id),
            )

    def refuse(self, import_id: int, reason: str, finished_ms: int) -> None:
        """Write down that a whole file was refused, and why."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE imports SET refused = ?, finished_ms = ? WHERE import_id = ?",
                (reason, finished_ms, import_id),
            )

    def repeat_of(self, site: str, source: Source) -> Import | None:
        """The latest finished import of the same bytes, read in the same way; None if new."""
        found = self._select(
            "site = ? AND sha256 = ? AND format = ? AND mapping_sha256 = ? "
            "AND finished_ms IS NOT NULL AND refused IS NULL",
            (site, source.sha256, source.format, source.mapping_sha256, 1),
        )
        return found[0] if found else None

    def latest(self, site: str, limit: int = 100) -> list[Import]:
        """The latest imports of a site, the latest first."""
        return self._select("site = ?", (site, limit))

    def totals(self, site: str) -> Counts:
        """What became of all the rows of a site's finished imports."""
        sums = ", ".join(f"coalesce(sum({each.name}), 0)" for each in fields(Counts))
        row = self.connection.execute(
            f"SELECT {sums} FROM imports WHERE site = ? AND finished_ms IS NOT NULL", (site,)
        ).fetchone()
        return Counts(*row)

    def _select(self, condition: str, values: tuple[object, ...]) -> list[Import]:
        rows = self.connection.execute(
            f"SELECT {COLUMNS} FROM imports WHERE {condition} ORDER BY import_id DESC LIMIT ?",
            values,
        )
        return [
            Import(number, site, started, finished, refused, Source(*told[:5]), Counts(*told[5:]))
            for number, site, started, finished, refused, *told in rows
        ]
