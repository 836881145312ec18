"""The demonstration keeps to its calendar, and the same wish is told the same way."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from footfall.doors.demo import SCHEMA, days_of, generate
from footfall.errors import RequestError

UNTIL = date(2026, 4, 30)
PROGRAM = """
import hashlib, sys
from datetime import date
from footfall.doors.demo import write_jsonl
from pathlib import Path
file = Path(sys.argv[1])
write_jsonl(file, 40, date(2026, 4, 30), visitors=600, seed=int(sys.argv[2]))
print(hashlib.sha256(file.read_bytes()).hexdigest())
"""


def _fingerprint(**wish: int) -> str:
    rows = hashlib.sha256()
    for batch in generate(40, UNTIL, wish.get("visitors", 600), wish.get("seed", 5)):
        for line in batch.to_pylist():
            rows.update(repr(line).encode())
    return rows.hexdigest()


def _in_another_process(folder: Path, hash_seed: str) -> str:
    place = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM, str(folder / f"{hash_seed}.jsonl"), "5"]
    told = subprocess.run(command, env=place, capture_output=True, text=True, check=True)
    return told.stdout


def test_the_same_wish_gives_the_same_rows() -> None:
    assert _fingerprint() == _fingerprint()
    assert _fingerprint() != _fingerprint(seed=6)
    assert _fingerprint() != _fingerprint(visitors=601)


def test_every_process_gives_the_same_bytes(tmp_path: Path) -> None:
    assert _in_another_process(tmp_path, "1") == _in_another_process(tmp_path, "2")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
def test_events_arrive_on_their_local_day(zone: str) -> None:
    told = {}
    for day, batches in days_of(30, date(2026, 4, 10), 400, 3, zone):
        rows = pa.Table.from_batches(batches, SCHEMA)
        told[day] = rows
        moments = rows["occurred_at"].to_pylist()
        assert moments == sorted(moments)
        arrived = zip(moments, rows["sent_at"].to_pylist(), strict=True)
        assert {_local(late or at, zone) for at, late in arrived} <= {day}
    assert [day.isoformat() for day in told][::29] == ["2026-03-12", "2026-04-10"]
    assert sum(each.num_rows for each in told.values()) > 2000


def _local(at: int, zone: str) -> date:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def test_the_evening_stays_the_evening_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    evening = {True: 0, False: 0}
    whole = {True: 0, False: 0}
    for batch in generate(40, date(2026, 4, 17), 12_000, 1):
        for at in batch["occurred_at"].to_pylist():
            local = datetime.fromtimestamp(at / 1000, zone)
            summer = local.dst() is not None and bool(local.dst())
            whole[summer] += 1
            evening[summer] += local.hour in {20, 21}
    shares = [evening[summer] / whole[summer] for summer in (True, False)]
    assert shares[0] == pytest.approx(shares[1], abs=0.012)
    assert shares[0] > 0.14


def test_a_clock_change_has_no_missing_hour() -> None:
    hours = set()
    for batch in generate(1, date(2026, 3, 29), 20_000, 1):
        hours |= {
            datetime.fromtimestamp(at / 1000, ZoneInfo("Europe/Berlin")).hour
            for at in batch["occurred_at"].to_pylist()
        }
    assert hours == set(range(24)) - {2}


@pytest.mark.parametrize(("days", "visitors"), [(1, 1), (1, 50), (3, 2), (100, 8)])
def test_small_shops_are_told_too(days: int, visitors: int) -> None:
    rows = pa.Table.from_batches(generate(days, UNTIL, visitors, 2), SCHEMA)
    assert len(set(rows["visitor_id"].to_pylist())) >= visitors
    assert set(rows["event"].to_pylist()) >= {"page_view"}


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 9999}, "days"),
        ({"until": date(2000, 1, 20)}, "until"),
        ({"visitors": 0}, "visitors"),
        ({"seed": -1}, "seed"),
        ({"timezone": "Europe/Berln"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
    ],
)
def test_a_wish_that_cannot_be_told_is_named(wish: dict[str, object], field: str) -> None:
    whole: dict[str, object] = {"days": 30, "until": UNTIL, **wish}
    with pytest.raises(RequestError, match=f"^{field}: "):
        generate(**whole)  # type: ignore[arg-type]
