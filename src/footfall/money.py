"""Exact money: wide decimals while counting, the currency's own precision in an answer.

Amounts are `Decimal` and are stored as DECIMAL(38, 12). Nothing is rounded before the answer.
Source of the currencies and their minor units: ISO 4217, list one, as of January 2026.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

DIGITS = 38
SCALE = 12
QUANTUM = Decimal(1).scaleb(-SCALE)

# Twice the stored digits, so that a price times a quantity is exact before it is cut to SCALE.
CONTEXT = Context(prec=2 * DIGITS, rounding=ROUND_HALF_EVEN)

NO_MINOR_UNIT = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF BYR".split()
)
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
FOUR_DECIMALS = frozenset("CLF UYW".split())
TWO_DECIMALS = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD
    LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW
    ZWG
    """.split()
)
# Withdrawn since 2010, kept because a store's own history may be in them (BYR is above).
WITHDRAWN = frozenset("ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL".split())
CURRENCIES = NO_MINOR_UNIT | THREE_DECIMALS | FOUR_DECIMALS | TWO_DECIMALS | WITHDRAWN


def is_currency(code: str) -> bool:
    """Whether a store can sell in it: an ISO 4217 code of money (so not XAU, XXX or XTS)."""
    return code in CURRENCIES


def minor_units(currency: str) -> int:
    """How many decimals people pay with: 2 for EUR, 0 for JPY, 3 for KWD.

    A code that is not in the list has two, as nearly all currencies have.
    """
    if currency in NO_MINOR_UNIT:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    return 4 if currency in FOUR_DECIMALS else 2


def round_half_away(amount: Decimal, currency: str) -> Decimal:
    """The amount as an answer shows it: to the minor unit, halves away from zero (rule R5)."""
    unit = Decimal(1).scaleb(-minor_units(currency))
    return amount.quantize(unit, rounding=ROUND_HALF_UP, context=CONTEXT)


def exact_text(amount: Decimal, currency: str) -> str:
    """The amount in full, with no fewer decimals than people pay with: `"12.50"`, `"0.317"`."""
    decimals = -int(amount.normalize(CONTEXT).as_tuple().exponent)
    return f"{amount:.{max(decimals, minor_units(currency))}f}"


def to_text(amount: Decimal, currency: str) -> str:
    """The amount as answers carry it: `"1249.50"`, `"-3.00"`, `"0.00"`; never an exponent or -0."""
    rounded = round_half_away(amount, currency)
    return f"{abs(rounded) if rounded.is_zero() else rounded:f}"
