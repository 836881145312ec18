"""What is wrong in a mapping is told at once, by line and key, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.doors.importers.mapping import parse_mapping, read_mapping
from footfall.errors import RequestError

RIGHT = '[[events]]\nevent = "page_view"\nevent_id = "id"\noccurred_at = "at"\n'


def faults(text: str) -> list[str]:
    with pytest.raises(RequestError) as told:
        parse_mapping(text, "shop.toml")
    assert told.value.exit_code == 2
    return str(told.value).splitlines()


def test_all_faults_at_once_in_the_order_of_the_file() -> None:
    text = """
[rows]
keep = { column = "a", equls = 1 }

[time]
zone = "Europe/Berln"
formats = ["%Q", "iso"]

[[events]]
event = "Page View"
visitorid = "v"
occurred_at = { column = "t", type = "tme" }
"""
    found = faults(text)
    assert [line.split(" ")[0] for line in found] == [
        "shop.toml:3:",
        "shop.toml:3:",
        "shop.toml:6:",
        "shop.toml:7:",
        "shop.toml:9:",
        "shop.toml:10:",
        "shop.toml:11:",
        "shop.toml:12:",
    ]
    told = "\n".join(found)
    assert "did you mean 'equals'?" in told
    assert 'did you mean "Europe/Berlin"?' in told
    assert '"%Q" is no pattern of times' in told
    assert "did you mean 'visitor_id'?" in told
    assert "did you mean 'time'?" in told
    assert "the event has no event_id" in told


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("visitor_id = {}", "visitor_id: it says no source; write one of column, value, first"),
        ('visitor_id = { column = "a", value = 1 }', "column and value exclude each other"),
        ("visitor_id = 5", "5 is not a table"),
        ('visitor_id = { column = "" }', '"" is no name'),
        ('visitor_id = { column = "a", path = [] }', "a list is no path"),
        ('visitor_id = { column = "a", table = "states" }', "there is no [tables.states]"),
        ('visitor_id = { column = "a", table = { b = 1 } }', "table.b: 1 is not a text"),
        (
            'visitor_id = { column = "a", number_repeats = true }',
            "only an event_id can be numbered",
        ),
        ('visitor_id = { column = "a", absolute = "yes" }', "neither yes nor no"),
        ("visitor_id = { from_items = true }", "no field of the envelope"),
        ("visitor_id = { first = [] }", "a list is no list of columns"),
        ('group = "order"', '"order" is not a list'),
        ('group = ["order"]', "nothing says what of them are the items"),
        ("[events.properties]\nvalue = { from_items = true }", "there are no items to add up"),
        ("[events.properties]\nvalue = { from_items = 1 }", "it can only be true"),
        ('when = "paid"', '"paid" is no condition'),
        ('when = [{ column = "a" }]', "it is not one column and one test"),
        ('when = [{ column = "a", above = 1, below = 2 }]', "it is not one column and one test"),
        ("when = [{ equals = 1 }]", "it names no column"),
        ('when = [{ column = "a", matches = "(" }]', '"(" is no regular expression'),
        ('when = [{ column = "a", above = "1" }]', '"1" is not a number'),
        ('when = [{ column = "a", empty = "no" }]', "neither yes nor no"),
        ('when = [{ column = "a", in = "b" }]', '"b" is not a list'),
        ("[columns]\nx = 1", "columns.x: 1 is not a table"),
        ("[comon]", "did you mean 'common'?"),
        ('[common]\ngroup = ["a"]', "common.group: there is no such setting"),
        ('[time]\nformats = ["epoch"]', '"epoch" is no format of times'),
        ("[rows]\nfirst_rule_only = 1", "neither yes nor no"),
    ],
)
def test_each_fault_is_named(addition: str, words: str) -> None:
    (found,) = faults(RIGHT + addition)
    assert words in found
    assert found.startswith("shop.toml:")


def test_no_events_and_no_toml() -> None:
    assert faults("") == [
        "shop.toml: events: it says nothing about events; write at least one [[events]]"
    ]
    assert faults("[[events]]\nevent = \n")[0].startswith("shop.toml: this is not TOML")
    assert "is not a table" in faults("events = [1]")[0]


def test_files_that_are_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no such file"):
        read_mapping(tmp_path / "gone.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff")
    with pytest.raises(RequestError, match="is not UTF-8 text"):
        read_mapping(tmp_path / "a.toml")
    with pytest.raises(RequestError, match="cannot be read: is a directory"):
        read_mapping(tmp_path)


def test_a_mapping_is_the_same_for_the_same_text() -> None:
    assert parse_mapping(RIGHT) == parse_mapping(RIGHT)
    assert hash(parse_mapping(RIGHT)) == hash(parse_mapping(RIGHT))
