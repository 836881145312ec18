"""`footfall kpis` and `catalogue`: for people, for programs, and for whoever stops reading."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from support.process import COMMAND, SOURCE, Footfall, event

FULL = Path("/dev/full")
OWN = """
id = "pages_per_order"
name = "Pages per order"
group = "Own"
help = "How much people look at before they buy."
unit = "ratio"
better = "neither"
source = "the shop"
formula = "page_views / orders"
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A shop with two visitors by two kinds of device, and one of no known kind."""
    made = Footfall(tmp_path_factory.mktemp("seen"))
    made.write(
        "events.jsonl",
        [
            event(1, visitor="a", device="mobile", url="https://shop.example/"),
            event(2, "purchase", visitor="a", device="mobile", transaction_id="T1", value=9.99),
            event(3, visitor="b", device="desktop", url="https://shop.example/-1+2"),
            event(4, visitor="c", url="https://shop.example/"),
        ],
    )
    assert made("import", "events.jsonl").code == 0
    return made


def rows(seen: Footfall, *words: str) -> list[tuple[object, object]]:
    """The visitors by device that a question finds."""
    told = seen("kpis", "visitors", "--by", "device", "--format", "json", *words).told["rows"]
    return [(row["segment"]["device"], row["value"]) for row in told]


def test_the_table_is_what_people_read(seen: Footfall) -> None:
    ran = seen("kpis", "visitors", "conversion_rate", "revenue", "aov", "ctr")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Shop · 2026-01-05 · UTC · EUR",
        "",
        "Store",
        "  Visitors                   3             visitors",
        "  Conversion rate      33.33 %  1 of 3     conversion_rate",
        "  Revenue                €9.99             revenue",
        "  Average order value    €9.99  €9.99 ÷ 1  aov",
        "",
        "Assets",
        "  Click-through rate         –             ctr",
    ]


def test_json_csv_and_parquet_say_the_same(seen: Footfall) -> None:
    words = ["kpis", "--by", "device", "--every", "day", "--format"]
    told = seen(*words, "json").told["rows"]
    flat = list(csv.DictReader(io.StringIO(seen(*words, "csv").out)))
    seen(*words, "parquet", "--out", "found.parquet")
    stored = pq.read_table(seen.folder / "found.parquet").to_pylist()
    assert len(told) == len(flat) == len(stored) > 50
    for row, line, cell in zip(told, flat, stored, strict=True):
        assert (row["kpi"], row["bucket"], row["segment"]["device"]) == (
            cell["kpi"], cell["bucket"], cell["device"],
        )  # fmt: skip
        assert (line["kpi"], line["device"]) == (row["kpi"], row["segment"]["device"] or "")
        assert line["value"] == ("" if row["value"] is None else str(row["value"]))
        assert cell["value"] == (None if row["value"] is None else float(row["value"]))


def test_the_json_of_an_answer_has_the_contracts_keys(seen: Footfall) -> None:
    told = seen("kpis", "revenue", "aov", "--from", "2026-01-05", "--format", "json").told
    assert told.pop("definitions").startswith("1:")
    assert told == {
        "site": "shop", "from": "2026-01-05", "to": "2026-01-05", "timezone": "UTC",
        "every": None, "by": [], "as_of": 4,
        "rows": [
            {"kpi": "revenue", "bucket": None, "segment": {}, "value": "9.99",
             "numerator": None, "denominator": None},
            {"kpi": "aov", "bucket": None, "segment": {}, "value": 9.99,
             "numerator": "9.99", "denominator": 1},
        ],
    }  # fmt: skip


def test_the_same_dimension_twice_is_or_and_nothing_is_null(seen: Footfall) -> None:
    both = ("--where", "device=mobile", "--where", "device=desktop")
    assert rows(seen) == [("desktop", 1), ("mobile", 1), (None, 1)]
    assert rows(seen, *both) == [("desktop", 1), ("mobile", 1)]
    assert rows(seen, "--where", "device=") == [(None, 1)]
    assert rows(seen, *both, "--where", "landing_page=/") == [("mobile", 1)]
    assert rows(seen, "--where", "device=", "--where", "device=mobile") == [
        ("mobile", 1),
        (None, 1),
    ]


def test_kpis_without_the_dimension_are_named_in_a_note(seen: Footfall) -> None:
    table = seen("kpis", "--by", "page")
    assert "Left out, for they lack a dimension that is asked for: visitors," in table.out
    data = seen("kpis", "--by", "page", "--format", "csv")
    assert "Left out" not in data.out
    assert "Left out" in data.err
    assert (table.code, data.code) == (0, 0)


def test_options_stand_before_and_after_what_they_belong_to(seen: Footfall) -> None:
    expected = seen("kpis", "orders", "aov", "--by", "device", "--format", "csv").out
    where = str(seen.workspace)
    for words in (
        ["-w", where, "--site", "shop", "kpis", "--by", "device", "orders", "aov"],
        ["kpis", "--by", "device", "orders", "--site=shop", "aov", "-w", where],
        ["kpis", "orders", "--by=device", "aov"],
    ):
        ran = seen(*words, "--format", "csv", FOOTFALL_WORKSPACE=where)
        assert (ran.code, ran.out) == (0, expected), ran.err


def on_a_terminal(seen: Footfall, *words: str, **environment: str) -> tuple[int, str]:
    """Runs a command in a terminal; its exit code and all that the terminal was sent."""
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=seen.folder,
        env=seen.environment | environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    told = b""
    while chunk := _read(master):
        told += chunk
    os.close(master)
    return process.wait(timeout=60), told.decode().replace("\r\n", "\n")


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:
        return b""


def test_a_terminal_has_bold_headings_unless_people_want_none(seen: Footfall) -> None:
    words = ("kpis", "orders")
    assert "\x1b[1mShop\x1b[0m" in on_a_terminal(seen, *words)[1]
    for plain in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_a_terminal(seen, *words, **plain)[1]
    assert "\x1b" not in seen(*words).out


def test_parquet_goes_to_a_pipe_and_never_to_a_terminal(seen: Footfall) -> None:
    code, told = on_a_terminal(seen, "kpis", "--format", "parquet")
    assert code == 2
    assert "Parquet is not for a terminal" in told
    piped = subprocess.run(
        [*COMMAND, "kpis", "orders", "--format", "parquet"],
        env=seen.environment,
        capture_output=True,
        check=True,
    )
    assert pq.read_table(io.BytesIO(piped.stdout)).to_pylist()[0]["value"] == 1


def test_whoever_stops_reading_ends_it_quietly(seen: Footfall) -> None:
    process = subprocess.Popen(
        [*COMMAND, "kpis", "--format", "csv", "--every", "hour", "--to", "2026-04-01"],
        env=seen.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == b"kpi,bucket,score,value,numerator,denominator\n"
    process.stdout.close()
    assert process.wait(timeout=120) == 0
    assert b"Error" not in process.stderr.read()


@pytest.mark.skipif(not FULL.exists(), reason=f"there is no {FULL} here")
def test_a_full_disk_is_a_sentence(seen: Footfall) -> None:
    with FULL.open("wb") as full:
        process = subprocess.run(
            [*COMMAND, "kpis"], env=seen.environment, stdout=full, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
    assert process.returncode == 1
    assert process.stderr == b"footfall: no space left on device\n"


def test_a_terminal_that_lacks_a_sign_gets_another_one(seen: Footfall) -> None:
    ran = seen("kpis", "ctr", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.code == 0
    assert "Click-through rate  ?" in ran.out


def test_an_own_kpi_is_there_as_soon_as_its_file_is(seen: Footfall) -> None:
    path = seen.workspace / "kpis" / "pages_per_order.toml"
    path.write_text(OWN)
    try:
        assert seen.value("pages_per_order") == 3.0
        assert "Pages per order" in seen("catalogue").out
        card = seen("catalogue", "pages_per_order", "--format", "json").told
        assert (card["formula"], card["source"]) == ("page_views / orders", "the shop")
    finally:
        path.unlink()


def test_the_catalogue_needs_no_workspace(footfall: Footfall) -> None:
    environment = footfall.environment
    del environment["FOOTFALL_WORKSPACE"]
    done = subprocess.run(
        [*COMMAND, "catalogue", "--format", "json"],
        cwd=footfall.folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert "conversion_rate" in {kpi["id"] for kpi in json.loads(done.stdout)["kpis"]}
    assert list(footfall.folder.iterdir()) == []


def test_a_site_must_be_named_where_there_are_several(footfall: Footfall) -> None:
    assert footfall("init").code == 0
    assert footfall("init", "--site", "outlet").code == 0
    ran = footfall("kpis")
    assert ran.code == 2
    assert "--site is one of: shop, outlet" in ran.err
    assert footfall("kpis", "--site", "outlet").out.startswith("Outlet · ")
    assert "Conversion rate" in footfall("catalogue").out


@pytest.mark.parametrize("words", [[], ["--help"], ["help"], ["--version"], ["help", "kpis"]])
def test_help_is_never_an_error(footfall: Footfall, words: list[str]) -> None:
    ran = footfall(*words)
    assert (ran.code, ran.err) == (0, "")
    assert "footfall" in ran.out


HEAVY = ("duckdb", "pyarrow", "numpy", "rich", "pandas", "polars", "sqlite3", "asyncio")
QUICK = f"""
import sys
sys.path.insert(0, {str(SOURCE)!r})
from footfall.doors.cli import main
code = main(sys.argv[1:])
loaded = [name for name in {HEAVY!r} if name in sys.modules]
print("loaded:", *loaded, "code:", code, file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["catalogue"], ["--help"], ["--version"]])
def test_what_needs_no_data_loads_nothing_heavy(seen: Footfall, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUICK, *words], env=seen.environment, capture_output=True, check=True
    )
    assert done.stderr == b"loaded: code: 0\n"


def test_kpis_load_the_database_and_little_else(seen: Footfall) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUICK, "kpis"], env=seen.environment, capture_output=True, check=True
    )
    assert done.stderr == b"loaded: duckdb code: 0\n"
