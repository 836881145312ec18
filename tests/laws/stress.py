"""Looks for differences between the product and the slow reference for as long as one likes.

    PYTHONPATH=src:tests python tests/laws/stress.py --seconds 600 --seed 1

Every stream comes from its seed, so that what is found can be found again; it is printed as small as
it can be made. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from support.judge import Asked, differences
from support.streams import Stream, stream

Judge = Callable[[Stream], list[str]]


def smallest(found: Stream, judge: Judge) -> Stream:
    """A stream from which no event can be left out without losing the difference."""
    width = max(1, len(found.events) // 2)
    while True:
        at = 0
        while at < len(found.events):
            less = replace(found, events=found.events[:at] + found.events[at + width :])
            if less.events and judge(less):
                found = less
            else:
                at += width
        if width == 1:
            return found
        width //= 2


def simplest(found: Stream, judge: Judge) -> Stream:
    """The same with every property left out that the difference does not need."""
    for at, event in enumerate(found.events):
        for name in [key for key in event if key not in ("event_id", "event", "occurred_at")]:
            fewer = {key: value for key, value in found.events[at].items() if key != name}
            found = _if_still(found, at, fewer, judge)
        for name in list(event["properties"]):
            kept = found.events[at].get("properties", {})
            less = {key: value for key, value in kept.items() if key != name}
            found = _if_still(found, at, {**found.events[at], "properties": less}, judge)
    return found


def _if_still(found: Stream, at: int, event: dict[str, object], judge: Judge) -> Stream:
    less = replace(found, events=(*found.events[:at], event, *found.events[at + 1 :]))
    return less if judge(less) else found


def told(found: Stream, seed: int, first: list[str]) -> str:
    """What was found, for people."""
    return "\n".join([f"seed {seed}: {len(first)} differences", repr(found), *first[:8]])


def search(seconds: float, seed: int, scenes: int) -> int:
    """How many streams differ."""
    until, found, tried = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        made = stream(seed + tried, scenes)
        tried += 1
        if first := differences(made):
            found += 1
            small = simplest(smallest(made, differences), differences)
            print(told(small, seed + tried - 1, differences(small)), flush=True)
    print(f"{tried} streams from seed {seed} on, {found} differ", flush=True)
    return found


def main() -> int:
    """Reads the arguments; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", type=int, default=8)
    asked = parser.parse_args()
    return 1 if search(asked.seconds, asked.seed, asked.scenes) else 0


if __name__ == "__main__":
    sys.exit(main())
