"""One spelling for what is said in several, and one hash for what is the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.event.accept import Rejection
from footfall.event.canonical import OutOfBounds, canonical, content_hash, exact, exactly

Line = Callable[[bytes | str], dict[str, Any] | Rejection]
Accepts = Callable[..., dict[str, Any]]
HEAD = '{"event_id":"e","event":"thing","occurred_at":"2026-05-31T12:00:00Z","visitor_id":"v"'


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1249.50", Decimal("1249.5")),
        ("5.00", 5),
        ("1e3", 1000),
        ("1.5E2", 150),
        ("-0.0", 0),
        ("0.10", Decimal("0.1")),
        ("999999999999.999999999999", Decimal("999999999999.999999999999")),
        ("1e-7", Decimal("1E-7")),
        ("0.00000010", Decimal("1E-7")),
    ],
)
def test_exact_numbers(text: str, number: int | Decimal) -> None:
    found = exact(text)
    assert (found, str(found), type(found)) == (number, str(number), type(number))


@pytest.mark.parametrize("text", ["1e12", "1e400", "-1e99999999999999999999", "NaN", "-Infinity"])
def test_numbers_out_of_bounds(text: str) -> None:
    assert isinstance(exact(text), OutOfBounds)


@given(st.decimals(-(10**12) + 1, 10**12 - 1, allow_nan=False, allow_infinity=False))
def test_no_digit_is_lost(number: Decimal) -> None:
    assert exact(str(number)) == number
    written = canonical({"n": exact(str(number))})
    assert json.loads(written, parse_float=Decimal) == {"n": number}


def test_floats_and_decimals_are_as_exact_as_texts() -> None:
    given_values = {"a": [19.99, 5.0, Decimal("5.00")], "b": (Decimal("1.10"), True, None, "x")}
    assert exactly(given_values) == {
        "a": [Decimal("19.99"), 5, 5],
        "b": [Decimal("1.1"), True, None, "x"],
    }


def test_canonical_json() -> None:
    sent = {"b": Decimal("1249.5"), "a": {"z": 1, "é": None}, "B": [True, "x\n"]}
    assert canonical(sent).decode() == '{"B":[true,"x\\n"],"a":{"z":1,"é":null},"b":1249.5}'


SAME = [
    ('{"a":1249.50,"b":1}', '{"b":1.0,"a":1249.5}'),
    ('{"a":{"x":1,"y":2}}', '{ "a" : { "y" : 2 , "x" : 1 } }'),
    ('{"a":"\\u00e9"}', '{"a":"é"}'),
    ('{"a":1e2}', '{"a":100}'),
]
OTHER = [
    ('{"a":1}', '{"a":2}'),
    ('{"a":1}', '{"a":"1"}'),
    ('{"a":1}', '{"a":true}'),
    ('{"a":null}', "{}"),
    ('{"a":[1,2]}', '{"a":[2,1]}'),
    ('{"a":"x"}', '{"b":"x"}'),
    ('{"a":0.1}', '{"a":0.10000000000000001}'),
]


def hash_of(line: Line, properties: str) -> object:
    found = line(f'{HEAD},"properties":{properties}}}')
    assert not isinstance(found, Rejection)
    return found["content_hash"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_said_in_two_ways(line: Line, one: str, other: str) -> None:
    assert hash_of(line, one) == hash_of(line, other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_things_said(line: Line, one: str, other: str) -> None:
    assert hash_of(line, one) != hash_of(line, other)


FIELDS: list[str] = (
    "visitor_id customer_id url title referrer utm_source utm_medium utm_campaign utm_term"
    " utm_content device browser os region user_agent"
).split()


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_content(accepted: Accepts, field: str) -> None:
    hashes = {accepted(**{field: each})["content_hash"] for each in ("a", "b", "A")}
    assert len(hashes) == 3


def test_a_text_in_another_field_is_other_content(accepted: Accepts) -> None:
    hashes = {accepted(**{field: "x"})["content_hash"] for field in FIELDS}
    assert len(hashes) == len(FIELDS)


def test_the_id_and_the_spelling_of_the_country_are_no_content(accepted: Accepts) -> None:
    assert accepted(event_id="e-2")["content_hash"] == accepted()["content_hash"]
    assert accepted(country="de") == accepted(country="DE")


def test_name_and_time_are_content(accepted: Accepts) -> None:
    hashes = {
        accepted()["content_hash"],
        accepted(event="page_views")["content_hash"],
        accepted(occurred_at="2026-05-31T12:00:00.001Z")["content_hash"],
    }
    assert len(hashes) == 3


def test_the_hash_never_changes(accepted: Accepts) -> None:
    """It is in every log: another value would make every repeated event a conflict."""
    assert content_hash(b"footfall") == -8831183081747378924
    nil, nothing = b"\xc0", b"\xc4\x02{}"
    who = b"\xa3v-1" + nil
    at = b"\xcf" + (1_780_228_800_000).to_bytes(8, "big")
    said = b"\x96\xa9page_view" + at + who + b"\x9e" + 14 * nil + nothing
    digest = blake2b(said, digest_size=8).digest()
    assert accepted()["content_hash"] == int.from_bytes(digest, "little", signed=True)
