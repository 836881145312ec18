"""Mappings: what a foreign file's rows become."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.doors.importers.mapping import PARTS, parse_mapping
from footfall.doors.importers.mapping_values import OPTIONS, SOURCES
from footfall.doors.importers.words import COMBINATIONS, EPOCHS, ISO, TESTS, TYPES
from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
BASE = """
event_id = "id"
occurred_at = "at"
visitor_id = "who"
"""
VIEW = '[[events]]\nevent = "page_view"\n' + BASE
HEADER = "id,at,who,status,amount\n"


def rows(*changes: str) -> str:
    """Rows of an id, a time, a visitor, and what is given."""
    lines = (f"e{n},2026-05-01T12:00:00Z,v,{each}\n" for n, each in enumerate(changes))
    return HEADER + "".join(lines)


def own(result: Any) -> list[Any]:
    return [json.loads(row["properties"]) for row in result.rows]


@pytest.mark.parametrize(
    ("keep", "wanted"),
    [
        ('{ column = "status", equals = "paid" }', ["e0"]),
        ('{ column = "status", in = ["paid", "sent"] }', ["e0", "e1"]),
        ('{ column = "status", matches = "^(p|s)" }', ["e0", "e1"]),
        ('{ column = "amount", above = 9 }', ["e1"]),
        ('{ column = "amount", below = 9.5 }', ["e0", "e3"]),
        ('{ column = "amount", equals = 9 }', ["e3"]),
        ('{ column = "status", empty = true }', ["e2", "e3"]),
        ('{ column = "status", empty = false }', ["e0", "e1"]),
        ('{ not = [{ column = "status", equals = "paid" }] }', ["e1", "e2", "e3"]),
        (
            '{ any = [{ column = "status", equals = "paid" }, { column = "amount", above = 9 }] }',
            ["e0", "e1"],
        ),
        ('[{ column = "status", empty = false }, { column = "amount", above = 0 }]', ["e0", "e1"]),
        (
            '{ all = [{ column = "status", empty = true }, { column = "amount", empty = true }] }',
            ["e2"],
        ),
    ],
)
def test_rows_are_kept_or_dropped_by_conditions(
    stage: Made, file: Write, keep: str, wanted: list[str]
) -> None:
    path = file("a.csv", rows("paid,8.50", "sent,10", ",", ",9"))
    kept = stage(path, mapping=f"[rows]\nkeep = {keep}\n{VIEW}")
    assert kept.ids == wanted
    assert kept.staged.dropped == 4 - len(wanted)
    dropped = stage(path, mapping=f"[rows]\ndrop = {keep}\n{VIEW}")
    assert set(dropped.ids) == {"e0", "e1", "e2", "e3"} - set(wanted) or keep.startswith("[")


def test_columns_become_fields_properties_and_constants(stage: Made, file: Write) -> None:
    mapping = """
        [tables.state]
        paid = "done"
        sent = ""
        [[events]]
        event = { column = "status", table = { paid = "purchase" }, otherwise = "own_event" }
        event_id = { join = ["who", "id"], between = "-", prefix = "x:" }
        occurred_at = "at"
        visitor_id = { first = ["nick", "who"] }
        customer_id = { column = "amount", type = "integer" }
        country = { value = "DE" }
        [events.properties]
        source = { value = "import" }
        value = { column = "amount", type = "number" }
        state = { column = "status", table = "state" }
        text = { column = "amount", type = "text" }
        bot = { value = false }
        [rows]
        optional_columns = ["nick"]
    """
    result = stage(file("a.csv", rows("paid,17.0", "sent,8", "new,")), mapping=mapping)
    assert [row["event"] for row in result.rows] == ["purchase", "own_event", "own_event"]
    assert result.ids == ["x:v-e0", "x:v-e1", "x:v-e2"]
    assert [row["customer_id"] for row in result.rows] == ["17", "8", None]
    assert {row["country"] for row in result.rows} == {"DE"}
    assert own(result) == [
        {"bot": False, "source": "import", "state": "done", "text": "17.0", "value": 17},
        {"bot": False, "source": "import", "text": "8", "value": 8},
        {"bot": False, "source": "import", "state": "new"},
    ]
    assert all(row["system"] for row in result.rows)


def test_other_columns_are_kept_where_it_is_asked_for(stage: Made, file: Write) -> None:
    mapping = VIEW + "keep_other_columns = true\n[events.properties]\nstate = 'status'\n"
    result = stage(file("a.csv", rows("paid,17.0", ",")), mapping=mapping)
    assert own(result) == [{"amount": "17.0", "state": "paid"}, {}]


@pytest.mark.parametrize(
    ("times", "cell", "wanted"),
    [
        # 8:26 in London in December is 8:26 UTC, in June 7:26.
        (
            'zone = "Europe/London"\nformats = ["%m/%d/%Y %H:%M"]',
            "12/1/2010 8:26",
            1_291_191_960_000,
        ),
        (
            'zone = "Europe/London"\nformats = ["%m/%d/%Y %H:%M"]',
            "6/1/2010 8:26",
            1_275_377_160_000,
        ),
        ('zone = "Europe/London"', "2010-12-01 08:26:00", 1_291_191_960_000),
        ('zone = "Asia/Tokyo"', "2010-12-01T08:26:00+00:00", 1_291_191_960_000),
        ("", "2010-12-01T08:26:00.1239Z", 1_291_191_960_123),
        ("", "1291191960123", 1_291_191_960_123),
        ('formats = ["epoch_s"]', "1291191960.5", 1_291_191_960_500),
        ('formats = ["epoch_us"]', "1291191960123999", 1_291_191_960_123),
        ('formats = ["%d.%m.%y", "iso"]\nzone = "UTC"', "01.12.10", 1_291_161_600_000),
        # The hour that Berlin has twice is read as the first (+02:00), the skipped one as +01:00.
        ('zone = "Europe/Berlin"', "2024-10-27 02:30:00", 1_729_989_000_000),
        ('zone = "Europe/Berlin"', "2024-03-31 02:30:00", 1_711_848_600_000),
    ],
)
def test_times_are_read_by_their_formats_and_zone(
    stage: Made, file: Write, times: str, cell: str, wanted: int
) -> None:
    text = f'{HEADER}e1,"{cell}",v,,\n'
    result = stage(file("a.csv", text), mapping=f"[time]\n{times}\n{VIEW}")
    assert [row["occurred_ms"] for row in result.rows] == [wanted]


def test_times_that_cannot_be_read_are_refused_by_their_row(stage: Made, file: Write) -> None:
    text = (
        HEADER + "e1,2026-05-01 12:00,v,,\ne2,1st of May,v,,\ne3,,v,,\ne4,2026-05-01T12:00Z,v,,\n"
    )
    result = stage(file("a.csv", text), mapping=VIEW)
    assert result.ids == ["e4"]
    assert result.refusals == [
        (2, "invalid_timestamp"),
        (3, "invalid_timestamp"),
        (4, "missing_field"),
    ]
    naive, odd, _ = (row["detail"] for row in result.rejected)
    assert "column 'at' is '2026-05-01 12:00', without an offset from UTC" in naive
    assert '[time] zone = "Europe/Berlin"' in naive
    assert "a time in none of the formats of MAP.toml: iso, epoch_ms" in odd


def test_ids_are_derived_and_equal_rows_stay_distinct(stage: Made, file: Write) -> None:
    mapping = """
        [[events]]
        event = "page_view"
        event_id = { hash = ["at", "who", "status"], number_repeats = true }
        occurred_at = "at"
        visitor_id = "who"
    """
    path = file("a.csv", rows("x,", "y,", "x,", "x,"))
    first, again = stage(path, mapping=mapping), stage(path, mapping=mapping)
    x, y, x2, x3 = first.ids
    assert len(x) == 32
    assert (x2, x3) == (f"{x}-2", f"{x}-3")
    assert y not in {x, x2, x3}
    assert again.ids == first.ids
    # A second file is counted anew, so that its rows are told to be the same.
    both = stage(path, file("b.csv", rows("x,")), mapping=mapping)
    assert both.ids == [*first.ids, x]


def test_hashes_tell_apart_what_joined_texts_would_not(stage: Made, file: Write) -> None:
    mapping = VIEW.replace('"id"', '{ hash = ["status", "amount"] }')
    result = stage(file("a.csv", rows("ab,c", "a,bc", ",abc", "abc,")), mapping=mapping)
    assert len(set(result.ids)) == 4


ORDERS = """
[[events]]
event = "purchase"
group = ["order"]
event_id = { column = "order", prefix = "o-" }
occurred_at = "at"
customer_id = "who"

[events.properties]
transaction_id = "order"
source = { value = "import" }
coupon = "coupon"
value = { from_items = true }

[events.items]
item_id = "sku"
price = { column = "price", type = "number" }
quantity = { column = "qty", type = "integer" }
"""
LINES = "order,at,who,coupon,sku,price,qty\n"


def test_rows_of_one_order_become_its_items(stage: Made, file: Write) -> None:
    text = LINES + (
        "1,2026-05-01T12:00:01Z,c1,,a,1.10,3\n"
        "2,2026-05-01T13:00:00Z,c2,,b,0.35,1\n"
        "1,2026-05-01T12:00:00Z,c1,SPRING,c,2.25,2\n"
        "1,2026-05-01T12:00:02Z,c1,,a,1.10,3\n"
    )
    result = stage(file("a.csv", text), mapping=ORDERS)
    assert result.ids == ["o-1", "o-2"]
    assert own(result)[0] == {
        "coupon": "SPRING",
        "items": [
            {"item_id": "a", "price": 1.1, "quantity": 3},
            {"item_id": "c", "price": 2.25, "quantity": 2},
            {"item_id": "a", "price": 1.1, "quantity": 3},
        ],
        "source": "import",
        "transaction_id": "1",
        # 3 × 1.10 + 2 × 2.25 + 3 × 1.10
        "value": 11.1,
    }
    assert '"value":11.1}' in result.rows[0]["properties"]
    # The earliest row says when.
    assert result.rows[0]["occurred_ms"] == 1_777_636_800_000
    assert [row["line"] for row in result.rows] == [2, 3]
    assert (result.staged.read, result.staged.accepted, result.staged.dropped) == (4, 2, 0)


def test_a_total_is_unknown_where_a_price_is(stage: Made, file: Write) -> None:
    text = LINES + "1,2026-05-01T12:00:00Z,c,,a,,1\n1,2026-05-01T12:00:00Z,c,,b,2,1\n"
    assert "value" not in own(stage(file("a.csv", text), mapping=ORDERS))[0]


def test_one_bad_row_spoils_its_order_and_no_other(stage: Made, file: Write) -> None:
    text = LINES + (
        "1,2026-05-01T12:00:00Z,c,,a,1,1\n"
        "2,2026-05-01T12:00:00Z,c,,a,1,1\n"
        "1,yesterday,c,,b,1,1\n"
        "3,2026-05-01T12:00:00Z,c,,a,cheap,1\n"
        ",2026-05-01T12:00:00Z,c,,a,1,1\n"
    )
    result = stage(file("a.csv", text), mapping=ORDERS)
    assert result.ids == ["o-2"]
    assert result.refusals == [(6, "missing_field"), (4, "invalid_timestamp"), (5, "wrong_type")]
    assert "a row of the group '1' cannot be read" in result.rejected[1]["detail"]
    assert result.rejected[2]["pointer"] == "/properties/items/0/price"


def test_an_order_that_is_too_large_is_told_how_to_fit(stage: Made, file: Write) -> None:
    lines = "".join(f"1,2026-05-01T12:00:00Z,c,,s{n},1.5,1\n" for n in range(2000))
    result = stage(file("a.csv", LINES + lines), mapping=ORDERS)
    assert result.refusals == [(2, "too_large")]
    assert "fits if [events.items] says less of each" in result.rejected[0]["detail"]


def test_orders_are_found_in_any_order_of_rows(stage: Made, file: Write) -> None:
    lines = [f"{n % 700},2026-05-01T12:00:00Z,c,,s{n},1.5,1\n" for n in range(7000)]
    sorted_lines = sorted(lines, key=lambda line: int(line.partition(",")[0]))
    apart = stage(file("a.csv", LINES + "".join(lines)), mapping=ORDERS)
    together = stage(file("b.csv", LINES + "".join(sorted_lines)), mapping=ORDERS)
    assert [row["properties"] for row in apart.rows] == [row["properties"] for row in together.rows]
    assert len(apart.rows) == 700
    assert {row["value"] for row in own(apart)} == {15}
    assert list(apart.staged.parts[0].parent.glob("scratch*")) == []


def test_several_rules_make_several_events(stage: Made, file: Write) -> None:
    mapping = f"""
        {VIEW}
        [[events]]
        event = "purchase"
        when = {{ column = "amount", above = 0 }}
        event_id = {{ column = "id", prefix = "order-" }}
        occurred_at = "at"
        visitor_id = "who"
        [events.properties]
        value = {{ column = "amount", type = "number", absolute = true }}
    """
    path = file("a.csv", rows(",5", ",", ",-1"))
    assert stage(path, mapping=mapping).ids == ["e0", "order-e0", "e1", "e2"]
    first = f"[rows]\nfirst_rule_only = true\n{mapping}"
    assert stage(path, mapping=first).ids == ["e0", "e1", "e2"]


JSON_COLUMNS = """
[columns]
cart = { column = "context", path = "0" }
[common]
event_id = "id"
occurred_at = "at"
visitor_id = "cart.user"
[[events]]
event = "add_to_cart"
[events.properties]
value = { column = "cart.total", type = "number" }
currency = { column = "context", path = "0.money.currency" }
all = { column = "context", path = [0, "tags"], type = "json" }
[events.items]
each = "cart.products"
item_id = "id"
price = { column = "price", type = "number" }
item_category = { column = "tags", path = "0", table = { A = "first" } }
"""
CONTEXT = {
    "user": "v",
    "total": "12.50",
    "money": {"currency": "EUR"},
    "tags": [1, {"x": 1.10}],
    "products": [{"id": 7, "price": "2.50", "tags": ["A"]}, {"id": None}, {"id": "p2", "tags": []}],
}


def test_json_columns_are_taken_apart(stage: Made, file: Write) -> None:
    cell = json.dumps([CONTEXT]).replace('"', '""')
    text = (
        f'id,at,context\ne1,2026-05-01T12:00:00Z,"{cell}"\n'
        "e2,2026-05-01T12:00:00Z,[\n"
        "e3,2026-05-01T12:00:00Z,[]\n"
        'e4,2026-05-01T12:00:00Z,"[{""user"":""v"",""products"":3}]"\n'
    )
    result = stage(file("a.csv", text), mapping=JSON_COLUMNS)
    assert result.ids == ["e1"]
    assert result.rows[0]["properties"] == (
        '{"all":[1,{"x":1.1}],"currency":"EUR","items":[{"item_category":"first","item_id":"7",'
        '"price":2.5},{"item_id":"p2"}],"value":12.5}'
    )
    assert result.refusals == [(3, "invalid_json"), (4, "missing_field"), (5, "wrong_type")]
    assert "column 'context' holds no JSON" in result.rejected[0]["detail"]


def test_structs_and_json_lines_are_taken_apart_alike(
    stage: Made, file: Write, parquet: Made
) -> None:
    event = {"id": "e1", "at": "2026-05-01T12:00:00Z", "context": [{**CONTEXT, "tags": None}]}
    lines = stage(file("a.jsonl", json.dumps(event) + "\n[]\n{\n"), mapping=JSON_COLUMNS)
    products = [
        {"id": "7", "price": "2.50", "tags": ["A"]},
        {"id": "p2", "price": None, "tags": []},
    ]
    context = pa.array([[{**CONTEXT, "tags": None, "products": products}]])
    columns = {"id": ["e1"], "at": ["2026-05-01T12:00:00Z"], "context": context}
    structs = stage(parquet("a.parquet", columns), mapping=JSON_COLUMNS)
    assert lines.rows[0]["properties"] == structs.rows[0]["properties"]
    assert lines.refusals == [(2, "wrong_type"), (3, "invalid_json")]


def test_numbers_with_a_decimal_comma(stage: Made, file: Write) -> None:
    mapping = VIEW + (
        "[events.properties]\n"
        'value = { column = "amount", type = "number", decimal_comma = true, absolute = true }\n'
    )
    text = rows("a,1").replace(",", ";").replace("1\n", '"-1.234,50"\n')
    assert own(stage(file("a.csv", text), mapping=mapping)) == [{"value": 1234.5}]


def test_columns_that_a_file_lacks_are_named(stage: Made, file: Write) -> None:
    with pytest.raises(RequestError) as told:
        stage(file("a.csv", "ids,at,whom\n1,2,3\n"), mapping=VIEW)
    assert str(told.value).endswith(
        "a.csv, line 1: there is no column 'id' that MAP.toml speaks of; did you mean 'ids'?; "
        "there is no column 'who' that MAP.toml speaks of; did you mean 'whom'?"
    )


def test_columns_that_are_not_spoken_of_may_be_anything(stage: Made, file: Write) -> None:
    text = ",id,at,who,x,x\n0,e1,2026-05-01T12:00:00Z,v,1,2\n"
    assert stage(file("a.csv", text), mapping=VIEW).ids == ["e1"]


def test_bad_rows_of_a_mapped_file(stage: Made, file: Write) -> None:
    text = rows("a,1").encode() + b"e1,x\n" + b"e2,2026-05-01T12:00:00Z,v,caf\xe9,\n"
    result = stage(file("a.csv", text), mapping=VIEW)
    assert result.ids == ["e0"]
    assert result.refusals == [(3, "invalid_row"), (4, "invalid_encoding")]


def test_workers_share_a_mapped_file(
    stage: Made, file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footfall.doors.importers.stage.PART_BYTES", 1)
    files = [file(f"{n}.csv", rows("a,1", "b,2").replace("e", f"e{n}")) for n in range(4)]
    text = [each.read_text().replace(f"e{n}v", "ev") for n, each in enumerate(files)]
    for each, content in zip(files, text, strict=True):
        each.write_text(HEADER + content.partition("\n")[2])
    alone = stage(*files, mapping=VIEW, workers=1)
    shared = stage(*files, mapping=VIEW, workers=2)
    assert alone.rows == shared.rows
    assert len(alone.rows) == 8


GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "import-foreign-files.md"


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_guides_smallest_mapping_does_what_it_says(stage: Made, file: Write) -> None:
    result = stage(file("a.csv", _blocks("csv")[0]), mapping=_blocks("toml")[0])
    assert [row["url"] for row in result.rows] == [
        "https://shop.example/",
        "https://shop.example/cart",
    ]
    # Two o'clock in the afternoon in Berlin in May is noon UTC.
    assert result.rows[0]["occurred_ms"] == 1_777_636_800_000


@pytest.mark.parametrize("block", _blocks("toml"))
def test_every_mapping_of_the_guide_is_right(block: str) -> None:
    has_rule = "[[events]]" in block
    whole = block if has_rule else f"{block}\n{VIEW}"
    if block.startswith("[events.items]"):
        whole = f"{VIEW}\n{block}"
    common = "" if "event_id" in whole else '[common]\nevent_id = "id"\noccurred_at = "at"\n'
    assert parse_mapping(common + whole).rules


def test_the_guide_speaks_of_every_word_of_the_language() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    words = (*SOURCES, *OPTIONS, *TESTS, *COMBINATIONS, *TYPES, *EPOCHS, *PARTS, ISO)
    assert [word for word in words if not re.search(rf"\b{word}\b", text)] == []


def test_a_file_that_is_cut_off_gives_no_order_that_may_lack_a_row(
    stage: Made, file: Write
) -> None:
    text = LINES + "".join(f"{n % 40},2026-05-01T12:00:00Z,c,,s{n},1,1\n" for n in range(400))
    packed = gzip.compress(text.encode(), compresslevel=0)
    result = stage(file("a.csv.gz", packed[:-1000]), mapping=ORDERS)
    assert result.rows == []
    assert 300 < result.staged.read == result.staged.dropped < 400
    (problem,) = result.staged.problems
    assert problem.endswith(
        "cut off; its rows that are grouped were left out, for any group may lack some"
    )
    # Events of one row each are complete, and are kept.
    view = VIEW.replace('"id"', '{ hash = ["sku"], number_repeats = true }')
    kept = stage(file("b.csv.gz", packed[:-1000]), mapping=view)
    assert len(kept.rows) == result.staged.read
