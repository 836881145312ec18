"""The unit table: one row for each person exposed, and what is kept of it, in one statement.

Each fact is read once. Per person the sums of every KPI after the exposure (and of covariates
before it); of these, per variant and day and per variant and segment, counts, means, variances,
covariances and centred cubes: never sums of squares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from footfall.catalogue import Source
from footfall.experiment.census import day_start_sql
from footfall.experiment.unit_parts import Column, FactWriter, Span, Wanted, Whom
from footfall.localtime import DAY_US, day_number
from footfall.query.question import Question

BEFORE = "before"
UNSEEN = "unseen"
"""1 for people of whom nothing is known from before the exposure."""
VISITS = Source("sessions", "count")


@dataclass
class UnitTable:
    """Writes the statement. `parameters` are the texts that go into it."""

    whom: Whom
    span: Span
    wanted: Wanted
    parameters: list[str] = field(default_factory=list)
    _facts: dict[tuple[str, bool], dict[Source, int]] = field(default_factory=dict)

    def sql(self) -> str:
        """The statement: a row for each variant and day, and for each variant and segment."""
        for column in self.wanted.columns:
            for source in column.sum.sources:
                found = self._facts.setdefault((source.fact_name, column.is_before), {})
                found.setdefault(source, len(found))
        if self.wanted.knows_newcomers:
            visits = self._facts.setdefault(("sessions", True), {})
            visits.setdefault(VISITS, len(visits))
        tables = [
            ("exposed", self.whom.sql(self.span, self._text)),
            ("people", self._people()),
            *(
                (_table(*key), self._fact(tuple(sources), is_before=key[1]))
                for key, sources in self._facts.items()
            ),
            *([("origins", self._origins())] if self.wanted.segments else []),
            ("raw_units", self._units()),
            *self._capped(),
        ]
        told = ", ".join(f"{name} AS ({text})" for name, text in tables)
        return f"WITH {told} {self._moments()}"

    # --- whom ------------------------------------------------------------------------------

    def _text(self, value: str) -> str:
        self.parameters.append(value)
        return f":p{len(self.parameters) - 1}"

    def _people(self) -> str:
        day = day_start_sql(self.span.timezone, "min(since)", self.span.begin, self.span.end)
        return f"SELECT person, min(variant) AS variant, {day} AS day FROM exposed GROUP BY person"

    def _origins(self) -> str:
        """What was true of the visit in which the exposure happened."""
        names = ", ".join(f"min(f.{name}) AS {name}" for name in self.wanted.segments)
        first, last = day_number(self.span.first_day) - 2, day_number(self.span.last_day)
        return (
            f"SELECT x.person AS unit, {names} FROM sessions f JOIN exposed x "
            "ON x.visitor = f.visitor AND f.ts <= x.since AND f.end_ts >= x.since "
            f"WHERE f.day >= {first} AND f.day <= {last} GROUP BY x.person"
        )

    # --- what ------------------------------------------------------------------------------

    def _fact(self, sources: tuple[Source, ...], *, is_before: bool) -> str:
        span = self.span
        reach = span.before_us // DAY_US + 2 if is_before else 2
        first = date.fromordinal(span.first_day.toordinal() - reach)
        last = date.fromordinal(span.last_day.toordinal() + 1)
        begun = day_number(span.first_day)
        asked = Question((), first, last)
        return FactWriter(asked, sources, self.parameters, is_before, begun).numbers()

    def _units(self) -> str:
        """The unit table: one row per person."""
        columns = [f"{self._value(column)} AS {column.name}" for column in self.wanted.columns]
        if self.wanted.knows_newcomers:
            key = ("sessions", True)
            seen = f"{_table(*key)}.n{self._facts[key][VISITS]}"
            columns.append(f"CASE WHEN coalesce({seen}, 0) > 0 THEN 0 ELSE 1 END AS {UNSEEN}")
        joins = [
            f"LEFT JOIN {_table(*key)} ON {_table(*key)}.unit = p.person" for key in self._facts
        ]
        segments = [f"origins.{name} AS by_{name}" for name in self.wanted.segments]
        if segments:
            joins.append("LEFT JOIN origins ON origins.unit = p.person")
        return (
            f"SELECT {', '.join(['p.variant', 'p.day', *segments, *columns])} FROM people p "
            + " ".join(joins)
        )

    def _value(self, column: Column) -> str:
        """A person's sum, exact until it is a float."""
        terms = [
            self._term(factor.numerator, factor.denominator, source, is_before=column.is_before)
            for factor, source in column.sum.terms
        ]
        return f"CAST({' + '.join(terms)} AS DOUBLE)"

    def _term(self, above: int, below: int, source: Source, *, is_before: bool) -> str:
        at = self._facts[source.fact_name, is_before][source]
        value = f"coalesce({_table(source.fact_name, is_before)}.n{at}, 0)"
        if (above, below) == (1, 1):
            return value
        return (
            f"{value} * ({above})" if below == 1 else f"CAST({value} AS DOUBLE) * {above} / {below}"
        )

    # --- caps ------------------------------------------------------------------------------

    @property
    def capped(self) -> list[Column]:
        """The columns that are shown capped too."""
        return [column for column in self.wanted.columns if column.cap is not None]

    def _capped(self) -> Iterator[tuple[str, str]]:
        """The caps: of each column the inverted-CDF quantile of what is not 0, all variants."""
        if not self.capped:
            yield "units", "SELECT * FROM raw_units"
        else:
            yield from ((f"cap_{each.name}", _cap_sql(each)) for each in self.capped)
            cut = ", ".join(
                f"CASE WHEN u.{each.name} > cap_{each.name}.cap THEN cap_{each.name}.cap "
                f"ELSE u.{each.name} END AS {cut_name(each.name)}, "
                f"CASE WHEN u.{each.name} > cap_{each.name}.cap THEN 1 ELSE 0 END "
                f"AS {cut_name(each.name)}_is, cap_{each.name}.cap AS {each.name}_cap"
                for each in self.capped
            )
            sources = ", ".join(f"cap_{each.name}" for each in self.capped)
            yield "units", f"SELECT u.*, {cut} FROM raw_units u, {sources}"
        middles = ", ".join(f"avg({name}) AS {name}_middle" for name in self.names)
        yield "middles", f"SELECT {middles} FROM units"

    @property
    def names(self) -> list[str]:
        """All columns of numbers."""
        found = [column.name for column in self.wanted.columns]
        found += [cut_name(column.name) for column in self.capped]
        return [*found, UNSEEN] if self.wanted.knows_newcomers else found

    # --- moments ---------------------------------------------------------------------------

    def _moments(self) -> str:
        """Per cell: n, and of each column mean, variance, centred cube, how many are not 0.

        The cells of days first (place 0), then those of each dimension of segments (1, 2, …), of
        which only the columns that segments need are told.
        """
        parts = [self._cells(0, "day", "CAST(NULL AS VARCHAR)", "day", frozenset(self.names))]
        for place, name in enumerate(self.wanted.segments, 1):
            by = f"by_{name}"
            parts.append(
                self._cells(place, "CAST(NULL AS BIGINT)", by, by, self.wanted.of_segments)
            )
        return " UNION ALL ".join(parts)

    def _cells(self, place: int, day: str, value: str, by: str, needed: frozenset[str]) -> str:
        numbers = [
            number
            for name in self.names
            for number in (_numbers(name) if name in needed else NOTHING)
        ]
        numbers += [
            f"covar_samp({one}, {other})" if {one, other} <= needed else "NULL"
            for one, other in self.wanted.pairs
        ]
        for each in self.capped:
            cut = cut_name(each.name)
            told = (f"sum({cut}_is)", f"max({each.name}_cap)")
            numbers += told if cut in needed else ("NULL", "NULL")
        return (
            f"SELECT {place} AS place, variant, {day} AS day, {value} AS value, "
            f"{', '.join(['count(*) AS n', *numbers])} FROM units, middles GROUP BY variant, {by}"
        )


def _cap_sql(column: Column) -> str:
    """The smallest total that at least the wanted share of those other than 0 do not exceed."""
    name = column.name
    return (
        f"SELECT min(value) AS cap FROM (SELECT {name} AS value, row_number() OVER "
        f"(ORDER BY {name}) AS place, count(*) OVER () AS many FROM raw_units "
        f"WHERE {name} <> 0) AS ordered WHERE place >= {column.cap!r} * many"
    )


NUMBERS_OF_A_COLUMN = 6
NOTHING = ("NULL",) * NUMBERS_OF_A_COLUMN


def _numbers(name: str) -> Iterable[str]:
    apart = f"({name} - {name}_middle)"
    yield f"avg({name})"
    yield f"var_samp({name})"
    yield f"avg({apart} * {apart} * {apart})"
    yield f"count(CASE WHEN {name} <> 0 THEN 1 END)"
    yield f"max(CASE WHEN {name} = 0 OR {name} = 1 THEN 0 ELSE 1 END)"
    yield f"max({name}_middle)"


def cut_name(name: str) -> str:
    """The capped form of a column."""
    return f"{name}_cut"


def _table(fact: str, is_before: bool) -> str:  # noqa: FBT001 - as the key has it
    return f"{BEFORE}_{fact}" if is_before else f"after_{fact}"
