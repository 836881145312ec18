"""Needs → one portable statement per fact table.

The text keeps to the subset that DuckDB, ClickHouse and Spark read alike: integer time, sum(CASE
…), count(CASE …) (of nothing 0 everywhere), spelled-out GROUP BY, no engine's own functions. Texts
go in as parameters (``:p0``, ``:p1`` …).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from footfall.catalogue import Source
from footfall.catalogue.measure import Wanted
from footfall.localtime import buckets_of, day_number
from footfall.query.question import Question
from footfall.schema.facts import EXPOSURE_DIMENSIONS, Fact


@dataclass(frozen=True)
class Statement:
    """One statement: what it asks of which fact, and the sources in the order of its columns."""

    sql: str
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]


def compile_question(question: Question) -> list[Statement]:
    """One statement for each fact table that the question needs; each source is asked once.

    A median has a statement of its own: it has to put things in order.
    """
    needs: dict[tuple[str, Source | None], dict[Source, None]] = {}
    for kpi in question.kpis:
        for part in kpi.parts:
            for _, source in kpi.sources(question.dimensions, part):
                alone = source if source.is_median else None
                needs.setdefault((source.fact_name, alone), {})[source] = None
    return [_Writer(question, tuple(sources)).statement() for sources in needs.values()]


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
        if self.sources[0].is_median:
            sql = self._of_ranks()
        elif self.fact.thing is not None:
            sql = self._of_things()
        elif self._is_alone() and any(self._counts_persons(source) for source in self.sources):
            sql = self._of_visits()
        else:
            sql = self._of_rows()
        return Statement(sql, tuple(self.parameters), self.sources)

    def _cell(self) -> list[tuple[str, str]]:
        """The columns that name a cell: the bucket and the dimensions, with their expressions."""
        bucket = bucket_sql(self.question)
        cells = [("bucket", bucket)] if bucket else []
        return cells + [(f"by_{name}", name) for name in self.question.by]

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

    def _of_ranks(self) -> str:
        """Twice the median of each cell: the middle value twice, or the sum of the two middle ones.

        Twice it is as exact as the values are; nothing has to be halved here.
        """
        (source,) = self.sources
        merged = self.fact.thing is not None
        cells = [(name, name) for name, _ in self._cell()] if merged else self._cell()
        column = f"{source.column}_" if merged else str(source.column)
        relation = f"({self._things()}) AS things" if merged else self._relation
        known = _and(f"{column} IS NOT NULL", self._met(source, merged=merged))
        told = [f"{expression} AS {name}" for name, expression in cells]
        values = f"SELECT {', '.join([*told, f'{column} AS measured'])} FROM {relation} WHERE " + (
            known if merged else _and(self._filter(), known)
        )
        names = [name for name, _ in cells]
        apart = f"PARTITION BY {', '.join(names)}" if names else ""
        ranked = ", ".join([
            *names, "measured",
            f"row_number() OVER ({apart} ORDER BY measured) AS place",
            f"count(*) OVER ({apart}) AS amount",
        ])  # fmt: skip
        twice = (
            "sum(CASE WHEN place + place = amount + 1 THEN measured + measured "
            "WHEN place + place = amount OR place + place = amount + 2 THEN measured END) AS n0"
        )
        return (
            f"SELECT {', '.join([*names, twice])} FROM "
            f"(SELECT {ranked} FROM ({values}) AS told) AS ranked" + _group_by(names)
        )

    def _of_things(self) -> str:
        """Each thing once in each cell, whatever number of rows speak of it there."""
        cells = self._cell()
        numbers = [
            f"{self._number(source, merged=True)} AS n{at}"
            for at, source in enumerate(self.sources)
        ]
        return (
            f"SELECT {', '.join([name for name, _ in cells] + numbers)} "
            f"FROM ({self._things()}) AS things" + _group_by(name for name, _ in cells)
        )

    def _things(self) -> str:
        """The things of each cell, with what all rows together say of them."""
        cells = self._cell()
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
        return " AND ".join(conditions)

    def _is_one_of(self, column: str, values: Sequence[str | None]) -> str:
        texts = [self._text(value) for value in values if value is not None]
        parts = [f"{column} IN ({', '.join(texts)})"] if texts else []
        parts += [f"{column} IS NULL"] if None in values else []
        return f"({' OR '.join(parts)})"

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
        texts = [self._text(text) for text in ((wanted,) if isinstance(wanted, str) else wanted)]
        return f"{name} IN ({', '.join(texts)})"

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
