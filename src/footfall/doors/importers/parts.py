"""Staged parts: accepted rows and refusals as Parquet files, in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.errors import FootfallError
from footfall.event.accept import Row
from footfall.event.codes import Rejection
from footfall.schema.log import log_schema

ROW_GROUP_ROWS = 65_536
ROW_GROUP_BYTES = 64 << 20
REFUSED_ROWS = 2048
REFUSED_BYTES = 4 << 20
RAW_KEPT = 32 << 10
LONG_RAW_KEPT = 4 << 10
REPEATING = (
    *("event", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    *("device", "browser", "os", "country", "region", "user_agent", "host", "path"),
    *("referrer_host", "click_id"),
)
"""Columns that say the same again and again, and so are written with a dictionary."""

_PLACE = (
    pa.field("file", pa.int32(), nullable=False),
    pa.field("line", pa.int64(), nullable=False),
)


def staged_schema() -> pa.Schema:
    """The columns of the log, then the number of the file (from 0) and the line of each row."""
    return pa.schema([*log_schema(), *_PLACE])


REJECTED_SCHEMA = pa.schema(
    [
        *_PLACE,
        pa.field("code", pa.string(), nullable=False),
        pa.field("pointer", pa.string(), nullable=False),
        pa.field("detail", pa.string(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
    ]
)
"""A refused row: where it stands, why, and its own bytes (at most 32 KiB of them)."""


class Part:
    """One part of the staged rows. Its files appear when it is closed, if they have rows."""

    def __init__(self, folder: Path, number: int) -> None:
        self._accepted = _Writer(folder / f"part-{number:06}.parquet", staged_schema(), REPEATING)
        refused = folder / f"rejected-{number:06}.parquet"
        self._rejected = _Writer(refused, REJECTED_SCHEMA, ("code",))
        self._refused: list[tuple[int, int, str, str, str, bytes]] = []
        self._refused_bytes = 0

    def add(self, file: int, lines: Sequence[int], rows: Sequence[Row]) -> None:
        """Accepted rows of one file, each with its line."""
        self._accepted.add([*zip(*rows, strict=True), [file] * len(rows), lines])

    def refuse(self, file: int, line: int, rejection: Rejection, raw: bytes) -> None:
        """A refused row, with its own bytes."""
        kept = raw[: LONG_RAW_KEPT if rejection.code == "too_large" else RAW_KEPT]
        said = (rejection.code, rejection.pointer, rejection.detail)
        self._refused.append((file, line, *said, kept))
        self._refused_bytes += len(kept)
        if len(self._refused) >= REFUSED_ROWS or self._refused_bytes >= REFUSED_BYTES:
            self._write_refused()

    def close(self) -> tuple[Path | None, Path | None]:
        """The finished files: accepted rows, refusals; None where there are none."""
        self._write_refused()
        return self._accepted.close(), self._rejected.close()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._accepted.discard()
        self._rejected.discard()

    def _write_refused(self) -> None:
        if self._refused:
            self._rejected.add(list(zip(*self._refused, strict=True)))
            self._refused, self._refused_bytes = [], 0


class _Writer:
    """A Parquet file that grows by row groups, under another name until it is complete."""

    def __init__(self, path: Path, schema: pa.Schema, repeating: Sequence[str]) -> None:
        self._path = path
        self._unfinished = path.with_suffix(".unfinished")
        self._schema = schema
        self._repeating = list(repeating)
        self._batches: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0
        self._file: pq.ParquetWriter | None = None

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= ROW_GROUP_ROWS or self._bytes >= ROW_GROUP_BYTES:
            self._write()

    def close(self) -> Path | None:
        if self._batches:
            self._write()
        if self._file is None:
            return None
        try:
            self._file.close()
            self._unfinished.replace(self._path)
        except OSError as error:
            raise cannot_write(self._path, error) from None
        return self._path

    def discard(self) -> None:
        # What went wrong before is told; that tidying up fails as well would only hide it.
        with suppress(OSError):
            if self._file is not None:
                self._file.close()
        with suppress(OSError):
            self._unfinished.unlink(missing_ok=True)

    def _write(self) -> None:
        table = pa.Table.from_batches(self._batches, schema=self._schema)
        self._batches, self._rows, self._bytes = [], 0, 0
        try:
            if self._file is None:
                self._file = pq.ParquetWriter(
                    self._unfinished,
                    self._schema,
                    compression="lz4",
                    use_dictionary=self._repeating,
                    write_statistics=False,
                )
            self._file.write_table(table, row_group_size=table.num_rows)
        except OSError as error:
            raise cannot_write(self._path, error) from None


def cannot_write(path: Path, error: OSError) -> FootfallError:
    """That the staging folder takes no more, and why."""
    return FootfallError(f"cannot write {path}: {error.strerror or error}")
