"""In which session an act happened (R3), and in which segment that is.

Joining millions of acts with their sessions costs an engine more than all else that a funnel asks.
Here the sessions are arrays in order of visitor and time: most visitors have one session, which is
found at once; of the others the latest that had begun is searched for.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from footfall.engine import Engine
from footfall.localtime import DAY_US
from footfall.query.acts import Asked, Texts
from footfall.query.arrays import (
    NEVER,
    Bools,
    Ints,
    ints_of,
    joined,
    numbered,
    ordered_by,
    whole_numbers,
)

if TYPE_CHECKING:
    import pyarrow as pa

Values = tuple[str | None, ...]


@dataclass(frozen=True)
class Visits:
    """Sessions by visitor and time: where each visitor's begin, and what is known of each session.

    A session is named by its place here. All but ``firsts`` have one more, the last: no session.
    """

    firsts: Ints
    starts: Ints
    ends: Ints
    keys: Ints
    cells: Ints
    wanted: Bools
    segments: list[Values]
    timeout_us: int

    def of(self, visitors: Ints, ts: Ints) -> Ints:
        """The place of the session of each act, of kinds that open sessions; -1 for none.

        What happened after the end of the latest session is the system's, or it would have opened
        one: it belongs to the session for as long as the timeout.
        """
        known = (visitors > 0) & (visitors < len(self.firsts) - 1)
        whose = np.where(known, visitors, 0)
        first, following = self.firsts[whose], self.firsts[whose + 1]
        place = first.copy()
        several = np.flatnonzero(following - first > 1)
        place[several] = self._latest(first[several], following[several], ts[several])
        place[first == following] = -1
        begun = self.starts[place] <= ts
        return np.where(begun & (self.ends[place] >= ts - self.timeout_us), place, -1)

    def at(self, keys: Ints) -> Ints:
        """The places of sessions by their keys; -1 is no session's key."""
        order = np.argsort(self.keys)
        found = np.searchsorted(self.keys, keys, sorter=order)
        place = order[np.minimum(found, len(order) - 1)]
        return np.where(self.keys[place] == keys, place, -1)

    def _latest(self, first: Ints, following: Ints, ts: Ints) -> Ints:
        """Of the sessions from ``first`` to before ``following`` the latest that had begun."""
        low, high = first.copy(), following - 1
        while (apart := np.flatnonzero(low < high)).size:
            middle = (low[apart] + high[apart] + 1) // 2
            begun = self.starts[middle] <= ts[apart]
            low[apart[begun]] = middle[begun]
            high[apart[~begun]] = middle[~begun] - 1
        return low


def visits_of(engine: Engine, asked: Asked, last_day: int) -> Visits:
    """The sessions that acts of the days from the first asked to ``last_day`` can be in."""
    statement, texts = _statement(asked, last_day)
    parts = [
        (
            batch,
            *(ints_of(batch, name) for name in ("visitor", "ts", "end_ts", "session", "wanted")),
        )
        for batch in engine.batches(statement, texts.parameters)
    ]
    batches, *columns = zip(*parts, strict=True) if parts else ((), *[()] * 5)
    visitors, starts, ends, keys, wanted = map(joined, columns)
    codes, segments = _segments(batches, asked.by)
    order = ordered_by(visitors, starts)
    visitors = visitors[order]
    firsts = np.searchsorted(visitors, np.arange(int(visitors.max(initial=0)) + 2))
    return Visits(
        firsts, np.append(starts[order], NEVER), np.append(ends[order], -1),
        np.append(keys[order], NEVER),
        np.append(codes[order], segments.index((None,) * len(asked.by))),
        np.append(wanted[order] == 1, asked.wants_without_session), segments, asked.timeout_us,
    )  # fmt: skip


def _statement(asked: Asked, last_day: int) -> tuple[str, Texts]:
    """A day more on both sides than any time zone needs; the clock says how late is too early."""
    texts = Texts()
    wanted = texts.of_whom(asked, "s")
    met = f"CASE WHEN {' AND '.join(wanted)} THEN 1 ELSE 0 END" if wanted else "1"
    by = "".join(f", s.{name} AS by_{name}" for name in asked.by)
    earliest = (asked.days[0] - 1) * DAY_US - asked.timeout_us
    return (
        f"SELECT s.visitor, s.ts, s.end_ts, s.session, {met} AS wanted{by} FROM sessions s "
        f"WHERE s.end_ts >= {earliest} AND s.ts <= {(last_day + 2) * DAY_US}"
    ), texts


def _segments(
    batches: tuple[pa.RecordBatch, ...], by: tuple[str, ...]
) -> tuple[Ints, list[Values]]:
    """The segment of every session by its number, and all segments; one of them has no values."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    nothing: Values = (None,) * len(by)
    count = sum(batch.num_rows for batch in batches)
    codes = np.zeros(count, np.int64)
    known: list[list[str | None]] = []
    for name in by if count else ():
        told = pa.chunked_array([batch.column(f"by_{name}") for batch in batches])
        whole = told.combine_chunks().dictionary_encode(null_encoding="encode")
        known.append(whole.dictionary.to_pylist())
        codes = codes * len(known[-1]) + whole_numbers(whole.indices)
    if not known:
        return codes, [nothing]
    found, numbers = numbered(codes, prod(map(len, known)))
    segments = [_decoded(int(code), known) for code in found]
    return numbers, segments if nothing in segments else [*segments, nothing]


def _decoded(code: int, known: list[list[str | None]]) -> Values:
    values: list[str | None] = []
    for each in reversed(known):
        code, at = divmod(code, len(each))
        values.insert(0, each[at])
    return tuple(values)
