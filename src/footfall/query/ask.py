"""Asks a question: every fact once, then the formulas over the cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from footfall.catalogue import Kpi, Source
from footfall.catalogue.formula import Lookup, Number, compiled
from footfall.engine import Engine
from footfall.money import CONTEXT
from footfall.query.answer import Row, Value, bucket_label, reading_order
from footfall.query.columns import Column, Columns, buckets, measure, measure_earlier
from footfall.query.compare import Comparison, compared
from footfall.query.question import Question
from footfall.query.statement import sources_of
from footfall.query.totals import Cell


def ask(
    engine: Engine, question: Question, timezone: str, comparison: Comparison | None = None
) -> tuple[Row, ...]:
    """The rows of a question, KPI by KPI, in order of buckets and segments."""
    now = measure(engine, question, timezone)
    then = measure_earlier(engine, question, timezone, comparison) if comparison else {}
    cells = _Cells.of(question, [*now.values(), *then.values()], buckets(question, timezone))
    found = _Found(question, now, then, comparison, cells)
    return tuple(row for kpi in question.kpis for row in found.rows(kpi))


@dataclass(frozen=True, slots=True)
class _Cells:
    """All cells of an answer in reading order, with what rows call them."""

    labels: Mapping[Cell, tuple[int, str | None, Mapping[str, str | None]]]
    is_broken_down: bool

    @classmethod
    def of(cls, question: Question, columns: Iterable[Column], every: list[int | None]) -> _Cells:
        """Every bucket; with breakdowns every cell that something is in."""
        ordered: Iterable[Cell] = [(bucket, ()) for bucket in every]
        if question.by:
            place = {bucket: at for at, bucket in enumerate(every)}
            found = {cell for column in columns for cell in column}
            ordered = sorted(
                found, key=lambda cell: (place.get(cell[0], 0), reading_order(cell[1]))
            )
        labels = {
            cell: (
                at,
                _label(cell[0], question.every),
                dict(zip(question.by, cell[1], strict=True)),
            )
            for at, cell in enumerate(ordered)
        }
        return cls(labels, bool(question.by))

    def those_in(self, columns: Iterable[Column]) -> Iterable[Cell]:
        """The cells of a KPI: all, or with breakdowns those in which one of its columns is."""
        if not self.is_broken_down:
            return self.labels
        found = {cell for column in columns for cell in column}
        return sorted(found, key=lambda cell: self.labels[cell][0])


def _label(bucket: int | None, every: str | None) -> str | None:
    return None if bucket is None or every is None else bucket_label(bucket, every)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found: the numbers, and those of the days that they are compared with."""

    question: Question
    now: Columns
    then: Columns
    comparison: Comparison | None
    cells: _Cells

    def rows(self, kpi: Kpi) -> Iterator[Row]:
        """The rows of a KPI; of one with a breakdown of its own one for each value."""
        parts = dict(sources_of(kpi, self.question))
        now = {part: _Numbers(kpi, sources, self.now) for part, sources in parts.items()}
        then = {part: _Numbers(kpi, sources, self.then) for part, sources in parts.items()}
        every = [column for part in (*now.values(), *then.values()) for column in part.columns]
        split = kpi.split.column if kpi.split else None
        for cell in self.cells.those_in(every):
            _, bucket, segment = self.cells.labels[cell]
            if kpi.requires and segment.get(kpi.requires, "") is None:
                continue
            for part, numbers in now.items():
                own = segment if split is None else {**segment, split: part}
                row = Row(kpi.id, bucket, own, *numbers.at(cell))
                if self.comparison:
                    before, _, _ = then[part].at(cell)
                    is_open = self.comparison.is_open(self.question, cell[0])
                    row = compared(kpi, row, before, is_open=is_open)
                yield row


class _Numbers:
    """A KPI's value, numerator and denominator in each cell, from its measures' columns."""

    def __init__(
        self, kpi: Kpi, sources: Mapping[str, Source], found: Mapping[Source, Column]
    ) -> None:
        self.columns: list[Column] = []
        """Every column that something may be in."""
        self._of: Lookup | None = None  # of how many values a median is the middle
        lookups = {name: self._lookup(source, found) for name, source in sources.items()}
        tree, sides = kpi.formula.tree, kpi.formula.sides
        above, below = sides or (tree, None)
        self._above, self._above_is_money = compiled(above, lookups), kpi.money_of(above)
        self._below = compiled(below, lookups) if below is not None else None
        self._below_is_money = below is not None and kpi.money_of(below)
        # the whole formula, where it is more than the division of the two
        is_more = below is not None and tree != ("/", above, below)
        self._scaled = compiled(tree, lookups) if is_more else None

    def _lookup(self, source: Source, found: Mapping[Source, Column]) -> Lookup:
        """What gives a measure's value in a cell; of a column that has none there it is 0."""
        column = found.get(source, {})
        if source.aggregate != "median":
            self.columns.append(column)
            return lambda cell: column.get(cell, 0)
        known = found.get(source.known, {})
        self.columns.append(known)
        self._of = lambda cell: known.get(cell, 0)
        return lambda cell: Fraction(column.get(cell, 0)) / 2 if known.get(cell) else None

    def at(self, cell: Cell) -> tuple[Value, Value, Value]:
        """Value, numerator and denominator; the denominator of a median is how many it is of."""
        above = self._above(cell)
        if self._below is None:
            of = int(self._of(cell) or 0) if self._of else None
            return _plain(above, money=self._above_is_money), None, of
        below = self._below(cell)
        return (
            _quotient(above, below) if self._scaled is None else _float(self._scaled(cell)),
            _plain(above, money=self._above_is_money),
            _plain(below, money=self._below_is_money),
        )


def _float(value: Number | None) -> float | None:
    return None if value is None else float(value)


def _quotient(above: Number | None, below: Number | None) -> float | None:
    """The nearest float to the exact quotient."""
    if above is None or not below:
        return None
    if isinstance(above, int) and isinstance(below, int):
        return above / below
    return float(Fraction(above) / Fraction(below))


def _plain(value: Number | None, *, money: bool) -> Value:
    """Money as an exact decimal, whole numbers as integers, the rest as floats."""
    if value is None or isinstance(value, int):
        return Decimal(value) if money and value is not None else value
    if money:
        return value if isinstance(value, Decimal) else _decimal(value)
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)


def _decimal(value: Fraction) -> Decimal:
    return CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
