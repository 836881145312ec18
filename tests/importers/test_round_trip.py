"""The same events say the same, however the file that holds them is made."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.doors.importers.flat import FlatRows, writable
from footfall.doors.importers.stage import Options, stage_events
from footfall.event.accept import Acceptor
from footfall.event.codes import Rejection

RECEIVED_MS = 1_780_272_000_000  # 2026-06-01T00:00:00Z
Event = dict[str, Any]

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
)
# What a CSV reader may take for a line end, a separator or a quote.
hard_texts = st.sampled_from(
    ['a"b', '""', "a,b;c\td", "two\nlines", "caf\u00e9", " x ", "007", "{"]
)
plain = texts | hard_texts
money = st.decimals(0, 10**6, places=2, allow_nan=False)
ids = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
items = st.lists(
    st.fixed_dictionaries(
        {"item_id": ids, "price": money},
        optional={"quantity": st.integers(1, 9), "item_name": plain},
    ),
    min_size=1,
    max_size=3,
)
properties = st.fixed_dictionaries(
    {},
    optional={
        "transaction_id": ids | st.just("0042"),
        "value": money,
        "tax": money,
        "coupon": plain,
        "items": items,
        "plan": plain,
        "bot": st.booleans(),
    },
)
events = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["purchase", "page_view", "add_to_cart", "own_event"]),
        "occurred_at": st.integers(1_700_000_000_000, RECEIVED_MS),
        "visitor_id": ids,
        "properties": properties,
    },
    optional={
        "customer_id": ids | st.just("17"),
        "url": st.just("https://shop.example/?utm_source=x&gclid=1"),
        "title": plain,
        "country": st.sampled_from(["DE", "fr"]),
        "device": st.just("mobile"),
    },
)


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def json_lines(made: list[Event]) -> bytes:
    return b"".join(json.dumps(each, default=_number).encode() + b"\n" for each in made)


def flat(made: list[Event]) -> list[Event]:
    rows = ({**each, **each["properties"]} for each in made)
    return [{key: cell for key, cell in row.items() if key != "properties"} for row in rows]


def as_csv(made: list[Event]) -> bytes:
    rows = flat(made)
    names = sorted({name for row in rows for name in row})
    held = io.StringIO(newline="")
    writer = csv.DictWriter(held, names, restval="")
    writer.writeheader()
    for row in rows:
        found = {"items": json.dumps(row["items"], default=_number)} if "items" in row else {}
        writer.writerow({**row, **found})
    return held.getvalue().encode()


def as_parquet(made: list[Event]) -> bytes:
    item = pa.struct(
        [
            ("item_id", pa.string()),
            ("price", pa.decimal128(20, 4)),
            ("quantity", pa.int32()),
            ("item_name", pa.string()),
        ]
    )
    money_type, rows = pa.decimal128(20, 6), flat(made)
    types = {"value": money_type, "tax": pa.float64(), "items": pa.list_(item), "bot": pa.bool_()}
    columns = {}
    for name in sorted({name for row in rows for name in row}):
        cells = [row.get(name) for row in rows]
        if name == "tax":
            cells = [None if cell is None else float(cell) for cell in cells]
        kind = pa.int64() if name == "occurred_at" else types.get(name, pa.string())
        columns[name] = pa.array(cells, kind)
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def accepted(name: str, content: bytes) -> list[Event]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        staged = stage_events([path], Options(), Path(folder) / "staging", RECEIVED_MS)
        rows = [row for part in staged.parts for row in pq.read_table(part).to_pylist()]
        assert staged.rejected == 0
    for row in rows:
        del row["file"], row["line"]
    return rows


@given(st.lists(events, min_size=1, max_size=5))
def test_every_format_says_the_same(made: list[Event]) -> None:
    made = [{"event_id": f"e{number}", **each} for number, each in enumerate(made)]
    wanted = accepted("a.jsonl", json_lines(made))
    assert len(wanted) == len(made)
    assert accepted("a.csv", as_csv(made)) == wanted
    assert accepted("a.parquet", as_parquet(made)) == wanted
    assert accepted("a.jsonl.gz", gzip.compress(json_lines(made))) == wanted
    zstd: bytes = pa.Codec("zstd").compress(json_lines(made), asbytes=True)
    assert accepted("a.jsonl.zst", zstd) == wanted


COLUMNS = {
    "event_id": st.sampled_from(["e1", "e1", "", "\udcff"]) | ids,
    "event": st.sampled_from(
        ["purchase", "page_view", "survey_response", "login", "own", "Bad", ""]
    ),
    "occurred_at": st.sampled_from(
        ["2026-05-01T12:00:00Z", "1777636800000", "0001777636800000", "2026-05-01", "", " 1 "]
    ),
    "visitor_id": st.sampled_from(["v1", "null", ""]),
    "customer_id": st.sampled_from(["", "c", "undefined"]),
    "value": st.sampled_from(
        ["", "12.50", "1e3", "+5", " 7 ", "-1", "007", "NaN", "x", ".5", "5."]
    ),
    "score": st.sampled_from(["", "11", "9", "9.5"]),
    "success": st.sampled_from(["", "true", "FALSE", "yes", "0", "maybe"]),
    "items": st.sampled_from(["", "[]", '[{"price":1}]', '[{"price":1},', '{"a":1}', "x", "null"]),
    "properties": st.sampled_from(["", "{}", '{"a":1}', '{"value":1}', "[", '{"a":1,"a":2}', "1"]),
    "coupon": st.sampled_from(["", "null", "x", "\udcff", "5"]),
    "own": st.sampled_from(["", "1", "true", "\x00", '"']),
}


@given(st.fixed_dictionaries(COLUMNS))
def test_the_quick_way_agrees_with_the_careful_one(row: Event) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    quick = FlatRows(acceptor, list(row), [True] * len(row)).accept(list(row.values()))
    assert quick == writable(acceptor.accept(row, flat_file=True))


TYPED = {
    "event_id": st.just("e1") | st.integers(1, 9),
    "event": st.sampled_from(["purchase", "survey_response", "own", None]),
    "occurred_at": st.sampled_from([1_777_636_800_000, True, 1.5, None]),
    "visitor_id": st.sampled_from(["v1", 17, 17.0, None, ""]),
    "value": st.sampled_from([None, 12, 12.5, Decimal("12.50"), float("nan"), float("inf"), True]),
    "score": st.sampled_from([None, 9, 9.0, 11, "9"]),
    "items": st.sampled_from([None, [], [{"price": 1.5, "quantity": None}], [None], "[]", {}]),
    "properties": st.sampled_from([None, {}, {"a": None, "b": [1, None]}, [("a", 1)], "{}"]),
    "own": st.sampled_from([None, b"\xff", Decimal("1.10"), {"a": {"b": float("nan")}}, [1.0]]),
}


@given(st.fixed_dictionaries(TYPED))
def test_the_quick_way_agrees_for_typed_columns(row: Event) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    quick = FlatRows(acceptor, list(row), [False] * len(row)).accept(list(row.values()))
    assert quick == acceptor.accept(row, flat_file=True)


@pytest.mark.parametrize("size", [32_000, 40_000])
def test_the_size_of_a_flat_row_is_that_of_its_event(size: int) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    filler = json.dumps(["x" * 1000] * (size // 1003))
    row = {
        "event_id": "e1",
        "event": "own",
        "occurred_at": "2026-05-01T12:00:00Z",
        "visitor_id": "v1",
        "properties": f'{{"list":{filler}}}',
    }
    found = FlatRows(acceptor, list(row), [True] * 5).accept(list(row.values()))
    assert isinstance(found, Rejection) is (size > 32_768)
