"""Only `clock.py` asks what time it is: whatever else needs the time is handed a clock."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "footfall"
READS_A_CLOCK = re.compile(
    r"\btime\.(time|time_ns|localtime|gmtime)\(|\b(datetime|date)\.(now|utcnow|today)\("
    r"|\bfrom time import .*\btime"
    r"|\b(current_timestamp|current_date|get_current_time|now|today)\(\)",
    re.IGNORECASE,
)
MEASURES = re.compile(r"\btime\.(monotonic|perf_counter|process_time)(_ns)?\(")


def clock_reads(source: str) -> list[int]:
    lines = enumerate(source.splitlines(), 1)
    return [number for number, line in lines if READS_A_CLOCK.search(MEASURES.sub("", line))]


def test_nothing_but_the_clock_reads_the_time() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "clock.py"
        for line in clock_reads(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("started = time.time_ns() // 1000", True),
        ("day = date.today()", True),
        ("datetime.now(UTC)", True),
        ('con.execute("SELECT now()")', True),
        ("from time import time", True),
        ("clock.now_ms()", False),
        ("time.perf_counter()", False),
        ("from datetime import date, datetime, time", False),
    ],
)
def test_a_clock_that_is_read_is_seen(line: str, reads: bool) -> None:
    assert bool(clock_reads(line)) is reads
