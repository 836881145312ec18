"""Every number as people read it; expected are the contract's texts, or worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from footfall.catalogue.kpi import UNITS as CONTRACT_UNITS
from footfall.report import numbers


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, "count", "1,234"),
        (0, "count", "0"),
        (-12345, "count", "−12,345"),
        (2.5, "count", "2.5"),
        (1234.5678, "count", "1,234.568"),
        (100.0, "count", "100"),
        (Decimal("1234.50"), "money", "€1,234.50"),
        (Decimal("-74789.12"), "money", "−€74,789.12"),
        (Decimal("823746.14"), "money", "€823,746.14"),
        (Decimal("-0.001"), "money", "€0.00"),
        (84.125, "money", "€84.13"),
        (0.0234, "rate", "2.34 %"),
        (1, "rate", "100.00 %"),
        (1.5, "rate", "150.00 %"),
        (0.28615, "rate", "28.62 %"),
        (1.265, "ratio", "1.27"),
        (63.25, "percent", "63.3 %"),
        (8.8235, "score", "8.8"),
        (8.65, "minutes", "8.7 min"),
        (4.24, "seconds", "4.2 s"),
        (0, "seconds", "0.0 s"),
        (59.94, "seconds", "59.9 s"),
        (59.96, "seconds", "1 min 00 s"),
        (516.3, "seconds", "8 min 36 s"),
        (3599.6, "seconds", "1 h 00 min"),
        (7500, "seconds", "2 h 05 min"),
        (7199.4, "seconds", "2 h 00 min"),
    ],
)
def test_a_value_is_written_as_its_unit_is(value: float | Decimal, unit: str, text: str) -> None:
    assert numbers.shown(value, unit, "EUR") == text


@pytest.mark.parametrize("unit", CONTRACT_UNITS)
def test_no_value_is_a_dash_in_every_unit(unit: str) -> None:
    assert numbers.shown(None, unit, "EUR") == "–"
    assert numbers.shown(1, unit, "EUR") != "–"


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        ("EUR", "€1,234.57"),
        ("USD", "$1,234.57"),
        ("JPY", "¥1,235"),
        ("CHF", "CHF 1,234.57"),
        ("KWD", "KWD 1,234.568"),
    ],
)
def test_money_has_the_currencys_sign_and_decimals(currency: str, text: str) -> None:
    assert numbers.money(Decimal("1234.5675"), currency) == text


def test_halves_are_rounded_away_from_zero() -> None:
    assert numbers.money(Decimal("0.005"), "EUR") == "€0.01"
    assert numbers.money(Decimal("-0.005"), "EUR") == "−€0.01"
    assert numbers.ratio(2.675) == "2.68"


@pytest.mark.parametrize(
    ("value", "unit", "above", "text"),
    [
        (41, "rate", False, "41"),
        (Decimal("1249.50"), "money", True, "€1,249.50"),
        (12, "money", False, "12"),
        (1_472_875.836, "seconds", True, "409 h 08 min"),
        (9827, "seconds", False, "9,827"),
        (None, "rate", True, "–"),
    ],
)
def test_the_parts_of_a_ratio(value: float | None, unit: str, above: bool, text: str) -> None:
    assert numbers.part(value, unit, "EUR", above=above) == text


def test_one_thing_and_several_things() -> None:
    assert [numbers.plural(number, "row") for number in (0, 1, 1204)] == [
        "0 rows",
        "1 row",
        "1,204 rows",
    ]
    assert numbers.plural(2, "person", "people") == "2 people"
