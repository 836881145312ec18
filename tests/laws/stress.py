"""Looks for broken laws, for as long as one likes.

`numbers`: the product and the slow reference say the same. `arrivals`: the way in which events
arrive changes nothing. `mutants`: as `numbers`, with the published cases (in the folder that
FOOTFALL_SHARED names) under other settings and with many small changes.

    PYTHONPATH=src:tests python tests/laws/stress.py numbers --seconds 600 --seed 1

Every stream comes from its seed, so that what is found can be found again; it is printed as small
as it can be made. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from support.arrivals import arrival, broken
from support.judge import differences
from support.mutants import mutated, other_settings
from support.published import CASES, case, compare_streams
from support.streams import RandomDice, Stream, stream

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


def told(found: Stream, seed: int, first: list[str], left: list[str]) -> str:
    """What was found, for people."""
    return "\n".join([f"seed {seed}: {len(first)} differences", repr(found), *left[:8]])


def numbers(seed: int) -> Judge:
    """Where the product and the reference differ: in some questions of the many, by the seed."""

    def judge(made: Stream) -> list[str]:
        dice = random.Random(seed)
        return differences(made, lambda asked: [asked[0], *dice.sample(asked[1:], 8)])

    return judge


def arrivals(seed: int) -> Judge:
    """Whether another arrival, always the same for a seed, changes anything."""
    return lambda made: broken(made, arrival(RandomDice(random.Random(seed)), made))


LAWS = {"numbers": numbers, "arrivals": arrivals}


def alike(judge: Judge, kind: str) -> Judge:
    """Only differences that begin like the first one: it is made small, not another one."""
    return lambda made: [each for each in judge(made) if each.startswith(kind[:60])]


def mutant(seed: int) -> list[str]:
    """Where the product and the reference differ about a changed case."""
    dice = random.Random(seed)
    made = case(dice.choice(CASES))
    site = other_settings(made.site, dice)
    lines = mutated(made.lines, site["session_timeout_minutes"], dice)
    return compare_streams(replace(made, site=site, lines=lines), dice)


def search_mutants(seconds: float, seed: int) -> int:
    """How many changed cases differ."""
    until, found, tried = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        if wrong := mutant(seed + tried):
            found += 1
            print(
                f"seed {seed + tried}: {len(wrong)} differences", *wrong[:6], sep="\n", flush=True
            )
        tried += 1
    print(f"mutants: {tried} from seed {seed} on, {found} differ", flush=True)
    return found


def search(seconds: float, seed: int, scenes: int, law: str) -> int:
    """How many streams differ."""
    until, found, tried = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        this = seed + tried
        made, judge = stream(this, scenes), LAWS[law](this)
        tried += 1
        if first := judge(made):
            found += 1
            print(f"seed {this}: {first[:3]}", flush=True)
            kind = first[0].partition(": got")[0]
            small = simplest(smallest(made, alike(judge, kind)), alike(judge, kind))
            print(told(small, this, first, judge(small)), flush=True)
    print(f"{law}: {tried} streams from seed {seed} on, {found} differ", flush=True)
    return found


def main() -> int:
    """Reads the arguments; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("law", choices=(*LAWS, "mutants"))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenes", type=int, default=10)
    asked = parser.parse_args()
    if asked.law == "mutants":
        return 1 if search_mutants(asked.seconds, asked.seed) else 0
    return 1 if search(asked.seconds, asked.seed, asked.scenes, asked.law) else 0


if __name__ == "__main__":
    sys.exit(main())
