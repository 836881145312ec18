"""Parquet files: their columns, and their rows in batches, a part of a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.doors.importers.chunks import Damage
from footfall.doors.importers.opened import Opened
from footfall.errors import RequestError
from footfall.event.envelope import TIMES

BATCH_ROWS = 16_384
BUFFER = 1 << 20
UNREADABLE = (pa.ArrowException, OSError, MemoryError, UnicodeDecodeError, ValueError)


class ParquetFile:
    """An opened Parquet file: its schema is read at once, its rows as they are asked for."""

    def __init__(self, raw: Opened) -> None:
        raw.handle.seek(0)
        try:
            self._file = pq.ParquetFile(
                pa.PythonFile(raw.handle, mode="r"),
                buffer_size=BUFFER,
                pre_buffer=False,
                page_checksum_verification=True,
            )
            self.schema: pa.Schema = self._file.schema_arrow
            self.rows: int = self._file.metadata.num_rows
        except UNREADABLE as error:
            raise RequestError(f"its Parquet data is damaged: {_reason(error)}") from None

    def batches(self) -> Iterator[pa.RecordBatch | Damage]:
        """The rows in order. A file that is damaged ends with its Damage."""
        try:
            yield from self._file.iter_batches(batch_size=BATCH_ROWS, use_threads=False)
        except UNREADABLE as error:
            yield Damage(f"its Parquet data is damaged: {_reason(error)}")


def check_times(schema: pa.Schema) -> None:
    """RequestError where a time has no zone, and nothing says which one is meant."""
    for name in TIMES:
        kind = schema.field(name).type if name in schema.names else None
        if kind is not None and _is_naive(kind):
            raise RequestError(
                f"column {name!r} holds times without a zone ({kind}); write them with a zone, "
                'or declare it in a mapping (--map MAP.toml): [time] zone = "Europe/Berlin"'
            )


def packed(batch: pa.RecordBatch) -> bytes:
    """A batch as bytes, to be handed to another process."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def unpacked_rows(data: bytes, *, as_events: bool) -> tuple[list[str], list[bool], Iterator[Any]]:
    """A packed batch's column names, which of them are texts, and its rows as tuples.

    With `as_events` times are epoch milliseconds as events have them.
    """
    batch = pa.ipc.open_stream(data).read_next_batch()
    names = batch.schema.names
    arrays = [
        _plain(array, is_time=as_events and name in TIMES)
        for name, array in zip(names, batch.columns, strict=True)
    ]
    cells = [array.to_pylist() for array in arrays]
    return names, [pa.types.is_string(array.type) for array in arrays], zip(*cells, strict=True)


def _plain(array: pa.Array, *, is_time: bool) -> pa.Array:
    """A column in a type whose values are read as JSON has them."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if is_time and pa.types.is_timestamp(kind):
        return array.cast(pa.timestamp("ms", kind.tz), safe=False).cast(pa.int64())
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        # By its shortest digits: 12.1 is meant, not 12.100000381.
        return array.cast(pa.string()).cast(pa.float64())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _text_of_bytes(array)
    wanted = _read_as(kind)
    return array if wanted == kind else array.cast(wanted, safe=False)


def _text_of_bytes(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return array


def _read_as(kind: pa.DataType) -> pa.DataType:
    """The type in which Python can hold every value: texts of one kind, no nanoseconds."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_read_as(field.type)) for field in kind])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_read_as(kind.value_type)))
    return kind


def _is_naive(kind: pa.DataType) -> bool:
    return pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _reason(error: BaseException) -> str:
    text = str(error).splitlines()
    return text[0][:200] if text else type(error).__name__
