"""The unit table's answer: moments of each variant by day and by segment, ready to be added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from footfall.engine import Engine
from footfall.experiment.unit_table import NUMBERS_OF_A_COLUMN, UnitTable, cut_name
from footfall.localtime import DAY_US, day_date
from footfall.statistics.moments import Moments, of_sample


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known of one column in one cell."""

    mean: float
    var: float
    third: float
    nonzero: int
    is_binary: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cap did in one cell: how many units it cut, and at which total."""

    units: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Some units of one variant."""

    n: int
    columns: dict[str, Numbers]
    together: dict[frozenset[str], float]
    cuts: dict[str, Cut] = field(default_factory=dict)

    def moments(self, names: Sequence[str]) -> Moments:
        """The moments of some columns; pairs that were not asked for do not vary together."""
        covariance = [
            [
                self.columns[one].var if one == other else self._together(one, other)
                for other in names
            ]
            for one in names
        ]
        told = [self.columns[name] for name in names]
        return of_sample(
            names,
            self.n,
            [each.mean for each in told],
            covariance,
            thirds=[each.third for each in told],
            nonzero=[each.nonzero for each in told],
        )

    def _together(self, one: str, other: str) -> float:
        return self.together.get(frozenset((one, other)), 0.0)


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a run: by variant and day of exposure, and by variant and segment."""

    by_day: dict[tuple[str, date], Cell]
    by_segment: dict[tuple[str, str | None, str], Cell]

    def days(self, variant: str, upto: date | None = None) -> list[Cell]:
        """A variant's cells, day by day, up to a day."""
        return [
            cell
            for (name, day), cell in sorted(self.by_day.items(), key=lambda item: item[0][1])
            if name == variant and (upto is None or day <= upto)
        ]

    def values(self, dimension: str) -> list[str | None]:
        """The segments of a dimension, those without the attribute last."""
        found = {value for name, value, _ in self.by_segment if name == dimension}
        return sorted(found, key=lambda value: (value is None, value or ""))

    def is_binary(self, column: str) -> bool:
        """Whether every unit has 0 or 1 there."""
        return all(cell.columns[column].is_binary for cell in self.by_day.values())


def measure(engine: Engine, table: UnitTable) -> Cells:
    """Asks the unit table."""
    sql = table.sql()
    by_day: dict[tuple[str, date], Cell] = {}
    by_segment: dict[tuple[str, str | None, str], Cell] = {}
    for place, variant, day, value, *rest in engine.rows(sql, table.parameters):
        cell = _cell(table, rest)
        if place:
            by_segment[table.wanted.segments[place - 1], value, variant] = cell
        else:
            by_day[variant, day_date(day // DAY_US)] = cell
    return Cells(by_day, by_segment)


def _cell(table: UnitTable, row: Sequence[Any]) -> Cell:
    n, rest = row[0], iter(row[1:])
    columns = {
        name: _numbers(n, told)
        for name, told in zip(table.names, _taken(rest, len(table.names)), strict=True)
        if told[0] is not None
    }
    together = {frozenset(pair): _float(next(rest), 0.0) for pair in table.wanted.pairs}
    cuts = {
        cut_name(column.name): Cut(int(next(rest) or 0), _known(next(rest)))
        for column in table.capped
    }
    return Cell(n, columns, together, cuts)


def _taken(rest: Iterator[Any], columns: int) -> Iterable[tuple[Any, ...]]:
    return [tuple(next(rest) for _ in range(NUMBERS_OF_A_COLUMN)) for _ in range(columns)]


def _numbers(n: int, told: tuple[Any, ...]) -> Numbers:
    """The central numbers of a column; its cube was centred on the mean of all cells."""
    mean, var, cube, nonzero, is_other, middle = told
    mean, var = float(mean), _float(var, 0.0)
    apart, spread = mean - float(middle), var * (n - 1) / n
    third = float(cube) - 3 * apart * spread - apart**3
    return Numbers(mean, var, third, nonzero, not is_other)


def _float(value: Any, otherwise: float) -> float:
    return otherwise if value is None or np.isnan(value) else float(value)


def _known(value: Any) -> float | None:
    return None if value is None else float(value)
