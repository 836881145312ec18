"""The walks of those who can take two steps at most, which is nearly everybody.

Who never took step 3 went on from some step 1 to step 2, or did not; all that is asked is from
where and when. So each of their acts is one number (whose, when, which step, in which segment), and
putting such numbers in order costs a small part of what it costs to put acts in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from footfall.query.arrays import MS, WHOLE, Bools, Ints, joined
from footfall.query.walk import Acts, Walks


@dataclass(frozen=True)
class Packing:
    """How many bits of a number say when (ms from ``since`` on) and in which segment; one which."""

    since: int
    when: int
    cell: int

    @classmethod
    def of(cls, span_us: tuple[int, int], segments: int, units: int) -> Packing | None:
        """For acts in a span (µs, both ends), in so many segments, of units up to this one.

        None if that does not fit into a number.
        """
        first, last = span_us
        found = cls(first, ((last - first) // MS).bit_length(), (segments - 1).bit_length())
        return found if units.bit_length() + found.when + 1 + found.cell <= WHOLE else None

    def pack(self, units: Ints, ts: Ints, seconds: Bools, cells: Ints) -> Ints:
        """Acts as numbers: their order is that of unit and time, and step 1 before step 2."""
        moments = (units << self.when) + (ts - self.since) // MS
        packed: Ints = ((moments << 1) + seconds << self.cell) + np.where(seconds, 0, cells)
        return packed

    def ts(self, packed: Ints) -> Ints:
        """When acts were, µs."""
        when: Ints = (packed >> self.cell + 1 & (1 << self.when) - 1) * MS + self.since
        return when

    def units(self, packed: Ints) -> Ints:
        """Whose acts are."""
        units: Ints = packed >> self.cell + 1 + self.when
        return units

    def seconds(self, packed: Ints) -> Bools:
        """Which acts are step 2."""
        seconds: Bools = packed >> self.cell & 1 == 1
        return seconds

    def cells(self, packed: Ints) -> Ints:
        """In which segments acts are."""
        cells: Ints = packed & (1 << self.cell) - 1
        return cells


@dataclass(frozen=True)
class Brief:
    """The acts of those who never took step 3, as they come."""

    packing: Packing
    _packed: list[Ints] = field(default_factory=list)
    _seq: list[Ints] = field(default_factory=list)

    def add(self, acts: Acts) -> None:
        """Some more acts, each of which is either step 1 or step 2, whatever else it may be."""
        seconds = acts.kinds & 2 == 2
        self._packed.append(self.packing.pack(acts.units, acts.ts, seconds, acts.cells))
        self._seq.append(acts.seq)

    def walks(self, steps: int, window_us: int) -> tuple[Walks, Acts]:
        """Who went on to step 2, and the acts of those of whom only event ids can tell."""
        packed = joined(self._packed)
        ordered = np.sort(packed)
        tied = self._tied(ordered)
        if len(tied):
            ordered = ordered[~np.isin(self.packing.units(ordered), tied)]
        begun, reached = self._went_on(ordered, window_us)
        ts = np.zeros((len(begun), steps), np.int64)
        ts[:, 0], ts[:, 1] = self.packing.ts(begun), self.packing.ts(reached)
        lengths = np.full(len(begun), 2, np.int64)
        walks = Walks(self.packing.cells(begun), lengths, ts, np.full(len(begun), -1, np.int64))
        return walks, self._acts_of(packed, tied)

    def _went_on(self, ordered: Ints, window_us: int) -> tuple[Ints, Ints]:
        """In each unit and segment the first step 1 that led to a step 2, and that step 2."""
        seconds = self.packing.seconds(ordered)
        at = np.flatnonzero(seconds)
        begins = np.flatnonzero(~seconds)
        following = np.cumsum(seconds)[begins]  # so many steps 2 come before each step 1
        some = following < len(at)
        begun, reached = ordered[begins[some]], ordered[at[following[some]]]
        units = self.packing.units(begun)
        waited = self.packing.ts(reached) - self.packing.ts(begun)
        went = np.flatnonzero((units == self.packing.units(reached)) & (waited <= window_us))
        keys = (units[went] << self.packing.cell) + self.packing.cells(begun[went])
        if self.packing.cell:
            _, first = np.unique(keys, return_index=True)
        else:
            first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        return begun[went[first]], reached[went[first]]

    def _tied(self, ordered: Ints) -> Ints:
        """The units that took both steps in one moment."""
        moments = ordered >> self.packing.cell + 1
        seconds = self.packing.seconds(ordered)
        tied = (moments[1:] == moments[:-1]) & (seconds[1:] != seconds[:-1])
        return np.unique(self.packing.units(ordered[1:][tied]))

    def _acts_of(self, packed: Ints, units: Ints) -> Acts:
        which = np.flatnonzero(np.isin(self.packing.units(packed), units))
        some, seq = packed[which], joined(self._seq)[which]
        kinds = np.where(self.packing.seconds(some), 2, 1)
        packing = self.packing
        return Acts(packing.units(some), packing.ts(some), seq, kinds, packing.cells(some))
