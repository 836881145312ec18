"""The list of KPIs: id, formula, dimensions; and the arithmetic that formulas share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from .cells import Cell
from .facts import GROUPS
from .money import EXACT

BASE = frozenset({*GROUPS["session"], *GROUPS["exposure"]})
PAGE, ASSET, LINE, TALK = (frozenset(GROUPS[g]) for g in ("page", "asset", "line", "talk"))
Number = int | Decimal


@dataclass(frozen=True)
class Value:
    """A KPI's number in one cell; numerator and denominator where it is a ratio."""

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    extra: tuple[tuple[str, str], ...] = ()


def plain(value: Number) -> Value:
    """A count or a sum: 0 over no rows (R13)."""
    return Value(value)


def ratio(numerator: Number, denominator: Number, scale: int = 1) -> Value:
    """A ratio: no value with a zero denominator (R13)."""
    if denominator == 0:
        return Value(None, numerator, denominator)
    with localcontext(EXACT):
        return Value(scale * Decimal(numerator) / Decimal(denominator), numerator, denominator)


def total(numbers: Iterable[Number | None]) -> Number:
    """A sum in which the unknown takes no part (R5)."""
    with localcontext(EXACT):
        return sum((n for n in numbers if n is not None), 0)


def persons(things: Iterable[Any]) -> set[str]:
    """R2: "unique" always means persons."""
    return {thing.person for thing in things if thing.person is not None}


Formula = Callable[[Cell], Value | list[Value]]


@dataclass(frozen=True)
class Kpi:
    """One KPI: its formula over the things of a cell, the dimensions it has, and those it needs."""

    id: str
    formula: Formula
    dims: frozenset[str]
    needs: frozenset[str]


KPIS: dict[str, Kpi] = {}


def kpi(
    name: str, dims: frozenset[str] = BASE, needs: frozenset[str] = frozenset()
) -> Callable[[Formula], Formula]:
    """Registers a formula under its id."""

    def register(formula: Formula) -> Formula:
        KPIS[name] = Kpi(name, formula, dims, needs)
        return formula

    return register
