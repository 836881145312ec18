"""Whose acts are, and until when people go on: asked of acts by the million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footfall.engine import Engine
from footfall.query.arrays import NEVER, Bools, Ints, ints_of, joined, ordered_by

_DENSE = 1 << 27
"""Up to here a place for every key there could be is less than to put keys in order."""


@dataclass(frozen=True)
class Persons:
    """Whose a visitor's acts are: the customer's whom he is known to be, else his own."""

    of_visitor: Ints

    @classmethod
    def of_all(cls, engine: Engine) -> Persons:
        """All that are known."""
        statement = "SELECT p.visitor AS visitor, p.person AS person FROM persons p"
        batches = list(engine.batches(statement, ()))
        visitors = joined([ints_of(batch, "visitor") for batch in batches])
        of_visitor = np.arange(int(visitors.max(initial=0)) + 1) * 2 + 1
        of_visitor[visitors] = joined([ints_of(batch, "person") for batch in batches])
        return cls(of_visitor)

    def of(self, visitors: Ints) -> Ints:
        """The persons of visitors, and of customers, whose keys are negative."""
        persons = np.where(visitors < 0, visitors * -2, visitors * 2 + 1)
        known = (visitors > 0) & (visitors < len(self.of_visitor))
        persons[known] = self.of_visitor[visitors[known]]
        return persons


@dataclass(frozen=True)
class Latest:
    """When people last took step 2, µs, and whether they ever took step 3.

    By a place for each key, or where that would be too many by keys in order; the last is nobody's.
    """

    keys: Ints
    ts: Ints
    further: Bools
    is_dense: bool

    @classmethod
    def of(cls, keys: Ints, ts: Ints, further: Ints) -> Latest:
        """The latest of each key; keys that are negative are nobody's."""
        order = ordered_by(keys, ts)
        keys, ts, further = keys[order], ts[order], further[order]
        begins = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
        further = np.maximum.reduceat(further, np.flatnonzero(begins)) if len(keys) else further
        last = np.append(keys[1:] != keys[:-1], True)[: len(keys)]
        keys, ts = keys[last], ts[last]
        known = (keys >= 0) & (ts >= 0)
        keys, ts, further = keys[known], ts[known], further[known]
        if int(keys.max(initial=0)) >= _DENSE:
            return cls(
                np.append(keys, NEVER), np.append(ts, -1), np.append(further, 0) > 0, is_dense=False
            )
        count = int(keys.max(initial=0)) + 2
        places, are_further = np.full(count, -1, np.int64), np.zeros(count, np.bool_)
        places[keys], are_further[keys] = ts, further > 0
        return cls(keys, places, are_further, is_dense=True)

    @property
    def most(self) -> int:
        """The greatest key."""
        return int(self.keys[self.keys < NEVER].max(initial=0))

    def _at(self, keys: Ints) -> Ints:
        if self.is_dense:
            return np.clip(keys, -1, len(self.ts) - 1)
        at = np.searchsorted(self.keys, keys)
        return np.where(self.keys[at] == keys, at, -1)

    def further_of(self, keys: Ints) -> Bools:
        """Who of them ever took step 3."""
        further: Bools = self.further[self._at(keys)]
        return further

    def reached_by(self, keys: Ints, ts: Ints, kinds: Ints) -> Bools:
        """Which acts matter to how far people go: of those who ever took step 2.

        Whoever begins after all of his steps 2 does not go on from there.
        """
        latest = self.ts[self._at(keys)]
        reached: Bools = (latest >= 0) & ((kinds != 1) | (ts <= latest)) & (kinds != 0)
        return reached


def count_each_once(parts: Sequence[Ints], width: int) -> Ints:
    """How many different keys there are of each remainder by ``width``."""
    keys = joined(parts)
    if keys.max(initial=0) < _DENSE:
        flags = np.zeros(int(keys.max(initial=0)) + 1, np.bool_)
        flags[keys] = True
        keys = np.flatnonzero(flags)
    else:
        keys = np.sort(keys)
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    counted: Ints = np.bincount(keys % width, minlength=width)
    return counted
