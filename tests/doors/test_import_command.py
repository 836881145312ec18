"""`footfall import`: what became of every row, once and for all, however often it is told."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from footfall.clock import FixedClock, SystemClock
from footfall.doors.importers.replay import replay
from footfall.workspace import Workspace
from support.process import COMMAND, DAY, GOOD, Footfall, event, heed_ctrl_c

MAPPING = """
[time]
zone = "Europe/Berlin"
[rows]
drop = [{ column = "what", equals = "nothing" }]
[[events]]
event = "page_view"
event_id = { column = "number", prefix = "n" }
occurred_at = "when"
visitor_id = "who"
"""
SHARED = Path(os.environ.get("FOOTFALL_SHARED", "/nonexistent"))


def test_importing_twice_changes_nothing(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").row("good.jsonl") == [9, 9, 0, 0]
    numbers, quality = footfall.numbers(), footfall.quality()
    again = footfall("import", "good.jsonl")
    assert again.code == 0
    assert again.row("good.jsonl") == [9, 0, 9, 0]
    assert "nothing was changed" in again.out
    assert footfall.numbers() == numbers
    assert footfall.quality() == quality


def test_an_import_makes_the_workspace_and_its_site(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl", "--site", "outlet").code == 0
    assert footfall.quality()["site"] == "outlet"
    assert "[site.outlet]" in (footfall.workspace / "footfall.toml").read_text()


def test_every_file_has_its_own_counts(footfall: Footfall) -> None:
    """Of an event told in two files the first one has it; words that differ are a conflict."""
    footfall.write("a.jsonl", [*GOOD, GOOD[0]])
    footfall.write("b.jsonl", [GOOD[1], {**GOOD[2], "title": "other words"}, event(30)])
    ran = footfall("import", "a.jsonl", "b.jsonl")
    assert ran.row("a.jsonl") == [10, 9, 1, 0]
    assert ran.row("b.jsonl") == [3, 1, 1, 1]
    assert ran.row("total") == [13, 10, 2, 1]
    assert "b.jsonl:2  duplicate_conflict" in ran.out
    quality = footfall.quality()
    assert (quality["read"], quality["stored"], quality["duplicates"]) == (13, 10, 2)
    assert (quality["duplicate_conflicts"], quality["refused"]) == (1, 0)


def test_standard_input_packed_files_folders_and_patterns(footfall: Footfall) -> None:
    lines = [json.dumps(each).encode() + b"\n" for each in GOOD]
    assert footfall("import", "-", stdin=b"".join(lines[:3])).row("standard input") == [3, 3, 0, 0]
    folder = footfall.folder / "more" / "2026"
    folder.mkdir(parents=True)
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(b"".join(lines[2:6])))
    (folder / "notes.txt").write_text("not events")
    footfall.write("day1.jsonl", b"".join(lines[6:8]))
    footfall.write("day2.jsonl", lines[8])
    ran = footfall("import", "more", "day*.jsonl")
    assert ran.row("more/2026/packed.jsonl.gz") == [4, 3, 1, 0]
    assert ran.row("total") == [7, 6, 1, 0]
    assert "left out: more/2026/notes.txt" in ran.out


def test_rows_that_a_mapping_leaves_out_are_counted(footfall: Footfall) -> None:
    footfall.write("map.toml", MAPPING)
    rows = "number,when,who,what\n1,2026-01-05 09:00:00,anna,\n2,2026-01-05 09:01:00,ben,nothing\n"
    footfall.write("visits.csv", rows)
    ran = footfall("import", "visits.csv", "--map", "map.toml")
    assert ran.row("visits.csv") == [2, 1, 0, 0, 1]
    footfall.write("rest.csv", rows.replace(",anna,", ",anna,nothing"))
    ran = footfall("import", "rest.csv", "--map", "map.toml")
    assert ran.code == 2
    assert "the mapping left out every row" in ran.err


def test_a_table_is_imported_and_its_rows_replace_those_of_the_same_key(
    footfall: Footfall,
) -> None:
    footfall.write("orders.jsonl", [event(1, "purchase", value=10, currency="USD")])
    assert footfall("import", "orders.jsonl").code == 0
    assert footfall.value("revenue") == "0.00"
    footfall.write("rates.csv", "date,currency,rate\n2026-01-01,USD,0.9\n2026-01-01,XXX,1\n")
    ran = footfall("import", "rates.csv", "--format", "fx-rates")
    assert ran.code == 0
    assert ran.row("fx_rates") == [2, 1, 0, 1]
    assert "rates.csv:3  invalid_row  currency is 'XXX'" in ran.out
    assert footfall.value("revenue") == "9.00"
    footfall.write("newer.csv", "date,currency,rate\n2026-01-01,USD,0.5\n")
    assert footfall("import", "newer.csv", "--format", "fx-rates").code == 0
    assert footfall.value("revenue") == "5.00"
    assert footfall("import", "rates.csv", "--format", "fx-rates", "--map", "m").code == 2


def test_what_is_refused_cannot_command_the_terminal(footfall: Footfall) -> None:
    bad = [{**event(1), "event": "\x1b[2J\x1b]0;title\x07"}, event(2)]
    footfall.write("bad.jsonl", bad)
    for words in (["import", "bad.jsonl"], ["quarantine", "list"]):
        ran = footfall(*words)
        assert "invalid_name" in ran.out
        assert "\x1b" not in ran.out


@pytest.mark.slow
def test_ctrl_c_keeps_the_workspace_as_it_was(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    numbers, quality = footfall.numbers(), footfall.quality()
    line = json.dumps(event(1)).replace("e1", "%06d").encode() + b"\n"
    footfall.write("big.jsonl", b"".join(line % (at,) for at in range(300_000)))
    process = subprocess.Popen(
        [*COMMAND, "import", "big.jsonl"],
        cwd=footfall.folder,
        env=footfall.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it only resets a signal
    )
    staging = footfall.workspace / "data" / "staging"
    while process.poll() is None and not list(staging.glob("*/*")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.decode() == (
        "footfall: interrupted: nothing of this import is kept, and nothing was changed\n"
    )
    assert list(staging.glob("*")) == []
    assert footfall.numbers() == numbers
    assert footfall.quality() == quality


def test_a_row_is_taken_again_when_its_time_has_come(footfall: Footfall) -> None:
    soon = datetime.now(UTC) + timedelta(hours=25)
    early = {**event(1), "occurred_at": soon.isoformat()}
    footfall.write("mixed.jsonl", [early, event(2), {**event(3), "occurred_at": 0}])
    flat = f"event_id,event,occurred_at,visitor_id,title\nf1,page_view,{soon.isoformat()},v,T\n"
    footfall.write("flat.csv", flat + f"f2,page_view,{DAY}T09:00:00Z,v,U\n")
    assert footfall("import", "mixed.jsonl", "flat.csv").row("total") == [5, 2, 0, 3]
    ran = footfall("quarantine", "replay")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        "3 rows taken again: 0 stored, 3 still refused",
    )
    later = FixedClock(SystemClock().now_ms() + 2 * 3_600_000)
    with Workspace(footfall.workspace, clock=later) as shop:
        told = replay(shop, shop.site())
        assert (told.taken, told.stored, told.duplicate) == (3, 2, 0)
        assert told.still == {"timestamp_too_old": 1}
        assert replay(shop, shop.site()).still == {"timestamp_too_old": 1}
    assert footfall.value("page_views") == 4
    assert footfall.quality()["refused_by_code"] == {"timestamp_too_old": 1}
    assert footfall.quality()["stored"] == 4


def test_a_contradiction_stays_in_quarantine(footfall: Footfall) -> None:
    footfall.write("mixed.jsonl", [event(1), {**event(1), "title": "other words"}])
    assert footfall("import", "mixed.jsonl").row("mixed.jsonl") == [2, 1, 0, 1]
    ran = footfall("quarantine", "replay")
    assert ran.out.splitlines() == [
        "1 row taken again: 0 stored, 1 still refused",
        "  duplicate_conflict  1",
    ]
    assert footfall.quality()["duplicate_conflicts"] == 1


def test_an_empty_quarantine_says_so(shop: Footfall) -> None:
    for action in ("list", "replay"):
        assert shop("quarantine", action).out == "There is nothing in quarantine.\n"
    assert shop("quarantine", "list", "--format", "json").told == []


def test_a_rebuild_gives_the_same_numbers(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    before = footfall.numbers()
    ran = footfall("rebuild")
    assert ran.out.startswith("shop: 9 events of the log, built anew in ")
    assert footfall.numbers() == before


@pytest.mark.skipif(
    not (SHARED / "cases").is_dir(), reason="FOOTFALL_SHARED names no folder with the cases"
)
@pytest.mark.parametrize("case", ["berlin-spring", "new-york-autumn"])
def test_the_data_quality_of_the_published_streams(footfall: Footfall, case: str) -> None:
    """The rates matter too: an order without one is of unknown revenue."""
    folder = SHARED / "cases" / case
    expected = json.loads(gzip.decompress((folder / "expected.json.gz").read_bytes()))
    settings = json.loads((folder / "site.json").read_bytes())
    rates = json.loads((folder / "tables.json").read_bytes())["fx_rates"]
    footfall.write("rates.csv", "date,currency,rate\n" + "".join(
        f"{each['date']},{each['currency']},{each['rate']}\n" for each in rates
    ))  # fmt: skip
    assert footfall("init").code == 0
    text = (
        f'[site.shop]\ntimezone = "{settings["timezone"]}"\ncurrency = "{settings["currency"]}"\n'
    )
    (footfall.workspace / "footfall.toml").write_text(text)
    assert footfall("import", "rates.csv", "--format", "fx-rates").code == 0
    assert footfall("import", str(folder / "events.jsonl.gz")).code == 0
    found = footfall.quality()
    assert {key: found[key] for key in expected["data_quality"]} == expected["data_quality"]
