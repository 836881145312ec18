"""The numbers of a question: every fact once, every source's number in every cell that has one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from footfall.catalogue import Source
from footfall.catalogue.formula import Number
from footfall.engine import Engine
from footfall.localtime import buckets_of, day_number, hours_of
from footfall.query.compare import Comparison, hours_matched
from footfall.query.question import Question
from footfall.query.statement import compile_question
from footfall.query.totals import Cell, middles, totals
from footfall.query.writer import Statement, hour_order

Column = Mapping[Cell, Number]
Columns = Mapping[Source, Column]


def measure(engine: Engine, question: Question, timezone: str) -> dict[Source, dict[Cell, Number]]:
    """Every source's number in every cell that has one."""
    found: dict[Source, dict[Cell, Number]] = defaultdict(dict)
    ordered = buckets(question, timezone)
    for statement in compile_question(question):
        if statement.is_entering:
            found.update(_so_far(engine, question, statement, ordered))
            continue
        columns = [found[source] for source in statement.sources]
        for cell, numbers in _cell_rows(engine, question, statement):
            for column, number in zip(columns, numbers, strict=True):
                if number:
                    column[cell] = number
    return found


def _cell_rows(
    engine: Engine, question: Question, statement: Statement
) -> Iterator[tuple[Cell, Sequence[Number | None]]]:
    """The rows of a statement: cell by cell, what its sources come to."""
    bucketed = 0 if question.every is None else 1
    keys = bucketed + len(question.by)
    for row in engine.rows(statement.sql, statement.parameters):
        cell = (row[0] if bucketed else None, statement.segment(row[bucketed:keys]))
        yield cell, row[keys:]


def _so_far(
    engine: Engine, question: Question, statement: Statement, ordered: list[int | None]
) -> dict[Source, dict[Cell, Number]]:
    """What there is at each bucket's end, from what comes in with each."""
    rows = _cell_rows(engine, question, statement)
    if question.every == "hour":
        codes = {hour_order(code): code for code in ordered if code is not None}
        rows = (((codes[cell[0]], cell[1]), numbers) for cell, numbers in rows if cell[0])
    if statement.sources[0].aggregate == "median":
        values = ((cell, numbers[0]) for cell, numbers in rows if numbers[0] is not None)
        return dict(zip(statement.sources, middles(values, ordered), strict=True))
    entering: list[dict[Cell, Number]] = [{} for _ in statement.sources]
    for cell, numbers in rows:
        for column, number in zip(entering, numbers, strict=True):
            if number:
                column[cell] = number
    return {
        source: totals(column, ordered)
        for source, column in zip(statement.sources, entering, strict=True)
    }


def measure_earlier(
    engine: Engine, question: Question, timezone: str, comparison: Comparison
) -> Columns:
    """What it is compared with, in the cells of the question itself."""
    earlier = comparison.earlier(question)
    found = measure(engine, earlier, timezone)
    if question.every != "hour":
        return found
    hours = hours_matched(
        [code for code in buckets(earlier, timezone) if code is not None],
        [code for code in buckets(question, timezone) if code is not None],
        comparison.days,
    )
    return {
        source: {
            (hours[bucket], segment): number
            for (bucket, segment), number in column.items()
            if bucket in hours
        }
        for source, column in found.items()
    }


def buckets(question: Question, timezone: str) -> list[int | None]:
    """The buckets in order of time: of hours their codes, else the number of the first day."""
    if question.every is None:
        return [None]
    if question.every == "hour":
        return list(hours_of(timezone, question.start, question.end))
    moved = timedelta(days=question.moved)
    starts = buckets_of(question.start + moved, question.end + moved, question.every)
    return [day_number(start) for start in starts]
