"""How long readers wait while two million events are imported into what they read."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from common import DAYS, SITE, UNTIL, Result, stopwatch
from pages import Server, served

from footfall.doors.demo import write_parquet

READ = (
    "/s/{site}", "/s/{site}/store", "/s/{site}/store/segments", "/s/{site}/store/pages",
    "/s/{site}/assets", "/s/{site}/one-to-one", "/s/{site}/chat", "/s/{site}/explain/revenue",
    "/s/{site}/kpi/visitors", "/api/v1/kpis",
)  # fmt: skip
IDLE_READS = 120
LATER_DAYS = 9
LATER_VISITORS = 200_000
SEED = 2


def run(workspace: Path, events: Path, result: Result) -> None:
    """Reads while nothing else happens, then while files of two million events are taken in."""
    files = sorted(events.glob("*.parquet")) or write_parquet(
        events, LATER_DAYS, UNTIL + timedelta(days=LATER_DAYS + 1),
        visitors=LATER_VISITORS, seed=SEED,
    )  # fmt: skip
    with served(workspace) as server:
        asked = _questions()
        for _ in READ:
            server.ask(next(asked))
        idle = [server.ask(next(asked)).seconds for _ in range(IDLE_READS)]
        with stopwatch() as elapsed:
            beside = list(_while_importing(workspace, files, server, asked))
            result.note("import while it is read, seconds", elapsed())
    result.note("reads while nothing else happens", len(idle))
    result.note("reads while importing", len(beside))
    for what, found in (("idle", idle), ("while importing", beside)):
        result.note(f"median, {what}, seconds", statistics.median(found))
        result.note(f"p95, {what}, seconds", p95(found))
    result.note("p95 while importing ÷ idle", p95(beside) / p95(idle))


def _while_importing(
    workspace: Path, files: list[Path], server: Server, asked: Iterator[str]
) -> Iterator[float]:
    command = [sys.executable, "-m", "footfall", "-w", str(workspace), "import", *map(str, files)]
    importing = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while importing.poll() is None:
        yield server.ask(next(asked)).seconds
    if importing.returncode:
        raise SystemExit(f"the import ended with {importing.returncode}")


def _questions() -> Iterator[str]:
    """Pages in turn, each of other days: an answer that is known already would tell nothing."""
    dice = random.Random(SEED)
    while True:
        for path in READ:
            days = dice.randrange(7, 31)
            until = UNTIL - timedelta(days=dice.randrange(DAYS - days))
            period = {"from": until - timedelta(days=days - 1), "to": until}
            api = {"site": SITE, "by": "device", "every": "day"} if path.startswith("/api") else {}
            yield f"{path.format(site=SITE)}?{urlencode({**period, **api})}"


def p95(seconds: list[float]) -> float:
    """What nineteen of twenty are not above."""
    return statistics.quantiles(seconds, n=20)[-1]
