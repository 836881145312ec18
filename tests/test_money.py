"""Money: rounding, minor units and text. Expected values are ISO 4217's and hand-worked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall import money


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        ("EUR", 2),
        ("HUF", 2),
        ("MGA", 2),
        ("JPY", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("XYZ", 2),
    ],
)
def test_minor_units_are_those_of_iso_4217(currency: str, decimals: int) -> None:
    assert money.minor_units(currency) == decimals


def test_the_list_is_the_size_of_iso_4217() -> None:
    """178 codes are active in January 2026; 13 of them are metals, funds' units and tests."""
    active = money.CURRENCIES - money.WITHDRAWN - {"BYR"}
    assert len(active) == 178 - 13


def test_no_currency_has_two_precisions() -> None:
    groups = (
        money.NO_MINOR_UNIT,
        money.TWO_DECIMALS,
        money.THREE_DECIMALS,
        money.FOUR_DECIMALS,
        money.WITHDRAWN,
    )
    assert sum(map(len, groups)) == len(money.CURRENCIES)


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "XDR", "eur", "EURO", ""])
def test_what_nobody_can_pay_with_is_no_currency(code: str) -> None:
    assert not money.is_currency(code)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1.005", "EUR", "1.01"),
        ("-1.005", "EUR", "-1.01"),
        ("1.004999999999", "EUR", "1.00"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("0.0005", "KWD", "0.001"),
        ("1249.5", "EUR", "1249.50"),
        ("-0.004", "EUR", "0.00"),
        ("0", "JPY", "0"),
        ("1E+3", "USD", "1000.00"),
        ("12345678901234567890123456.789012345678", "EUR", "12345678901234567890123456.79"),
    ],
)
def test_an_answer_is_rounded_half_away_from_zero(amount: str, currency: str, text: str) -> None:
    assert money.to_text(Decimal(amount), currency) == text


AMOUNTS = st.decimals(min_value=-(10**25), max_value=10**25, places=money.SCALE)


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_rounding_moves_by_at_most_half_a_minor_unit(amount: Decimal, currency: str) -> None:
    rounded = money.round_half_away(amount, currency)
    unit = Decimal(10) ** -money.minor_units(currency)
    assert abs(money.CONTEXT.subtract(rounded, amount)) <= unit / 2
    assert money.CONTEXT.remainder(rounded, unit) == 0


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_gains_and_losses_round_alike(amount: Decimal, currency: str) -> None:
    gain = money.round_half_away(amount, currency)
    assert money.round_half_away(amount.copy_negate(), currency) == -gain


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("49.9", "EUR", "49.90"),
        ("49.900000000000", "EUR", "49.90"),
        ("0.317327400000", "EUR", "0.3173274"),
        ("300", "JPY", "300"),
        ("300.5", "JPY", "300.5"),
        ("0E+3", "KWD", "0.000"),
        ("-12", "EUR", "-12.00"),
        ("99999999999999999999999999.000000000001", "EUR",
         "99999999999999999999999999.000000000001"),
    ],
)  # fmt: skip
def test_a_list_has_amounts_in_full(amount: str, currency: str, text: str) -> None:
    assert money.exact_text(Decimal(amount), currency) == text
