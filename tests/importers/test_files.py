"""Which files are read, and what is said of the others."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from footfall.doors.importers.files import find_sources, recognised
from footfall.doors.importers.opened import shown, unreadable
from footfall.errors import RequestError

LINE = '{"event_id":"e1"}\n'
Write = Callable[..., Path]


def refused(*named: str | Path, kind: str = "auto") -> str:
    with pytest.raises(RequestError) as caught:
        find_sources(named, kind)
    assert caught.value.exit_code == 2
    return str(caught.value)


def names(*named: str | Path, kind: str = "auto") -> list[str]:
    return [Path(each.name).name for each in find_sources(named, kind).sources]


def test_a_folder_is_read_with_all_below_it_in_the_order_of_names(file: Write) -> None:
    for name in ("in/b.jsonl", "in/a/z.jsonl", "in/a/y.ndjson", "in/c.json"):
        file(name, LINE)
    folder = file("in/d.jsonl", LINE).parent
    assert names(folder) == ["y.ndjson", "z.jsonl", "b.jsonl", "c.json", "d.jsonl"]


def test_what_a_folder_holds_besides_is_said(file: Write) -> None:
    file("in/.secret.jsonl", LINE)
    file("in/.git/x.jsonl", LINE)
    file("in/notes.txt", "hello")
    file("in/package.json", '{\n  "name": "x"\n}\n')
    found = find_sources([file("in/a.jsonl", LINE).parent])
    assert [Path(each.name).name for each in found.sources] == ["a.jsonl"]
    assert {Path(each.name).name: each.reason.split(";")[0] for each in found.skipped} == {
        ".secret.jsonl": "hidden",
        "x.jsonl": "hidden",
        "notes.txt": "no file of events by its name",
        "package.json": "not one JSON object per line",
    }


def test_a_folder_without_events_is_refused_with_what_it_holds(file: Write) -> None:
    message = refused(file("in/notes.txt", "hello").parent)
    assert "no file of events" in message
    assert "notes.txt" in message


def test_a_format_picks_its_files_of_a_folder(file: Write) -> None:
    folder = file("in/a.jsonl", LINE).parent
    file("in/b.csv", "event_id,event\n1,2\n")
    assert names(folder, kind="csv") == ["b.csv"]


def test_patterns(file: Write, tmp_path: Path) -> None:
    for name in ("2026-01.jsonl", "2026-02.jsonl", "deep/er/2026-03.jsonl", "odd[1].jsonl"):
        file(name, LINE)
    assert names(f"{tmp_path}/2026-*.jsonl") == ["2026-01.jsonl", "2026-02.jsonl"]
    assert names(f"{tmp_path}/**/2026-03.jsonl") == ["2026-03.jsonl"]
    assert names(tmp_path / "odd[1].jsonl") == ["odd[1].jsonl"]
    assert "no file matches" in refused(f"{tmp_path}/2025-*.jsonl")


def test_a_file_that_is_named_twice_is_read_once(file: Write, tmp_path: Path) -> None:
    path = file("a.jsonl", LINE)
    found = find_sources([path, f"{tmp_path}/*.jsonl", tmp_path])
    assert len(found.sources) == 1
    assert {each.reason for each in found.skipped} == {"named twice; it is read once"}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("events", LINE, "jsonl"),
        ("events.log", "\ufeff" + LINE, "jsonl"),
        ("events.txt", "event_id;event\n1;2\n", "csv"),
        ("events.dat", "event_id\tevent\n1\t2\n", "csv"),
        ("events.TSV", "event_id\tevent\n1\t2\n", "csv"),
    ],
)
def test_the_content_says_what_the_name_does_not(
    file: Write, name: str, content: str, kind: str
) -> None:
    assert recognised(file(name, content)).kind == kind


def test_packing_is_seen_by_the_content(file: Write) -> None:
    packed = gzip.compress(LINE.encode())
    assert recognised(file("a.jsonl.gz", packed)).packing == "gz"
    assert recognised(file("a.jsonl", packed)).packing == "gz"
    assert "not packed as its name .gz says" in refused(file("b.jsonl.gz", LINE))
    assert "not packed as its name .zst says" in refused(file("b.csv.zst", "a,b\n"))


def test_three_reasons_for_three_kinds_of_nothing(file: Write) -> None:
    assert refused(file("empty.jsonl", "")).endswith("empty.jsonl is empty")
    assert refused(file("blank.jsonl", "\ufeff \r\n\n")).endswith("blank.jsonl is empty")
    assert "is empty once it is unpacked" in refused(file("e.csv.gz", gzip.compress(b"")))
    near = file("events.jsonl", LINE).with_name("evnts.jsonl")
    assert "there is no such file; did you mean" in refused(near)
    assert "events.jsonl?" in refused(near)


def test_all_wrong_files_are_named_at_once(file: Write, tmp_path: Path) -> None:
    message = refused(file("empty.jsonl", ""), tmp_path / "gone.csv", file("good.jsonl", LINE))
    assert len(message.splitlines()) == 2


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 1_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bomb.zip", _zip(), "zip archive"),
        ("sheet.csv", _zip(), "Excel workbook"),
        ("old.csv", b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel workbook"),
        ("wide.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("noise.jsonl", bytes(range(256)) * 40, "binary data"),
        ("noise", os.urandom(10_000), "binary data"),
        ("list.json", '[\n{"event_id":"e1"},\n{}\n]', "JSON list"),
        ("really.csv", b"PAR1" + bytes(100), "is a Parquet file, not csv"),
        ("really.parquet", "event_id,event\n", "not a Parquet file"),
        ("prose", "hello world\n", "neither JSON lines nor CSV nor Parquet"),
        ("a.xz", b"\xfd7zXZ\0" + bytes(50), "packed with xz"),
    ],
)
def test_what_is_no_file_of_events_is_named(
    file: Write, name: str, content: bytes | str, words: str
) -> None:
    message = refused(file(name, content))
    assert words in message
    assert name in message


def test_binary_letters_in_one_line_do_not_condemn_a_file(file: Write) -> None:
    assert recognised(file("a.jsonl", LINE * 20 + '{"event_id":"\0"}\n' + LINE)).kind == "jsonl"


def test_pipes_and_devices_are_refused_without_a_wait(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    assert "is a pipe or a device" in refused(pipe)
    assert "is a pipe or a device" in refused("/dev/zero")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(file: Write) -> None:
    path = file("a.jsonl", LINE)
    path.chmod(0)
    assert "permission denied" in refused(path)


def test_why_a_file_cannot_be_opened_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    denied = unreadable(path, PermissionError(13, "Permission denied"))
    assert denied.endswith("cannot be read: permission denied; allow the present user to read it")
    assert unreadable(path, OSError(5, "Input/output error")).endswith("input/output error")


def test_names_that_could_do_harm_are_shown_harmless(file: Write, tmp_path: Path) -> None:
    name = 'a"\r\nX: y' + "z" * 200 + ".csv"
    message = refused(file(name, ""))
    assert "\r" not in message
    assert message.splitlines() == [message]
    assert len(shown(tmp_path / name)) <= 120
    assert "no such file" in refused("x" * 3000)
    assert "is no name of a file" in refused("a\0b.csv")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "a.jsonl")
    assert "cannot be read" in refused(tmp_path / "a.jsonl")


def test_formats_and_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINE.encode())))
    (source,) = find_sources(["-"]).sources
    assert (source.name, source.path, source.kind) == ("standard input", None, "jsonl")
    assert "standard input is read as JSON lines, not as csv" in refused("-", kind="csv")
    assert "did you mean 'parquet'?" in refused("-", kind="parkett")
