"""Needs → one portable statement per fact table.

The text keeps to the subset that DuckDB, ClickHouse and Spark read alike: integer time, sum(CASE
…), count(CASE …) (of nothing 0 everywhere), spelled-out GROUP BY, no engine's own functions. Texts
go in as parameters (``:p0``, ``:p1`` …).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from footfall.catalogue import Kpi, Source
from footfall.catalogue.measure import Wanted
from footfall.localtime import OFFSET_STEP, buckets_of, day_number
from footfall.query.question import Question
from footfall.schema.facts import EXPOSURE_DIMENSIONS, Fact


@dataclass(frozen=True)
class Statement:
    """One statement: what it asks of which fact, and the sources in the order of its columns.

    ``hours``: which of the dimensions are told as codes of an hour of the day (`segment`).
    """

    sql: str
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]
    hours: frozenset[int] = frozenset()

    def segment(self, values: Sequence[Any]) -> tuple[str | None, ...]:
        """The values of the dimensions, as a row of the statement has them, in words."""
        if not self.hours:
            return tuple(values)
        return tuple(
            str(value // OFFSET_STEP) if at in self.hours and value is not None else value
            for at, value in enumerate(values)
        )


def compile_question(question: Question) -> list[Statement]:
    """One statement for each fact table that the question needs; each source is asked once.

    What counts in the channels with costs only is asked apart from the rest of its fact. A median
    has a statement of its own: its rows are put in order first.
    """
    needs: dict[tuple[str, bool], dict[Source, None]] = {}
    medians: dict[Source, None] = {}
    for kpi in question.kpis:
        for _, sources in sources_of(kpi, question):
            for source in sources.values():
                if source.aggregate == "median":
                    medians[source] = None
                else:
                    needs.setdefault((source.fact_name, source.costed), {})[source] = None
    statements = [_Writer(question, tuple(sources)).statement() for sources in needs.values()]
    return statements + [_Writer(question, (source, source.known)).median() for source in medians]


def sources_of(kpi: Kpi, question: Question) -> Iterator[tuple[str | None, dict[str, Source]]]:
    """What each of a KPI's rows is computed from (`Kpi.parts`): its measures' sources by name."""
    for part, measures in kpi.parts.items():
        found = {}
        for name, measure in measures.items():
            source = measure.source_for(question.dimensions)
            assert source is not None  # noqa: S101 - a KPI without the dimensions is never asked
            found[name] = source
        yield part, found


def rows_of(question: Question, fact: str) -> tuple[str, tuple[str, ...]]:
    """The rows of a fact that a question asks about, as what follows ``FROM``; parameters."""
    writer = _Writer(question, (Source(fact, "count"),))
    return writer.rows(), tuple(writer.parameters)


@dataclass
class _Writer:
    """Writes the statement for the sources of one fact."""

    question: Question
    sources: tuple[Source, ...]
    parameters: list[str] = field(default_factory=list)

    @property
    def fact(self) -> Fact:
        return self.sources[0].fact

    def statement(self) -> Statement:
        """The statement: cells first, then a number for each source."""
        if self.fact.thing is not None:
            sql = self._of_things()
        elif self._is_alone() and any(self._counts_persons(source) for source in self.sources):
            sql = self._of_visits()
        else:
            sql = self._of_rows()
        return self._written(sql)

    def _written(self, sql: str) -> Statement:
        by = enumerate(self.question.by)
        hours = frozenset(at for at, name in by if name in self.fact.derived)
        return Statement(sql, tuple(self.parameters), self.sources, hours)

    def median(self) -> Statement:
        """The statement of a median: twice the middle value of each cell, and of how many it is.

        The values of a cell are put in order; of the two in the middle of an even number both
        count, the one of an odd number twice.
        """
        source = self.sources[0]
        cells = self._cell()
        names = [name for name, _ in cells]
        if self.fact.thing is None:
            inner, value = self._rows_of(source, cells), "measured"
        else:
            inner, value = self._things_of(source, cells), f"{source.column}_"
        within = f"PARTITION BY {', '.join(names)}" if names else ""
        ordered = (
            f"SELECT {', '.join([*names, value])}, "
            f"row_number() OVER ({within} ORDER BY {value}) AS place, "
            f"count(*) OVER ({within}) AS many FROM ({inner}) AS found WHERE {value} IS NOT NULL"
        )
        middle = "2 * place >= many AND 2 * place <= many + 2"
        twice = f"CASE WHEN many % 2 = 1 THEN 2 * {value} ELSE {value} END"
        columns = [*names, f"sum(CASE WHEN {middle} THEN {twice} END) AS n0", "max(many) AS n1"]
        sql = f"SELECT {', '.join(columns)} FROM ({ordered}) AS ordered" + _group_by(names)
        return self._written(sql)

    def _rows_of(self, source: Source, cells: list[tuple[str, str]]) -> str:
        """The rows that a source counts: their cells and what is measured of them."""
        columns = [*(f"{expression} AS {name}" for name, expression in cells)]
        columns.append(f"{source.column} AS measured")
        met = _and(self._filter(), self._met(source))
        return f"SELECT {', '.join(columns)} FROM {self._relation} WHERE {met}"

    def _things_of(self, source: Source, cells: list[tuple[str, str]]) -> str:
        """The things that a source counts, each once in each cell."""
        met = self._met(source, merged=True)
        columns = ", ".join([*(name for name, _ in cells), f"{source.column}_"])
        things = f"SELECT {columns} FROM ({self._things(cells)}) AS things"
        return things + (f" WHERE {met}" if met else "")

    def rows(self) -> str:
        """The rows that are asked about, as what follows ``FROM``."""
        return f"{self._relation} WHERE {self._filter()}"

    def _cell(self) -> list[tuple[str, str]]:
        """The columns that name a cell: the bucket and the dimensions, with their expressions."""
        bucket = bucket_sql(self.question)
        cells = [("bucket", bucket)] if bucket else []
        return cells + [(f"by_{name}", self._dimension(name)) for name in self.question.by]

    def _dimension(self, name: str) -> str:
        """A dimension's expression: its column, or what follows from one."""
        code = self.fact.derived.get(name)
        # the hour of the day × the step between hours: whole numbers need no division
        return name if code is None else f"({code} % {24 * OFFSET_STEP} - {code} % {OFFSET_STEP})"

    def _of_rows(self) -> str:
        cells = self._cell()
        numbers = [f"{self._number(source)} AS n{at}" for at, source in enumerate(self.sources)]
        columns = [f"{expression} AS {name}" for name, expression in cells] + numbers
        return (
            f"SELECT {', '.join(columns)} FROM {self._relation} WHERE {self._filter()}"
            + _group_by(expression for _, expression in cells)
        )

    def _of_visits(self) -> str:
        """Sessions with their persons: who is alone in a bucket is counted as he comes.

        Only persons with several sessions in a bucket are put together, so that exact unique
        persons cost little more than sessions.
        """
        cells = self._cell()
        keys = [expression for _, expression in cells]
        named = [f"{expression} AS {name}" for name, expression in cells]
        alone = str(self._is_alone())
        once = [
            f"{(self._alone if self._counts_persons(source) else self._number)(source)} AS n{at}"
            for at, source in enumerate(self.sources)
        ]
        first = f"SELECT {', '.join([*named, *once])} FROM sessions WHERE {self._filter()}"
        marks = [
            f"max(CASE WHEN {self._met(source) or 'true'} THEN 1 ELSE 0 END) AS m{at}"
            for at, source in enumerate(self.sources)
            if self._counts_persons(source)
        ]
        inner = (
            f"SELECT {', '.join([*named, 'person', *marks])} FROM sessions "
            f"WHERE {self._filter()} AND NOT ({alone})" + _group_by([*keys, "person"])
        )
        names = [name for name, _ in cells]
        again = [
            f"{f'sum(m{at})' if self._counts_persons(source) else '0'} AS n{at}"
            for at, source in enumerate(self.sources)
        ]
        second = f"SELECT {', '.join([*names, *again])} FROM ({inner}) AS met" + _group_by(names)
        sums = [f"sum(n{at}) AS t{at}" for at in range(len(self.sources))]
        return (
            f"SELECT {', '.join([*names, *sums])} FROM "
            f"({first}{_group_by(keys)} UNION ALL {second}) AS parts" + _group_by(names)
        )

    def _counts_persons(self, source: Source) -> bool:
        return (
            source.aggregate == "unique"
            and source.column == "person"
            and source.fact_name == "sessions"
            and self._relation == "sessions"
        )

    def _alone(self, source: Source) -> str:
        return f"count(CASE WHEN {_and(self._met(source), str(self._is_alone()))} THEN 1 END)"

    def _of_things(self) -> str:
        """Each thing once in each cell, whatever number of rows speak of it there."""
        cells = self._cell()
        numbers = [
            f"{self._number(source, merged=True)} AS n{at}"
            for at, source in enumerate(self.sources)
        ]
        return (
            f"SELECT {', '.join([name for name, _ in cells] + numbers)} "
            f"FROM ({self._things(cells)}) AS things" + _group_by(name for name, _ in cells)
        )

    def _things(self, cells: list[tuple[str, str]]) -> str:
        """The cells' things, with what the sources ask of them."""
        used = dict.fromkeys(
            column
            for source in self.sources
            for column in (
                *([source.column] if source.column else []),
                *(name for name, _ in source.where),
            )
        )
        merged = [f"{self._merge(column)} AS {column}_" for column in used]
        inner_columns = [f"{expression} AS {name}" for name, expression in cells]
        return (
            f"SELECT {', '.join([*inner_columns, f'{self.fact.thing} AS thing', *merged])} "
            f"FROM {self._relation} WHERE {self._filter()}"
            + _group_by([expression for _, expression in cells] + [str(self.fact.thing)])
        )

    def _merge(self, column: str) -> str:
        if self.fact.types[column] == "BOOLEAN":
            return f"max(CASE WHEN {column} THEN 1 ELSE 0 END)"
        return f"max({column})"

    @cached_property
    def _relation(self) -> str:
        """The fact, or what of it the exposed did: each row once, in however many experiments."""
        if not any(name in EXPOSURE_DIMENSIONS for name in self.question.dimensions):
            return self.fact.name
        by = [name for name in EXPOSURE_DIMENSIONS if name in self.question.by]
        wanted = [
            self._is_one_of(name, values)
            for name, values in self.question.where.items()
            if name in EXPOSURE_DIMENSIONS
        ]
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

    def _filter(self) -> str:
        conditions = [
            f"day >= {day_number(self.question.start)}",
            f"day <= {day_number(self.question.end)}",
        ]
        conditions += [
            self._is_one_of(name, values)
            for name, values in self.question.where.items()
            if name not in EXPOSURE_DIMENSIONS
        ]
        if self.sources[0].costed:
            days = " AND ".join(conditions[:2])
            conditions.append(f"channel IN (SELECT channel FROM ads WHERE {days})")
        return " AND ".join(conditions)

    def _is_one_of(self, column: str, values: Sequence[str | None]) -> str:
        encode = self._hour if column in self.fact.derived else self._text
        texts = [encode(value) for value in values if value is not None]
        name = self._dimension(column)
        parts = [f"{name} IN ({', '.join(texts)})"] if texts else []
        parts += [f"{name} IS NULL"] if None in values else []
        return f"({' OR '.join(parts)})"

    def _hour(self, value: str) -> str:
        """An hour of the day as `_dimension` gives it; what is none is met by nothing."""
        return str(int(value) * OFFSET_STEP) if value.isdecimal() else "-1"

    def _text(self, value: str) -> str:
        self.parameters.append(value)
        return f":p{len(self.parameters) - 1}"

    def _met(self, source: Source, *, merged: bool = False) -> str:
        """What has to be true of a row for a source to count it; empty if nothing has to be."""
        conditions = [self._condition(name, wanted, merged=merged) for name, wanted in source.where]
        if source.newcomers:
            conditions.append(self._is_newcomer())
        return _and(*conditions)

    def _number(self, source: Source, *, merged: bool = False) -> str:
        """The aggregate of one source."""
        met = self._met(source, merged=merged)
        column = f"{source.column}_" if merged else source.column
        if source.aggregate == "count":
            return f"count(CASE WHEN {met} THEN 1 END)" if met else "count(*)"
        if source.aggregate == "sum":
            return f"sum(CASE WHEN {met} THEN {column} END)" if met else f"sum({column})"
        if source.aggregate == "known":
            return f"count(CASE WHEN {_and(f'{column} IS NOT NULL', met)} THEN 1 END)"
        return f"count(DISTINCT {_when(met, str(column))})"

    def _condition(self, column: str, wanted: Wanted, *, merged: bool) -> str:
        name = f"{column}_" if merged else column
        if isinstance(wanted, bool):
            if merged:
                return f"{name} = {int(wanted)}"
            return name if wanted else f"NOT {name}"
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        return f"{name} IN ({', '.join(self._value(value) for value in values)})"

    def _value(self, value: str | int) -> str:
        return self._text(value) if isinstance(value, str) else str(value)

    def _is_alone(self) -> str | None:
        """Whether the person has no other session in the bucket; None where that is not known."""
        first, last = day_number(self.question.start), day_number(self.question.end)
        before, after = f"coalesce(previous_day, {first - 1})", f"coalesce(next_day, {last + 1})"
        if self.question.every is None:
            return f"{before} < {first} AND {after} > {last}"
        if self.question.every == "day":
            return "coalesce(previous_day, day - 1) < day AND coalesce(next_day, day + 1) > day"
        return None

    def _is_newcomer(self) -> str:
        """Whether the person's first session ever starts in the bucket, and in the period (R17)."""
        start = day_number(self.question.start)
        if self.question.every == "hour":
            return "first_hour = hour"
        if self.question.every is None:
            return f"first_day >= {start}"
        first, own = bucket_sql(self.question, "first_day"), bucket_sql(self.question)
        return f"first_day >= {start} AND {first} = {own}"


def bucket_sql(question: Question, day: str = "day") -> str | None:
    """The bucket of a row: an hour code, or the day number of the bucket's first day."""
    every = question.every
    if every is None:
        return None
    if every == "hour":
        return "hour"
    if every == "day":
        return day
    if every == "week":  # 1970-01-01 was a Thursday
        return f"({day} - ({day} + 3) % 7)"
    starts = [day_number(start) for start in buckets_of(question.start, question.end, every)]
    if len(starts) == 1:
        return str(starts[0])
    cases = " ".join(
        f"WHEN {day} < {following} THEN {start}" for start, following in pairwise(starts)
    )
    return f"CASE {cases} ELSE {starts[-1]} END"


def _when(met: str, column: str) -> str:
    return f"CASE WHEN {met} THEN {column} END" if met else column


def _and(*conditions: str) -> str:
    return " AND ".join(condition for condition in conditions if condition)


def _group_by(expressions: Iterable[str]) -> str:
    listed = [expression for expression in expressions if not expression.isdigit()]
    return f" GROUP BY {', '.join(listed)}" if listed else ""
