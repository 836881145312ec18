"""The demonstration as files, for benchmarks and for people who want to see events."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footfall.doors.demo.envelope import SCHEMA
from footfall.doors.demo.gathered import joined
from footfall.doors.demo.story import SEED, TIMEZONE, VISITORS, days_of, generate

IDS = frozenset({"event_id", "visitor_id", "customer_id"})
NUMBERS = frozenset({"occurred_at", "sent_at"})


def write_parquet(
    folder: Path,
    days: int,
    until: date,
    *,
    visitors: int = VISITORS,
    seed: int = SEED,
    timezone: str = TIMEZONE,
) -> list[Path]:
    """One Parquet file per day, zstd, named by its date; answers the files in order of time."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for day, batches in days_of(days, until, visitors, seed, timezone):
        written.append(folder / f"{day.isoformat()}.parquet")
        with pq.ParquetWriter(written[-1], SCHEMA, compression="zstd", store_schema=False) as file:
            for batch in batches:
                file.write_batch(batch)
    return written


def write_jsonl(
    file: Path,
    days: int,
    until: date,
    *,
    visitors: int = VISITORS,
    seed: int = SEED,
    timezone: str = TIMEZONE,
) -> int:
    """One JSON object per line; `.gz` and `.zst` are compressed. Answers how many lines."""
    lines = 0
    with pa.output_stream(str(file), compression="detect") as out:
        for batch in generate(days, until, visitors, seed, timezone):
            out.write(_lines(batch))
            lines += batch.num_rows
    return lines


def _lines(batch: pa.RecordBatch) -> bytes:
    """A batch as JSON lines: absent values are left out."""
    parts = [_member(name, batch.column(name)) for name in batch.schema.names]
    text = joined(*parts, pa.scalar("}\n"))
    _, offsets, data = text.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32, count=len(text) + 1)
    return bytes(data[ends[0] : ends[-1]])


def _member(name: str, column: pa.Array) -> pa.StringArray:
    """`"name":value`, with what stands before it; nothing where the value is absent."""
    before = "{" if name == "event_id" else ","
    if name == "properties" or name in NUMBERS:
        told = joined(pa.scalar(f'{before}"{name}":'), column.cast(pa.string()))
    elif name in IDS:
        told = joined(pa.scalar(f'{before}"{name}":"'), column, pa.scalar('"'))
    else:
        told = _quoted(f'{before}"{name}":', column)
    return pc.fill_null(told, "")


def _quoted(before: str, column: pa.Array) -> pa.StringArray:
    """Texts as JSON strings: each different one is written once."""
    coded = pc.dictionary_encode(column)
    words = [before + json.dumps(each, ensure_ascii=False) for each in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)
