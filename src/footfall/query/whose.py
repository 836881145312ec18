"""Whose acts are, and until when people go on: asked of acts by the million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footfall.engine import Engine
from footfall.query.visits import Bools, Ints, ints_of

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
    """When people last took step 2, µs: by a place for each key, or by keys in order."""

    keys: Ints
    ts: Ints
    is_dense: bool

    @classmethod
    def of(cls, keys: Ints, ts: Ints) -> Latest:
        """The latest of each key; keys that are negative are nobody's."""
        order = np.lexsort((ts, keys))
        keys, ts = keys[order], ts[order]
        last = np.append(keys[1:] != keys[:-1], True)[: len(keys)] & (keys >= 0)
        keys, ts = keys[last], ts[last]
        most = int(keys.max(initial=0))
        if most >= _DENSE:
            return cls(keys, ts, is_dense=False)
        places = np.full(most + 2, -1, np.int64)
        places[keys] = ts
        return cls(keys, places, is_dense=True)

    def of_each(self, keys: Ints) -> Ints:
        """The latest of each key, -1 where there is none."""
        if self.is_dense:
            found: Ints = self.ts[np.clip(keys, -1, len(self.ts) - 1)]
            return found
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.ts[at], -1)

    def reached_by(self, keys: Ints, ts: Ints, kinds: Ints) -> Bools:
        """Which acts matter to how far people go: nothing before which step 2 never follows.

        Whoever begins after all of his steps 2 does not go on from there.
        """
        latest = self.of_each(keys)
        reached: Bools = (latest >= 0) & ((kinds != 1) | (ts <= latest))
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


def joined(parts: Sequence[Ints]) -> Ints:
    """Parts together; of none nothing."""
    return np.concatenate([np.zeros(0, np.int64), *parts])
