"""The ledger of imports: which file came in when, and what became of its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from types import MappingProxyType

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
LEDGER_REASONS = (
    "ALTER TABLE imports ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE imports ADD COLUMN received INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE import_reasons (
        import_id INTEGER NOT NULL, code TEXT NOT NULL, rows INTEGER NOT NULL,
        PRIMARY KEY (import_id, code)
    ) WITHOUT ROWID
    """,
)


NO_REASONS: Mapping[str, int] = MappingProxyType({})


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
    """What became of an import: everything received is in one of the five that stand between.

    A row that was `read` may give several events, and several rows one; what is `received` are the
    events, the rows that gave none (`left_out`) and those that could not be read. What a replay
    takes out of quarantine, it counts there below zero.
    """

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    conflicts: int = 0
    quarantined: int = 0
    left_out: int = 0
    received: int = 0


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished import by what quality asks: when, of what format, its counts, and the reasons.

    `reasons` says how many rows were refused for each code; together they are the quarantined.
    """

    finished_ms: int
    format: str
    counts: Counts
    reasons: Mapping[str, int]


COLUMNS = """
    import_id, site, started_ms, finished_ms, refused,
    file, sha256, bytes, format, mapping_sha256,
    read, stored, duplicate, conflicts, quarantined, left_out, received
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

    def finish(
        self,
        import_id: int,
        counts: Counts,
        finished_ms: int,
        reasons: Mapping[str, int] = NO_REASONS,
    ) -> None:
        """Write down that an import is done, what became of its rows, and why some were refused."""
        sets = ", ".join(f"{each.name} = ?" for each in fields(Counts))
        with transaction(self.connection):
            self.connection.execute(
                f"UPDATE imports SET {sets}, finished_ms = ? WHERE import_id = ?",
                (*astuple(counts), finished_ms, import_id),
            )
            self.connection.executemany(
                "INSERT INTO import_reasons VALUES (?, ?, ?)",
                [(import_id, code, rows) for code, rows in reasons.items()],
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

    def outcomes(self, site: str) -> list[Outcome]:
        """Every finished import of a site, in the order in which they came."""
        reasons: dict[int, dict[str, int]] = {}
        for number, code, rows in self.connection.execute(
            "SELECT import_id, code, rows FROM import_reasons JOIN imports USING (import_id) "
            "WHERE site = ? ORDER BY import_id, code",
            (site,),
        ):
            reasons.setdefault(number, {})[code] = rows
        names = ", ".join(each.name for each in fields(Counts))
        found = self.connection.execute(
            f"SELECT import_id, finished_ms, format, {names} FROM imports "
            "WHERE site = ? AND finished_ms IS NOT NULL AND refused IS NULL ORDER BY import_id",
            (site,),
        )
        return [
            Outcome(finished, form, Counts(*counts), reasons.get(number, {}))
            for number, finished, form, *counts in found
        ]

    def _select(self, condition: str, values: tuple[object, ...]) -> list[Import]:
        rows = self.connection.execute(
            f"SELECT {COLUMNS} FROM imports WHERE {condition} ORDER BY import_id DESC LIMIT ?",
            values,
        )
        return [
            Import(number, site, started, finished, refused, Source(*told[:5]), Counts(*told[5:]))
            for number, site, started, finished, refused, *told in rows
        ]
