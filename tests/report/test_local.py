"""Numbers as they are written where the store is; the roundings are those of the contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from footfall.report.local import Local
from footfall.report.numbers import NOTHING
from footfall.settings import Site

NBSP = "\xa0"


def local(locale: str = "en", currency: str = "EUR") -> Local:
    return Local.of(Site(id="s", name="S", locale=locale, currency=currency))


@pytest.mark.parametrize(
    ("locale", "value", "unit", "written"),
    [
        ("en", 1234567, "count", "1,234,567"),
        ("de", 1234567, "count", "1.234.567"),
        ("de-CH", 1234567, "count", "1’234’567"),
        ("en", Decimal("2.5"), "count", "2.5"),
        ("en", Decimal("84.125"), "money", "€84.13"),
        ("de", Decimal("-84.125"), "money", f"-84,13{NBSP}€"),
        ("en", 0.02345, "rate", "2.35%"),
        ("de", 0.02345, "rate", f"2,35{NBSP}%"),
        ("en", 1.5, "rate", "150.00%"),
        ("en", 63.25, "percent", "63.3%"),
        ("en", 1.275, "ratio", "1.28"),
        ("en", 8.75, "score", "8.8"),
        ("en", 59.94, "seconds", "59.9 sec"),
        ("en", 59.96, "seconds", "1 min"),
        ("en", 516, "seconds", "8 min 36 sec"),
        ("en", 7500, "seconds", "2 hr 5 min"),
        ("en", 8.64, "minutes", "8.6 min"),
        ("en", None, "rate", NOTHING),
        ("tlh", 1234, "count", "1,234"),
    ],
)
def test_a_value_is_written_as_its_unit_and_its_place_have_it(
    locale: str, value: float | Decimal | None, unit: str, written: str
) -> None:
    assert local(locale).shown(value, unit) == written


def test_money_without_a_minor_unit_has_no_decimals() -> None:
    assert local("en", "JPY").shown(Decimal("1234.5"), "money") == "¥1,235"


def test_changes_have_a_sign() -> None:
    assert local().change(0.125) == "+12.5%"
    assert local().change(-0.5) == "−50.0%"
    assert local().change(0.0) == "±0.0%"
    assert local("de").points(0.346, "rate") == "+0,35 pp"
    assert local().points(-12.0, "score") == "−12.00"


def test_days_and_buckets_are_named() -> None:
    english = local()
    assert english.span(date(2026, 1, 5), date(2026, 1, 6)) == "Jan 5, 2026 – Jan 6, 2026"
    assert english.span(date(2026, 1, 5), date(2026, 1, 5)) == "Jan 5, 2026"
    assert english.bucket("2026-01-05", "day") == "Mon Jan 5, 2026"
    assert english.bucket("2026-01-05", "week") == "week from Jan 5, 2026"
    assert english.bucket("2026-01-01", "month") == "Jan 2026"
    assert english.tick("2026-01-05", "day") == "Jan 5"
    assert local("de").tick("2026-01-05T13:00+01:00", "hour") == "13:00"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (20000, "money", "€20,000"), (2.5, "money", "€2.50"), (2_000_000, "money", "€2M"),
        (0.025, "rate", "2.5%"), (50, "percent", "50%"), (1500, "count", "1,500"),
        (1_500_000, "count", "1.5M"), (0, "seconds", "0"), (90, "seconds", "1 min 30 sec"),
    ],
)  # fmt: skip
def test_an_axis_is_short(value: float, unit: str, written: str) -> None:
    assert local().axis(value, unit) == written
