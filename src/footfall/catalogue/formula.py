"""The arithmetic of a KPI: names, numbers, + − × ÷ and parentheses, and nothing else.

A number over nothing is no number: whatever is divided by zero, or by something without a value,
has no value (rule R13).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from footfall.money import CONTEXT

Number = int | Decimal | Fraction
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[a-z][a-z0-9_]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/()×÷−]))"
)
_PLAIN_SIGN = {"×": "*", "÷": "/", "−": "-"}
_DEEPEST = 30
_LONGEST = 500


class FormulaError(ValueError):
    """What is wrong with a formula, in words."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: what people wrote, and the tree that is computed."""

    text: str
    tree: Tree

    @property
    def names(self) -> tuple[str, ...]:
        """The names it speaks of, each once, in order."""
        return tuple(dict.fromkeys(_names(self.tree)))

    @property
    def sides(self) -> tuple[Tree, Tree] | None:
        """The trees of numerator and denominator, if it divides by something that is measured.

        It may be times a number: 100 × (a ÷ b) is a ratio of a and b.
        """
        tree = self.tree
        if isinstance(tree, tuple) and tree[0] == "*":
            numbers = [side for side in tree[1:] if isinstance(side, Decimal)]
            others = [side for side in tree[1:] if not isinstance(side, Decimal)]
            tree = others[0] if len(numbers) == 1 else tree
        if isinstance(tree, tuple) and tree[0] == "/" and any(_names(tree[2])):
            return tree[1], tree[2]
        return None

    @property
    def is_ratio(self) -> bool:
        """Whether it is a division at the top, so that it has a numerator and a denominator."""
        return self.sides is not None

    def value(self, values: Mapping[str, Number | None]) -> Number | None:
        """The exact value, from the values of its names; None where there is none."""
        return evaluate(self.tree, values)

    def parts(self, values: Mapping[str, Number | None]) -> tuple[Number | None, Number | None]:
        """The exact numerator and denominator; None and None for a formula that is no division."""
        if self.sides is None:
            return None, None
        above, below = self.sides
        return evaluate(above, values), evaluate(below, values)


Tree = str | Decimal | tuple[str, "Tree", "Tree"]


def parse(text: str) -> Formula:
    """Reads a formula. Raises FormulaError with what is wrong and where."""
    if len(text) > _LONGEST:
        raise FormulaError(f"longer than {_LONGEST} characters; make parts of it KPIs of their own")
    reader = _Reader(text)
    tree = reader.sum(0)
    if reader.ahead:
        raise FormulaError(f"{reader.ahead!r} is left over after a complete formula")
    return Formula(text, tree)


def evaluate(tree: Tree, values: Mapping[str, Number | None]) -> Number | None:
    """The exact value of a tree: whole numbers and decimals stay so until something is divided."""
    return compiled(tree, {name: partial(_constant, value) for name, value in values.items()})(None)


Lookup = Callable[[Any], Number | None]
"""What gives a number for a key, a cell of an answer say."""


def compiled(tree: Tree, columns: Mapping[str, Lookup]) -> Lookup:
    """What computes a tree for a key, from what gives the values of its names."""
    if isinstance(tree, str):
        return columns[tree]
    if isinstance(tree, Decimal):
        return partial(_constant, tree)
    sign, left, right = tree
    left_of, right_of = compiled(left, columns), compiled(right, columns)
    combine = divide if sign == "/" else partial(_combine, sign)

    def both(key: object) -> Number | None:
        a, b = left_of(key), right_of(key)
        return None if a is None or b is None else combine(a, b)

    return both


def _constant(value: Number | None, _: object) -> Number | None:
    return value


def add(a: Number, b: Number) -> Number:
    """The exact sum: Python's own of decimals rounds to 28 digits."""
    return _combine("+", a, b)


def divide(a: Number, b: Number) -> Fraction | None:
    """The exact quotient; none over zero."""
    return Fraction(a) / Fraction(b) if b else None


def _combine(sign: str, a: Number, b: Number) -> Number:
    """Exact on whole numbers, on decimals (in the money context) and on fractions."""
    of_numbers, of_decimals = _OPERATIONS[sign]
    if isinstance(a, int) and isinstance(b, int):
        return int(of_numbers(a, b))
    if isinstance(a, Fraction) or isinstance(b, Fraction):
        return Fraction(of_numbers(Fraction(a), Fraction(b)))
    return of_decimals(Decimal(a), Decimal(b))


_OPERATIONS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Decimal, Decimal], Decimal]]] = {
    "+": (operator.add, CONTEXT.add),
    "-": (operator.sub, CONTEXT.subtract),
    "*": (operator.mul, CONTEXT.multiply),
}


def _names(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, tuple):
        yield from _names(tree[1])
        yield from _names(tree[2])


class _Reader:
    """Reads a formula from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.ahead = text, 0, ""
        self._next()

    def _next(self) -> str:
        """Takes the token at hand and looks at the one after it; after the last there is none."""
        taken = self.ahead
        rest = self.text[self.at :]
        if not rest.strip():
            self.ahead, self.at = "", len(self.text)
            return taken
        found = _TOKEN.match(rest)
        if found is None:
            raise FormulaError(
                f"{rest.strip()[0]!r} has no place in a formula: "
                "write names of measures, numbers, + - * / and ( )"
            )
        self.ahead = _PLAIN_SIGN.get(found[0].strip(), found[0].strip())
        self.at += found.end()
        return taken

    def sum(self, depth: int) -> Tree:
        tree = self._product(depth)
        while self.ahead in ("+", "-"):
            tree = (self._next(), tree, self._product(depth))
        return tree

    def _product(self, depth: int) -> Tree:
        tree = self._atom(depth)
        while self.ahead in ("*", "/"):
            tree = (self._next(), tree, self._atom(depth))
        return tree

    def _atom(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise FormulaError(f"more than {_DEEPEST} parentheses inside each other")
        if self.ahead == "(":
            self._next()
            tree = self.sum(depth + 1)
            if self._next() != ")":
                raise FormulaError("a ( without its )")
            return tree
        if not self.ahead or self.ahead in "+-*/)":
            there = self.ahead or "the end"
            raise FormulaError(f"a measure, a KPI or a number is missing before {there!r}")
        word = self._next()
        return Decimal(word) if word[0].isdigit() else word
