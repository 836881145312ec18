"""JSON lines: every line accepted, or refused by its number, whatever the file holds."""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.importers.chunks import Chunk, line_chunks
from footfall.errors import RequestError

Made = Callable[..., Any]
Write = Callable[..., Path]
MIB = 1 << 20


def test_good_lines_are_accepted_in_their_order(stage: Made, file: Write, lines: Made) -> None:
    result = stage(file("a.jsonl", lines(10)))
    assert result.ids == [f"e{number}" for number in range(10)]
    assert [row["line"] for row in result.rows] == list(range(1, 11))
    report = result.staged.files[0]
    assert (report.read, report.accepted, report.rejected, report.dropped) == (10, 10, 0, 0)


def test_size_and_hash_are_those_of_the_bytes(stage: Made, file: Write) -> None:
    # SHA-256 of b"{}\n", as sha256sum gives it.
    report = stage(file("a.jsonl", "{}\n")).staged.files[0]
    assert report.bytes == 3
    assert report.sha256 == "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"


def test_refused_lines_are_named_and_kept_with_their_bytes(
    stage: Made, file: Write, lines: Made
) -> None:
    bad = [
        b'{"event_id":"x1","event":"page_view"',
        b'{"event_id":"x2","event":"Page View","occurred_at":1,"visitor_id":"v"}',
        b'{"event_id":"x3","event":"page\xffview"}',
        b"[1,2]",
        b'{"event_id":"x5","value":NaN}',
        b"null",
    ]
    result = stage(file("a.jsonl", lines(2) + b"\n".join(bad) + b"\n" + lines(2, 2)))
    assert result.ids == ["e0", "e1", "e2", "e3"]
    assert [row["line"] for row in result.rows] == [1, 2, 9, 10]
    assert [row["raw"] for row in result.rejected] == bad
    assert [line for line, _ in result.refusals] == [3, 4, 5, 6, 7, 8]
    codes = [code for _, code in result.refusals]
    assert codes[:2] == ["invalid_json", "invalid_name"]
    assert codes[2] == "invalid_encoding"
    assert result.rejected[1]["pointer"] == "/event"


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"\xef\xbb\xbf", b""), (b"\r\n\n  \n", b"\n\n \t\n"), (b"", b"   ")],
)
def test_marks_and_blank_lines_are_no_events(
    stage: Made, file: Write, lines: Made, before: bytes, after: bytes
) -> None:
    result = stage(file("a.jsonl", before + lines(3).replace(b"\n", b"\r\n") + after))
    assert result.ids == ["e0", "e1", "e2"]
    assert result.rejected == []
    assert result.rows[0]["line"] == 1 + before.count(b"\n")


def test_the_last_line_needs_no_line_end(stage: Made, file: Write, lines: Made) -> None:
    assert stage(file("a.jsonl", lines(3).rstrip(b"\n"))).ids == ["e0", "e1", "e2"]


def test_the_limit_of_an_event_is_exact(stage: Made, file: Write, lines: Made) -> None:
    def of_size(size: int) -> bytes:
        event = json.loads(lines(1, size))
        event["properties"] = {"text": "x" * 8000, "feedback": "x" * 8000, "answer": "x" * 8000}
        event["properties"]["list"] = [""]
        while (short := size - len(json.dumps(event).encode())) > 0:
            event["properties"]["list"].append("y" * max(0, min(1000, short - 4)))
        return json.dumps(event).encode()

    fits, exceeds = of_size(32_768), of_size(32_769)
    assert (len(fits), len(exceeds)) == (32_768, 32_769)
    result = stage(file("a.jsonl", fits + b"\r\n" + exceeds + b"\n"))
    assert result.ids == ["e32768"]
    assert result.refusals == [(2, "too_large")]
    assert result.rejected[0]["raw"] == exceeds[:4096]


def test_an_endless_line_is_refused_by_its_number_and_not_held(
    stage: Made, tmp_path: Path, lines: Made
) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as held:
        held.write(lines(5) + b'{"a":"')
        for _ in range(200):
            held.write(b"x" * MIB)
        held.write(b'"}\n' + lines(5, 5))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = stage(path)
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert result.ids == [f"e{number}" for number in range(10)]
    assert result.refusals == [(6, "too_large")]
    assert "209,715,208" in result.rejected[0]["detail"]
    assert result.rejected[0]["raw"] == b'{"a":"' + b"x" * 4090
    assert grown_kib < 100 * 1024


def test_an_endless_last_line(stage: Made, file: Write, lines: Made) -> None:
    result = stage(file("a.jsonl", lines(1) + b"x" * (9 * MIB)))
    assert result.refusals == [(2, "too_large")]


def test_chunks_hold_whole_lines_wherever_blocks_end() -> None:
    text = b"".join(b"%d\n" % number for number in range(200)) + b"end"
    for size in range(1, 40):
        blocks = [text[at : at + size] for at in range(0, len(text), size)]
        chunks = [each for each in line_chunks(blocks, size) if isinstance(each, Chunk)]
        assert b"".join(each.data for each in chunks) == text
        for each in chunks[:-1]:
            assert each.data.endswith(b"\n")
            first = each.data.partition(b"\n")[0]
            assert each.line == int(first) + 1


def test_binary_data_from_standard_input_is_refused(
    stage: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = io.BytesIO(bytes(range(256)) * 100)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(noise))
    assert stage("-").staged.problems == ("standard input: it holds binary data, not text",)


def test_standard_input(stage: Made, lines: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(4))))
    result = stage("-")
    assert result.ids == ["e0", "e1", "e2", "e3"]
    assert result.staged.files[0].name == "standard input"


def test_nothing_on_standard_input(stage: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert stage("-").staged.problems == ("standard input: it is empty",)


def test_a_file_of_naive_times_is_refused_with_what_to_do(
    stage: Made, file: Write, lines: Made
) -> None:
    path = file("a.jsonl", lines(30).replace(b".000Z", b""))
    with pytest.raises(
        RequestError, match=r"line 1: occurred_at .* has no offset from UTC"
    ) as told:
        stage(path)
    assert 'zone = "Europe/Berlin"' in str(told.value)


def test_one_naive_time_among_others_is_one_refused_line(
    stage: Made, file: Write, lines: Made
) -> None:
    naive = lines(1, 99).replace(b".000Z", b"")
    assert stage(file("a.jsonl", naive + lines(3))).refusals == [(1, "invalid_timestamp")]
