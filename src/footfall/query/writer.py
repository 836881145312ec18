"""The words of statements: cells, filters, conditions and numbers of one fact table.

The text keeps to the subset that DuckDB, ClickHouse and Spark read alike: integer time, sum(CASE
…), count(CASE …) (of nothing 0 everywhere), spelled-out GROUP BY, no engine's own functions. Texts
go in as parameters (``:p0``, ``:p1`` …).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from footfall.catalogue import Source
from footfall.catalogue.measure import Wanted
from footfall.localtime import OFFSET_STEP, OFFSET_ZERO, buckets_of, day_date, day_number
from footfall.query.question import Question
from footfall.query.segment import Is, is_one_of
from footfall.schema.facts import EXPOSURE_DIMENSIONS, Fact

Cells = Sequence[tuple[str, str]]
"""The columns that name a cell, each with its expression."""


@dataclass(frozen=True)
class Statement:
    """One statement: what it asks of which fact, and the sources in the order of its columns.

    ``hours``: which of the dimensions are told as codes of an hour of the day (`segment`).
    ``is_entering``: its numbers are what comes in with each bucket, to be added up over them.
    """

    sql: str
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]
    hours: frozenset[int] = frozenset()
    is_entering: bool = False

    def segment(self, values: Sequence[Any]) -> tuple[str | None, ...]:
        """The values of the dimensions, as a row of the statement has them, in words."""
        if not self.hours:
            return tuple(values)
        return tuple(
            str(value // OFFSET_STEP) if at in self.hours and value is not None else value
            for at, value in enumerate(values)
        )


@dataclass
class Writer:
    """What statements for the sources of one fact are written with."""

    question: Question
    sources: tuple[Source, ...]
    parameters: list[str] = field(default_factory=list)

    @property
    def fact(self) -> Fact:
        """The fact that all the sources read."""
        return self.sources[0].fact

    def statement(self, sql: str, *, is_entering: bool = False) -> Statement:
        """The statement of a text, with the parameters that were put into it."""
        by = enumerate(self.question.by)
        hours = frozenset(at for at, name in by if name in self.fact.derived)
        return Statement(sql, tuple(self.parameters), self.sources, hours, is_entering)

    # --- cells -----------------------------------------------------------------------------

    def cells(self) -> Cells:
        """The columns that name a cell: the bucket and the dimensions, with their expressions."""
        bucket = bucket_sql(self.question)
        cells = [("bucket", bucket)] if bucket else []
        return cells + [(f"by_{name}", self.dimension(name)) for name in self.question.by]

    def dimension(self, name: str) -> str:
        """A dimension's expression: its column, or what follows from one."""
        code = self.fact.derived.get(name)
        # the hour of the day × the step between hours: whole numbers need no division
        return name if code is None else f"({code} % {24 * OFFSET_STEP} - {code} % {OFFSET_STEP})"

    # --- what is asked for -----------------------------------------------------------------

    @cached_property
    def relation(self) -> str:
        """The fact, or what of it the exposed did: each row once, in however many experiments."""
        if not any(name in EXPOSURE_DIMENSIONS for name in self.question.dimensions):
            return self.fact.name
        by = [name for name in EXPOSURE_DIMENSIONS if name in self.question.by]
        wanted = [self.is_one_of(name, values) for name, values in self._exposures()]
        visitors = ", ".join(["visitor", *by])
        since = (
            f"SELECT {visitors}, min(since) AS begun FROM exposures"
            + (f" WHERE {' AND '.join(wanted)}" if wanted else "")
            + f" GROUP BY {visitors}"
        )
        columns = [f"f.{name}" for name in self.fact.types] + [f"x.{name}" for name in by]
        return (
            f"(SELECT {', '.join(columns)} FROM {self.fact.name} f JOIN ({since}) x "
            f"ON x.visitor = f.visitor AND f.{self.fact.moment} >= x.begun) AS exposed"
        )

    def _exposures(self) -> list[tuple[str, tuple[str | None, ...]]]:
        """The experiments and variants that are asked for, by filters and by the segment."""
        told = [pair for pair in self.question.where.items() if pair[0] in EXPOSURE_DIMENSIONS]
        segment = self.question.segment
        return told + [(each.name, each.values) for each in (segment.exposures if segment else ())]

    def filter(self) -> str:
        """What must hold of every row: its day, the filters, the segment."""
        conditions = [
            f"day >= {day_number(self.question.start)}",
            f"day <= {day_number(self.question.end)}",
        ]
        conditions += [
            self.is_one_of(name, values)
            for name, values in self.question.where.items()
            if name not in EXPOSURE_DIMENSIONS
        ]
        if self.sources[0].costed:
            days = conjunction(*conditions[:2])
            conditions.append(f"channel IN (SELECT channel FROM ads WHERE {days})")
        if self.question.segment:
            session = None if self.fact.name == "sessions" else "session"
            conditions.append(self.question.segment.sql(self._is, self.text, session))
        return conjunction(*conditions)

    def rows(self) -> str:
        """What must hold of a row that any source can count: `filter`, and its kind.

        Most facts of events have rows of many kinds, of which a question counts few: the others
        are left out before anything is put together.
        """
        return conjunction(self.filter(), self._kinds())

    def _kinds(self) -> str:
        """The values of a column that every source wants some of; empty if there is none."""
        if self.fact.thing is not None:
            return ""
        wanted = [dict(source.where) for source in self.sources]
        for column in wanted[0]:
            values = [each.get(column, True) for each in wanted]
            if not any(isinstance(value, bool) for value in values):
                listed = (each for value in values for each in _listed(value))
                return self.condition(column, tuple(dict.fromkeys(listed)), merged=False)
        return ""

    def _is(self, condition: Is) -> str:
        return self.is_one_of(condition.name, condition.values)

    def is_one_of(self, dimension: str, values: Sequence[str | None]) -> str:
        """Whether a dimension has one of some values."""
        put = _hour if dimension in self.fact.derived else self.text
        return is_one_of(self.dimension(dimension), tuple(values), put)

    def text(self, value: str) -> str:
        """A text as a parameter: what stands for it."""
        self.parameters.append(value)
        return f":p{len(self.parameters) - 1}"

    # --- numbers ---------------------------------------------------------------------------

    def met(self, source: Source, *, merged: bool = False) -> str:
        """What has to be true of a row for a source to count it; empty if nothing has to be."""
        conditions = [self.condition(name, wanted, merged=merged) for name, wanted in source.where]
        if source.newcomers:
            conditions.append(self.is_newcomer())
        return conjunction(*conditions)

    def number(self, source: Source, *, merged: bool = False) -> str:
        """The aggregate of one source."""
        met = self.met(source, merged=merged)
        column = f"{source.column}_" if merged else source.column
        if source.aggregate == "count":
            return f"count(CASE WHEN {met} THEN 1 END)" if met else "count(*)"
        if source.aggregate == "sum":
            return f"sum(CASE WHEN {met} THEN {column} END)" if met else f"sum({column})"
        if source.aggregate == "known":
            return f"count(CASE WHEN {conjunction(f'{column} IS NOT NULL', met)} THEN 1 END)"
        return f"count(DISTINCT {_when(met, str(column))})"

    def condition(self, column: str, wanted: Wanted, *, merged: bool) -> str:
        """What a column must be."""
        name = f"{column}_" if merged else column
        if isinstance(wanted, bool):
            if merged:
                return f"{name} = {int(wanted)}"
            return name if wanted else f"NOT {name}"
        return f"{name} IN ({', '.join(self._value(value) for value in _listed(wanted))})"

    def _value(self, value: str | int) -> str:
        return self.text(value) if isinstance(value, str) else str(value)

    def things(self, cells: Cells) -> str:
        """The things of each cell, each once, with what the sources ask of them."""
        used = dict.fromkeys(
            column
            for source in self.sources
            for column in (
                *([source.column] if source.column else []),
                *(name for name, _ in source.where),
            )
        )
        merged = [f"{self.merge(column)} AS {column}_" for column in used]
        return (
            f"SELECT {', '.join([*named(cells), f'{self.fact.thing} AS thing', *merged])} "
            f"FROM {self.relation} WHERE {self.filter()}"
            + group_by([*(expression for _, expression in cells), str(self.fact.thing)])
        )

    def merge(self, column: str) -> str:
        """A column of all rows of a thing: whether it is ever so, or the one value that it has."""
        if self.fact.types[column] == "BOOLEAN":
            return f"max(CASE WHEN {column} THEN 1 ELSE 0 END)"
        return f"max({column})"

    # --- persons ---------------------------------------------------------------------------

    def counts_persons(self, source: Source) -> bool:
        """Whether a source counts the persons of sessions, who know of their neighbours."""
        return (
            source.aggregate == "unique"
            and source.column == "person"
            and source.fact_name == "sessions"
            and self.relation == "sessions"
        )

    def is_alone(self) -> str | None:
        """Whether the person has no other session in the bucket; None where that is not known."""
        first, last = day_number(self.question.start), day_number(self.question.end)
        before, after = f"coalesce(previous_day, {first - 1})", f"coalesce(next_day, {last + 1})"
        if self.question.every is None or self.question.is_cumulated:
            return f"{before} < {first} AND {after} > {last}"
        if self.question.every == "day":
            return "coalesce(previous_day, day - 1) < day AND coalesce(next_day, day + 1) > day"
        return None

    def is_newcomer(self) -> str:
        """Whether the person's first session ever starts in the bucket, and in the period (R17)."""
        start = day_number(self.question.start)
        if self.question.every is None or self.question.is_cumulated:
            return f"first_day >= {start}"
        if self.question.every == "hour":
            return "first_hour = hour"
        first, own = bucket_sql(self.question, "first_day"), bucket_sql(self.question)
        return f"first_day >= {start} AND {first} = {own}"


def bucket_sql(question: Question, day: str = "day") -> str | None:
    """The bucket of a row: a number of its hour, or the day number of the bucket's first day.

    Numbers of hours are their codes; cumulated, numbers that follow each other as the hours do.
    Days are moved onto those whose buckets are meant (`Question.moved`).
    """
    every = question.every
    if every is None:
        return None
    if every == "hour":
        return hour_order_sql() if question.is_cumulated else "hour"
    if question.moved:
        day = f"({day} + {question.moved})"
    if every == "day":
        return day
    if every == "week":  # 1970-01-01 was a Thursday
        return f"({day} - ({day} + 3) % 7)"
    first, last = (
        day_date(day_number(each) + question.moved) for each in (question.start, question.end)
    )
    starts = [day_number(start) for start in buckets_of(first, last, every)]
    if len(starts) == 1:
        return str(starts[0])
    cases = " ".join(
        f"WHEN {day} < {following} THEN {start}" for start, following in pairwise(starts)
    )
    return f"CASE {cases} ELSE {starts[-1]} END"


def hour_order_sql() -> str:
    """A number of the hour that grows with time: an hour that is repeated has two of them."""
    offset = f"(hour % {OFFSET_STEP} - {OFFSET_ZERO})"
    return f"(60 * (hour - hour % {OFFSET_STEP}) - {OFFSET_STEP} * {offset})"


def hour_order(code: int) -> int:
    """What `hour_order_sql` gives for the code of an hour."""
    return 60 * (code - code % OFFSET_STEP) - OFFSET_STEP * (code % OFFSET_STEP - OFFSET_ZERO)


def named(cells: Cells) -> list[str]:
    """The cell's columns as a SELECT has them."""
    return [f"{expression} AS {name}" for name, expression in cells]


def conjunction(*conditions: str) -> str:
    """All conditions, without those that are empty."""
    return " AND ".join(condition for condition in conditions if condition)


def group_by(expressions: Iterable[str]) -> str:
    """The GROUP BY of some expressions; constants are no groups."""
    listed = [expression for expression in expressions if not expression.isdigit()]
    return f" GROUP BY {', '.join(listed)}" if listed else ""


def _listed(wanted: Wanted) -> tuple[str | int, ...]:
    """What a column has to be one of."""
    return wanted if isinstance(wanted, tuple) else (wanted,)


def _hour(value: str) -> str:
    """An hour of the day as `Writer.dimension` gives it; what is none is met by nothing."""
    return str(int(value) * OFFSET_STEP) if value.isdecimal() else "-1"


def _when(met: str, column: str) -> str:
    return f"CASE WHEN {met} THEN {column} END" if met else column
