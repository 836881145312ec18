"""Funnels: how many take the steps one after the other, where they stop, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from footfall.catalogue.funnel import Funnel
from footfall.engine import Engine
from footfall.query.acts import Asked, Segment, by_exposure, reading_order
from footfall.query.arrays import MS
from footfall.query.findings import COUNT, RATE, SECONDS, TEXT, Findings
from footfall.query.gather import Gathered, gather, ranks_of
from footfall.query.walk import Walks, joined, walk

COLUMNS = {
    "step": COUNT,
    "event": TEXT,
    "count": COUNT,
    "rate_previous": RATE,
    "rate_first": RATE,
    "drop_off": COUNT,
    "median_seconds": SECONDS,
}


@dataclass(frozen=True, kw_only=True)
class FunnelFindings(Findings):
    """The steps of a funnel, segment by segment, and the funnel that they are of."""

    funnel: Funnel

    def to_json(self) -> Any:
        """The steps as a list; with a breakdown each with its segment."""
        return self.plain_rows()


@dataclass(frozen=True)
class Walked:
    """A segment, how many began in it, and how far they walked (there it has the number `cell`)."""

    segment: Segment
    entered: int
    walks: Walks
    cell: int

    def count(self, step: int) -> int:
        """How many took a step, counted from 0."""
        return int(np.count_nonzero(self.walks.took(step, self.cell))) if step else self.entered

    def waits(self, step: int) -> float | None:
        """The median of seconds from the step before, of those who took it."""
        waits = self.walks.waits(step, self.cell) if step else ()
        return float(np.median(waits)) / 1_000_000 if len(waits) else None


def funnel_rows(engine: Engine, funnel: Funnel, asked: Asked) -> tuple[dict[str, Any], ...]:
    """The steps of a funnel in every segment; without a breakdown there is one."""
    found = walked(engine, funnel, asked)
    return tuple(row for each in found for row in _steps(funnel, each))


def walked(engine: Engine, funnel: Funnel, asked: Asked) -> list[Walked]:
    """How far everybody walked, in the order in which people read segments."""
    found: list[Walked] = []
    for exposed, question in list(by_exposure(engine, asked)):
        gathered = gather(engine, funnel, question)
        walks = _walks(engine, funnel, gathered)
        for cell, values in enumerate(gathered.segments):
            both = dict(zip(question.by, values, strict=True)) | exposed
            segment = {name: both[name] for name in asked.by}
            found.append(Walked(segment, int(gathered.entered[cell]), walks, cell))
    some = [each for each in found if each.entered or not asked.by]
    return sorted(some, key=lambda each: reading_order(each.segment))


def _walks(engine: Engine, funnel: Funnel, gathered: Gathered) -> Walks:
    """Everybody's walks: those of two steps at most in brief, the others act by act."""
    acts, steps, window = gathered.acts, len(funnel.steps), funnel.window_ms * MS
    found = []
    if gathered.brief:
        briefly, unclear = gathered.brief.walks(steps, window)
        acts = acts.joined(unclear)
        found.append(briefly)
    found.append(walk(acts, steps, window, ranks_of(engine), strict=funnel.strict))
    return joined(found, steps)


def _steps(funnel: Funnel, found: Walked) -> Iterator[dict[str, Any]]:
    counts = [found.count(step) for step in range(len(funnel.steps))]
    for at, step in enumerate(funnel.steps):
        yield {
            **found.segment,
            "step": at + 1,
            "event": step.text,
            "count": counts[at],
            "rate_previous": rate(counts[at], counts[at - 1]) if at else None,
            "rate_first": rate(counts[at], counts[0]),
            "drop_off": counts[at - 1] - counts[at] if at else 0,
            "median_seconds": found.waits(at),
        }


def rate(part: int, whole: int) -> float | None:
    """A part of a whole; of nothing there is none (R13)."""
    return part / whole if whole else None
