"""Compares two files of results, figure by figure, as ratios.

    python bench/compare.py OLD.json NEW.json [--warn 1.1]

A ratio over 1 is slower or larger than before; the exit code is 1 where one is over ``--warn``.
Ratios within a file were measured side by side in one run; seconds of two machines are not
comparable, and the machine of each file is printed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def main() -> int:
    """Prints the comparison; 1 if something became worse than allowed."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("old", type=Path)
    told.add_argument("new", type=Path)
    told.add_argument("--warn", type=float, default=1.1)
    asked = told.parse_args()
    old, new = (json.loads(path.read_text("utf-8")) for path in (asked.old, asked.new))
    for name, results in (("old", old), ("new", new)):
        print(f"{name}: {results['events']:,} events, {results['machine']}")
    worse = [ratio for ratio in _ratios(old["benches"], new["benches"]) if ratio > asked.warn]
    return 1 if worse else 0


def _ratios(old: dict[str, Any], new: dict[str, Any]) -> list[float]:
    """The ratios new ÷ old of all costs (seconds and megabytes), printed with all other figures."""
    ratios = []
    for bench, figures in new.items():
        print(bench)
        for figure, value in figures.items():
            before = old.get(bench, {}).get(figure)
            ratio = value / before if isinstance(before, int | float) and before else None
            print(f"  {figure:<58} {before} → {value}" + (f"  ×{ratio:.2f}" if ratio else ""))
            if ratio and figure.split(", ")[-1].startswith(("seconds", "MB")):
                ratios.append(ratio)
    return ratios


if __name__ == "__main__":
    raise SystemExit(main())
