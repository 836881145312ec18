"""Damaged files: told with their place, set aside or read around, and the numbers are the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footfall.journal import segments
from support.collected import Shop, collecting, kill
from support.ledger import page_view, until_taken_in
from support.posting import post
from support.process import Footfall

EVENTS = 30


def filled(shop: Shop, *words: str) -> str:
    """A shop with some events, its server killed; all KPIs as its server told them."""
    with collecting(shop, *words) as served:
        for number in range(EVENTS):
            assert post(served, page_view(f"e{number}"), shop.write).status == 202
            if number == EVENTS - 3 and not words:
                until_taken_in(served.get, number + 1)  # what follows is only noted, in the WAL
        if words:
            return ""
        until_taken_in(served.get, EVENTS)
        told = served.get("/api/v1/kpis").body
        kill(served.process)
    return told


def flip(path: Path, at: int) -> None:
    """One bit of a file is another one."""
    data = bytearray(path.read_bytes())
    data[at] ^= 16
    path.write_bytes(bytes(data))


def journal_of(footfall: Footfall) -> Path:
    return footfall.workspace / "data" / "journal"


def test_all_is_well_and_an_end_that_was_never_finished_is_no_damage(shop: Shop) -> None:
    filled(shop, "--role", "collector")
    (segment,) = segments(journal_of(shop.footfall))
    with segment.path.open("ab") as stream:
        stream.write(b"\xf5REC half of it")
    ran = shop.footfall("verify")
    assert ran.code == 0, ran.err
    assert "Everything that is kept can be read" in ran.out
    assert "never acknowledged" in " ".join(ran.out.split())


def test_a_damaged_record_is_told_kept_and_costs_its_own_events_only(shop: Shop) -> None:
    filled(shop, "--role", "collector")
    (segment,) = segments(journal_of(shop.footfall))
    flip(segment.path, 1000)
    ran = shop.footfall("verify")
    assert ran.code == 1
    assert str(segment.number) in ran.out
    with collecting(shop) as served:
        until_taken_in(served.get, EVENTS - 1)
        served.stop()
    again = shop.footfall("verify")
    assert again.code == 1
    assert f"journal segment {segment.number}, offset " in again.out
    assert "are in quarantine" in " ".join(again.out.split())


@pytest.mark.slow
@pytest.mark.parametrize("what", ["wal flipped", "wal zeros", "wal cut", "file flipped", "gone"])
def test_a_damaged_database_is_set_aside_and_built_anew(shop: Shop, what: str) -> None:
    before = filled(shop)
    data = shop.footfall.workspace / "data"
    database, wal = data / "footfall.duckdb", data / "footfall.duckdb.wal"
    assert wal.stat().st_size > 2000
    match what:
        case "wal flipped":
            flip(wal, wal.stat().st_size // 2)
        case "wal zeros":
            wal.write_bytes(wal.read_bytes() + bytes(4096))
        case "wal cut":
            wal.write_bytes(wal.read_bytes()[: wal.stat().st_size // 2])
        case "file flipped":
            flip(database, 4200)
        case "gone":
            database.unlink()
    with collecting(shop) as served:
        until_taken_in(served.get, EVENTS)
        assert json.loads(served.get("/api/v1/kpis").body) == json.loads(before)
        assert post(served, page_view("after"), shop.write).status == 202
        until_taken_in(served.get, EVENTS + 1)
        served.stop()
    assert shop.footfall("verify").code == 0


def test_a_damaged_file_of_the_log_is_told(shop: Shop) -> None:
    filled(shop)
    first, *_ = sorted((shop.footfall.workspace / "data" / "log" / "shop").glob("*.parquet"))
    flip(first, first.stat().st_size - 20)
    ran = shop.footfall("verify")
    assert ran.code == 1
    assert first.name in ran.out
