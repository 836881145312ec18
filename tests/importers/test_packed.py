"""Packed files: gzip and Zstandard, in one piece or several, whole or cut off."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
ZSTD = pa.Codec("zstd")


def zstd(data: bytes) -> bytes:
    packed: bytes = ZSTD.compress(data, asbytes=True)
    return packed


def pack(name: str, parts: Iterable[bytes]) -> bytes:
    return b"".join(gzip.compress(part) if name.endswith("gz") else zstd(part) for part in parts)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_packed_lines(stage: Made, file: Write, lines: Made, name: str) -> None:
    result = stage(file(name, pack(name, [lines(500)])))
    assert result.ids == [f"e{number}" for number in range(500)]
    assert result.staged.problems == ()


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_several_members_are_read_as_one(stage: Made, file: Write, lines: Made, name: str) -> None:
    whole = lines(300)
    # A member may end in the middle of a line.
    members = [whole[:1000], whole[1000:1001], b"", whole[1001:]]
    assert stage(file(name, pack(name, members))).ids == [f"e{number}" for number in range(300)]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("missing", [1, 8, 100])
def test_half_a_file_keeps_its_whole_lines_and_says_so(
    stage: Made, file: Write, lines: Made, name: str, missing: int
) -> None:
    whole = lines(100) + b'{"half":'
    packed = pack(name, [whole, lines(1000)])
    result = stage(file(name, packed[:-missing]))
    assert result.ids[:100] == [f"e{number}" for number in range(100)]
    assert len(result.ids) == result.staged.files[0].accepted < 1100
    (problem,) = result.staged.problems
    assert name in problem
    assert "cut off" in problem


def test_every_whole_line_before_the_cut_is_kept(stage: Made, file: Write, lines: Made) -> None:
    # Stored without compression, so that it can be said which lines are whole before the cut.
    stored = gzip.compress(lines(100), compresslevel=0)
    cut = len(stored) // 2
    whole_lines = stored[:cut].count(b"\n")
    result = stage(file("a.jsonl.gz", stored[:cut]))
    assert result.ids == [f"e{number}" for number in range(whole_lines)]
    assert result.rejected == []


def test_a_cut_before_the_first_line_end(stage: Made, file: Write, lines: Made) -> None:
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        with pytest.raises(RequestError, match="not one line of it is left"):
            stage(file(name, pack(name, [lines(100)])[:40]))


def test_a_damaged_stream(stage: Made, file: Write, lines: Made) -> None:
    packed = bytearray(pack("gz", [lines(100), lines(100, 100)]))
    packed[-4] ^= 1  # the length that the last member says it has
    result = stage(file("a.jsonl.gz", bytes(packed)))
    assert result.ids[:100] == [f"e{number}" for number in range(100)]
    assert "gzip stream is damaged (incorrect length check)" in result.staged.problems[0]


def test_what_follows_a_packed_file(stage: Made, file: Write, lines: Made) -> None:
    packed = pack("gz", [lines(3)])
    padded = stage(file("a.jsonl.gz", packed + bytes(512)))
    assert (padded.ids, padded.staged.problems) == (["e0", "e1", "e2"], ())
    junk = stage(file("b.jsonl.gz", packed + b"junk"))
    assert junk.ids == ["e0", "e1", "e2"]
    assert "bytes that are not gzip" in junk.staged.problems[0]
    assert "damaged" in stage(file("c.jsonl.zst", zstd(lines(3)) + b"junk")).staged.problems[0]


def test_a_small_file_of_many_zeros_is_one_long_line(stage: Made, file: Write) -> None:
    bomb = gzip.compress(b'{"event_id":"e1"}\n' + b"0" * (64 << 20))
    result = stage(file("bomb.jsonl.gz", bomb))
    assert [line for line, _ in result.refusals] == [1, 2]
    assert result.refusals[1] == (2, "too_large")


def test_packed_csv_and_packed_parquet(stage: Made, file: Write, parquet: Made) -> None:
    text = "event_id,event,occurred_at,visitor_id\ne1,page_view,2026-05-01T12:00:00Z,v1\n"
    assert stage(file("a.csv.zst", zstd(text.encode()))).ids == ["e1"]
    inside = parquet("a.parquet", {"event_id": ["e1"]}).read_bytes()
    with pytest.raises(RequestError, match="packed Parquet file"):
        stage(file("a.parquet.gz", gzip.compress(inside)))
