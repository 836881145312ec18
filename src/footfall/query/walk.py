"""How far people walked: the steps of a funnel found in millions of acts at once.

Everything is arrays, sorted by unit (a person or a session), time and event id. From an act that
is step k a walk goes on to the next act of the same unit that is step k + 1; the next one of every
act is looked up at once, so that all walks together cost a few passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from footfall.query.arrays import Bools, Ints, ordered_by

Ranks = Callable[[Ints], Ints]
"""The order, by event id, of acts that are named by their position in the log."""
ACTS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Acts:
    """Acts of known units in any order: whose, when (µs), their place in the log, what they are.

    Bit k of ``kinds`` says that an act is step k (from 0), bit ``steps`` that it is not passive.
    ``cells``: the segment of an act that is step 0; of others anything. Times are whole
    milliseconds, units are not negative.
    """

    units: Ints
    ts: Ints
    seq: Ints
    kinds: Ints
    cells: Ints

    def taken(self, which: Ints | Bools) -> Acts:
        """Some of the acts, or all of them in another order."""
        return Acts(
            self.units[which], self.ts[which], self.seq[which], self.kinds[which], self.cells[which]
        )

    def joined(self, others: Acts) -> Acts:
        """These acts and others."""
        if not len(others.units):
            return self
        names = ("units", "ts", "seq", "kinds", "cells")
        return Acts(*(np.append(getattr(self, each), getattr(others, each)) for each in names))


@dataclass(frozen=True)
class Walks:
    """How far those walked who went on after step 1, each once in each segment in which they began.

    A row each: segment, number of steps taken, when each was taken (of steps not taken it has no
    meaning), and the place in the log of the last step of the funnel, -1 where it was not taken.
    """

    cells: Ints
    lengths: Ints
    ts: Ints
    last: Ints

    def took(self, step: int, cell: int) -> Bools:
        """Who took a step, counted from 0, in a segment."""
        took: Bools = (self.cells == cell) & (self.lengths > step)
        return took

    def waits(self, step: int, cell: int) -> Ints:
        """The time (µs) from the step before, of everybody who took the step in a segment."""
        took = self.took(step, cell)
        waits: Ints = self.ts[took, step] - self.ts[took, step - 1]
        return waits


def walk(acts: Acts, steps: int, window_us: int, ranks: Ranks, *, strict: bool) -> Walks:
    """The walks of everybody: a unit enters once, at its first step 1 that leads furthest.

    Units have nothing to do with each other, so that only some of them are put in order at a time.
    """
    parts = -(-len(acts.units) // ACTS_AT_ONCE)
    found = []
    for part in range(parts):
        some = acts if parts == 1 else acts.taken(np.flatnonzero(acts.units % parts == part))
        ordered = _in_order(some, steps, ranks)
        found.append(_best(ordered, _all_walks(ordered, steps, window_us, strict=strict)))
    return joined(found, steps)


def joined(found: list[Walks], steps: int) -> Walks:
    """Walks together."""
    nobody = np.zeros(0, np.int64)
    columns = zip(*((w.cells, w.lengths, w.ts, w.last) for w in found), strict=True)
    whole = [np.concatenate(column) for column in columns]
    return Walks(*(whole or (nobody, nobody, np.zeros((0, steps), np.int64), nobody)))


def _in_order(acts: Acts, steps: int, ranks: Ranks) -> Acts:
    """The acts by unit and time; where it matters within a moment, by event id."""
    ordered = acts.taken(ordered_by(acts.units, acts.ts))
    tied = _tied(ordered, steps)
    if not len(tied):
        return ordered
    rank = ranks(ordered.seq[tied])
    # those of one moment stand together, and stay among themselves
    order = np.arange(len(ordered.units))
    order[tied] = tied[np.lexsort((rank, ordered.ts[tied], ordered.units[tied]))]
    return ordered.taken(order)


def _tied(acts: Acts, steps: int) -> Ints:
    """Where acts of one unit and moment are that would count differently in another order.

    Several acts that are the same single step could change places to no effect.
    """
    same = (acts.units[1:] == acts.units[:-1]) & (acts.ts[1:] == acts.ts[:-1])
    behind = np.flatnonzero(same) + 1
    if not len(behind):
        return behind
    # of every moment with several acts: all of them, and which moment it is
    among = np.unique(np.concatenate((behind - 1, behind)))
    begins = np.ones(len(among), np.bool_)
    begins[1:] = ~same[among[1:] - 1]
    moment = np.cumsum(begins) - 1
    kinds = acts.kinds[among]
    known = kinds & ((1 << steps) - 1)
    matters = (kinds != kinds[begins][moment]) | (known & (known - 1) != 0)
    tied: Ints = among[(np.bincount(moment, weights=matters) > 0)[moment]]
    return tied


@dataclass(frozen=True)
class _Walked:
    """The walk of every entry, in the order of the acts."""

    entries: Ints
    lengths: Ints
    ts: Ints
    last: Ints


def _all_walks(acts: Acts, steps: int, window_us: int, *, strict: bool) -> _Walked:
    at = [np.flatnonzero(acts.kinds >> step & 1) for step in range(steps)]
    entries = at[0]
    lengths = np.ones(len(entries), np.int64)
    ts = np.zeros((len(entries), steps), np.int64)
    ts[:, 0] = acts.ts[entries]
    last = np.full(len(entries), -1, np.int64)
    going, here = np.arange(len(entries)), np.arange(len(entries))
    for step in range(1, steps):
        there = _following(acts, at[step - 1], at[step])
        if strict:
            _forget_interrupted(there, at[step - 1], at[step], acts.kinds >> steps & 1)
        going, here = going[there[here] >= 0], there[here][there[here] >= 0]
        in_time = acts.ts[at[step][here]] - ts[going, 0] <= window_us
        going, here = going[in_time], here[in_time]
        ts[going, step] = acts.ts[at[step][here]]
        lengths[going] = step + 1
    if steps > 1:
        last[going] = acts.seq[at[-1][here]]
    return _Walked(entries, lengths, ts, last)


def _following(acts: Acts, here: Ints, there: Ints) -> Ints:
    """For each act that is a step the next of its unit that is the step after; -1 for none."""
    found = np.searchsorted(there, here, side="right")
    found[found == len(there)] = -1
    some = np.flatnonzero(found >= 0)
    others = acts.units[there[found[some]]] != acts.units[here[some]]
    found[some[others]] = -1
    return found


def _forget_interrupted(found: Ints, here: Ints, there: Ints, active: Ints) -> None:
    """Takes away what follows only after something else that was not passive."""
    before = np.concatenate(([0], np.cumsum(active)))
    some = np.flatnonzero(found >= 0)
    between = before[there[found[some]]] - before[here[some] + 1]
    found[some[between > 0]] = -1


def _best(acts: Acts, walked: _Walked) -> Walks:
    """Of each unit and segment the first of the walks that led furthest."""
    went_on = np.flatnonzero(walked.lengths > 1)
    entries = walked.entries[went_on]
    units, cells = acts.units[entries], acts.cells[entries]
    order = np.lexsort((went_on, -walked.lengths[went_on], cells, units))
    units, cells, chosen = units[order], cells[order], went_on[order]
    first = np.ones(len(chosen), np.bool_)
    first[1:] = (units[1:] != units[:-1]) | (cells[1:] != cells[:-1])
    chosen = chosen[first]
    return Walks(cells[first], walked.lengths[chosen], walked.ts[chosen], walked.last[chosen])
