"""The quarantine: every refused row as it came, with its reason, until it can be replayed.

Nothing that is refused is lost; and a row that comes again (the same file imported twice, a
client that sends once more) is there once.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from footfall.errors import RequestError
from footfall.log.sqlite import transaction

# A ref follows from site, row, code and occurrence, so these four are unique because it is.
QUARANTINE_SCHEMA = (
    """
    CREATE TABLE quarantine (
        place INTEGER PRIMARY KEY,
        ref TEXT NOT NULL UNIQUE,
        site TEXT NOT NULL,
        received_ms INTEGER NOT NULL,
        file TEXT NOT NULL,
        line INTEGER,
        code TEXT NOT NULL,
        pointer TEXT NOT NULL,
        detail TEXT NOT NULL,
        raw BLOB NOT NULL,
        raw_sha256 BLOB NOT NULL,
        occurrence INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'replayed')),
        replayed_ms INTEGER
    )
    """,
    "CREATE INDEX quarantine_by_place ON quarantine (site, status, place)",
    "CREATE INDEX quarantine_by_code ON quarantine (site, status, code, place)",
)

STAGING = """
    CREATE TEMP TABLE IF NOT EXISTS refused (
        intake INTEGER, file TEXT, line INTEGER, code TEXT, pointer TEXT, detail TEXT,
        raw BLOB, raw_sha256 BLOB
    )
"""

# The same row is numbered anew in each intake, so the second import of a file finds its numbers
# taken. Numbering comes before the join, so that the sort does not carry the rows themselves.
KEEP = """
    WITH numbered AS (
        SELECT rowid AS staged,
            row_number() OVER (PARTITION BY raw_sha256, code ORDER BY rowid) AS occurrence
        FROM temp.refused WHERE intake = :intake
    )
    INSERT OR IGNORE INTO quarantine (
        ref, site, received_ms, file, line, code, pointer, detail, raw, raw_sha256, occurrence,
        status
    )
    SELECT quarantine_ref(:site, raw_sha256, code, occurrence), :site, :received_ms, file, line,
        code, pointer, detail, raw, raw_sha256, occurrence, 'waiting'
    FROM numbered JOIN temp.refused AS refused ON refused.rowid = staged
    ORDER BY staged
"""

COLUMNS = "place, ref, received_ms, file, line, code, pointer, detail, raw, status"
WAITING = "waiting"
MANY = 500

# Every offset from UTC is a multiple of this, so no local midnight lies inside.
QUARTER_HOUR_MS = 900_000

INTAKES = count(1)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was refused: where it stood, why, and the row itself.

    `line` is None where there are no lines; `pointer` is a JSON pointer, empty for the whole row.
    """

    file: str
    line: int | None
    code: str
    pointer: str
    detail: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused row in quarantine; `ref` names it for ever, `status` is waiting or replayed."""

    place: int
    ref: str
    received_ms: int
    refused: Refused
    status: str


@dataclass(frozen=True, slots=True)
class Intake:
    """The refused rows of one import or one request, which enter the quarantine together.

    They are staged on disk, so that millions of them need no memory.
    """

    connection: sqlite3.Connection
    site: str
    received_ms: int
    number: int = field(default_factory=lambda: next(INTAKES))

    def add(self, rows: Iterable[Refused]) -> None:
        """Stage rows, in the order in which they stood; nothing is in quarantine yet."""
        with transaction(self.connection, "BEGIN"):
            self.connection.execute(STAGING)
            self.connection.executemany(
                "INSERT INTO temp.refused VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                ((self.number, *_staged(row)) for row in rows),
            )

    def commit(self) -> int:
        """Put the staged rows into quarantine for good; how many were not there before."""
        with transaction(self.connection):
            self.connection.execute(STAGING)
            told = {"intake": self.number, "site": self.site, "received_ms": self.received_ms}
            self.connection.execute(KEEP, told)
            kept = self.connection.execute("SELECT changes()").fetchone()[0]
            self._forget()
        return int(kept)

    def discard(self) -> None:
        """Forget the staged rows, as if they had not come."""
        with transaction(self.connection, "BEGIN"):
            self.connection.execute(STAGING)
            self._forget()

    def _forget(self) -> None:
        self.connection.execute("DELETE FROM temp.refused WHERE intake = ?", (self.number,))


class Quarantine:
    """The refused rows of all sites of a workspace."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.create_function("quarantine_ref", 4, ref_of, deterministic=True)

    def intake(self, site: str, received_ms: int) -> Intake:
        """A new intake for the rows that one import or request will refuse."""
        return Intake(self.connection, site, received_ms)

    def add_rejections(self, site: str, received_ms: int, rows: Iterable[Refused]) -> int:
        """Take all the refused rows of one import or request; how many were not there before."""
        intake = self.intake(site, received_ms)
        intake.add(rows)
        return intake.commit()

    def keep(self, site: str, rows: Iterable[tuple[Refused, int, int]]) -> None:
        """Takes rows in within the transaction at hand: each, its occurrence, when it came."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO quarantine (ref, site, received_ms, file, line, code, pointer, "
            "detail, raw, raw_sha256, occurrence, status) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
            (
                (
                    ref_of(site, _digest(row), row.code, occurrence),
                    site,
                    received_ms,
                    *_staged(row),
                    occurrence,
                )
                for row, occurrence, received_ms in rows
            ),
        )

    def listed(
        self, site: str, code: str | None = None, limit: int = 100, status: str = WAITING
    ) -> list[Quarantined]:
        """The rows of a site in the order in which they came, at most `limit`."""
        return self._after(0, site, code, limit, status)

    def waiting(self, site: str, code: str | None = None) -> Iterator[Quarantined]:
        """Every row that waits, in the order in which they came.

        Rows may be marked as replayed meanwhile, and memory stays small.
        """
        last = 0
        while rows := self._after(last, site, code, MANY, WAITING):
            yield from rows
            last = rows[-1].place

    def take(self, refs: Sequence[str]) -> list[Quarantined]:
        """The rows that are named, in that order. Raises RequestError where one is not there."""
        found: dict[str, Quarantined] = {}
        for start in range(0, len(refs), MANY):
            some = refs[start : start + MANY]
            marks = ", ".join("?" * len(some))
            rows = self._select(f"ref IN ({marks})", some)
            found.update((row.ref, row) for row in rows)
        missing = [ref for ref in refs if ref not in found]
        if missing:
            raise RequestError(
                f"not in quarantine: {', '.join(missing[:5])}; `footfall quarantine list` shows "
                "what is"
            )
        return [found[ref] for ref in refs]

    def mark_replayed(self, refs: Iterable[str], replayed_ms: int) -> None:
        """Note that rows were accepted after all; they stay, and do not wait any more."""
        with transaction(self.connection):
            self.connection.executemany(
                "UPDATE quarantine SET status = 'replayed', replayed_ms = ? WHERE ref = ?",
                ((replayed_ms, ref) for ref in refs),
            )

    def by_code(self, site: str, status: str = WAITING) -> dict[str, int]:
        """How many rows there are for each reason, the most frequent first."""
        rows = self.connection.execute(
            "SELECT code, count(*) FROM quarantine WHERE site = ? AND status = ? "
            "GROUP BY code ORDER BY count(*) DESC, code",
            (site, status),
        )
        return dict(rows.fetchall())

    def by_day(self, site: str, zone: ZoneInfo, status: str = WAITING) -> dict[date, int]:
        """How many rows came on each local day, in order of the days."""
        rows = self.connection.execute(
            "SELECT received_ms / :quarter, count(*) FROM quarantine "
            "WHERE site = :site AND status = :status GROUP BY 1 ORDER BY 1",
            {"quarter": QUARTER_HOUR_MS, "site": site, "status": status},
        )
        days: Counter[date] = Counter()
        for quarter, refused in rows:
            moment = datetime.fromtimestamp(quarter * QUARTER_HOUR_MS // 1000, UTC)
            days[moment.astimezone(zone).date()] += refused
        return dict(days)

    def _after(
        self, place: int, site: str, code: str | None, limit: int, status: str
    ) -> list[Quarantined]:
        condition = "place > ? AND site = ? AND status = ?"
        values: tuple[object, ...] = (place, site, status)
        if code is not None:
            condition, values = f"{condition} AND code = ?", (*values, code)
        return self._select(f"{condition} ORDER BY place LIMIT ?", (*values, limit))

    def _select(self, condition: str, values: Sequence[object]) -> list[Quarantined]:
        query = f"SELECT {COLUMNS} FROM quarantine WHERE {condition}"
        rows = self.connection.execute(query, tuple(values))
        return [
            Quarantined(place, ref, received_ms, Refused(*refused), status)
            for place, ref, received_ms, *refused, status in rows
        ]


def _staged(row: Refused) -> tuple[object, ...]:
    return (row.file, row.line, row.code, row.pointer, row.detail, row.raw, _digest(row))


def _digest(row: Refused) -> bytes:
    return hashlib.sha256(row.raw).digest()


def ref_of(site: str, raw_sha256: bytes, code: str, occurrence: int) -> str:
    """A name that follows from the row, so that the same row has the same one everywhere."""
    told = f"{site}\0{code}\0{occurrence}\0".encode() + raw_sha256
    return f"q_{hashlib.sha256(told).hexdigest()[:20]}"
