"""The days of a report, as people ask for them."""

from __future__ import annotations

from datetime import date, timedelta

from footfall.errors import RequestError, unknown

BETWEEN = ".."
USUAL = "yesterday"
BACK = {"yesterday": 1, "last7": 7, "last30": 30}
"""Periods by name, and how many days up to yesterday they are."""
Days = tuple[date, date]


def asked_period(told: str, today: date) -> Days:
    """The first and the last day of a period such as `last7` or `2026-01-01..2026-01-31`."""
    if told in BACK:
        return today - timedelta(days=BACK[told]), today - timedelta(days=1)
    first, sign, last = told.partition(BETWEEN)
    if not sign:
        known = (*BACK, "2026-01-01..2026-01-31")
        raise RequestError(unknown("--period", told, known))
    days = _day(first, told), _day(last, told)
    if days[1] < days[0]:
        raise RequestError(f"--period {told} ends before it starts; write the earlier day first")
    return days


def _day(text: str, told: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(
            f"--period {told}: {text!r} is no date; write it as 2026-01-01..2026-01-31"
        ) from error
