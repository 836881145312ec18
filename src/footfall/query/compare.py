"""What a number is compared with: the same number of days before, or a year before.

Days are compared with days: the whole period is moved by so many days, and every bucket with it, so
that both sides are always of the same length. What is not over yet is not compared as if it were.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from footfall.catalogue import Kpi
from footfall.errors import RequestError, unknown
from footfall.localtime import OFFSET_STEP, bucket_end, day_date
from footfall.query.answer import Row, Value
from footfall.query.question import Question

COMPARED = ("previous", "year")
ALIGNED = ("days", "weekday")
WEEK = 7
YEAR_OF_WEEKS = 52 * WEEK
IN_POINTS = {"rate": 100, "percent": 1, "score": 1}
"""Units whose changes are told in points, and how many points 1 is."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """With what a period is compared: itself, so many ``days`` earlier.

    ``now`` is the wall clock's full hour, in hours since 1970: what contains it, or comes after it,
    is open.
    """

    with_: str
    align: str
    days: int
    start: date
    end: date
    now: int

    @property
    def today(self) -> date:
        """The local day that is not over yet."""
        return day_date(self.now // 24)

    @classmethod
    def of(cls, with_: str, align: str, start: date, end: date, now: int) -> Comparison:
        """The comparison of a period with the one before it, or with that of the year before."""
        days = _year(start) if with_ == "year" else (end - start).days + 1
        if align == "weekday":
            days = YEAR_OF_WEEKS if with_ == "year" else -(-days // WEEK) * WEEK
        earlier = timedelta(days=days)
        return cls(with_, align, days, start - earlier, end - earlier, now)

    def earlier(self, question: Question) -> Question:
        """The same question of the days it is compared with."""
        return replace(question, start=self.start, end=self.end, moved=self.days)

    def is_open(self, question: Question, bucket: int | None) -> bool:
        """Whether a bucket, or the whole period, is not over yet."""
        if bucket is None or question.every is None:
            return question.end >= self.today
        if question.every == "hour":
            return bucket // OFFSET_STEP >= self.now
        return bucket_end(day_date(bucket), question.every, question.end) >= self.today


def check_comparison(with_: str | None, align: str | None) -> None:
    """Refuses what numbers cannot be compared with."""
    if with_ is not None and with_ not in COMPARED:
        raise RequestError(unknown("--compare", with_, COMPARED))
    if align is not None and align not in ALIGNED:
        raise RequestError(unknown("--align", align, ALIGNED))
    if align is not None and with_ is None:
        raise RequestError("--align says how to compare: add --compare previous or --compare year")


def _year(start: date) -> int:
    """How many days ago the same day of the year before was; of 29 February the 28th."""
    leap = start.month == 2 and start.day == 29
    return (start - start.replace(year=start.year - 1, day=28 if leap else start.day)).days


def hours_matched(earlier: Sequence[int], later: Sequence[int], days: int) -> dict[int, int]:
    """The hours of one period by those of another so many days later, by the wall clock.

    An hour that is repeated matches the repeated one in turn; one that is skipped matches none.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for code in later:
        places[code // OFFSET_STEP].append(code)
    found: dict[int, int] = {}
    for code in earlier:
        waiting = places[code // OFFSET_STEP + 24 * days]
        if waiting:
            found[code] = waiting.pop(0)
    return found


def compared(kpi: Kpi, row: Row, before: Value, *, is_open: bool) -> Row:
    """A row with what it is compared with, and the change where the two can be compared."""
    change = points = None
    if not is_open and row.value is not None and before is not None:
        now, then = Fraction(row.value), Fraction(before)
        change = float((now - then) / abs(then)) if then else None if now else 0.0
        if kpi.unit in IN_POINTS:
            points = float((now - then) * IN_POINTS[kpi.unit])
    return row._replace(previous=before, change=change, change_points=points, is_open=is_open)


def open_buckets(rows: Iterable[Row]) -> bool:
    """Whether any row is of something that is not over yet."""
    return any(row.is_open for row in rows)
