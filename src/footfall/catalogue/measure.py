"""A measure: one aggregate over one fact table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from footfall.schema.facts import FACTS, Fact

AGGREGATES = ("count", "sum", "unique", "known", "median")
Wanted = str | bool | int | tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a measure's number comes from.

    ``aggregate``: ``count`` rows (of a fact with a thing: the things), ``sum`` a column, ``unique``
    values of a column, ``known``: rows in which a column has a value, or ``median``: the middle one
    of a column's values. ``where``: what a column must be, all of them. ``newcomers``: only persons
    whose first session ever starts in the cell's bucket (R17). ``costed``: only what came through
    the channels that have costs in the whole period asked for.
    """

    fact_name: str
    aggregate: str
    column: str | None = None
    where: tuple[tuple[str, Wanted], ...] = ()
    newcomers: bool = False
    costed: bool = False

    @property
    def fact(self) -> Fact:
        """The fact table it reads."""
        return FACTS[self.fact_name]

    @property
    def known(self) -> Source:
        """How many values a median is the middle of: without one there is none (R13)."""
        return replace(self, aggregate="known")

    def narrowed(self, column: str, wanted: Wanted) -> Source:
        """The same of those rows only in which a column is something."""
        return replace(self, where=(*self.where, (column, wanted)))

    @property
    def is_money(self) -> bool:
        """Whether it sums money of the site's currency."""
        return self.aggregate == "sum" and self.column in ("revenue", "worth", "cost")


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the shop, from one or more sources of it.

    The first source that has all dimensions of a question is read: revenue comes from orders, and
    by product from their lines.
    """

    sources: tuple[Source, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension that some source has."""
        return tuple(
            dict.fromkeys(name for source in self.sources for name in source.fact.legal_dimensions)
        )

    def source_for(self, dimensions: Collection[str], *, in_session: bool = False) -> Source | None:
        """The source that answers a question with these dimensions; None if there is none.

        ``in_session``: what it counts must know the session it is in.
        """
        wanted = set(dimensions)
        return next(
            (
                source
                for source in self.sources
                if wanted <= set(source.fact.legal_dimensions)
                and (not in_session or source.fact.knows_session)
            ),
            None,
        )

    def narrowed(self, column: str, wanted: Wanted) -> Measure:
        """The same of those rows only in which a column is something."""
        return Measure(tuple(source.narrowed(column, wanted) for source in self.sources))

    @property
    def is_money(self) -> bool:
        """Whether it is a sum of money."""
        return self.sources[0].is_money

    @property
    def is_median(self) -> bool:
        """Whether it is the middle one of many values, and so may have no value at all."""
        return self.sources[0].aggregate == "median"

    @property
    def is_additive(self) -> bool:
        """Whether it adds up over buckets and segments: counts and sums do, unique things don't."""
        return all(
            source.aggregate not in ("unique", "median") and source.fact.thing is None
            for source in self.sources
        )
