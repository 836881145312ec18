"""The arithmetic of KPIs: what can be written, what it is worth, what is wrong with the rest."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from footfall.catalogue.formula import FormulaError, Number, parse

NUMBERS: dict[str, Number | None] = {
    "a": 6,
    "b": Decimal("1.5"),
    "c": Fraction(1, 3),
    "zero": 0,
    "nothing": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", Fraction(6)),
        ("12.50", Fraction(25, 2)),
        ("a + b - 2", Fraction(11, 2)),
        ("a - b - 2", Fraction(5, 2)),
        ("a / b / 2", Fraction(2)),
        ("a / (b / 2)", Fraction(8)),
        ("a + b * 2", Fraction(9)),
        ("(a + b) * 2", Fraction(15)),
        ("a * c", Fraction(2)),
        ("((a))", Fraction(6)),
        ("a × b ÷ 3 − 1", Fraction(2)),
        ("  a/b\n-1 ", Fraction(3)),
    ],
)
def test_a_formula_is_computed_exactly_as_at_school(text: str, value: Fraction) -> None:
    assert parse(text).value(NUMBERS) == value


@pytest.mark.parametrize(
    "text",
    "a / zero|zero / zero|a / (b - 1.5)|nothing|a + nothing|zero * nothing|1 + a / zero".split("|"),
)
def test_what_is_divided_by_nothing_has_no_value(text: str) -> None:
    assert parse(text).value(NUMBERS) is None


def test_nothing_divided_by_something_is_zero() -> None:
    assert parse("zero / a").value(NUMBERS) == 0


def test_a_third_is_not_rounded() -> None:
    assert parse("a / 18 * 3").value(NUMBERS) == 1


def test_names_come_once_in_the_order_of_reading() -> None:
    assert parse("b / (a + b) - c * 2").names == ("b", "a", "c")


def test_a_division_has_a_numerator_and_a_denominator() -> None:
    formula = parse("(a + 1) / zero")
    assert formula.is_ratio
    assert formula.parts(NUMBERS) == (Fraction(7), Fraction(0))


@pytest.mark.parametrize("text", ["a", "a - b", "a / b + 1", "a / 60", "2 * a"])
def test_anything_else_has_none(text: str) -> None:
    formula = parse(text)
    assert not formula.is_ratio
    assert formula.parts(NUMBERS) == (None, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing before 'the end'"),
        ("a /", "missing before 'the end'"),
        ("a + * b", "missing before '*'"),
        ("- a", "missing before '-'"),
        ("()", "missing before ')'"),
        ("(a + b", "a ( without its )"),
        ("a + b)", "')' is left over"),
        ("a b", "'b' is left over"),
        ("2 a", "'a' is left over"),
        ("a ^ 2", "'^' has no place"),
        ("Clicks / views", "'C' has no place"),
        ("max(a, b)", "'(' is left over"),
        ("a; drop", "';' has no place"),
        ("a.b", "'.' has no place"),
        ("a" + " + a" * 200, "longer than 500 characters"),
        ("(" * 40 + "a" + ")" * 40, "parentheses inside each other"),
    ],
)
def test_what_is_wrong_with_a_formula_is_said_in_words(text: str, told: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert told in str(refused.value)
