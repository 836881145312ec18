"""Whether the data of a run can be trusted: who is counted, who is not, and who ought to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from footfall.engine import Engine
from footfall.experiment.census import Census, day_begins, day_ends
from footfall.experiment.course import Course
from footfall.experiment.design import Design
from footfall.experiment.result import Checks, Overlap
from footfall.statistics.allocation import MISMATCH, allocation, sequential_allocation
from footfall.statistics.tails import chi_square_tail


def checks_of(  # noqa: PLR0917 - a run and what is around it
    engine: Engine,
    design: Design,
    people: Census,
    run: Course,
    timezone: str,
    others: Sequence[Design] = (),
) -> Checks:
    """What is looked at before any effect."""
    counts = people.counts(design)
    before = people.counts_before_exclusion(design)
    whole = sum(design.weights)
    live = [each for each in design.variants if each.weight > 0]
    named = dict(zip((each.name for each in design.variants), counts, strict=True))
    found, found_before = allocation(counts, design.weights), allocation(before, design.weights)
    return Checks(
        {each.name: named[each.name] for each in live},
        {each.name: each.weight / whole for each in live},
        found.p.p if found else None,
        found_before.p.p if found_before else None,
        _sequential(design, people) if found else None,
        {f"{one} → {other}": number for (one, other), number in sorted(people.several.items())},
        people.several_share,
        dict(sorted(people.strangers.items())),
        tuple(each.name for each in live if not named[each.name]),
        people.early,
        people.late,
        0,
        overlaps=tuple(_overlaps(engine, design, run, others, timezone)),
    )


def _sequential(design: Design, people: Census) -> float:
    """The p-value of all days at once."""
    days = sorted({day for _, day in people.units})
    return sequential_allocation(_so_far(design, people, days), design.weights).p


def _so_far(design: Design, people: Census, days: Iterable[date]) -> Iterator[list[int]]:
    sums = [0] * len(design.variants)
    for day in days:
        for at, each in enumerate(design.variants):
            sums[at] += people.units[each.name, day]
        yield list(sums)


def _overlaps(
    engine: Engine, design: Design, run: Course, others: Sequence[Design], timezone: str
) -> Iterator[Overlap]:
    """Other experiments with the same people at the same time."""
    if not run.enrolled_days:
        return
    last = design.start + timedelta(days=run.enrolled_days - 1)
    for other in others:
        if other.experiment == design.experiment or other.start > last:
            continue
        if other.end is not None and other.end < design.start:
            continue
        ends = min(last, other.end) if other.end else last
        end = day_ends(timezone, last)
        rows = engine.rows(
            "SELECT one, two, count(*) FROM (SELECT a.person, min(a.variant) AS one, "
            "min(b.variant) AS two FROM exposures a JOIN exposures b ON b.visitor = a.visitor "
            f"WHERE a.experiment = :p0 AND b.experiment = :p1 AND a.since < {end} "
            f"AND a.since >= {day_begins(timezone, design.start)} "
            f"AND b.since >= {day_begins(timezone, other.start)} "
            f"AND b.since < {day_ends(timezone, ends)} GROUP BY a.person) AS both_of "
            "GROUP BY one, two",
            (design.experiment, other.experiment),
        )
        if rows:
            p = _independence([(row[0], row[1], row[2]) for row in rows])
            yield Overlap(other.id, sum(row[2] for row in rows), p, p is not None and p < MISMATCH)


def _independence(rows: list[tuple[str, str, int]]) -> float | None:
    """Pearson's chi-square that who sees what here has nothing to do with what is seen there."""
    ones, twos = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    if len(ones) < 2 or len(twos) < 2:
        return None
    table = np.zeros((len(ones), len(twos)))
    for one, two, number in rows:
        table[ones.index(one), twos.index(two)] = number
    due = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    chi2 = float(((table - due) ** 2 / due).sum())
    return chi_square_tail(chi2, (len(ones) - 1) * (len(twos) - 1)).p
