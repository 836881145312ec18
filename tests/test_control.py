"""The control store: refused rows are there once and for good, and imports are remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from footfall.errors import FootfallError, RequestError
from footfall.log.control import Control, open_control
from footfall.log.ledger import Counts, Source
from footfall.log.quarantine import Refused


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "control.sqlite"


@pytest.fixture
def control(path: Path) -> Iterator[Control]:
    opened = open_control(path)
    yield opened
    opened.close()


def refused(raw: str, line: int = 1, code: str = "invalid_time") -> Refused:
    return Refused("events.jsonl", line, code, "/occurred_at", "is no time", raw.encode())


FILE = [refused("a", 1), refused("b", 2), refused("a", 3), refused("c", 4, "missing_field")]


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_refused_rows_are_kept_as_they_came(control: Control) -> None:
    assert control.quarantine.add_rejections("shop", 5, FILE) == 4
    kept = control.quarantine.listed("shop")
    assert [row.refused for row in kept] == FILE
    assert {(row.received_ms, row.status) for row in kept} == {(5, "waiting")}
    assert all(row.ref.startswith("q_") for row in kept)


def test_a_file_imported_twice_adds_nothing(control: Control) -> None:
    control.quarantine.add_rejections("shop", 5, FILE)
    before = control.quarantine.listed("shop")
    assert control.quarantine.add_rejections("shop", 9, FILE) == 0
    assert control.quarantine.listed("shop") == before


def test_one_more_of_the_same_row_is_one_more(control: Control) -> None:
    control.quarantine.add_rejections("shop", 5, FILE)
    assert control.quarantine.add_rejections("shop", 9, [*FILE, refused("a", 5)]) == 1
    assert control.quarantine.by_code("shop") == {"invalid_time": 4, "missing_field": 1}


def test_the_batches_of_an_import_are_one_import(control: Control) -> None:
    """In two batches the same row is a second one; in two imports it is the first again."""
    intake = control.quarantine.intake("shop", 5)
    intake.add([refused("a", 1)])
    intake.add([refused("a", 2)])
    assert control.quarantine.listed("shop") == []
    assert intake.commit() == 2


def test_two_imports_at_once_do_not_mix(control: Control) -> None:
    first, second = (control.quarantine.intake(site, 5) for site in ("shop", "outlet"))
    first.add([refused("a")])
    second.add([refused("a"), refused("b")])
    assert (first.commit(), second.commit()) == (1, 2)
    assert len(control.quarantine.listed("shop")) == 1


def test_a_discarded_import_leaves_nothing(control: Control) -> None:
    intake = control.quarantine.intake("shop", 5)
    intake.add(FILE)
    intake.discard()
    assert intake.commit() == 0
    assert control.quarantine.listed("shop") == []


def test_the_same_row_of_another_site_is_another(control: Control) -> None:
    control.quarantine.add_rejections("shop", 5, FILE)
    assert control.quarantine.add_rejections("outlet", 5, FILE) == 4
    refs = {row.ref for site in ("shop", "outlet") for row in control.quarantine.listed(site)}
    assert len(refs) == 8


def test_a_replayed_row_waits_no_more_and_does_not_come_back(control: Control) -> None:
    control.quarantine.add_rejections("shop", 5, FILE)
    refs = [row.ref for row in control.quarantine.listed("shop", code="invalid_time")]
    control.quarantine.mark_replayed(refs, replayed_ms=7)
    assert control.quarantine.by_code("shop") == {"missing_field": 1}
    assert control.quarantine.by_code("shop", status="replayed") == {"invalid_time": 3}
    assert control.quarantine.add_rejections("shop", 9, FILE) == 0
    assert control.quarantine.by_code("shop") == {"missing_field": 1}


def test_rows_are_taken_by_name_in_the_order_asked(control: Control) -> None:
    rows = [refused(str(number), number) for number in range(1200)]
    control.quarantine.add_rejections("shop", 5, rows)
    refs = [row.ref for row in control.quarantine.listed("shop", limit=2000)][::-1]
    assert [row.refused for row in control.quarantine.take(refs)] == rows[::-1]


def test_an_unknown_name_is_refused(control: Control) -> None:
    with pytest.raises(RequestError, match="not in quarantine: q_nothing"):
        control.quarantine.take(["q_nothing"])


def test_waiting_rows_can_be_replayed_while_they_are_read(control: Control) -> None:
    rows = [refused(str(number), number) for number in range(1200)]
    control.quarantine.add_rejections("shop", 5, rows)
    seen = []
    for row in control.quarantine.waiting("shop"):
        seen.append(row.refused)
        control.quarantine.mark_replayed([row.ref], 7)
    assert seen == rows


def test_a_list_has_at_most_as_many_rows_as_asked_for(control: Control) -> None:
    control.quarantine.add_rejections("shop", 5, FILE)
    assert [row.refused.line for row in control.quarantine.listed("shop", limit=2)] == [1, 2]


def test_days_are_the_site_s_own(control: Control) -> None:
    """15 July 22:30 UTC is already the 16th in Berlin, and 18:15 UTC in Kathmandu (+05:45)."""
    moments = {"2026-07-15T22:30": "a", "2026-07-15T18:15": "b", "2026-07-15T18:14:59": "c"}
    for moment, raw in moments.items():
        control.quarantine.add_rejections("shop", ms(moment), [refused(raw)])
    july = [date(2026, 7, 15), date(2026, 7, 16)]
    by_day = control.quarantine.by_day
    assert by_day("shop", ZoneInfo("Europe/Berlin")) == {july[0]: 2, july[1]: 1}
    assert by_day("shop", ZoneInfo("Asia/Kathmandu")) == {july[0]: 1, july[1]: 2}


def test_bytes_that_are_no_text_are_kept_to_the_bit(control: Control) -> None:
    raw = bytes(range(256))
    control.quarantine.add_rejections("shop", 5, [Refused("x", None, "invalid_json", "", "", raw)])
    assert control.quarantine.listed("shop")[0].refused.raw == raw


SOURCE = Source("events.jsonl", sha256="ab" * 32, bytes=120, format="jsonl")
COUNTS = Counts(read=10, stored=6, duplicate=2, conflicts=1, quarantined=1)


def test_a_finished_import_is_recognised_when_it_comes_again(control: Control) -> None:
    number = control.imports.begin("shop", SOURCE, started_ms=5)
    assert control.imports.repeat_of("shop", SOURCE) is None
    control.imports.finish(number, COUNTS, finished_ms=8)
    renamed = Source("copy.jsonl", SOURCE.sha256, SOURCE.bytes, "jsonl")
    found = control.imports.repeat_of("shop", renamed)
    assert found is not None
    assert (found.import_id, found.source, found.counts) == (number, SOURCE, COUNTS)


@pytest.mark.parametrize(
    ("site", "source"),
    [
        ("outlet", SOURCE),
        ("shop", Source("events.jsonl", "cd" * 32, 120, "jsonl")),
        ("shop", Source("events.jsonl", SOURCE.sha256, 120, "csv")),
        ("shop", Source("events.jsonl", SOURCE.sha256, 120, "jsonl", mapping_sha256="ef" * 32)),
    ],
)
def test_another_site_content_format_or_mapping_is_no_repeat(
    control: Control, site: str, source: Source
) -> None:
    control.imports.finish(control.imports.begin("shop", SOURCE, 5), COUNTS, 8)
    assert control.imports.repeat_of(site, source) is None


def test_a_refused_file_is_remembered_and_may_come_again(control: Control) -> None:
    number = control.imports.begin("shop", SOURCE, 5)
    control.imports.refuse(number, "the file is empty", finished_ms=6)
    assert control.imports.latest("shop")[0].refused == "the file is empty"
    assert control.imports.repeat_of("shop", SOURCE) is None


def test_the_totals_are_those_of_all_finished_imports(control: Control) -> None:
    for site, counts in (("shop", COUNTS), ("shop", Counts(5, 5)), ("outlet", COUNTS)):
        control.imports.finish(control.imports.begin(site, SOURCE, 5), counts, 8)
    control.imports.begin("shop", SOURCE, 9)
    assert control.imports.totals("shop") == Counts(15, 11, 2, 1, 1)
    assert control.imports.totals("nowhere") == Counts()


def test_a_forgotten_site_starts_anew_and_others_stay(control: Control) -> None:
    for site in ("shop", "outlet"):
        control.imports.finish(control.imports.begin(site, SOURCE, 5), COUNTS, 8)
        control.quarantine.add_rejections(site, 5, FILE)
    control.forget_site("shop")
    assert control.imports.repeat_of("shop", SOURCE) is None
    assert control.quarantine.listed("shop") == []
    assert control.imports.totals("outlet") == COUNTS
    assert len(control.quarantine.listed("outlet")) == 4
    assert control.quarantine.add_rejections("shop", 6, FILE) == 4


def test_the_latest_import_is_told_first(control: Control) -> None:
    numbers = [control.imports.begin("shop", SOURCE, moment) for moment in (5, 6, 7)]
    latest = control.imports.latest("shop", limit=2)
    assert [each.import_id for each in latest] == numbers[:0:-1]
    assert latest[0].finished_ms is None


def test_everything_is_there_after_closing(path: Path) -> None:
    first = open_control(path)
    first.quarantine.add_rejections("shop", 5, FILE)
    first.close()
    second = open_control(path)
    assert len(second.quarantine.listed("shop")) == 4
    second.close()


def test_what_is_committed_survives_a_loss_of_power(control: Control) -> None:
    """WAL with synchronous FULL, which is 2, syncs each commit (sqlite.org/pragma.html)."""
    assert control.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert control.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_two_open_stores_write_in_turn(path: Path, control: Control) -> None:
    other = open_control(path)
    for number in range(20):
        store = (control, other)[number % 2]
        store.quarantine.add_rejections("shop", 5, [refused(str(number))])
    other.close()
    assert control.quarantine.by_code("shop") == {"invalid_time": 20}


def test_a_file_that_is_no_store_is_refused_in_words(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is not a database, and never was one" * 40)
    with pytest.raises(FootfallError, match=r"control\.sqlite is damaged or no control store"):
        open_control(path)


def test_a_store_of_a_newer_version_is_left_alone(path: Path) -> None:
    open_control(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99)")
    connection.close()
    with pytest.raises(FootfallError, match="made by a newer Footfall"):
        open_control(path)


def test_a_half_made_change_is_undone(control: Control) -> None:
    def rows() -> Iterator[Refused]:
        yield refused("a")
        raise RuntimeError("the file ended in the middle")

    intake = control.quarantine.intake("shop", 5)
    with pytest.raises(RuntimeError):
        intake.add(rows())
    assert intake.commit() == 0
