"""When people come: the day, the week, the season of the shop, by its own wall clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from footfall.doors.demo.draw import Draw, Floats, Ints, ladder

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

# Visits by the wall clock's hour, from midnight: quiet nights, a noon bump, the evening peak.
WORKDAY = (9, 5, 3, 2, 2, 4, 11, 20, 28, 32, 35, 38, 45, 42, 36, 36, 40, 48, 60, 76, 90, 84, 58, 26)
WEEKEND = (15, 9, 5, 3, 2, 3, 6, 12, 24, 40, 54, 60, 58, 56, 58, 62, 64, 66, 70, 80, 88, 78, 50, 24)
# Monday to Sunday.
WEEK = (0.98, 0.95, 0.94, 0.96, 0.91, 1.01, 1.27)
GROWTH = 0.25
SALE_LIFT = 1.45
SALE_DAYS = 7


@dataclass(frozen=True)
class Calendar:
    """The days of a demonstration: day 0 is the first, all of them local days of the zone."""

    until: date
    days: int
    zone: ZoneInfo
    midnights: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = (self._midnight(self.day(each)) for each in range(self.days + 1))
        object.__setattr__(self, "midnights", tuple(starts))

    def day(self, place: int) -> date:
        """The date of a day."""
        return self.until - timedelta(days=self.days - 1 - place)

    def place(self, at: int) -> int:
        """The day of a moment (epoch ms); `days` and more is after the end."""
        return bisect_right(self.midnights, at) - 1

    def on_sale(self, place: int) -> bool:
        """Whether the day is in the shop's sale, one week some two thirds into the period."""
        return self.days >= 4 * SALE_DAYS and 0 <= place - (self.days * 2 // 3) < SALE_DAYS

    def weight(self, place: int) -> float:
        """How busy a day is: week, slow growth, sale."""
        grown = 1 + GROWTH * place / max(1, self.days - 1)
        lift = SALE_LIFT if self.on_sale(place) else 1.0
        return WEEK[self.day(place).weekday()] * grown * lift

    def weights(self) -> Floats:
        """How busy each day is."""
        return np.array([self.weight(each) for each in range(self.days)])

    def moments(self, place: int, draw: Draw, count: int) -> Ints:
        """Moments (epoch ms) of a day, by its rhythm; a day of a clock change has its own hours."""
        starts = np.arange(self.midnights[place], self.midnights[place + 1], HOUR_MS)
        busy = WEEKEND if self.day(place).weekday() > 4 else WORKDAY
        hours = [datetime.fromtimestamp(at / 1000, self.zone).hour for at in starts.tolist()]
        hour = draw.pick(ladder([busy[each] for each in hours]), count)
        return np.asarray(starts[hour] + draw.whole(0, HOUR_MS, count), dtype=np.int64)

    def hour(self, at: int) -> int:
        """The hour on the shop's wall clock."""
        return datetime.fromtimestamp(at / 1000, self.zone).hour

    def _midnight(self, day: date) -> int:
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return int(local.astimezone(UTC).timestamp()) * 1000
