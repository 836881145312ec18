"""How large an event may be: every limit, and one more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from footfall.event.accept import Acceptor, Rejection

Accepts = Callable[..., dict[str, Any]]
Refuses = Callable[..., Rejection]
Line = Callable[[bytes | str], dict[str, Any] | Rejection]

HEAD = '{"event_id":"e","event":"thing","occurred_at":"2026-05-31T12:00:00Z","visitor_id":"v"'


def code(found: object) -> str:
    return found.code if isinstance(found, Rejection) else "accepted"


def nested(levels: int) -> dict[str, Any]:
    """Properties of this depth, themselves being the first level."""
    found: Any = "deepest"
    for level in range(levels, 0, -1):
        found = {"a": found} if level % 2 else [found]
    assert isinstance(found, dict)
    return found


def test_depth(accepted: Accepts, refused: Refuses) -> None:
    assert accepted(event="thing", properties=nested(8))["properties"] == nested(8)
    found = refused(event="thing", properties=nested(9))
    assert (found.code, found.pointer) == ("too_deep", "/properties/a/0/a/0/a/0/a/0")


def test_depth_of_items(accepted: Accepts, refused: Refuses) -> None:
    """`items` is the second level, an item the third."""
    deep = {"items": [{"item_id": "p", "more": nested(5)}]}
    assert accepted(event="view_item", properties=deep)["properties"] == deep
    deeper = {"items": [{"item_id": "p", "more": nested(6)}]}
    assert refused(event="view_item", properties=deeper).code == "too_deep"


def test_a_bomb_of_brackets(line: Line) -> None:
    for levels in (500, 1_000, 5_000, 16_000):
        bomb = HEAD + ',"properties":{"a":' + "[" * levels + "]" * levels + "}}"
        assert code(line(bomb)) == "too_deep"
    assert code(line("[" * 100_000 + "]" * 100_000)) == "too_large"


@pytest.mark.parametrize("levels", [9, 100, 400, 700, 900, 990, 5_000])
def test_a_bomb_of_braces(line: Line, acceptor: Acceptor, levels: int) -> None:
    """However deep, it is told so: neither door falls into the pit."""
    bomb = HEAD + ',"properties":' + '{"a":' * levels + "1" + "}" * (levels + 1)
    assert code(line(bomb)) == "too_deep"
    deep: Any = 1
    for _ in range(levels):
        deep = {"a": deep}
    event = json.loads(HEAD + "}")
    assert code(acceptor.accept({**event, "properties": deep})) == "too_deep"
    assert code(acceptor.accept({**event, "properties": deep}, flat_file=True)) == "too_deep"
    assert code(acceptor.accept({**event, "a": deep}, flat_file=True)) == "too_deep"


def test_number_of_properties(accepted: Accepts, refused: Refuses) -> None:
    most = {f"k{i}": i for i in range(64)}
    assert accepted(event="thing", properties=most)["properties"] == most
    found = refused(event="thing", properties={**most, "more": 1})
    assert (found.code, found.pointer) == ("too_many_props", "/properties")


@pytest.mark.parametrize("inside", [False, True])
def test_length_of_keys(accepted: Accepts, refused: Refuses, *, inside: bool) -> None:
    def properties(key: str) -> dict[str, Any]:
        return {"deep": [{key: 1}]} if inside else {key: 1}

    longest = "ü" * 64
    assert accepted(event="thing", properties=properties(longest))["properties"]
    assert refused(event="thing", properties=properties(longest + "x")).code == "field_too_long"


@pytest.mark.parametrize("control", ["\x00", "\n", "\x1b", "\x7f", "\x85"])
@pytest.mark.parametrize("inside", [False, True])
def test_control_characters_in_keys(refused: Refuses, control: str, *, inside: bool) -> None:
    key = f"a{control}b"
    properties = {"items": [{"item_id": "p", key: 1}]} if inside else {key: 1}
    assert refused(event="view_item", properties=properties).code == "invalid_name"


@pytest.mark.parametrize("key", ["", " ", "=1+1", "__proto__", "constructor", "a.b", "ключ"])
def test_odd_keys_are_kept(accepted: Accepts, key: str) -> None:
    assert accepted(event="thing", properties={key: {key: 1}})["properties"] == {key: {key: 1}}


@pytest.mark.parametrize("name", ["note", "coupon", "text", "feedback", "answer"])
def test_length_of_texts(accepted: Accepts, refused: Refuses, name: str) -> None:
    most = 8192 if name in {"text", "feedback", "answer"} else 1024
    for event in ("coupon_entered", "quiz_answer", "survey_response", "thing"):
        longest = {name: "x" * most}
        assert accepted(event=event, properties=longest)["properties"] == longest
        found = refused(event=event, properties={name: "x" * (most + 1)})
        assert (found.code, found.pointer) == ("field_too_long", f"/properties/{name}")


def test_length_of_texts_inside(accepted: Accepts, refused: Refuses) -> None:
    assert accepted(event="thing", properties={"a": [{"b": "x" * 1024}]})["properties"]
    found = refused(event="thing", properties={"a": [{"b": "x" * 1025}]})
    assert (found.code, found.pointer) == ("field_too_long", "/properties/a/0/b")


def test_length_of_texts_of_items(accepted: Accepts, refused: Refuses) -> None:
    assert accepted(event="view_item", properties={"items": [{"item_name": "x" * 1024}]})
    found = refused(event="view_item", properties={"items": [{"item_name": "x" * 1025}]})
    assert found.pointer == "/properties/items/0/item_name"


NUMBERS = ["999999999999", "-999999999999", "999999999999.999999999999", "0.1e12", "1e-400"]
NO_NUMBERS = [
    "1000000000000",
    "-1000000000000",
    "1000000000000.0",
    "1e12",
    "1e308",
    "1e400",
    "-1e400",
    "1e99999999999999999999",
    "18446744073709551617",
    "9" * 400,
    "9" * 5000,
    "NaN",
    "Infinity",
    "-Infinity",
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("shape", ['{"n":%s}', '{"a":[%s]}', '{"items":[{"price":%s}]}'])
def test_numbers_within_bounds(line: Line, number: str, shape: str) -> None:
    assert code(line(HEAD + ',"properties":' + shape % number + "}")) == "accepted"


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize("event", ["thing", "purchase"])
@pytest.mark.parametrize(
    ("shape", "pointer"),
    [
        ('{"value":%s}', "/properties/value"),
        ('{"a":[%s]}', "/properties/a/0"),
        ('{"items":[{"price":%s}]}', "/properties/items/0/price"),
    ],
)
def test_numbers_beyond_bounds(
    line: Line, number: str, event: str, shape: str, pointer: str
) -> None:
    head = HEAD.replace("thing", event)
    found = line(head + ',"properties":' + shape % number + "}")
    assert isinstance(found, Rejection)
    assert (found.code, found.pointer) == ("invalid_number", pointer)


def test_size(line: Line) -> None:
    """32 KiB of UTF-8, whatever is in it."""

    def of_size(size: int) -> bytes:
        texts = ",".join(f'"k{i}":"{"é" * 500}"' for i in range(32))
        start = f'{HEAD},"properties":{{{texts},"rest":"'.encode()
        return start + b"x" * (size - len(start) - 3) + b'"}}'

    assert len(of_size(32_768)) == 32_768
    assert code(line(of_size(32_768))) == "accepted"
    assert code(line(of_size(32_768) + b"\n")) == "accepted"
    found = line(of_size(32_769))
    assert isinstance(found, Rejection)
    assert found.code == "too_large"
    assert found.detail == "an event may have 32,768 bytes at most, this one has 32,769"


def test_size_of_what_has_no_text(acceptor: Acceptor) -> None:
    """An event that comes decoded is as large as what the log will hold of it."""
    event = json.loads(HEAD + "}")
    small = {f"k{i}": "x" * 1000 for i in range(32)}
    assert code(acceptor.accept({**event, "properties": small})) == "accepted"
    large = {f"k{i}": "x" * 1000 for i in range(33)}
    assert code(acceptor.accept({**event, "properties": large})) == "too_large"


JSON_FAULTS = {
    "": "empty_body",
    " \n": "empty_body",
    "\ufeff": "empty_body",
    "{": "invalid_json",
    HEAD: "invalid_json",
    HEAD + "}}": "invalid_json",
    HEAD + ",}": "invalid_json",
    "{'event_id':'e'}": "invalid_json",
    HEAD + ",/*c*/}": "invalid_json",
    HEAD + ',"title":"a\nb"}': "invalid_json",
    HEAD + ',"title":"a\x00b"}': "invalid_json",
    HEAD + ',"properties":{"n":01}}': "invalid_json",
    HEAD + ',"properties":{"n":.5}}': "invalid_json",
    HEAD + ',"properties":{"n":+5}}': "invalid_json",
    "[]": "wrong_type",
    "[" + HEAD + "}]": "wrong_type",
    "null": "wrong_type",
    '"text"': "wrong_type",
    "5": "wrong_type",
}


@pytest.mark.parametrize(("text", "expected"), JSON_FAULTS.items())
def test_what_is_no_json_object(line: Line, text: str, expected: str) -> None:
    assert code(line(text)) == expected


def test_a_fault_of_json_is_shown_where_it_is(line: Line) -> None:
    found = line('{"event_id":"e",\n "event":}')
    assert isinstance(found, Rejection)
    assert found.detail.endswith("Expecting value at line 2, column 10")


@pytest.mark.parametrize("text", [b'{"event_id":"\xff"}', b"\xff", HEAD.encode("utf-16")])
def test_what_is_no_utf8(line: Line, text: bytes) -> None:
    assert code(line(text)) == "invalid_encoding"


def test_a_byte_order_mark_is_skipped(line: Line) -> None:
    assert line(b"\xef\xbb\xbf" + HEAD.encode() + b"}") == line(HEAD + "}")


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "x\\ud83dy", "\\ude00\\ud83d"])
@pytest.mark.parametrize("field", ["visitor_id", "title", "properties"])
def test_half_characters_are_refused(line: Line, refused: Refuses, half: str, field: str) -> None:
    value = f'{{"a":"{half}"}}' if field == "properties" else f'"{half}"'
    head = HEAD.replace(',"visitor_id":"v"', "") if field == "visitor_id" else HEAD
    assert code(line(f'{head},"{field}":{value}}}')) == "invalid_encoding"
    assert refused(**{field: json.loads(value)}).code == "invalid_encoding"


def test_escaped_characters_are_whole(line: Line) -> None:
    found = line(HEAD + ',"title":"\\ud83d\\ude00 \\u00e9\\u0000"}')
    assert not isinstance(found, Rejection)
    assert found["title"] == "😀 é\x00"


REPEATED = [
    ',"title":"a","title":"b"}',
    ',"title":"a","title":"a"}',
    ',"title":null,"title":"a"}',
    ',"title":"a" , "title" : "a"}',
    ',"event":"other"}',
    ',"properties":{},"properties":{}}',
    ',"properties":{"a":1,"a":1}}',
    ',"properties":{"a":1,"a" :1}}',
    ',"properties":{"a":1,"a"\t:1}}',
    ',"properties":{"a":{"b":1,"b":2}}}',
    ',"properties":{"a":[[{"b":1,"b":2}]]}}',
    ',"properties":{"items":[{"item_id":"p","item_id":"q"}]}}',
    ',"properties":{"a":1,"\\u0061":1}}',
    ',"properties":{"a":"\\":","b":1,"b" :1}}',
]


@pytest.mark.parametrize("rest", REPEATED)
def test_a_key_there_twice_is_refused(line: Line, rest: str) -> None:
    found = line(HEAD + rest)
    assert isinstance(found, Rejection)
    assert found.code == "duplicate_key"
    assert "there twice" in found.detail


ONCE = [
    ',"title":null,"properties":{"a":null}}',
    ',"title":"\\":","referrer":"a \\" : b"}',
    ' ,\n\t"title" : "a" }\r\n',
    ',"properties":{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"title":"x"}}',
]


@pytest.mark.parametrize("rest", ONCE)
def test_a_key_there_once_is_not(line: Line, rest: str) -> None:
    assert code(line(HEAD + rest)) == "accepted"
