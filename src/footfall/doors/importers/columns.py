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
TEXTS = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
)
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
            # Of a damaged schema some parts cannot be spoken of: now is the time to find out.
            self.naive = tuple(each.name for each in self.schema if _is_naive(each.type))
        except UNREADABLE as error:
            raise RequestError(f"its Parquet data is damaged: {_reason(error)}") from None

    def check_times(self) -> None:
        """RequestError where a time has no zone, and nothing says which one is meant."""
        for name in TIMES:
            if name in self.naive:
                raise RequestError(
                    f"column {name!r} holds times without a zone; write them with a zone, or "
                    'declare it in a mapping (--map MAP.toml): [time] zone = "Europe/Berlin"'
                )

    def batches(self) -> Iterator[pa.RecordBatch | Damage]:
        """The rows in order. A file that is damaged ends with its Damage."""
        try:
            yield from self._file.iter_batches(batch_size=BATCH_ROWS, use_threads=False)
        except UNREADABLE as error:
            yield Damage(f"its Parquet data is damaged: {_reason(error)}")


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
    cells = [_values(array) for array in arrays]
    return names, [pa.types.is_string(array.type) for array in arrays], zip(*cells, strict=True)


def _values(array: pa.Array) -> list[Any]:
    """A column's values; as texts where Python has none such (the year 55555)."""
    try:
        found: list[Any] = array.to_pylist()
    except (ValueError, OverflowError):
        return [str(each.cast(pa.string())) if each.is_valid else None for each in array]
    return found


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
    return _cast(array, pa.string()) if _is_text(array) else _cast(array, pa.binary())


def _is_text(array: pa.Array) -> bool:
    """Whether all texts of a column, and all bytes, are UTF-8."""
    try:
        _cast(array, pa.string()).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _cast(array: pa.Array, text: pa.DataType) -> pa.Array:
    wanted = _read_as(array.type, text)
    return array if wanted == array.type else array.cast(wanted, safe=False)


def _read_as(kind: pa.DataType, text: pa.DataType) -> pa.DataType:
    """The type in which Python can hold every value: texts of one kind, no nanoseconds."""
    if any(is_such(kind) for is_such in TEXTS):
        return text
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_read_as(field.type, text)) for field in kind])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_read_as(kind.value_type, text)))
    return kind


def _is_naive(kind: pa.DataType) -> bool:
    return pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None)


def _reason(error: BaseException) -> str:
    text = str(error).splitlines()
    return text[0][:200] if text else type(error).__name__
