"""Asks a question: every fact once, then the formulas over the cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from footfall.catalogue import Kpi, Source
from footfall.catalogue.formula import Number, Tree, evaluate
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
        now = {part: _Columns.of(sources, self.now) for part, sources in parts.items()}
        then = {part: _Columns.of(sources, self.then) for part, sources in parts.items()}
        recipe = _Recipe.of(kpi)
        every = [column for part in (*now.values(), *then.values()) for column in part.all]
        for cell in self.cells.those_in(every):
            _, bucket, segment = self.cells.labels[cell]
            if kpi.requires and segment.get(kpi.requires, "") is None:
                continue
            for part, columns in now.items():
                own = {**segment, kpi.split.column: part} if kpi.split else segment
                row = Row(kpi.id, bucket, own, *recipe.numbers(*columns.at(cell)))
                if self.comparison:
                    before, _, _ = recipe.numbers(*then[part].at(cell))
                    is_open = self.comparison.is_open(self.question, cell[0])
                    row = compared(kpi, row, before, is_open=is_open)
                yield row


@dataclass(frozen=True, slots=True)
class _Columns:
    """The numbers of a KPI's measures, and how many values each median is the middle of."""

    plain: Mapping[str, Column]
    medians: Mapping[str, tuple[Column, Column]]

    @classmethod
    def of(cls, sources: Mapping[str, Source], all_columns: Mapping[Source, Column]) -> _Columns:
        """The columns of these sources."""
        plain = {
            name: all_columns.get(source, {})
            for name, source in sources.items()
            if source.aggregate != "median"
        }
        medians = {
            name: (all_columns.get(source, {}), all_columns.get(source.known, {}))
            for name, source in sources.items()
            if source.aggregate == "median"
        }
        return cls(plain, medians)

    @property
    def all(self) -> Iterable[Column]:
        """Every column that something may be in."""
        return [*self.plain.values(), *(known for _, known in self.medians.values())]

    def at(self, cell: Cell) -> tuple[dict[str, Number | None], int | None]:
        """The measures' values in a cell, and of how many values the medians are, if they are."""
        values: dict[str, Number | None] = {
            name: column.get(cell, 0) for name, column in self.plain.items()
        }
        of = None
        for name, (twice, known) in self.medians.items():
            of = int(known.get(cell, 0))
            values[name] = Fraction(twice.get(cell, 0)) / 2 if of else None
        return values, of


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a KPI's row follows from its measures: its one tree, or the two sides of its division."""

    above: Tree
    above_is_money: bool
    below: Tree | None = None
    below_is_money: bool = False
    scaled: Tree | None = None
    """The whole formula, where it is more than the division of the two."""

    @classmethod
    def of(cls, kpi: Kpi) -> _Recipe:
        """The recipe of a KPI."""
        tree, sides = kpi.formula.tree, kpi.formula.sides
        if sides is None:
            return cls(tree, kpi.money_of(tree))
        above, below = sides
        scaled = None if tree == ("/", above, below) else tree
        return cls(above, kpi.money_of(above), below, kpi.money_of(below), scaled)

    def numbers(
        self, values: Mapping[str, Number | None], of: int | None
    ) -> tuple[Value, Value, Value]:
        """Value, numerator and denominator; the denominator of a median is how many it is of."""
        above = evaluate(self.above, values)
        if self.below is None:
            return _plain(above, money=self.above_is_money), None, of
        below = evaluate(self.below, values)
        return (
            _quotient(above, below) if self.scaled is None else _scaled(self.scaled, values),
            _plain(above, money=self.above_is_money),
            _plain(below, money=self.below_is_money),
        )


def _scaled(tree: Tree, values: Mapping[str, Number | None]) -> float | None:
    value = evaluate(tree, values)
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
