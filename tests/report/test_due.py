"""When a report is due: on the site's own clock, on every day of the year, exactly once.

The moments are worked out by hand from the zones' published changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from footfall.localtime import hour_moment
from footfall.report.due import Due, days_of, latest_due, next_due


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("zone", "day", "hour", "moment"),
    [
        ("Europe/Berlin", "2026-03-28", 7, "2026-03-28T06:00"),
        ("Europe/Berlin", "2026-03-29", 7, "2026-03-29T05:00"),
        ("Europe/Berlin", "2026-03-29", 1, "2026-03-29T00:00"),
        ("Europe/Berlin", "2026-03-29", 2, "2026-03-29T01:00"),  # 2:00 is skipped: it is 3:00 then
        ("Europe/Berlin", "2026-03-29", 3, "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", 2, "2026-10-25T00:00"),  # the first of two
        ("Europe/Berlin", "2026-10-25", 3, "2026-10-25T02:00"),
        ("Europe/Berlin", "2026-10-25", 7, "2026-10-25T06:00"),
        ("America/New_York", "2026-03-08", 2, "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", 1, "2026-11-01T05:00"),
        ("Asia/Kathmandu", "2026-01-05", 7, "2026-01-05T01:15"),
        ("Australia/Lord_Howe", "2026-10-04", 2, "2026-10-03T15:30"),  # from 2:00 to 2:30
        ("America/Santiago", "2026-09-06", 0, "2026-09-06T04:00"),  # midnight is skipped
    ],
)
def test_an_hour_is_a_moment_on_every_day(zone: str, day: str, hour: int, moment: str) -> None:
    assert hour_moment(zone, date.fromisoformat(day), hour) == us(moment)


def test_a_day_that_a_calendar_leaves_out_has_no_hours() -> None:
    assert hour_moment("Pacific/Apia", date(2011, 12, 30), 7) is None
    assert hour_moment("Pacific/Apia", date(2011, 12, 31), 7) is not None


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-03-08"),
        ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("Australia/Lord_Howe", "2026-04-05"),
    ],
)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_who_looks_every_minute_finds_each_day_once(zone: str, day: str, hour: int) -> None:
    """Three days around a change of the clock: every day's report is due once, in order."""
    middle = date.fromisoformat(day)
    start = us(f"{middle - timedelta(days=2)}T00:00")
    found = list[Due]()
    for minute in range(0, 5 * 24 * 60, 10):
        due = latest_due("daily", hour, zone, start + minute * 60_000_000)
        assert due is not None
        if not found or found[-1] != due:
            found.append(due)
    days = [each.day for each in found]
    assert days == [days[0] + timedelta(days=at) for at in range(len(days))]
    assert middle in days
    assert [each.moment for each in found] == sorted({each.moment for each in found})


def test_what_was_missed_is_due_once() -> None:
    friday_noon, monday = us("2026-01-02T12:00"), us("2026-01-05T15:00")
    due = latest_due("daily", 7, "UTC", monday)
    assert due is not None
    assert due.days == (date(2026, 1, 4), date(2026, 1, 4))
    following = next_due("daily", 7, "UTC", friday_noon)
    assert following is not None
    assert following.day == date(2026, 1, 3)


@pytest.mark.parametrize(
    ("cadence", "now", "day", "days"),
    [
        ("daily", "2026-01-05T06:59", "2026-01-04", ("2026-01-03", "2026-01-03")),
        ("daily", "2026-01-05T07:00", "2026-01-05", ("2026-01-04", "2026-01-04")),
        ("weekly", "2026-01-05T06:59", "2025-12-29", ("2025-12-22", "2025-12-28")),
        ("weekly", "2026-01-05T07:00", "2026-01-05", ("2025-12-29", "2026-01-04")),
        ("weekly", "2026-01-08T07:00", "2026-01-05", ("2025-12-29", "2026-01-04")),
        ("monthly", "2026-03-01T06:59", "2026-02-01", ("2026-01-01", "2026-01-31")),
        ("monthly", "2026-03-01T07:00", "2026-03-01", ("2026-02-01", "2026-02-28")),
    ],
)
def test_a_report_is_of_the_days_before(
    cadence: str, now: str, day: str, days: tuple[str, str]
) -> None:
    due = latest_due(cadence, 7, "UTC", us(now))
    assert due is not None
    assert due.day == date.fromisoformat(day)
    assert tuple(map(str, due.days)) == days


@pytest.mark.parametrize(
    ("cadence", "day"),
    [("daily", "2026-01-06"), ("weekly", "2026-01-12"), ("monthly", "2026-02-01")],
)
def test_the_next_one_is_known(cadence: str, day: str) -> None:
    due = next_due(cadence, 7, "UTC", us("2026-01-05T07:00"))
    assert due is not None
    assert due.day == date.fromisoformat(day)
    assert due.days == days_of(cadence, due.day)
