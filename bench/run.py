"""Runs every bench on a demo shop of a size, and writes the figures down.

`python bench/run.py --visitors 2000000` makes about 20 million events in 90 days.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import grown
import pages
import question
import reading
import sessions
from common import DATA, DAYS, SITE, UNTIL, Result, peak_mb, stopwatch, write

import behaviour
import footfall
from footfall.doors.demo import DEMO_SITE, write_parquet
from footfall.doors.importers.run import Wish, import_events
from footfall.settings import init_text, site_from_mapping


def main() -> None:
    """All benches, from data to figures."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--visitors", type=int, default=200_000)
    told.add_argument("--no-rivals", action="store_true")
    told.add_argument("--keep", action="store_true", help="ask what was imported before")
    asked = told.parse_args()
    folder = DATA / str(asked.visitors)
    workspace = folder / "workspace"
    days = _data(folder / "events", asked.visitors)
    results: list[Result] = []

    def bench(name: str) -> Result:
        print(name, flush=True)
        results.append(Result(name))
        return results[-1]

    if not asked.keep:
        _import(workspace, days[:-1], bench("import"))
    with footfall.open(workspace) as shop:
        events = shop.kpis("page_views", site=SITE).as_of
    question.run(workspace, bench("question"), rivals=not asked.no_rivals)
    behaviour.run(workspace, bench("behaviour"))
    grown.run(workspace, bench("grown"))
    pages.run(workspace, bench("pages"))
    _append(workspace, days[-1], bench("append"))
    reading.run(workspace, folder / "later", bench("reading"))
    sessions.run(workspace / "data" / "log" / SITE, bench("sessions"))
    print(f"written to {write(results, events)}")


def _data(folder: Path, visitors: int) -> list[Path]:
    """One Parquet file per day, made once: the days of the bench, and one more to append."""
    files = sorted(folder.glob("*.parquet"))
    if len(files) != DAYS + 1:
        print("making the data …", flush=True)
        files = write_parquet(folder, DAYS + 1, UNTIL + timedelta(days=1), visitors=visitors)
    return files


def _import(workspace: Path, files: list[Path], result: Result) -> None:
    """Imports all days but the last in a process of its own, so that its memory is its own."""
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir(parents=True)
    text = init_text(site_from_mapping(SITE, DEMO_SITE))
    (workspace / "footfall.toml").write_text(text, "utf-8")
    seconds = _footfall(workspace, "import", *map(str, files))
    with footfall.open(workspace) as shop:
        events = shop.kpis("page_views", site=SITE).as_of
    result.note("events", events)
    result.note("seconds", seconds)
    result.note("events per second", events / seconds)
    result.note("peak memory of the largest process, MB", peak_mb())


def _append(workspace: Path, day: Path, result: Result) -> None:
    """One more day: read and accepted, appended, answered; in one process."""
    wish = Wish((str(day),))
    with _appending() as appending, stopwatch() as elapsed:
        report = import_events(workspace, SITE, wish)
        imported = elapsed()
        with footfall.open(workspace) as shop:
            begun = elapsed()
            shop.kpis(by="device", every="day", site=SITE)
            answered = elapsed() - begun
    result.note("events appended", report.total.stored)
    result.note("accepted events to log and facts, seconds", appending[0])
    result.note("that and the answer (whole book), seconds", appending[0] + answered)
    result.note("import of the day, seconds", imported)


@contextmanager
def _appending() -> Iterator[list[float]]:
    """How long the accepted events of an import took to be in the log and the facts."""
    append, seconds = footfall.Workspace.append_events, [0.0]

    def timed(*told: Any, **named: Any) -> Any:
        with stopwatch() as elapsed:
            appended = append(*told, **named)
            seconds[0] = elapsed()
        return appended

    with patch.object(footfall.Workspace, "append_events", timed):
        yield seconds


def _footfall(workspace: Path, *words: str) -> float:
    """The seconds that a command takes as a process."""
    command = [sys.executable, "-m", "footfall", "-w", str(workspace), *words]
    with stopwatch() as elapsed:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return elapsed()


if __name__ == "__main__":
    main()
