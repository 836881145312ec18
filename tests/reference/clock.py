"""Time: instants as whole epoch milliseconds, and the local days and buckets of a site (R1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = 3_600_000
DAY = 24 * HOUR
OLDEST = 946_684_800_000  # 2000-01-01T00:00:00Z
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def to_ms(moment: datetime) -> int:
    """The instant as whole milliseconds since 1970, cut (never rounded) to the millisecond."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def parse_time(value: object) -> int | None:
    """`occurred_at`: RFC 3339 with an offset, or integer epoch milliseconds; None if neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    day, clock, fraction, offset = found.groups()
    offset = "+00:00" if offset in "Zz" else offset
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:
        return None
    return to_ms(whole) + int(((fraction or ".0")[1:] + "000")[:3])


class Calendar:
    """The site's local calendar: which local day and bucket an instant is in."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def local(self, ms: int) -> datetime:
        """The wall clock of an instant."""
        return (EPOCH + timedelta(milliseconds=ms)).astimezone(self.zone)

    def day(self, ms: int) -> date:
        """The local day of an instant."""
        return self.local(ms).date()

    def bucket(self, ms: int, every: str | None) -> str | None:
        """R1: the local start of the bucket, as the JSON writes it; None without `every`."""
        if every is None:
            return None
        wall = self.local(ms)
        if every == "hour":
            # the wall clock's full hour: where clocks change by half an hour it may not exist
            return wall.replace(minute=0, second=0, microsecond=0).isoformat(timespec="minutes")
        return bucket_of_day(wall.date(), every).isoformat()

    def midnight(self, day: date) -> int:
        """The first instant of a local day."""
        return to_ms(datetime(day.year, day.month, day.day, tzinfo=self.zone))

    def buckets(self, first: date, last: date, every: str | None) -> list[str | None]:
        """All buckets of a period of whole local days, in order, also the empty ones."""
        found: dict[str | None, None] = {}
        step = DAY // 96 if every == "hour" else 12 * HOUR
        for ms in range(self.midnight(first), self.midnight(last + timedelta(days=1)), step):
            found[self.bucket(ms, every)] = None
        return list(found)


def bucket_of_day(day: date, every: str) -> date:
    """The first day of the day's bucket: ISO weeks begin on Monday."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    if every == "year":
        return day.replace(month=1, day=1)
    if every == "day":
        return day
    raise ValueError(f"unknown bucket {every!r}")
