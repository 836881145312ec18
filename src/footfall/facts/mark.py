"""How far a site has taken the journal in: written with the rows themselves, so that it is true.

The mark stands in the projection, in the transaction that brings the rows, and in the file of the
log that holds them. So it is known after every crash whether a stretch of the journal is in or
not, and what it came to; and a rebuild from the log knows it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    import duckdb

KEY = "footfall.journal"
DDL = 'CREATE TABLE journal_mark (segment BIGINT NOT NULL, "offset" BIGINT NOT NULL, told VARCHAR);'


class Mark(NamedTuple):
    """The journal up to a place, and what the last stretch before it came to."""

    segment: int
    offset: int
    events: int = 0
    duplicates: int = 0
    conflicts: int = 0

    @property
    def until(self) -> tuple[int, int]:
        """The place."""
        return self.segment, self.offset

    def text(self) -> str:
        """As it stands in a file of the log."""
        return msgspec.json.encode(tuple(self)).decode()


def read_text(text: str) -> Mark:
    """The mark that a text is."""
    return Mark(*msgspec.json.decode(text, type=list[int]))


def put(con: duckdb.DuckDBPyConnection, mark: Mark) -> None:
    """Notes a mark in the site's tables; the furthest stays."""
    held = get(con)
    if held is None or held.until < mark.until:
        con.execute("DELETE FROM journal_mark")
        row = [mark.segment, mark.offset, mark.text()]
        con.execute("INSERT INTO journal_mark VALUES (?, ?, ?)", row)


def get(con: duckdb.DuckDBPyConnection) -> Mark | None:
    """The mark in the site's tables; None where the journal never brought anything."""
    row = con.execute("SELECT told FROM journal_mark").fetchone()
    return None if row is None else read_text(row[0])


def in_files(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Mark | None:
    """The furthest mark in files of the log."""
    if not paths:
        return None
    rows = con.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
        [[str(path) for path in paths], KEY],
    ).fetchall()
    marks = [read_text(text) for (text,) in rows]
    return max(marks, key=lambda mark: mark.until, default=None)
