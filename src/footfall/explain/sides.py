"""What each measure adds to a KPI: its side of the division, and how many times it counts there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from footfall.catalogue import Kpi
from footfall.catalogue.formula import Number, Tree
from footfall.explain.explanation import DENOMINATOR, NUMERATOR, VALUE

Times = dict[str, Fraction]
"""How many times each measure counts; a constant stands under the empty name."""


def sides(kpi: Kpi) -> Iterator[tuple[str, str, Fraction]]:
    """Side, measure, and how many times it counts there.

    Where a side is no sum of measures, each of them counts for itself, once.
    """
    trees = kpi.formula.sides
    told = (
        ((NUMERATOR, trees[0]), (DENOMINATOR, trees[1])) if trees else ((VALUE, kpi.formula.tree),)
    )
    for side, tree in told:
        found = linear(tree)
        names = [name for name in kpi.measures if name in _names(tree)]
        for name in names:
            yield side, name, found[name] if found and not found.get("") else Fraction(1)


def linear(tree: Tree) -> Times | None:
    """A formula as a sum of measures, each so many times; None if it is none."""
    if isinstance(tree, str):
        return {tree: Fraction(1)}
    if isinstance(tree, Decimal):
        return {"": Fraction(tree)}
    sign, left, right = linear_sides(tree)
    if left is None or right is None:
        return None
    if sign in "+-":
        return _sum(left, right, 1 if sign == "+" else -1)
    constant, other = _constant(right), left
    if constant is None and sign == "*":
        constant, other = _constant(left), right
    if constant is None or (sign == "/" and not constant):
        return None
    factor = 1 / constant if sign == "/" else constant
    return {name: times * factor for name, times in other.items()}


def linear_sides(tree: tuple[str, Tree, Tree]) -> tuple[str, Times | None, Times | None]:
    """The sign of an operation, and both of its sides as sums."""
    return tree[0], linear(tree[1]), linear(tree[2])


def _sum(one: Times, other: Times, sign: int) -> Times:
    return {
        name: one.get(name, Fraction(0)) + sign * other.get(name, Fraction(0))
        for name in {**one, **other}
    }


def _constant(times: Times) -> Fraction | None:
    return times.get("", Fraction(0)) if set(times) <= {""} else None


def _names(tree: Tree) -> set[str]:
    if isinstance(tree, tuple):
        return _names(tree[1]) | _names(tree[2])
    return {tree} if isinstance(tree, str) else set()


def multiplied(amount: Number, times: Fraction) -> Number:
    """An amount so many times, exactly; as it is where it is one time."""
    if times == 1:
        return amount
    product = Fraction(amount) * times
    if product.denominator == 1 and not isinstance(amount, Decimal):
        return product.numerator
    is_money = isinstance(amount, Decimal) and times.denominator == 1
    return amount * times.numerator if is_money else product
