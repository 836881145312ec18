"""What the unit table is written of: whose rows, of when, which sums of each person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from footfall.catalogue import Source
from footfall.experiment.design import Design
from footfall.experiment.measured import Sum
from footfall.query.writer import Cells, Writer, conjunction, group_by


@dataclass(frozen=True, slots=True)
class Column:
    """A number of each person: a sum after the exposure, or before it; perhaps with a cap.

    `cap` is the share of the totals other than 0 that stay uncut.
    """

    name: str
    sum: Sum
    is_before: bool = False
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Whose numbers, of when: exposed within the µs from `begin` to `end`, outcomes below `until`.

    `window_us`: at most so long after the exposure. `before_us`: how long before it.
    """

    begin: int
    end: int
    until: int
    window_us: int | None
    before_us: int
    first_day: date
    last_day: date
    timezone: str

    def upto(self, since: str) -> str:
        """Up to when the outcomes of somebody count."""
        if self.window_us is None:
            return str(self.until - 1)
        own = f"{since} + {self.window_us}"
        return f"CASE WHEN {own} < {self.until} THEN {own} ELSE {self.until - 1} END"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept of the unit table: its columns, the pairs that vary together, the segments."""

    columns: tuple[Column, ...]
    pairs: tuple[tuple[str, str], ...]
    segments: tuple[str, ...] = ()
    knows_newcomers: bool = False
    of_segments: frozenset[str] = frozenset()
    """The columns that are told of segments."""


@dataclass
class FactWriter(Writer):
    """Writes numbers of one fact by the person whom they are of (`unit`)."""

    is_before: bool = False
    first_day: int = 0

    def is_newcomer(self) -> str:
        """Whether the person's first session ever starts in the run."""
        return f"first_day >= {self.first_day}"

    @cached_property
    def relation(self) -> str:
        """The fact's rows of those exposed, after the exposure or before it."""
        columns = ", ".join(f"f.{name}" for name in self.fact.types)
        when = (
            f"f.ts >= x.since_when AND f.{self.fact.moment} < x.since"
            if self.is_before
            else f"f.{self.fact.moment} >= x.since AND f.ts <= x.upto"
        )
        return (
            f"(SELECT {columns}, x.person AS unit FROM {self.fact.name} f "
            f"JOIN exposed x ON x.visitor = f.visitor AND {when}) AS exposed_{self.fact.name}"
        )

    def cells(self) -> Cells:
        """Each person is a cell."""
        return [("unit", "unit")]

    def numbers(self) -> str:
        """The statement with a number for each source by person."""
        if self.fact.thing is not None:
            told = [self.number(each, merged=True) for each in self.sources]
            source = f"({self.things(self.cells())}) AS things"
            return self._select(told, source)
        told = [self._number(each) for each in self.sources]
        return self._select(told, f"{self.relation} WHERE {self.filter()}")

    def _select(self, numbers: Sequence[str], source: str) -> str:
        columns = ", ".join(f"{number} AS n{at}" for at, number in enumerate(numbers))
        return f"SELECT unit, {columns} FROM {source}" + group_by(["unit"])

    def _number(self, source: Source) -> str:
        if source.aggregate == "unique" and source.column == "person":
            met = conjunction("person IS NOT NULL", self.met(source))
            return f"max(CASE WHEN {met} THEN 1 ELSE 0 END)"
        return self.number(source)


Text = Callable[[str], str]
"""Takes a text in as a parameter; gives what stands for it in the statement."""


class Whom(Protocol):
    """Who is in the unit table."""

    def sql(self, span: Span, text: Text) -> str:
        """The visitors of the people who count: person, variant, since when, and up to when."""
        ...


@dataclass(frozen=True, slots=True)
class Exposed:
    """Those who were exposed to one variant of an experiment only, by what they saw."""

    design: Design

    def sql(self, span: Span, text: Text) -> str:
        """As `Whom` has it."""
        live = [each.name for each in self.design.variants if each.weight > 0]
        names = ", ".join(text(name) for name in live)
        return (
            f"SELECT visitor, person, variant, since, {span.upto('since')} AS upto, "
            f"since - {span.before_us} AS since_when FROM exposures "
            f"WHERE experiment = {text(self.design.experiment)} AND variant IN ({names}) "
            f"AND since >= {span.begin} AND since < {span.end} "
            f"AND (other IS NULL OR other_since >= {span.until})"
        )
