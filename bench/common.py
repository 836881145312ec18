"""What the benches share: data, timing, memory, and how a result is written down."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE / "data"
RESULTS = HERE / "results"
UNTIL = date(2026, 6, 30)
DAYS = 90
SITE = "demo"


@dataclass
class Result:
    """The figures of one bench: seconds, ratios, megabytes, by name."""

    name: str
    figures: dict[str, float | int | str] = field(default_factory=dict)

    def note(self, figure: str, value: float | str) -> None:
        """Notes and prints a figure."""
        self.figures[figure] = round(value, 4) if isinstance(value, float) else value
        print(f"  {figure:<58} {self.figures[figure]}", flush=True)


def median_seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median wall time of some runs, after one that is not counted."""
    work()
    return statistics.median(_seconds(work) for _ in range(runs))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Seconds since the block began."""
    begin = time.perf_counter()
    yield lambda: time.perf_counter() - begin


def peak_mb() -> float:
    """The most memory that this process and its children ever held, MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own, children) / 1024


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    import duckdb  # noqa: PLC0415

    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }


def write(results: list[Result], events: int) -> Path:
    """Writes results as JSON, one file per number of events."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{events}.json"
    told = {"events": events, "machine": machine(), "benches": {r.name: r.figures for r in results}}
    path.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return path
