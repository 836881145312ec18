"""A site's local days, hours and buckets, right on every day of every zone (rule R1).

Days are integers (days since 1970-01-01 on the site's calendar). An hour is the wall clock's full
hour together with the offset from UTC at its start, because a wall-clock hour can happen twice: one
integer, ``hours since 1970 on the wall clock × 4096 + offset in minutes + 2048``. Where a clock is
moved inside an hour (by half an hour on Lord Howe Island), the rest of that hour belongs to the
hour that was begun: the wall clock shows the same full hour.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

US = 1_000_000
HOUR_US = 3600 * US
DAY_US = 24 * HOUR_US
OFFSET_STEP = 4096
OFFSET_ZERO = 2048
EPOCH = date(1970, 1, 1)
_EPOCH_DATETIME = datetime(1970, 1, 1, tzinfo=UTC)

EVERY = ("hour", "day", "week", "month", "year")
"""The lengths of a bucket."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """A zone's offsets from UTC: from ``starts[i]`` (µs UTC) on, it is ``offsets[i]`` (µs)."""

    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def at(self, ts: int) -> int:
        """The offset (µs) in force at a moment (µs UTC)."""
        return self.offsets[max(0, bisect_right(self.starts, ts) - 1)]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_date(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=number)


@cache
def offsets_between(zone: str, start_ts: int, end_ts: int) -> Offsets:
    """All offsets that a zone has between two moments (µs UTC), each with its first moment."""
    starts, found = [start_ts], [_offset(zone, start_ts)]
    at = start_ts
    while at < end_ts:
        after = min(at + DAY_US, end_ts)
        if _offset(zone, after) != found[-1]:
            after = _change(zone, at, after)
            starts.append(after)
            found.append(_offset(zone, after))
        at = after
    return Offsets(tuple(starts), tuple(found))


def offset_sql(zone: str, start_ts: int, end_ts: int, ts: str = "ts") -> str:
    """SQL for the offset (µs) at a moment (µs UTC): comparisons only, no time-zone functions."""
    known = offsets_between(zone, start_ts, end_ts)
    return _stepwise(ts, known.starts, known.offsets)


def hour_sql(zone: str, start_ts: int, end_ts: int, ts: str = "ts") -> str:
    """SQL for the hour of a moment (µs UTC), as one integer."""
    known = offsets_between(zone, start_ts, end_ts)
    own = _stepwise(ts, known.starts, known.offsets)
    begun = _stepwise(ts, _full_hours(known), known.offsets)
    minutes = f"({begun}) // {60 * US} + {OFFSET_ZERO}"
    return f"(({ts} + {own}) // {HOUR_US} * {OFFSET_STEP} + {minutes})"


def _stepwise(ts: str, starts: tuple[int, ...], values: tuple[int, ...]) -> str:
    """SQL for a value that changes at known moments."""
    if len(values) == 1:
        return str(values[0])
    steps = zip(starts[1:], values[:-1], strict=True)
    cases = " ".join(f"WHEN {ts} < {begin} THEN {value}" for begin, value in steps)
    return f"(CASE {cases} ELSE {values[-1]} END)"


def _full_hours(known: Offsets) -> tuple[int, ...]:
    """From when on each offset is the one at the start of the wall clock's full hour."""
    later = (
        begin + -(begin + offset) % HOUR_US
        for begin, offset in zip(known.starts[1:], known.offsets[1:], strict=True)
    )
    return (known.starts[0], *later)


@cache
def hour_label(code: int) -> str:
    """The hour as answers show it: ``2026-01-01T13:00+01:00``."""
    hours, rest = divmod(code, OFFSET_STEP)
    zone = timezone(timedelta(minutes=rest - OFFSET_ZERO))
    return (datetime(1970, 1, 1, tzinfo=zone) + timedelta(hours=hours)).isoformat(
        timespec="minutes"
    )


def hours_of(zone: str, first: date, last: date) -> list[int]:
    """The hours of local days, in order: a skipped one is missing, a repeated one stands twice."""
    start = (day_number(first) - 2) * DAY_US
    end = (day_number(last) + 3) * DAY_US
    known = offsets_between(zone, start, end)
    ends = (*known.starts[1:], end)
    begun = Offsets(_full_hours(known), known.offsets)
    wanted = range(day_number(first) * 24, (day_number(last) + 1) * 24)
    codes = set[int]()
    for begin, until, offset in zip(known.starts, ends, known.offsets, strict=True):
        for hour in range((begin + offset) // HOUR_US, (until - 1 + offset) // HOUR_US + 1):
            if hour in wanted:
                at = max(begin, hour * HOUR_US - offset)
                codes.add(hour * OFFSET_STEP + begun.at(at) // (60 * US) + OFFSET_ZERO)
    return sorted(codes, key=lambda code: (_instant(code), code))


def first_hour(zone: str, day: date) -> tuple[int, int]:
    """When a local day begins: the moment (µs UTC), and its hour."""
    hour = hours_of(zone, day, day)[0]
    return _instant(hour) * 60 * US, hour


def hour_moment(zone: str, day: date, hour: int) -> int | None:
    """When the wall clock first shows a full hour on a local day (µs UTC), or first more than that.

    An hour that happens twice is the first of them; one that is skipped is the moment at which it
    is. None for a day on which that is never so: one that the zone's calendar leaves out, or whose
    end is skipped.
    """
    first = day_number(day) * 24 + hour
    found = (code for code in hours_of(zone, day, day) if code // OFFSET_STEP >= first)
    code = next(found, None)
    return None if code is None else _instant(code) * 60 * US


def bucket_start(day: date, every: str) -> date:
    """The first day of the week (Monday), month or year that a day is in."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if every == "year" else day


def next_bucket(start: date, every: str) -> date:
    """The first day of the bucket after the one that starts on ``start``."""
    reach = {"day": 1, "week": 7, "month": 31, "year": 366}[every]
    return bucket_start(start + timedelta(days=reach), every)


def buckets_of(first: date, last: date, every: str) -> list[date]:
    """The starts of all buckets of a period, in order, the first one possibly before the period."""
    found = [bucket_start(first, every)]
    while (following := next_bucket(found[-1], every)) <= last:
        found.append(following)
    return found


def bucket_end(start: date, every: str, last: date) -> date:
    """The last day of the bucket that starts on ``start``, in a period that ends with ``last``."""
    return min(next_bucket(start, every) - timedelta(days=1), last)


def local_day(ts_us: int, zone: str) -> date:
    """The local day of a moment (µs UTC)."""
    return day_date(local_hour(ts_us, zone) // 24)


def local_hour(ts_us: int, zone: str) -> int:
    """The full hour that the wall clock shows at a moment (µs UTC), in hours since 1970."""
    return (ts_us + _offset(zone, ts_us)) // HOUR_US


def moment_text(ts_us: int, zone: str) -> str:
    """A moment (µs UTC) on the site's clocks: ``2026-01-05T10:00:00.000+01:00``."""
    offset = timezone(timedelta(microseconds=_offset(zone, ts_us)))
    told = (_EPOCH_DATETIME + timedelta(microseconds=ts_us)).astimezone(offset)
    return told.isoformat(timespec="milliseconds")


def _instant(code: int) -> int:
    hours, rest = divmod(code, OFFSET_STEP)
    return hours * 60 - (rest - OFFSET_ZERO)


def _offset(zone: str, ts: int) -> int:
    offset = (_EPOCH_DATETIME + timedelta(microseconds=ts)).astimezone(_zone(zone)).utcoffset()
    assert offset is not None  # noqa: S101 - an aware time always has one
    return offset // timedelta(microseconds=1)


def _change(zone: str, before: int, after: int) -> int:
    """The first moment (whole second) after ``before`` with another offset than at ``before``."""
    low, high, offset = before // US, after // US, _offset(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle * US) == offset else (low, middle)
    return high * US


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
