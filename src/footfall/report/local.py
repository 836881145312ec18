"""Numbers and days as they are written where the store is; what is rounded is rounded as ever.

The units are those of `numbers`: what a terminal shows in one way for everybody, a page, a mail and
a picture show in the site's locale.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from babel.units import format_unit

from footfall.money import round_half_away
from footfall.report.numbers import (
    HOUR,
    MINUTE,
    MOST_DECIMALS,
    NOTHING,
    Number,
    exact,
    rounded,
)
from footfall.settings import Site

USUAL = "en"
COMPACT_FROM = 1_000_000
POINTS = {"rate": " pp", "percent": " pp", "score": ""}
_LAST_PLACE = re.compile(r"0(?=[^0-9#]*$)")


@dataclass(frozen=True, slots=True)
class Local:
    """How a site's people write: their locale, and the currency of their money."""

    locale: Locale
    currency: str

    @classmethod
    def of(cls, site: Site) -> Local:
        """That of a site; English where nothing is known of its language."""
        return cls(_locale(site.locale), site.currency)

    def shown(self, value: Number | None, unit: str) -> str:
        """A KPI's value as its unit is written here; without a value –."""
        if value is None:
            return NOTHING
        units: dict[str, Callable[[Number], str]] = {
            "count": self.count,
            "money": self.money,
            "rate": self.rate,
            "seconds": self.seconds,
            "minutes": lambda told: self._unit(rounded(told, 1), "duration-minute"),
            "percent": lambda told: self._percent(rounded(told, 1) / 100, 1),
            "ratio": lambda told: self._fixed(told, 2),
            "score": lambda told: self._fixed(told, 1),
        }
        return units[unit](value)

    def part(self, value: Number | None, unit: str, *, above: bool = False) -> str:
        """A numerator or denominator of a KPI of this unit, as `numbers.part` has it."""
        if value is None:
            return NOTHING
        if isinstance(value, Decimal):
            return self.money(value)
        return (
            self.shown(value, unit)
            if above and unit in ("seconds", "minutes")
            else self.count(value)
        )

    def count(self, value: Number) -> str:
        """How many; at most three decimals."""
        return format_decimal(rounded(value, MOST_DECIMALS).normalize(), "#,##0.###", self.locale)

    def money(self, value: Number) -> str:
        """An amount in its currency's minor unit."""
        amount = round_half_away(exact(value), self.currency)
        return format_currency(amount, self.currency, locale=self.locale)

    def rate(self, value: Number) -> str:
        """A fraction as a percentage, with two decimals."""
        return self._percent(rounded(exact(value) * 100, 2) / 100, 2)

    def share(self, fraction: Number, places: int) -> str:
        """A fraction as a percentage with so many decimals."""
        return self._percent(rounded(exact(fraction) * 100, places) / 100, places)

    def amount(self, value: Number) -> str:
        """Much money, without cents."""
        pattern = _whole_money(self.locale)
        whole = rounded(value, 0)
        return format_currency(whole, self.currency, pattern, self.locale, currency_digits=False)

    def decimal(self, value: Number, places: int) -> str:
        """A number with so many decimals."""
        return self._fixed(value, places)

    def seconds(self, value: Number) -> str:
        """A duration: `4.2 s`, `8 min 36 s`, `2 h 5 min`."""
        length = exact(value)
        if abs(rounded(length, 1)) < MINUTE:
            return self._unit(rounded(length, 1), "duration-second")
        whole = int(rounded(abs(length), 0))
        big, small, size = (
            ("hour", "minute", HOUR) if whole >= HOUR else ("minute", "second", MINUTE)
        )
        if whole >= HOUR:
            whole = int(rounded(abs(length) / MINUTE, 0))
            size = MINUTE
        first, rest = divmod(whole, size)
        parts = [self._unit(Decimal(first), f"duration-{big}")]
        parts += [self._unit(Decimal(rest), f"duration-{small}")] if rest else []
        return ("−" if length < 0 else "") + " ".join(parts)

    def axis(self, value: float, unit: str) -> str:
        """A round number beside a chart, in as few letters as may be."""
        match unit:
            case "rate" | "percent":
                fraction = exact(value) / (1 if unit == "rate" else 100)
                return format_percent(fraction, locale=self.locale, decimal_quantization=False)
            case "seconds" if value:
                return self.seconds(value)
            case "money":
                return self._axis_money(value)
        if abs(value) >= COMPACT_FROM:
            return format_compact_decimal(value, locale=self.locale, fraction_digits=1)
        return format_decimal(Decimal(str(value)), locale=self.locale, decimal_quantization=False)

    def change(self, fraction: float) -> str:
        """By which part something is more or less: `+3.4 %`."""
        return self._signed(
            exact(fraction), self._percent(abs(rounded(exact(fraction) * 100, 1)) / 100, 1)
        )

    def points(self, points: float, unit: str) -> str:
        """By how many points something is more or less: `+0.34 pp`; a score has no unit."""
        size = rounded(points, 2)
        return self._signed(size, self._fixed(abs(size), 2)) + POINTS[unit]

    def day(self, day: date) -> str:
        """A day with its year."""
        return format_date(day, "medium", self.locale)

    def span(self, first: date, last: date) -> str:
        """From one day to another."""
        return self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}"

    def bucket(self, label: str, every: str) -> str:
        """A bucket in full: the day with its weekday, the week by its first day, the month."""
        if every == "hour":
            moment = datetime.fromisoformat(label)
            return f"{self._weekday(moment.date())}, {self.tick(label, every)}"
        day = date.fromisoformat(label)
        if every == "week":
            return f"week from {self.day(day)}"
        if every in ("month", "year"):
            return self.tick(label, every)
        return self._weekday(day)

    def tick(self, label: str, every: str) -> str:
        """A bucket in as few letters as may be."""
        if every == "hour":
            moment = datetime.fromisoformat(label)
            return format_time(moment, "short", tzinfo=moment.tzinfo, locale=self.locale)
        day = date.fromisoformat(label)
        skeleton = {"month": "yMMM", "year": "y"}.get(every, "MMMd")
        return format_skeleton(skeleton, day, locale=self.locale)

    def _weekday(self, day: date) -> str:
        return f"{format_date(day, 'EEE', self.locale)} {self.day(day)}"

    def _signed(self, value: Decimal, text: str) -> str:
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{text}"

    def _fixed(self, value: Number, places: int) -> str:
        return format_decimal(rounded(value, places), "#,##0." + "0" * places, self.locale)

    def _percent(self, value: Decimal, places: int) -> str:
        return format_percent(value, _percent_pattern(self.locale, places), self.locale)

    def _unit(self, value: Decimal, unit: str) -> str:
        pattern = "#,##0.0" if value % 1 else "#,##0"
        return format_unit(value, unit, "short", format=pattern, locale=self.locale)

    def _axis_money(self, value: float) -> str:
        if abs(value) >= COMPACT_FROM:
            return format_compact_currency(
                value, self.currency, locale=self.locale, fraction_digits=1
            )
        pattern = _whole_money(self.locale) if float(value).is_integer() else None
        return format_currency(
            Decimal(str(value)), self.currency, pattern, self.locale, currency_digits=False
        )


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        language = name.partition("-")[0]
        return Locale.parse(USUAL) if language == name else _locale(language)


@cache
def _whole_money(locale: Locale) -> str:
    """How money is written without cents."""
    return str(locale.currency_formats["standard"].pattern).replace("0.00", "0")


@cache
def _percent_pattern(locale: Locale, places: int) -> str:
    usual = str(locale.percent_formats[None].pattern)
    return _LAST_PLACE.sub("0." + "0" * places, usual, count=1)
