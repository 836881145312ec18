"""How far a run is: its days, its looks, and of whom everything is known that will be.

People count by the day of their first exposure. A day is measured when it is over and the window
of everybody who came on it has passed; the numbers of a run are those of its latest look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from footfall.experiment.bounds import Planned
from footfall.experiment.design import Design
from footfall.statistics.monitoring import Anytime, Monitoring

WEEK = 7
UNPLANNED_STAR = 5000


@dataclass(frozen=True, slots=True)
class Look:
    """A look: after how many measured days, and how much of the plan that is."""

    day: int
    fraction: float
    units: int


@dataclass(frozen=True, slots=True)
class Course:
    """A run up to its latest look.

    `enrolled_days` are over, `measured_days` have had their windows too; `looks` so far, in order.
    `last` is the last day of enrolment where it is known; `is_over` says that the plan's end is
    reached and everybody's window is over.
    """

    design: Design
    enrolled_days: int
    measured_days: int
    looks: tuple[Look, ...]
    last: date | None
    is_over: bool

    @property
    def day(self) -> int:
        """The days of the latest look; 0 before the first."""
        return self.looks[-1].day if self.looks else 0

    @property
    def through(self) -> date | None:
        """The last day of exposure that the numbers are of."""
        return self.design.start + timedelta(days=self.day - 1) if self.looks else None

    @property
    def fraction(self) -> float | None:
        """The share of the plan; None without one."""
        return self.looks[-1].fraction if self.looks and self.design.is_planned else None

    def upto(self, look: int) -> tuple[float, ...]:
        """The fractions of the looks up to one of them."""
        return tuple(each.fraction for each in self.looks[: look + 1])

    def monitoring(self, n: int, look: int | None = None) -> Monitoring:
        """The promise of a look (the latest), with `n` units in both variants that are compared."""
        if not self.design.is_planned:
            return Anytime(max(n, 1), UNPLANNED_STAR)
        at = len(self.looks) - 1 if look is None else look
        return Planned(self.upto(at), self.design.spending)


def course(design: Design, new_units: dict[date, int], over: date) -> Course:
    """How far a run is when `over` is the last day that is over, by the new units of each day."""
    begun = (over - design.start).days + 1
    so_far = _so_far(design, new_units, max(begun, 0))
    last = _last(design, so_far)
    enrolled = max(min(begun, last or begun), 0)
    measured = max(min(begun - design.window_days, enrolled), 0)
    looks = tuple(look for look in _looks(design, so_far, last) if look.day <= measured)
    end = None if last is None else design.start + timedelta(days=last - 1)
    is_over = last is not None and measured >= last
    return Course(design, enrolled, measured, looks, end, is_over)


def _so_far(design: Design, new_units: dict[date, int], days: int) -> list[int]:
    """The units by the end of each day."""
    each = (new_units.get(design.start + timedelta(days=at), 0) for at in range(days))
    return list(accumulate(each))


def _last(design: Design, so_far: list[int]) -> int | None:
    """The number of days of enrolment: as planned, or the whole weeks in which the units came."""
    if not design.is_planned:
        return None
    if design.days:
        return design.days
    return next(
        (
            day
            for day in range(WEEK, len(so_far) + 1, WEEK)
            if day >= design.min_days and so_far[day - 1] >= (design.units or 0)
        ),
        None,
    )


def _looks(design: Design, so_far: list[int], last: int | None) -> Iterator[Look]:
    """The looks in order: by days or by units of the plan, or on any day without one."""
    days = range(1, min(len(so_far), last or len(so_far)) + 1)
    if isinstance(design.looks, tuple):
        yield from _at_fractions(design, so_far, days)
        return
    for day in days:
        if design.looks != "weekly" or day % WEEK == 0:
            yield Look(day, _fraction(design, day, so_far[day - 1]), so_far[day - 1])


def _at_fractions(design: Design, so_far: list[int], days: range) -> Iterator[Look]:
    """The first day on which each wanted share of the plan is there."""
    assert isinstance(design.looks, tuple)  # noqa: S101 - who calls has looked
    left = list(design.looks)
    for day in days:
        fraction = _fraction(design, day, so_far[day - 1])
        reached = [wanted for wanted in left if fraction >= wanted - 1e-9]
        if reached:
            left = left[len(reached) :]
            yield Look(day, fraction, so_far[day - 1])


def _fraction(design: Design, day: int, units: int) -> float:
    """The share of the plan's days, or units, that is there; 0 where there is no plan."""
    if design.days:
        return day / design.days
    return units / design.units if design.units else 0.0
