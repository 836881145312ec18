"""Asks a question: every fact once, then the formulas over the cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from footfall.catalogue import Kpi, Measure, Source
from footfall.catalogue.formula import Number, Tree, evaluate
from footfall.engine import Engine
from footfall.localtime import buckets_of, day_number, hours_of
from footfall.money import CONTEXT
from footfall.query.answer import Row, Value, bucket_label
from footfall.query.question import Question
from footfall.query.statement import compile_question

Cell = tuple[int | None, tuple[str | None, ...]]
Numbers = Mapping[Source, Number]


def ask(engine: Engine, question: Question, timezone: str) -> tuple[Row, ...]:
    """The rows of a question, KPI by KPI, in order of buckets and segments."""
    cells = _measure(engine, question)
    wanted = _buckets(question, timezone)
    return tuple(row for kpi in question.kpis for row in _rows(kpi, question, cells, wanted))


def _measure(engine: Engine, question: Question) -> dict[Source, dict[Cell, Number]]:
    """Every source's number in every cell that has one."""
    found: dict[Source, dict[Cell, Number]] = defaultdict(dict)
    bucketed = 0 if question.every is None else 1
    keys = bucketed + len(question.by)
    for statement in compile_question(question):
        for row in engine.rows(statement.sql, statement.parameters):
            cell = (row[0] if bucketed else None, tuple(row[bucketed:keys]))
            for source, number in zip(statement.sources, row[keys:], strict=True):
                if number:
                    found[source][cell] = number
    return found


def _buckets(question: Question, timezone: str) -> list[int | None]:
    if question.every is None:
        return [None]
    if question.every == "hour":
        return list(hours_of(timezone, question.start, question.end))
    return [day_number(start) for start in buckets_of(question.start, question.end, question.every)]


def _rows(
    kpi: Kpi,
    question: Question,
    cells: Mapping[Source, Mapping[Cell, Number]],
    buckets: list[int | None],
) -> Iterable[Row]:
    sources = {name: _source(measure, question) for name, measure in kpi.measures.items()}
    if question.by:
        found = {cell for source in sources.values() for cell in cells.get(source, ())}
        place = {bucket: at for at, bucket in enumerate(buckets)}
        ordered = sorted(
            found,
            key=lambda cell: (
                place.get(cell[0], 0),
                [(text is None, text or "") for text in cell[1]],
            ),
        )
    else:
        ordered = [(bucket, ()) for bucket in buckets]
    for cell in ordered:
        segment = dict(zip(question.by, cell[1], strict=True))
        if kpi.requires in segment and segment[kpi.requires] is None:
            continue
        values = {name: cells.get(source, {}).get(cell, 0) for name, source in sources.items()}
        bucket = (
            None
            if cell[0] is None or question.every is None
            else bucket_label(cell[0], question.every)
        )
        yield row_of(kpi, bucket, segment, values)


def _source(measure: Measure, question: Question) -> Source:
    source = measure.source_for(question.dimensions)
    assert source is not None  # noqa: S101 - a KPI without the dimensions is never asked
    return source


def row_of(
    kpi: Kpi, bucket: str | None, segment: Mapping[str, str | None], values: Mapping[str, Number]
) -> Row:
    """The KPI's row from the values of its measures."""
    tree = kpi.formula.tree
    if not kpi.formula.is_ratio:
        return Row(
            kpi.id, bucket, segment, _plain(evaluate(tree, values), money=kpi.is_money), None, None
        )
    assert isinstance(tree, tuple)  # noqa: S101 - a ratio is a division
    above, below = evaluate(tree[1], values), evaluate(tree[2], values)
    value = evaluate(tree, values)
    return Row(
        kpi.id,
        bucket,
        segment,
        None if value is None else float(value),
        _part(kpi, tree[1], above),
        _part(kpi, tree[2], below),
    )


def _part(kpi: Kpi, tree: Tree, value: Fraction | None) -> Value:
    return _plain(value, money=kpi.money_of(tree))


def _plain(value: Fraction | None, *, money: bool) -> Value:
    """Money as an exact decimal, whole numbers as integers, the rest as floats."""
    if value is None:
        return None
    if money:
        return CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value.numerator if value.denominator == 1 else float(value)
