"""A KPI of one person: what he adds above the line of its formula, and what below.

An experiment compares persons, so each KPI becomes one sum over persons, or one sum divided by
another. Its definition stays that of the catalogue: the same facts, the same conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from footfall.catalogue import Kpi, Source
from footfall.catalogue.formula import Tree
from footfall.schema.facts import EXPOSURE_DIMENSIONS

Weights = dict[str, Fraction]
VISITOR = Source("sessions", "unique", "person")
"""What counts visitors."""


class NotOfPersonsError(ValueError):
    """Why a KPI has no value for one person."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Numbers of a person, each times a factor, added up."""

    terms: tuple[tuple[Fraction, Source], ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """What is read for it."""
        return tuple(source for _, source in self.terms)

    @property
    def is_money(self) -> bool:
        """Whether it adds up money."""
        return any(source.is_money for source in self.sources)

    @property
    def is_persons(self) -> bool:
        """Whether it counts each person once who visits."""
        return self.terms == ((Fraction(1), VISITOR),)


@dataclass(frozen=True, slots=True)
class Measured:
    """A KPI per person: a mean of `above`, or `above` over `below` where it divides."""

    kpi: Kpi
    above: Sum
    below: Sum | None

    @property
    def is_per_visitor(self) -> bool:
        """Whether it divides by people, so that it is a mean per person."""
        return self.below is not None and self.below.is_persons


def measured(kpi: Kpi) -> Measured:
    """The KPI of one person. Raises NotOfPersonsError with the reason where there is none."""
    if kpi.split is not None:
        raise NotOfPersonsError("it has several rows, one for each of its values")
    if kpi.requires is not None:
        raise NotOfPersonsError(f"it has a value only by {kpi.requires}")
    if any(measure.is_median for measure in kpi.measures.values()):
        raise NotOfPersonsError("a median of all is no sum over persons")
    factor, above, below = _sides(kpi.formula.tree)
    top = _sum(kpi, {name: factor * weight for name, weight in _linear(above).items()})
    return Measured(kpi, top, None if below is None else _sum(kpi, _linear(below)))


def _sides(tree: Tree) -> tuple[Fraction, Tree, Tree | None]:
    """A formula as factor × (above ÷ below), with nothing below where it divides by nothing."""
    if isinstance(tree, tuple):
        sign, left, right = tree
        if sign == "*" and isinstance(left, Decimal):
            factor, above, below = _sides(right)
            return Fraction(left) * factor, above, below
        if sign in ("*", "/") and isinstance(right, Decimal):
            factor, above, below = _sides(left)
            number = Fraction(right)
            return (factor * number if sign == "*" else factor / number), above, below
        if sign == "/":
            return Fraction(1), left, right
    return Fraction(1), tree, None


def _linear(tree: Tree) -> Weights:
    """A tree as a weighted sum of names."""
    if isinstance(tree, str):
        return {tree: Fraction(1)}
    if isinstance(tree, Decimal):
        raise NotOfPersonsError("a number that stands alone in its formula belongs to no person")
    sign, left, right = tree
    if sign in ("+", "-"):
        found = _linear(left)
        for name, weight in _linear(right).items():
            found[name] = found.get(name, Fraction(0)) + (weight if sign == "+" else -weight)
        return found
    if sign == "*" and isinstance(left, Decimal):
        return _times(_linear(right), Fraction(left))
    if isinstance(right, Decimal) and right:
        factor = Fraction(right) if sign == "*" else 1 / Fraction(right)
        return _times(_linear(left), factor)
    raise NotOfPersonsError("its formula is no sum, and no sum divided by another")


def _times(weights: Mapping[str, Fraction], factor: Fraction) -> Weights:
    return {name: weight * factor for name, weight in weights.items()}


def _sum(kpi: Kpi, weights: Weights) -> Sum:
    return Sum(tuple((weight, _source(kpi, name)) for name, weight in weights.items() if weight))


def _source(kpi: Kpi, name: str) -> Source:
    source = kpi.measures[name].source_for(EXPOSURE_DIMENSIONS)
    if source is None or source.costed:
        raise NotOfPersonsError("what it counts is not known by experiment and variant")
    return source
