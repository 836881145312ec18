"""Measures the statistics by simulation, and writes the figures to docs/reference/calibration.md.

`make calibrate` runs all bars in full: a few minutes on two processors. Ctrl-C stops it; what was
written before stays as it was.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from calibration.bars import Measured  # noqa: E402
from calibration.every import ALL, table  # noqa: E402

OUT = ROOT / "docs" / "reference" / "calibration.md"
INTERRUPTED = 130
Task = tuple[int, int, float]
Done = tuple[int, int, list[Measured], float]


def main() -> int:
    """All bars, or those that are named; the exit code is 1 where one misses."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("bars", nargs="*", help="ids, such as B2; without, all")
    told.add_argument("--seed", type=int, default=20261122)
    told.add_argument("--share", type=float, default=1.0, help="of the runs, for a quick look")
    told.add_argument("--processes", type=int, choices=(1, 2), default=2)
    asked = told.parse_args()
    tasks = [
        (at, asked.seed, asked.share)
        for at, bar in enumerate(ALL)
        if not asked.bars or bar.id in asked.bars
    ]
    found = _measured(tasks, asked.processes)
    if found is None:
        sys.stderr.write("interrupted: nothing was written\n")
        return INTERRUPTED
    told_table = table([(ALL[at], runs, figures) for at, runs, figures, _ in sorted(found)])
    if asked.bars or asked.share != 1.0:
        sys.stdout.write(told_table)
    else:
        OUT.write_text(_page(asked.seed, told_table), "utf-8")
        sys.stdout.write(f"written to {OUT.relative_to(ROOT)}\n")
    return 0 if all(each.holds() for _, _, figures, _ in found for each in figures) else 1


def _measured(tasks: list[Task], processes: int) -> list[Done] | None:
    """Every task's figures, with a line as each is done; None where somebody stopped it."""
    found: list[Done] = []
    with get_context("spawn").Pool(processes, _leave_ctrl_c_to_the_first) as pool:
        try:
            for done in pool.imap_unordered(_one, tasks):
                found.append(done)
                at, runs, figures, seconds = done
                missed = sum(not each.holds() for each in figures)
                said = f"{missed} of {len(figures)} miss" if missed else f"{len(figures)} figures"
                told = f"{len(found):2}/{len(tasks)}  {ALL[at].id:4} {runs:>8,} runs"
                print(f"{told} {seconds:7.1f} s  {said}", flush=True)
        except KeyboardInterrupt:
            pool.terminate()
            return None
    return found


def _leave_ctrl_c_to_the_first() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(task: Task) -> Done:
    at, seed, part = task
    began = time.perf_counter()
    runs = max(int(ALL[at].runs * part), 1)
    return at, runs, ALL[at].measured(seed, runs), time.perf_counter() - began


def _page(seed: int, told: str) -> str:
    made_with = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "statsmodels"))
    return f"""# Calibration of the experiment statistics

Made by `make calibrate`; not edited by hand. Every figure is measured with the functions that
decide about experiments, on shops drawn by chance. Seed {seed}; {made_with}.

A bar is the target with three binomial standard errors around it, or a limit to one side. "For
comparison" is what other ways give on the same data: a symmetric delta-method interval of the
lift, looking every day without a plan, sessions taken for units.

{told}"""


if __name__ == "__main__":
    sys.exit(main())
