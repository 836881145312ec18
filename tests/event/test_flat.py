"""Rows of CSV and Parquet files: columns that are properties, texts that are numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from footfall.event.accept import Rejection

Rows = Callable[..., dict[str, Any] | Rejection]


def properties(found: dict[str, Any] | Rejection) -> str:
    assert not isinstance(found, Rejection), found
    return str(found["properties"])


def code(found: dict[str, Any] | Rejection) -> tuple[str, str]:
    assert isinstance(found, Rejection), found
    return found.code, found.pointer


def test_a_column_beside_the_envelope_is_a_property(row: Rows) -> None:
    assert properties(row(event="thing", note="x", other="5")) == '{"note":"x","other":"5"}'


def test_empty_cells_are_absent(row: Rows) -> None:
    found = row(event="thing", note="", other=None, url="", customer_id=None, properties="")
    assert properties(found) == "{}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("19.99", "19.99"),
        ("19.90", "19.9"),
        ("5", "5"),
        (" 5.00 ", "5"),
        ("+1.5", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("123456789012.123456789012", "123456789012.123456789012"),
    ],
)
def test_numbers_from_texts_are_exact(row: Rows, text: str, kept: str) -> None:
    assert properties(row(event="purchase", value=text)) == f'{{"value":{kept}}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("many", "wrong_type"),
        ("1,5", "wrong_type"),
        ("1.234,50", "wrong_type"),
        ("€ 5", "wrong_type"),
        ("٣", "wrong_type"),
        ("0x10", "wrong_type"),
        ("1_000", "wrong_type"),
        ("NaN", "invalid_number"),
        ("-inf", "invalid_number"),
        ("Infinity", "invalid_number"),
        ("1e400", "invalid_number"),
        ("-0.01", "invalid_number"),
        ("1000000000000", "invalid_number"),
    ],
)
def test_texts_that_are_no_such_number(row: Rows, text: str, expected: str) -> None:
    assert code(row(event="purchase", value=text)) == (expected, "/properties/value")


def test_rules_hold_in_files_too(row: Rows) -> None:
    nps = {"event": "survey_response", "survey_type": "nps"}
    assert properties(row(**nps, score="10")) == '{"score":10,"survey_type":"nps"}'
    assert code(row(**nps, score="11")) == ("invalid_number", "/properties/score")
    assert code(row(**nps, score="7.5")) == ("invalid_number", "/properties/score")
    assert properties(row(**nps, score="7.0")) == '{"score":7,"survey_type":"nps"}'


@pytest.mark.parametrize(
    ("text", "kept"),
    [("true", "true"), ("TRUE", "true"), ("1", "true"), ("false", "false"), ("no", "false")],
)
def test_yes_or_no_from_texts(row: Rows, text: str, kept: str) -> None:
    assert properties(row(event="instant_win", won=text)) == f'{{"won":{kept}}}'
    assert code(row(event="instant_win", won="perhaps")) == ("wrong_type", "/properties/won")


def test_a_bot_says_so_in_a_column(row: Rows) -> None:
    found = row(bot="true")
    assert not isinstance(found, Rejection)
    assert found["bot"] is True


def test_a_custom_event_knows_the_numbers_of_others(row: Rows) -> None:
    assert properties(row(event="thing", value="5.50")) == '{"value":5.5}'
    assert properties(row(event="thing", value="many")) == '{"value":"many"}'


ITEMS = [{"item_id": "p", "price": 19.9, "quantity": 2}]
ITEMS_KEPT = '{"items":[{"item_id":"p","price":19.9,"quantity":2}]}'


@pytest.mark.parametrize(
    "items",
    [
        json.dumps(ITEMS),
        '[{"item_id":"p","price":19.90,"quantity":2.0}]',
        ITEMS,
        [{"item_id": "p", "price": Decimal("19.900"), "quantity": 2.0, "variant_id": None}],
        ({"item_id": "p", "price": 19.9, "quantity": 2, "note": None},),
    ],
)
def test_items(row: Rows, items: object) -> None:
    assert properties(row(event="purchase", items=items)) == ITEMS_KEPT


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("[", "invalid_json"),
        ("p1;p2", "invalid_json"),
        ("{}", "wrong_type"),
        ('[{"item_id":"p","item_id":"q"}]', "duplicate_key"),
        ('[{"price":NaN}]', "invalid_number"),
        ('[{"price":"19.9"}]', "wrong_type"),
        (5, "wrong_type"),
    ],
)
def test_items_that_are_none(row: Rows, items: object, expected: str) -> None:
    assert code(row(event="purchase", items=items))[0] == expected


@pytest.mark.parametrize(
    "column",
    [
        '{"value": 5.50, "transaction_id": "T1"}',
        {"value": 5.5, "transaction_id": "T1"},
        {"value": Decimal("5.50"), "transaction_id": "T1", "tax": None, "items": None},
        [("value", Decimal("5.50")), ("transaction_id", "T1"), ("tax", None)],
    ],
)
def test_a_column_of_properties(row: Rows, column: object) -> None:
    kept = '{"transaction_id":"T1","value":5.5}'
    assert properties(row(event="purchase", properties=column)) == kept


def test_a_column_of_properties_and_columns(row: Rows) -> None:
    found = row(event="purchase", properties='{"value":5}', transaction_id="T1")
    assert properties(found) == '{"transaction_id":"T1","value":5}'
    assert code(row(event="purchase", properties='{"value":5}', value="5")) == (
        "duplicate_key",
        "/value",
    )


@pytest.mark.parametrize(
    ("column", "expected"),
    [("{", "invalid_json"), ("[]", "wrong_type"), ("text", "invalid_json"), (5, "wrong_type")],
)
def test_properties_that_are_none(row: Rows, column: object, expected: str) -> None:
    assert code(row(properties=column)) == (expected, "/properties")


@pytest.mark.parametrize("number", [1001, 1001.0, Decimal("1001.00")])
def test_ids_from_number_columns(row: Rows, number: object) -> None:
    found = row(event="purchase", visitor_id=number, customer_id=number, transaction_id=number)
    assert not isinstance(found, Rejection)
    assert (found["visitor_id"], found["customer_id"]) == ("1001", "1001")
    assert found["properties"] == '{"transaction_id":"1001"}'


def test_a_long_order_number_is_an_id(row: Rows) -> None:
    found = row(event="page_view", customer_id=5_512_345_678_901)
    assert not isinstance(found, Rejection)
    assert found["customer_id"] == "5512345678901"


def test_a_missing_number_is_no_id(row: Rows) -> None:
    found = row(customer_id=float("nan"))
    assert not isinstance(found, Rejection)
    assert found["customer_id"] is None


NOON_MS = 1_780_228_800_000  # 2026-05-31T12:00:00Z


@pytest.mark.parametrize(
    "moment",
    [
        "2026-05-31T12:00:00Z",
        "1780228800000",
        NOON_MS,
        float(NOON_MS),
        Decimal(NOON_MS),
        datetime(2026, 5, 31, 12, tzinfo=UTC),
        datetime(2026, 5, 31, 17, 45, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_times(row: Rows, moment: object) -> None:
    found = row(occurred_at=moment)
    assert not isinstance(found, Rejection), found
    assert found["occurred_ms"] == NOON_MS


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 5, 31, 12),  # noqa: DTZ001 - naive on purpose
        date(2026, 5, 31),
        "2026-05-31",
        "2026-05-31 12:00:00",
        "1780228800000.5",
        True,
    ],
)
def test_no_times(row: Rows, moment: object) -> None:
    found = row(occurred_at=moment)
    assert isinstance(found, Rejection)
    assert found.pointer == "/occurred_at"


def test_other_values_of_parquet_files(row: Rows) -> None:
    found = row(
        event="thing",
        a=datetime(2026, 5, 31, 12, tzinfo=UTC),
        b=date(2026, 5, 31),
        c=b"text",
        d=UUID(int=5),
        e={"x": [1.5, None], "y": None},
        f=[{"at": date(2026, 5, 31)}],
    )
    assert json.loads(properties(found)) == {
        "a": "2026-05-31T12:00:00+00:00",
        "b": "2026-05-31",
        "c": "text",
        "d": "00000000-0000-0000-0000-000000000005",
        "e": {"x": [1.5, None]},
        "f": [{"at": "2026-05-31"}],
    }


def test_bytes_that_are_no_text(row: Rows) -> None:
    assert code(row(event="thing", a=b"\xff"))[0] == "invalid_encoding"


def test_what_is_no_json_value(row: Rows) -> None:
    assert code(row(event="thing", a=timedelta(1))) == ("wrong_type", "/properties/a")
    assert code(row(event="thing", a={1: 2})) == ("wrong_type", "/properties/a")
    assert code(row(event=5)) == ("invalid_name", "/event")


def test_a_row_and_its_json_are_the_same_event(row: Rows) -> None:
    in_columns = row(event="purchase", value="5.50", transaction_id="T1", success="")
    in_json = row(event="purchase", properties={"value": 5.5, "transaction_id": "T1"})
    assert in_columns == in_json
