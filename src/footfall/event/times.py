"""When something happened: a sender's clock time as epoch milliseconds.

RFC 3339 with an offset (`T`, `t` or a blank between date and time, `Z` or `z`), or a whole number
of epoch milliseconds. Cut to the millisecond, never rounded. A leap second (23:59:60 UTC) is the
first instant of the next day, as computers' clocks have it. 24:00:00 is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NoReturn

from footfall.event.codes import Refused, pointer_to, shown

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
OLDEST_MS = 946_684_800_000  # 2000-01-01T00:00:00Z
NEXT_CENTURY_MS = 4_102_444_800_000  # 2100-01-01T00:00:00Z
FIRST_MS = -62_135_596_800_000  # 0001-01-01T00:00:00Z
LAST_MS = 253_402_300_799_999  # the last millisecond of the year 9999
RIGHT = "RFC 3339 with an offset (2026-01-31T12:00:00.000Z) or whole epoch milliseconds"

_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_UNITS = (
    (SECOND_MS, "seconds"),
    (Decimal("0.001"), "microseconds"),
    (Decimal("0.000001"), "nanoseconds"),
)
_HOURS_KEPT = 100_000

# The parts of `2026-01-31T12: 34:56. 789 Z` after the hour.
_IN_HOUR = {
    f"{minute:02}:{second:02}.": minute * MINUTE_MS + second * SECOND_MS
    for minute in range(60)
    for second in range(60)
}
_MILLIS = {f"{ms:03}": ms for ms in range(1000)}


class Times:
    """Reads times quickly: it remembers the hours and the offsets that it has seen."""

    def __init__(self) -> None:
        self._hours: dict[str, int] = {}
        self._offsets: dict[str, int] = {}

    def read(self, value: object, field: str) -> int:
        """Epoch milliseconds of a JSON value; Refused (`invalid_timestamp`) if it is no time."""
        if not isinstance(value, str):
            return _of_number(value, field)
        try:
            return (
                self._hours[value[:14]]
                + _IN_HOUR[value[14:20]]
                + _MILLIS[value[20:23]]
                - self._offsets[value[23:]]
            )
        except KeyError:
            found = _of_text(value, field)
            self._remember(value, found)
            return found

    def _remember(self, text: str, found: int) -> None:
        in_hour, millis = _IN_HOUR.get(text[14:20]), _MILLIS.get(text[20:23])
        offset = _offset_ms(text[23:])
        if in_hour is None or millis is None or offset is None:
            return
        if len(self._hours) >= _HOURS_KEPT:
            self._hours.clear()
        self._hours[text[:14]] = found + offset - in_hour - millis
        self._offsets[text[23:]] = offset


def _of_text(text: str, field: str) -> int:
    parts = _RFC_3339.fullmatch(text)
    if parts is None:
        _refuse(field, text)
    year, month, day, hour, minute, second = (int(each) for each in parts.groups()[:6])
    if parts[8] is None:
        _refuse(field, text, "it has no offset from UTC")
    offset = _offset_ms(parts[8])
    if offset is None:
        _refuse(field, text, "its offset does not exist")
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        _refuse(field, text, "its date does not exist")
    minutes = (hour * 60 + minute) * MINUTE_MS
    leap = second == 60 and (minutes - offset) % DAY_MS == DAY_MS - MINUTE_MS
    if hour > 23 or minute > 59 or (second > 59 and not leap):
        _refuse(field, text, "its time of day does not exist")
    millis = int((parts[7] or "0")[:3].ljust(3, "0"))
    return days * DAY_MS + minutes + second * SECOND_MS + millis - offset


def _offset_ms(text: str) -> int | None:
    if text in ("Z", "z"):
        return 0
    parts = _OFFSET.fullmatch(text)
    if parts is None:
        return None
    size = int(parts[2]) * HOUR_MS + int(parts[3]) * MINUTE_MS
    return -size if parts[1] == "-" else size


def _of_number(value: object, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse(field, value)
    if not FIRST_MS <= value <= LAST_MS:
        _refuse(field, value, f"it is outside the years 1 to 9999{unit_hint(value)}")
    return value


def _refuse(field: str, value: object, why: str = "") -> NoReturn:
    reason = f"; {why}" if why else ""
    raise Refused(
        "invalid_timestamp",
        pointer_to(field),
        f"{field} must be {RIGHT}, got {shown(value)}{reason}",
    )


def utc(ms: int) -> str:
    """A time in a sentence: `2026-01-31T12:00:00.000Z`."""
    if not FIRST_MS <= ms <= LAST_MS:
        return f"{ms:,} ms since 1970"
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z"


def unit_hint(number: object) -> str:
    """What a number was probably meant as, if as another unit it is a time of this century."""
    if isinstance(number, int):
        for ms_per_unit, unit in _UNITS:
            if OLDEST_MS <= number * ms_per_unit < NEXT_CENTURY_MS:
                return f"; it looks like {unit}, milliseconds are right"
    return ""
