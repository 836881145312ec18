"""Times of foreign files as epoch milliseconds: by declared patterns, in a declared zone.

A time that says its own offset needs no zone. An hour that the zone has twice (the clock set back)
is read as the first of the two; one that it skips (set forward) by the offset before the change.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from footfall.doors.importers.words import EPOCHS, ISO, Times
from footfall.event.codes import shown
from footfall.vendors.words import Unmappable, decimal, plain_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
US_PER_MS = 1000
KEPT = 65_536
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
"""How a date is written. Without it, epoch milliseconds would be taken for a compact date."""


class NoZone(Exception):  # noqa: N818 - it becomes a rejection, not an error
    """A time without an offset, where no zone is declared."""


def time_reader(times: Times, file: str) -> Callable[[Any, str], int]:
    """Reads a cell of a column as epoch milliseconds; Unmappable where it cannot be.

    `file` is the mapping's name for people.
    """
    zone = ZoneInfo(times.zone) if times.zone else None

    @lru_cache(maxsize=KEPT)
    def of_text(text: str) -> int | None:
        return next(
            (ms for each in times.formats if (ms := _by_format(text, each, zone)) is not None), None
        )

    def read(found: Any, column: str) -> int:
        try:
            ms = _ms(found, zone) if isinstance(found, date) else of_text(plain_text(found).strip())
        except NoZone:
            raise Unmappable(
                "invalid_timestamp",
                "/occurred_at",
                f"column {column!r} is {shown(found)}, without an offset from UTC; declare the "
                f'zone of such times in {file}: [time] zone = "Europe/Berlin"',
            ) from None
        if ms is None:
            formats = ", ".join(times.formats)
            raise Unmappable(
                "invalid_timestamp",
                "/occurred_at",
                f"column {column!r} is {shown(found)}, which is a time in none of the formats of "
                f"{file}: {formats}",
            )
        return ms

    return read


def _by_format(text: str, pattern: str, zone: tzinfo | None) -> int | None:
    """Epoch milliseconds of a text in one format; None where it has another."""
    if pattern in EPOCHS:
        number = decimal(text)
        return None if number is None else int(number * EPOCHS[pattern] // US_PER_MS)
    if pattern == ISO and not ISO_DATE.match(text):
        return None
    try:
        if pattern == ISO:
            return _ms(datetime.fromisoformat(text), zone)
        return _ms(datetime.strptime(text, pattern), zone)  # noqa: DTZ007 - zone follows
    except (ValueError, OverflowError):
        return None


def _ms(found: date, zone: tzinfo | None) -> int:
    """Epoch milliseconds of a point in time, cut to the millisecond; NoZone where it has none."""
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - zone follows
    if found.tzinfo is None:
        if zone is None:
            raise NoZone
        found = found.replace(tzinfo=zone)
    return (found - EPOCH) // MS


def is_naive(text: str) -> bool:
    """Whether a text is a time that leaves open where it was."""
    if not ISO_DATE.match(text.strip()):
        return False
    try:
        return datetime.fromisoformat(text.strip()).tzinfo is None
    except ValueError:
        return False
