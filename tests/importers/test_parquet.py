"""Parquet: typed columns, nested values, times with a zone, and damage of every kind."""

from __future__ import annotations

import datetime as dt
import random
import resource
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.errors import RequestError

Made = Callable[..., Any]
UTC = dt.UTC
NOON = dt.datetime(2026, 5, 1, 12, 0, 0, 123_999, tzinfo=UTC)
BERLIN = """
[time]
zone = "Europe/Berlin"

[[events]]
event = "page_view"
event_id = "event_id"
occurred_at = "occurred_at"
visitor_id = "visitor_id"
"""


def columns(rows: int = 3, **more: object) -> dict[str, object]:
    return {
        "event_id": [f"e{number}" for number in range(rows)],
        "event": ["page_view"] * rows,
        "occurred_at": pa.array([NOON] * rows, pa.timestamp("us", "UTC")),
        "visitor_id": ["v1"] * rows,
        **more,
    }


@pytest.mark.parametrize("kind", [pa.timestamp("ns", "Europe/Berlin"), pa.timestamp("ms", "UTC")])
def test_times_with_a_zone_are_cut_to_the_millisecond(
    stage: Made, parquet: Made, kind: pa.DataType
) -> None:
    times = pa.array([NOON] * 3, pa.timestamp("us", "UTC")).cast(kind, safe=False)
    result = stage(parquet("a.parquet", {**columns(), "occurred_at": times}))
    assert [each["occurred_ms"] for each in result.rows] == [1_777_636_800_123] * 3
    assert [each["line"] for each in result.rows] == [1, 2, 3]


@pytest.mark.parametrize("kind", [pa.timestamp("us"), pa.timestamp("ns"), pa.date32()])
def test_naive_times_need_a_declared_zone(stage: Made, parquet: Made, kind: pa.DataType) -> None:
    naive = pa.array([NOON.replace(tzinfo=None)] * 3, pa.timestamp("us")).cast(kind, safe=False)
    path = parquet("a.parquet", {**columns(), "occurred_at": naive})
    with pytest.raises(RequestError, match="column 'occurred_at' holds times without a zone"):
        stage(path)
    # Noon in Berlin on the 1st of May is ten o'clock UTC, midnight is 22 o'clock the day before.
    wanted = 1_777_586_400_000 if pa.types.is_date(kind) else 1_777_629_600_123
    assert [each["occurred_ms"] for each in stage(path, mapping=BERLIN).rows] == [wanted] * 3


def test_numbers_are_exact(stage: Made, parquet: Made) -> None:
    prices = {
        "event": ["purchase"] * 3,
        "value": pa.array(
            [Decimal("1249.50"), Decimal("0.000000000001"), None], pa.decimal128(38, 12)
        ),
        "tax": pa.array([12.1, 0.1, None], pa.float32()),
        "shipping": pa.array([4.9, None, 1e11], pa.float64()),
        "count": pa.array([1, 2, None], pa.uint8()),
        "items": [[{"price": 1.0}], None, [{"price": 2.0, "quantity": None}]],
    }
    result = stage(parquet("a.parquet", columns(**prices)))
    assert [each["properties"] for each in result.rows] == [
        '{"count":1,"items":[{"price":1}],"shipping":4.9,"tax":12.1,"value":1249.5}',
        '{"count":2,"tax":0.1,"value":1E-12}',
        '{"items":[{"price":2}],"shipping":100000000000}',
    ]


def test_nested_values_and_their_nulls(stage: Made, parquet: Made) -> None:
    more = {
        "properties": [{"a": 1, "b": None}, {"a": None, "b": "x"}, None],
        "customer_id": pa.array([17, None, 18], pa.int64()),
        "utm_source": pa.array(["google", "", None]).dictionary_encode(),
        "title": pa.array(["caf\u00e9", None, "x"], pa.large_string()),
    }
    result = stage(parquet("a.parquet", columns(**more)))
    assert [each["properties"] for each in result.rows] == ['{"a":1}', '{"b":"x"}', "{}"]
    assert [each["customer_id"] for each in result.rows] == ["17", None, "18"]
    assert [each["utm_source"] for each in result.rows] == ["google", None, None]
    assert [each["title"] for each in result.rows] == ["caf\u00e9", None, "x"]


def test_maps_dates_and_texts_of_bytes(stage: Made, parquet: Made) -> None:
    pairs = pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64()))
    more = {
        "properties": pairs,
        "title": pa.array([b"x", b"caf\xc3\xa9", None], pa.binary()),
    }
    result = stage(parquet("a.parquet", columns(**more)))
    assert [each["properties"] for each in result.rows] == ['{"a":1}', "{}", "{}"]
    assert [each["title"] for each in result.rows] == ["x", "caf\u00e9", None]
    day = {"day": [dt.date(2026, 5, 1)] * 3, "at": pa.array([NOON] * 3, pa.timestamp("ns", "UTC"))}
    result = stage(parquet("b.parquet", columns(**day)))
    assert result.rows[0]["properties"] == (
        '{"at":"2026-05-01T12:00:00.123999+00:00","day":"2026-05-01"}'
    )


def test_texts_in_another_encoding_are_refused_by_their_row(stage: Made, parquet: Made) -> None:
    def as_texts(values: list[bytes]) -> pa.Array:
        held = pa.array(values, pa.binary())
        return pa.Array.from_buffers(pa.string(), len(values), held.buffers())

    titles = as_texts([b"x", b"caf\xe9", b"caf\xc3\xa9"])
    result = stage(parquet("a.parquet", columns(title=titles)))
    assert [each["title"] for each in result.rows] == ["x", "caf\u00e9"]
    assert result.refusals == [(2, "invalid_encoding")]
    result = stage(parquet("c.parquet", {**columns(), "event_id": titles}))
    assert result.ids == ["x", "caf\u00e9"]
    assert result.refusals == [(2, "invalid_encoding")]
    nested = pa.StructArray.from_arrays([titles], ["a"])
    result = stage(parquet("b.parquet", columns(properties=nested)))
    assert result.ids == ["e0", "e2"]
    assert result.refusals == [(2, "invalid_encoding")]


def test_times_beyond_the_calendar_are_kept_as_texts(stage: Made, parquet: Made) -> None:
    moments = pa.array([0, 2**60, None], pa.timestamp("ms"))
    result = stage(parquet("a.parquet", columns(at=moments)))
    assert result.ids == ["e0", "e1", "e2"]
    assert result.rows[2]["properties"] == "{}"


def test_what_is_no_number_is_refused_by_its_row(stage: Made, parquet: Made) -> None:
    values = pa.array([1.0, float("nan"), float("inf")])
    result = stage(parquet("a.parquet", columns(event=["purchase"] * 3, value=values)))
    assert result.ids == ["e0"]
    assert result.refusals == [(2, "invalid_number"), (3, "invalid_number")]


def test_a_wrong_header(stage: Made, parquet: Made) -> None:
    wrong = {"eventid": ["e1"], "event": ["page_view"], "occurred_at": [1_777_636_800_000]}
    with pytest.raises(RequestError, match=r"did you mean 'eventid'\?"):
        stage(parquet("a.parquet", wrong))


def test_no_rows(stage: Made, parquet: Made) -> None:
    empty = pa.table(columns()).slice(0, 0)
    with pytest.raises(RequestError, match="it has columns, and not one row"):
        stage(parquet("a.parquet", {name: empty[name] for name in empty.column_names}))


def test_rows_of_many_row_groups_keep_their_numbers(stage: Made, parquet: Made) -> None:
    result = stage(parquet("a.parquet", columns(50), row_group_size=7))
    assert [each["line"] for each in result.rows] == list(range(1, 51))


def test_half_a_file(stage: Made, parquet: Made) -> None:
    path = parquet("a.parquet", columns(1000))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(RequestError, match=r"a.parquet, its Parquet data is damaged"):
        stage(path)


def test_a_damaged_page_ends_the_file_and_keeps_what_came_before(
    stage: Made, parquet: Made
) -> None:
    path = parquet(
        "a.parquet",
        columns(40_000),
        row_group_size=20_000,
        write_page_checksum=True,
        compression="none",
    )
    data = bytearray(path.read_bytes())
    data[int(len(data) * 0.7)] ^= 0xFF
    path.write_bytes(data)
    result = stage(path)
    assert "its Parquet data is damaged" in result.staged.problems[0]
    assert 0 < len(result.rows) < 40_000
    assert result.ids == [f"e{number}" for number in range(len(result.rows))]


def test_flipped_bits_are_refused_or_harmless(stage: Made, parquet: Made) -> None:
    path = parquet("a.parquet", columns(20, value=[1.5] * 20, items=[[{"item_id": "x"}]] * 20))
    good, draw = path.read_bytes(), random.Random(7)
    outcomes = set()
    for _ in range(150):
        data = bytearray(good)
        for _ in range(draw.randint(1, 20)):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        try:
            result = stage(path)
        except RequestError:
            outcomes.add("refused")
        else:
            assert result.staged.read <= 20 or result.staged.problems
            outcomes.add("problem" if result.staged.problems else "read")
    assert outcomes == {"refused", "problem", "read"}


@pytest.mark.slow
def test_many_equal_rows_in_a_small_file_take_bounded_memory(stage: Made, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    batch = pa.table(columns(100_000)).set_column(
        0, "event_id", pa.array(["e1"]).dictionary_encode().take(pa.array([0] * 100_000))
    )
    with pq.ParquetWriter(path, batch.schema) as held:
        for _ in range(10):
            held.write_table(batch)
    assert path.stat().st_size < 1 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    staged = stage(path).staged
    assert (staged.read, staged.accepted) == (1_000_000, 1_000_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20
