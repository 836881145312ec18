"""Every number that a person reads, and the only place where one is made of a value.

Rounded here and nowhere before, half away from zero. What has no value is `–`, never 0 (rule R13).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from footfall.money import DIGITS, round_half_away

NOTHING = "–"
MINUS = "−"
Number = int | float | Decimal

# As people in Europe and America write them; every other currency goes by its code.
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
MOST_DECIMALS = 3
MINUTE, HOUR = 60, 3600

_CONTEXT = Context(prec=2 * DIGITS, rounding=ROUND_HALF_UP)


def shown(value: Number | None, unit: str, currency: str) -> str:
    """A KPI's value as its unit is written: `1,234` · `€84.12` · `2.34 %` · `8 min 36 s` · `–`."""
    if value is None:
        return NOTHING
    return money(value, currency) if unit == "money" else UNITS[unit](value)


def part(value: Number | None, unit: str, currency: str, *, above: bool = False) -> str:
    """A numerator or denominator of a KPI of this unit; `above`: of the same unit as its value.

    Money is a Decimal; durations stand above in the unit of their means, all else is counted.
    """
    if value is None:
        return NOTHING
    if isinstance(value, Decimal):
        return money(value, currency)
    return UNITS[unit](value) if above and unit in ("seconds", "minutes") else count(value)


def count(value: Number) -> str:
    """How many: `1,234`; where things have fractions (kilograms), at most three decimals."""
    if isinstance(value, int):
        return _signed(f"{value:,}")
    text = f"{rounded(value, MOST_DECIMALS):,f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def money(value: Number, currency: str) -> str:
    """An amount in its currency's minor unit: `€1,234.50`, `¥1,235`, `CHF 12.00`, `−€3.00`."""
    amount = round_half_away(exact(value), currency)
    sign = MINUS if amount < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{abs(amount):,f}"


def rate(value: Number) -> str:
    """A fraction as a percentage: `2.34 %`. It may be above 100 % (rule R14)."""
    return f"{_decimals(exact(value) * 100, 2)} %"


def ratio(value: Number) -> str:
    """How many of one for each of another: `1.27`."""
    return _decimals(value, 2)


def percent(value: Number) -> str:
    """What is a percentage already: `63.2 %`."""
    return f"{_decimals(value, 1)} %"


def score(value: Number) -> str:
    """A mark or an index, with one decimal: `8.8`."""
    return _decimals(value, 1)


def seconds(value: Number) -> str:
    """A duration: `4.2 s`, `8 min 36 s`, `2 h 05 min`."""
    length = exact(value)
    sign, length = (MINUS, -length) if length < 0 else ("", length)
    if rounded(length, 1) < MINUTE:
        return f"{sign}{_decimals(length, 1)} s"
    whole = int(rounded(length, 0))
    if whole < HOUR:
        return sign + " ".join((f"{whole // MINUTE}", "min", f"{whole % MINUTE:02}", "s"))
    minutes_ = int(rounded(length / MINUTE, 0))
    return sign + " ".join((f"{minutes_ // 60:,}", "h", f"{minutes_ % 60:02}", "min"))


def minutes(value: Number) -> str:
    """A duration that is told in minutes: `8.6 min`."""
    return f"{_decimals(value, 1)} min"


def plural(number: int, thing: str, things: str = "") -> str:
    """How many of a thing: `1 day`, `2 days`, `1,204 people`."""
    return f"{count(number)} {thing if number == 1 else things or thing + 's'}"


UNITS: dict[str, Callable[[Number], str]] = {
    "count": count,
    "rate": rate,
    "ratio": ratio,
    "seconds": seconds,
    "minutes": minutes,
    "percent": percent,
    "score": score,
}


def _decimals(value: Number, places: int) -> str:
    return _signed(f"{rounded(value, places):,f}")


def rounded(value: Number, places: int) -> Decimal:
    """The value with so many decimals, half away from zero; never minus zero."""
    found = exact(value).quantize(Decimal(1).scaleb(-places), context=_CONTEXT)
    return abs(found) if found.is_zero() else found


def exact(value: Number) -> Decimal:
    """The value as people would write it down: a float by its shortest digits."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _signed(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text
