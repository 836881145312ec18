"""Chance that falls the same way on every run, so that a demonstration can be told again.

Only PCG64's uniform numbers and plain arithmetic are used: no library's idea of a distribution,
which may change with its version, decides what the shop's day looked like.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Words: TypeAlias = npt.NDArray[np.uint64]
Thing = TypeVar("Thing")

BUFFERED = 1024


def ladder(weights: Sequence[float] | Floats) -> Floats:
    """Weights as rising shares of one, along the last axis: what `Draw.pick` climbs."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64), axis=-1)
    shares: Floats = steps / steps[..., -1:]
    return shares


def mixed(numbers: npt.ArrayLike, salt: int = 0) -> Words:
    """Whole numbers scattered over 64 bits, one to one (SplitMix64's finalizer)."""
    word = np.asarray(numbers).astype(np.uint64) + np.uint64((salt * 2 + 1) & 0xFFFFFFFFFFFF)
    word = (word + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


class Draw:
    """Many chances at once. The key (seed, topic, day …) says everything about what falls."""

    def __init__(self, *key: int) -> None:
        self._source = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def shares(self, count: int) -> Floats:
        """Uniform numbers, 0 included and 1 not."""
        return self._source.random(count)

    def chance(self, probability: float | Floats, count: int) -> Bools:
        """Whether it happens, `count` times."""
        return self.shares(count) < probability

    def whole(self, low: int, high: int, count: int) -> Ints:
        """Whole numbers from `low` up to, and without, `high`."""
        return low + (self.shares(count) * (high - low)).astype(np.int64)

    def pick(self, steps: Floats, count: int) -> Ints:
        """Positions on one ladder."""
        return np.searchsorted(steps, self.shares(count), side="right").astype(np.int64)

    def pick_of(self, ladders: Floats, which: Ints) -> Ints:
        """Positions on several ladders: for each the one that `which` names."""
        share = self.shares(len(which))
        place = np.zeros(len(which), dtype=np.int64)
        for step in range(ladders.shape[1] - 1):
            place += share >= ladders[which, step]
        return place

    def spread(self, levels: Sequence[float], count: int) -> Floats:
        """Numbers whose quantiles, at equal distances, are the levels."""
        grid = np.arange(len(levels)) / (len(levels) - 1)
        return np.interp(self.shares(count), grid, np.asarray(levels, dtype=np.float64))

    def dice(self) -> Dice:
        """Single chances out of the same source."""
        return Dice(self)


class Dice:
    """One chance at a time, for the rare things that are told one by one."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._shares: list[float] = []

    def share(self) -> float:
        """A uniform number, 0 included and 1 not."""
        if not self._shares:
            self._shares = self._draw.shares(BUFFERED).tolist()
        return self._shares.pop()

    def chance(self, probability: float) -> bool:
        """Whether it happens."""
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` up to, and without, `high`."""
        return low + int(self.share() * (high - low))

    def of(self, things: Sequence[Thing]) -> Thing:
        """One of the things, each as likely."""
        return things[int(self.share() * len(things))]

    def pick(self, weights: Sequence[float]) -> int:
        """A position, by weights that add up to one; the last takes what is left."""
        rest = self.share()
        for place, weight in enumerate(weights):
            rest -= weight
            if rest < 0:
                return place
        return len(weights) - 1
