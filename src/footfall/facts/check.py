"""Whether a site's log and facts can be read, all of them, and say the same."""

from __future__ import annotations

from collections.abc import Iterator

from footfall.facts.arrivals import quoted
from footfall.facts.projection import Projection
from footfall.log.store import EVENTS, sum_of


def check(projection: Projection) -> Iterator[str]:
    """Everything that is wrong, in sentences; nothing where all is well."""
    yield from _log(projection)
    if projection.exists():
        projection.use()
        yield from _tables(projection)


def _log(projection: Projection) -> Iterator[str]:
    """Reads every value of every file of the log."""
    import duckdb  # noqa: PLC0415 - who has a connection has it loaded

    held, sums = _held(projection), projection.log.sums()
    for file in projection.log.files():
        found = sum_of(file.path)
        if found != sums.get(file.path.name, found):
            yield f"{file.path}: this file of the log is not what was written; put a backup's there"
            continue
        try:
            row = projection.con.execute(
                f"SELECT count(*), bit_xor(hash(t)) FROM read_parquet('{quoted(file.path)}') t"
            ).fetchone()
        except duckdb.Error as error:
            first, *_ = str(error).splitlines()
            yield f"{file.path}: this file of the log cannot be read: {first}"
            continue
        rows = row[0] if row else 0
        if file.kind == EVENTS and held.get(file.path.name, rows) != rows:
            yield (
                f"{file.path}: it holds {rows:,} events, and {held[file.path.name]:,} of it are in "
                "the facts; `footfall rebuild` builds them anew"
            )


def _held(projection: Projection) -> dict[str, int]:
    """How many rows of each file of the log the facts say that they hold."""
    if not projection.exists():
        return {}
    projection.use()
    return dict(projection.con.execute("SELECT file, rows FROM log_position").fetchall())


def _tables(projection: Projection) -> Iterator[str]:
    """Reads every value of every table, which checks the sums of all its blocks."""
    import duckdb  # noqa: PLC0415

    names = projection.con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = ? AND NOT temporary",
        [projection.schema],
    ).fetchall()
    for (name,) in names:
        try:
            projection.con.execute(f'SELECT bit_xor(hash(t)) FROM "{name}" t').fetchone()
        except duckdb.Error as error:
            first, *_ = str(error).splitlines()
            yield f"the table {name} of {projection.site.id} cannot be read: {first}"
