"""A KPI: a named formula over measures, with everything that people need to know of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from footfall.catalogue.formula import Formula, Tree
from footfall.catalogue.measure import Measure

UNITS = ("count", "money", "rate", "ratio", "seconds", "minutes", "percent", "score")
"""How a value is shown: 1,234 · €1,234.50 · 2.34 % · 1.27 · 8.6 min … Rates are fractions (R14)."""
BETTER = ("higher", "lower", "neither")
GROUPS = ("Store", "Assets", "One-to-one", "Chat experiences", "Acquisition", "Own")


@dataclass(frozen=True, slots=True)
class Example:
    """A few events, and the value that a person works out from them by hand.

    Without ``start`` and ``end`` it is asked over the local days of the first and the last event.
    ``tables``: rows of cost and reach tables, which go with the events or stand alone.
    """

    about: str
    events: tuple[Mapping[str, Any], ...]
    value: str | int | float | None
    by: Mapping[str, str | None]
    site: Mapping[str, Any]
    start: date | None = None
    end: date | None = None
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """An example, what its events give, and whether that is what was worked out by hand.

    ``fault`` says why its events cannot be asked, where they cannot; then ``got`` says nothing.
    """

    example: Example
    got: int | float | Decimal | None
    holds: bool
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A breakdown that a KPI always has: a row for each of the values, also for those of nothing.

    ``column`` is a column of every fact that the KPI reads, and the key of its rows' segments.
    """

    column: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number that a shop is run by. Everything about it stands in its file and nowhere else."""

    id: str
    name: str
    group: str
    help: str
    unit: str
    better: str
    source: str
    formula: Formula
    measures: Mapping[str, Measure]
    examples: tuple[Example, ...] = ()
    benchmark: str | None = None
    traps: str | None = None
    order: int = 1000
    """Its place among the KPIs of its group, the smallest first."""
    requires: str | None = None
    """A dimension without which the KPI has no meaning; it has no row for its null either."""
    split: Split | None = None
    without: tuple[str, ...] = ()
    """Dimensions of its facts that it is not cut by."""

    @property
    def parts(self) -> Mapping[str | None, Mapping[str, Measure]]:
        """The measures of each of its rows in a cell: one, or one for each value of a split."""
        if self.split is None:
            return {None: self.measures}
        column = self.split.column
        return {
            str(value): {
                name: measure.narrowed(column, value) for name, measure in self.measures.items()
            }
            for value in self.split.values
        }

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What it can be cut by: what all its measures can be cut by."""
        first, *others = self.measures.values()
        return tuple(
            name
            for name in first.dimensions
            if name not in self.without and all(name in other.dimensions for other in others)
        )

    def answers(self, dimensions: Collection[str], *, in_session: bool = False) -> bool:
        """Whether each measure has a source for all these dimensions together.

        ``in_session``: also for what happened in sessions that did something.
        """
        return not set(dimensions) & set(self.without) and all(
            measure.source_for(dimensions, in_session=in_session) is not None
            for measure in self.measures.values()
        )

    @property
    def days_only(self) -> bool:
        """Whether something that it is made of knows days only: it has no value by the hour."""
        sources = (source for measure in self.measures.values() for source in measure.sources)
        return any(source.fact.days_only for source in sources)

    @property
    def is_ratio(self) -> bool:
        """Whether its value can be missing: it divides, or is a median."""
        return self.formula.is_ratio or any(each.is_median for each in self.measures.values())

    @property
    def is_additive(self) -> bool:
        """Whether its values add up over buckets and segments."""
        adds_up = not self.is_ratio and _is_sum(self.formula.tree)
        return adds_up and all(measure.is_additive for measure in self.measures.values())

    @property
    def is_money(self) -> bool:
        """Whether its value is money: a sum of money, or a mean of it."""
        return self.money_of(self.formula.tree)

    def money_of(self, tree: Tree) -> bool:
        """Whether a part of the formula is money: money ± money, or money × or ÷ a number."""
        if isinstance(tree, str):
            return self.measures[tree].is_money
        if not isinstance(tree, tuple):
            return False
        left, right = self.money_of(tree[1]), self.money_of(tree[2])
        return {
            "+": left and right,
            "-": left and right,
            "*": left != right,
            "/": left and not right,
        }[tree[0]]


def _is_sum(tree: Tree) -> bool:
    """Whether a formula is a sum of names, each perhaps times or over a number."""
    if not isinstance(tree, tuple):
        return isinstance(tree, str)
    sign, left, right = tree
    if sign in ("+", "-"):
        return _is_sum(left) and _is_sum(right)
    if isinstance(right, Decimal):
        return _is_sum(left)
    return sign == "*" and isinstance(left, Decimal) and _is_sum(right)
