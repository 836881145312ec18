"""When a report is due on the site's own clock, and which days it is of. Nothing here is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from footfall.localtime import hour_moment, local_day

WEEK = 7
MONTHS_LOOKED_AT = 3
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due: the local day on which it is, the moment (µs UTC), its days."""

    day: date
    moment: int
    days: Days


def latest_due(cadence: str, hour: int, zone: str, now_us: int) -> Due | None:
    """The report that was due last, at or before a moment.

    On the day on which the clock skips the hour it is due when it is skipped, and on the one on
    which the hour comes twice, at the first of them.
    """
    for day in _days_back(cadence, local_day(now_us, zone)):
        moment = hour_moment(zone, day, hour)
        if moment is not None and moment <= now_us:
            return Due(day, moment, days_of(cadence, day))
    return None


def next_due(cadence: str, hour: int, zone: str, now_us: int) -> Due | None:
    """The report that will be due next, after a moment."""
    today = local_day(now_us, zone)
    for number in range(32 * MONTHS_LOOKED_AT):
        day = today + timedelta(days=number)
        if not _is_day(cadence, day):
            continue
        moment = hour_moment(zone, day, hour)
        if moment is not None and moment > now_us:
            return Due(day, moment, days_of(cadence, day))
    return None


def days_of(cadence: str, day: date) -> Days:
    """The days that a report is of: the day, the week or the month before."""
    yesterday = day - timedelta(days=1)
    if cadence == "weekly":
        return day - timedelta(days=WEEK), yesterday
    return (yesterday.replace(day=1) if cadence == "monthly" else yesterday), yesterday


def _days_back(cadence: str, today: date) -> Iterator[date]:
    for number in range(32 * MONTHS_LOOKED_AT):
        day = today - timedelta(days=number)
        if _is_day(cadence, day):
            yield day


def _is_day(cadence: str, day: date) -> bool:
    """Whether a report is due on a day: every day, on Mondays, on the first of a month."""
    if cadence == "weekly":
        return day.weekday() == 0
    return cadence == "daily" or day.day == 1
