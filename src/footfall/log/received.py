"""What the collector received: how far the journal is taken in, and what became of it.

Counts, refused events and the position are written together, so that none of them is counted twice
or left out, whenever the process ends.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields

from footfall.log.ledger import Counts
from footfall.log.quarantine import QUARTER_HOUR_MS, Quarantine, Refused
from footfall.log.sqlite import transaction

RECEIVED_SCHEMA = (
    """
    CREATE TABLE received (
        site TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE received_flags (
        site TEXT NOT NULL, quarter_ms INTEGER NOT NULL, flag TEXT NOT NULL,
        events INTEGER NOT NULL, PRIMARY KEY (site, quarter_ms, flag)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE journal_damage (
        segment INTEGER NOT NULL, offset INTEGER NOT NULL, until INTEGER NOT NULL,
        reason TEXT NOT NULL, missing INTEGER NOT NULL, found_ms INTEGER NOT NULL,
        raw BLOB NOT NULL, PRIMARY KEY (segment, offset)
    )
    """,
)
COLLECTOR = "collector"
SERVERS = "collector, server key"
"""Where refused events stood: what is taken again later is still whose word it was."""
ANY_SITE = ""
Place = tuple[int, int]
"""Segment and offset in the journal."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A refused event: which of its kind in its request it was, and when it was received."""

    refused: Refused
    occurrence: int
    received_ms: int


@dataclass(slots=True)
class Intake:
    """What a stretch of the journal came to for one site."""

    site: str
    until: Place
    received_ms: int
    counts: Counts = field(default_factory=Counts)
    reasons: Counter[str] = field(default_factory=Counter)
    turned: list[Turned] = field(default_factory=list)
    flags: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Damaged:
    """Bytes of the journal that cannot be read: where, why, how many records, and the bytes."""

    at: Place
    until: int
    reason: str
    missing: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Intakes:
    """What was received for all sites of a workspace."""

    connection: sqlite3.Connection
    quarantine: Quarantine

    def places(self) -> dict[str, Place]:
        """How far each site's events are taken in; ANY_SITE: how far the journal has been read."""
        rows = self.connection.execute("SELECT site, segment, offset FROM received")
        return {site: (segment, offset) for site, segment, offset in rows}

    def take(
        self,
        intakes: Iterable[Intake],
        until: Place,
        found: Sequence[Damaged] = (),
        now_ms: int = 0,
    ) -> None:
        """Notes what a stretch of the journal came to, all of it or nothing."""
        with transaction(self.connection):
            for each in intakes:
                self._count(each)
                self.quarantine.keep(
                    each.site, ((t.refused, t.occurrence, t.received_ms) for t in each.turned)
                )
                self._move(each.site, each.until)
            self.connection.executemany(
                "INSERT OR IGNORE INTO journal_damage VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((*d.at, d.until, d.reason, d.missing, now_ms, d.raw) for d in found),
            )
            self._move(ANY_SITE, until)

    def damage(self) -> list[Damaged]:
        """Every damage that was found in the journal, in order; the bytes are kept apart."""
        rows = self.connection.execute(
            "SELECT segment, offset, until, reason, missing, raw FROM journal_damage "
            "ORDER BY segment, offset"
        )
        return [Damaged((segment, at), *rest) for segment, at, *rest in rows]

    def flags(self, site: str) -> dict[str, int]:
        """How many events of a site came with each flag."""
        rows = self.connection.execute(
            "SELECT flag, sum(events) FROM received_flags WHERE site = ? GROUP BY flag", (site,)
        )
        return dict(rows.fetchall())

    def _move(self, site: str, until: Place) -> None:
        self.connection.execute(
            "INSERT INTO received VALUES (?, ?, ?) ON CONFLICT (site) DO UPDATE "
            "SET segment = excluded.segment, offset = excluded.offset "
            "WHERE (excluded.segment, excluded.offset) > (segment, offset)",
            (site, *until),
        )

    def _count(self, intake: Intake) -> None:
        """Adds to the import that a quarter of an hour of the collector is in the ledger."""
        quarter = intake.received_ms // QUARTER_HOUR_MS * QUARTER_HOUR_MS
        number = self._import(intake.site, quarter)
        sets = ", ".join(f"{each.name} = {each.name} + ?" for each in fields(Counts))
        self.connection.execute(
            f"UPDATE imports SET {sets} WHERE import_id = ?", (*astuple(intake.counts), number)
        )
        self._add("import_reasons (import_id, code, rows)", "rows", (number,), intake.reasons)
        self._add(
            "received_flags (site, quarter_ms, flag, events)",
            "events", (intake.site, quarter), intake.flags,
        )  # fmt: skip

    def _add(
        self, into: str, counted: str, key: tuple[object, ...], counts: Mapping[str, int]
    ) -> None:
        marks = ", ".join("?" * (len(key) + 2))
        self.connection.executemany(
            f"INSERT INTO {into} VALUES ({marks}) ON CONFLICT DO UPDATE "
            f"SET {counted} = {counted} + excluded.{counted}",
            [(*key, word, number) for word, number in counts.items()],
        )

    def _import(self, site: str, quarter: int) -> int:
        found = self.connection.execute(
            "SELECT import_id FROM imports WHERE site = ? AND sha256 = '' AND format = ? "
            "AND mapping_sha256 = '' AND started_ms = ?",
            (site, COLLECTOR, quarter),
        ).fetchone()
        if found is None:
            found = self.connection.execute(
                "INSERT INTO imports (site, started_ms, finished_ms, file, sha256, bytes, format, "
                "mapping_sha256) VALUES (?, ?, ?, ?, '', 0, ?, '') RETURNING import_id",
                (site, quarter, quarter, COLLECTOR, COLLECTOR),
            ).fetchone()
        return int(found[0])
