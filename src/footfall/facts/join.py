"""Many small files of the log become one: the journal brings one every second.

The rows and their order stay, so that every position in the log does. Only files that the journal
brought are joined; what was imported stays as it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.facts.arrivals import quoted
from footfall.facts.mark import KEY
from footfall.log.store import EVENTS, EventLog, LogFile

if TYPE_CHECKING:
    import duckdb

MANY = 64
LARGE_BYTES = 32 << 20


def joinable(con: duckdb.DuckDBPyConnection, log: EventLog) -> list[LogFile]:
    """The first files in a row that the journal brought, if they are many and small; else none."""
    files = log.files()
    small = [each.path.stat().st_size < LARGE_BYTES for each in files]
    if sum(small) < MANY:
        return []
    brought = _brought(con, files)
    told = zip(files, small, strict=True)
    fits = [is_small and file.kind == EVENTS and file.path in brought for file, is_small in told]
    for good, group in groupby(zip(fits, files, strict=True), key=lambda pair: pair[0]):
        run = [file for _, file in group]
        if good and len(run) >= MANY:
            return run
    return []


def join(con: duckdb.DuckDBPyConnection, files: Sequence[LogFile], draft: Path) -> None:
    """Writes the rows of files, in their order, into a draft; it says how far the journal is."""
    last = con.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
        [str(files[-1].path), KEY],
    ).fetchone()
    names = ", ".join(f"'{quoted(file.path)}'" for file in files)
    con.execute(f"""
        COPY (
            SELECT * EXCLUDE (filename, file_row_number)
            FROM read_parquet([{names}], filename = true, file_row_number = true)
            ORDER BY filename, file_row_number
        ) TO '{quoted(draft)}' (FORMAT parquet, COMPRESSION zstd,
            KV_METADATA {{'{KEY}': '{last[0] if last else ""}'}})
    """)


def _brought(con: duckdb.DuckDBPyConnection, files: Sequence[LogFile]) -> set[Path]:
    """The files that the journal brought."""
    rows = con.execute(
        "SELECT file_name FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
        [[str(file.path) for file in files], KEY],
    ).fetchall()
    return {Path(name) for (name,) in rows}
