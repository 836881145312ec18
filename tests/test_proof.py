"""What an example's events give is what everybody's would, and what is wrong with it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from footfall.catalogue import Example, Kpi, built_in
from footfall.catalogue.kpi import Checked
from footfall.proof import check, holds
from footfall.settings import site_from_mapping

VIEW = {"at": "2026-01-05 10:00", "event": "page_view", "visitor": "anna"}
ORDER = {
    "at": "2026-01-05 10:05", "event": "purchase", "visitor": "anna", "transaction_id": "T1",
    "value": 50,
}  # fmt: skip


def day(number: int) -> date:
    """A day of January 2026."""
    return date(2026, 1, number)


def checked(kpi_id: str, value: Any, *events: Any, site: Any = None, **told: Any) -> Checked:
    """What becomes of a KPI's only example."""
    by, settings = told.pop("by", {}), told.pop("settings", {})
    example = Example("", events, value, by, settings, **told)
    kpi: Kpi = replace(built_in()[kpi_id], examples=(example,))
    (found,) = check(kpi, built_in(), site)
    return found


def test_the_examples_of_the_contract_hold() -> None:
    kpi = built_in()["revenue"]
    found = check(kpi, built_in())
    assert [each.example for each in found] == list(kpi.examples)
    assert all(each.holds for each in found)


def test_an_example_that_does_not_hold_is_told_what_its_events_give() -> None:
    found = checked("sessions", 2, VIEW)
    assert (found.got, found.holds, found.fault) == (1, False, None)


def test_a_kpi_without_an_example_has_nothing_to_check() -> None:
    assert check(replace(built_in()["sessions"], examples=()), built_in()) == []


def test_an_example_is_asked_over_the_days_it_names() -> None:
    later = VIEW | {"at": "2026-01-07 10:00"}
    days = {"start": day(5), "end": day(6)}
    assert checked("sessions", 1, VIEW, later, **days).holds
    assert checked("sessions", 2, VIEW, later).holds
    assert checked("sessions", 0, **days).holds


def test_an_example_is_told_in_the_time_of_its_site() -> None:
    berlin = {"timezone": "Europe/Berlin"}
    # 23:30 UTC is the next day in Berlin; a time that names its offset keeps it
    late = VIEW | {"at": "2026-01-05T23:30+00:00"}
    asked = {"start": day(6), "end": day(6), "settings": berlin}
    assert checked("sessions", 1, late, **asked).holds
    assert checked("sessions", 0, VIEW | {"at": "2026-01-05 23:30"}, **asked).holds


def test_an_example_that_names_no_currency_is_told_in_that_of_the_site_given() -> None:
    dollars = site_from_mapping("shop", {"currency": "USD"})
    order = ORDER | {"currency": "USD"}
    assert checked("revenue", "50.00", order, site=dollars).holds
    assert not checked("revenue", "50.00", order).holds
    euros = {"currency": "EUR"}
    assert not checked("revenue", "50.00", order, site=dollars, settings=euros).holds


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"value": "12,50"}, "value '12,50' is no number; write a number, money as \"12.50\""),
        ({"value": float("nan")}, "value nan is no number"),
        ({"events": ()}, "has no events"),
        ({"events": (VIEW, VIEW | {"at": "noon"})}, "event 2: at 'noon' is no time"),
        (
            {"events": (VIEW | {"at": "9999-12-31 23:59"},)},
            "event 1: at '9999-12-31 23:59' is no time",
        ),
        ({"end": date(9999, 12, 31)}, "9999-12-31 is far from any event"),
        ({"events": (VIEW | {"visitor": 7},)}, "event 1 is refused: "),
        ({"events": (VIEW, ORDER | {"value": "much"})}, "event 2 is refused: "),
        ({"by": {"devise": "mobile"}}, "unknown dimension 'devise'; did you mean 'device'"),
        ({"by": {"asset": "a1"}}, "sessions has no dimension 'asset'"),
        ({"site": {"timezone": "Mars"}}, "timezone"),
        ({"start": day(9)}, "the period ends"),
    ],
)
def test_an_example_that_cannot_be_asked_is_told_why(told: dict[str, Any], fault: str) -> None:
    whole = Example("", (VIEW,), 1, {}, {})
    kpi = replace(built_in()["sessions"], examples=(replace(whole, **told), whole))
    wrong, right = check(kpi, built_in())
    assert not wrong.holds
    assert wrong.fault is not None
    assert fault in wrong.fault
    assert right.holds


@pytest.mark.parametrize(
    ("expected", "got", "alike"),
    [
        (None, None, True),
        (None, 0, False),
        (0, None, False),
        (3, 3, True),
        (3, 4, False),
        (0.3333333333, 1 / 3, True),
        (0.3333, 1 / 3, False),
        ("33.33", 100 / 3, True),
        ("33.34", 100 / 3, False),
        ("33.333", 33.331, False),
        ("0.13", Decimal("0.125"), True),
        ("12.5", Decimal("12.50"), True),
    ],
)
def test_values_are_alike_as_exactly_as_they_can_be(expected: Any, got: Any, alike: bool) -> None:
    assert holds(expected, got) is alike


def test_money_is_rounded_to_the_minor_unit_of_its_currency() -> None:
    assert holds("13", Decimal("12.5"), "JPY")
    assert not holds("13", Decimal("12.5"), "EUR")
