"""CSV: dialects, headers, rows of several lines, and rows that are none."""

from __future__ import annotations

import csv
import io
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import BadRow, CsvFile, read_header, rows
from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
MIB = 1 << 20
HEADER = "event_id,event,occurred_at,visitor_id,title\n"


def row(number: int, title: str = "") -> str:
    return f"e{number},page_view,2026-05-01T12:00:00Z,v1,{title}\n"


def parsed(data: bytes, size: int = 1 << 16) -> list[tuple[int, list[str]] | BadRow]:
    file = CsvFile([data[at : at + size] for at in range(0, len(data), size)], size)
    chunks = [each for each in file.chunks() if isinstance(each, Chunk)]
    return [each for chunk in chunks for each in rows(chunk, file.header)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(stage: Made, file: Write, delimiter: str) -> None:
    text = (HEADER + row(1, "a") + row(2)).replace(",", delimiter)
    result = stage(file("a.csv", text))
    assert result.ids == ["e1", "e2"]
    assert [each["title"] for each in result.rows] == ["a", None]


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ('"Price, net";Qty\n1,50;2\n2,75;1\n', ";"),
        ("event_id\ne1\n", ","),
        ("a,b;c\n1,2;3\n4,5;6\n", ","),
        ("a\tb,c\n1\t2\n3\t4\n", "\t"),
    ],
)
def test_the_separator_is_the_one_that_explains_the_rows(head: str, delimiter: str) -> None:
    assert read_header(head.encode()).delimiter == delimiter


def test_quoted_fields_hold_separators_quotes_and_line_ends(stage: Made, file: Write) -> None:
    titles = ["a,b", 'say ""hi""', "two\nlines", "and\r\nthree\n\nmore", ""]
    text = HEADER + "".join(row(number, f'"{title}"') for number, title in enumerate(titles))
    result = stage(file("a.csv", text))
    assert [each["title"] for each in result.rows] == [
        "a,b",
        'say "hi"',
        "two\nlines",
        "and\r\nthree\n\nmore",
        None,
    ]
    assert [each["line"] for each in result.rows] == [2, 3, 4, 6, 10]


def test_a_quote_inside_an_unquoted_field_is_a_letter(stage: Made, file: Write) -> None:
    result = stage(file("a.csv", HEADER + row(1, '5" pipe') + row(2, 'x"') + row(3)))
    assert [each["title"] for each in result.rows] == ['5" pipe', 'x"', None]


def test_blank_lines_marks_and_line_ends(stage: Made, file: Write) -> None:
    text = "\ufeff" + HEADER + "\n" + row(1) + "\n\n" + row(2).rstrip()
    result = stage(file("a.csv", text.replace("\n", "\r\n")))
    assert result.ids == ["e1", "e2"]
    assert [each["line"] for each in result.rows] == [3, 6]


def test_uneven_rows_are_refused_by_their_line(stage: Made, file: Write) -> None:
    text = HEADER + row(1) + "e2,page_view\n" + row(3).rstrip() + ",more\n" + row(4)
    result = stage(file("a.csv", text))
    assert result.ids == ["e1", "e4"]
    assert result.refusals == [(3, "invalid_row"), (4, "invalid_row")]
    assert result.rejected[0]["detail"] == "the row has 2 fields where the header has 5"
    assert result.rejected[0]["raw"] == b"e2,page_view"


def test_a_line_in_another_encoding_is_refused_alone(stage: Made, file: Write) -> None:
    good, bad = row(1, "caf\u00e9").encode(), row(2, "caf\u00e9").encode("cp1252")
    result = stage(file("mixed.csv", HEADER.encode() + good + bad + row(3).encode()))
    assert result.ids == ["e1", "e3"]
    assert result.rows[0]["title"] == "caf\u00e9"
    assert result.refusals == [(3, "invalid_encoding")]
    assert "byte 41 of the row (0xe9) is not UTF-8" in result.rejected[0]["detail"]
    assert result.rejected[0]["raw"] == bad.rstrip()


def test_refused_events_are_kept_as_they_can_be_sent_again(stage: Made, file: Write) -> None:
    text = "event_id,event,occurred_at,visitor_id,score\ne1,page_view,1970-01-01T00:00:00Z,v1,\n"
    result = stage(file("a.csv", text))
    assert result.rejected[0]["raw"] == (
        b'{"event_id": "e1", "event": "page_view", '
        b'"occurred_at": "1970-01-01T00:00:00Z", "visitor_id": "v1"}'
    )


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("eventid,event,occurred_at", "no column 'event_id'; did you mean 'eventid'?"),
        ("event_id,event,time", "no column 'occurred_at'; there are 'event_id', 'event', 'time'"),
        ("event_id,event,occurred_at,url,url", "the column 'url' is there twice"),
        ("event_id,event,occurred_at,,x", "column 4 has no name"),
        ("ts,type", "an export of another program is read with --map MAP.toml"),
        (",".join(["a"] * 10_000), "it has 10,000 columns; 1,000 at most"),
        ("date,source,medium,campaign,impressions,clicks,cost", "use --format ad-costs"),
        ('event_id,"event,occurred_at', "a quote is opened in the header and never closed"),
    ],
)
def test_a_wrong_header_is_refused_before_a_row_is_read(
    stage: Made, file: Write, header: str, words: str
) -> None:
    with pytest.raises(RequestError) as told:
        stage(file("wide.csv", header + "\n" + "1,2,3\n"))
    assert words in str(told.value)
    assert "wide.csv, line 1: " in str(told.value)


def test_a_header_alone(stage: Made, file: Write) -> None:
    with pytest.raises(RequestError, match="line 1: there is a header, and not one row below it"):
        stage(file("a.csv", HEADER))


def test_a_header_that_is_no_text(stage: Made, file: Write) -> None:
    with pytest.raises(RequestError, match="the header is not UTF-8"):
        stage(file("a.csv", b"event_id,event,occurred_at,caf\xe9\n1,2,3,4\n"))


def test_lines_that_end_with_a_carriage_return_alone(stage: Made, file: Write) -> None:
    with pytest.raises(RequestError, match="end with CR alone"):
        stage(file("a.csv", (HEADER + row(1)).replace("\n", "\r")))


def test_naive_times_without_a_declared_zone(stage: Made, file: Write) -> None:
    text = HEADER + "e1,page_view,2026-05-01 12:00:00,v1,\n"
    with pytest.raises(RequestError, match="line 2: occurred_at '2026-05-01 12:00:00' has no"):
        stage(file("a.csv", text))


def test_a_quote_that_is_never_closed_stops_at_its_line(
    stage: Made, file: Write, tmp_path: Path
) -> None:
    path = tmp_path / "quote.csv"
    with path.open("w") as held:
        held.write(HEADER + row(1) + row(2, '"'))
        for _ in range(50):
            held.write("a" * MIB)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = stage(path)
    assert result.ids == ["e1"]
    (problem,) = result.staged.problems
    assert "line 3: a row of more than 1 MiB; is a quote opened there and never closed?" in problem
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120 * 1024
    short = stage(file("short.csv", HEADER + row(1) + row(2, '"') + row(3)))
    assert short.ids == ["e1"]
    assert "line 3: a quote is opened and never closed" in short.staged.problems[0]


def test_a_huge_field_is_one_refused_row(stage: Made, file: Write) -> None:
    huge = '"' + "x\n" * 200_000 + '"'
    result = stage(file("a.csv", HEADER + row(1) + row(2, huge) + row(3)))
    assert result.ids == ["e1", "e3"]
    assert [line for line, _ in result.refusals] == [3]
    assert len(result.rejected[0]["raw"]) <= 32_768
    assert [each["line"] for each in result.rows] == [2, 200_004]


def test_cells_are_read_as_the_vocabulary_has_them(stage: Made, file: Write) -> None:
    text = (
        "event_id,event,occurred_at,visitor_id,transaction_id,value,shop,items,bot\n"
        'e1,purchase,1777636800000,v1,0042,1249.50,007,"[{""item_id"":""p1"",""price"":2.50}]",\n'
        "e2,page_view,2026-05-01T12:00:00Z,v1,,,,,true\n"
        "e3,purchase,2026-05-01T12:00:00Z,v1,x, 12 ,,,no\n"
        "e4,purchase,2026-05-01T12:00:00Z,v1,x,a lot,,,\n"
        "e5,purchase,2026-05-01T12:00:00Z,v1,x,1,,[{,\n"
    )
    result = stage(file("a.csv", text))
    assert [each["properties"] for each in result.rows] == [
        '{"items":[{"item_id":"p1","price":2.5}],"shop":"007","transaction_id":"0042","value":1249.5}',
        '{"bot":true}',
        '{"bot":false,"transaction_id":"x","value":12}',
    ]
    assert [each["bot"] for each in result.rows] == [False, True, False]
    assert result.rows[0]["occurred_ms"] == 1_777_636_800_000
    assert result.refusals == [(5, "wrong_type"), (6, "invalid_json")]
    assert [each["pointer"] for each in result.rejected] == [
        "/properties/value",
        "/properties/items",
    ]


def test_a_column_of_properties_holds_the_object(stage: Made, file: Write) -> None:
    text = (
        "event_id,event,occurred_at,visitor_id,properties,plan\n"
        'e1,page_view,2026-05-01T12:00:00Z,v1,"{""a"": 1.10, ""b"": [1]}",\n'
        'e2,page_view,2026-05-01T12:00:00Z,v1,"{""a"": 2}",pro\n'
        "e3,page_view,2026-05-01T12:00:00Z,v1,,pro\n"
        "e4,page_view,2026-05-01T12:00:00Z,v1,[1],\n"
    )
    result = stage(file("a.csv", text))
    assert [each["properties"] for each in result.rows] == [
        '{"a":1.1,"b":[1]}',
        '{"a":2,"plan":"pro"}',
        '{"plan":"pro"}',
    ]
    assert result.refusals == [(5, "wrong_type")]


LETTERS = st.sampled_from(["a", "b", '"', '""', ",", "\n", "\r\n", "\u00e9", " ", '"a"', "xyz"])


@given(body=st.lists(LETTERS, max_size=40), size=st.integers(12, 60))
def test_rows_are_those_of_the_standard_reader_wherever_chunks_end(
    body: list[str], size: int
) -> None:
    text = "c1,c2,c3\n" + "".join(body)
    found = parsed(text.encode(), size)
    assert found == parsed(text.encode())
    reader = csv.reader(io.StringIO(text, newline="\n"))
    assert next(reader) == ["c1", "c2", "c3"]
    wanted: list[tuple[int, list[str]]] = []
    before = 1
    try:
        for fields in reader:
            if fields:
                wanted.append((before + 1, fields))
            before = reader.line_num
    except csv.Error:
        return
    good = [each for each in found if not isinstance(each, BadRow)]
    # The standard reader closes a quote at the end of the file; here that row is damage.
    assert good == [each for each in wanted if len(each[1]) == 3][: len(good)]
    assert len(found) >= len(wanted) - 1
