"""What a page shows, as its address says it: the days, the comparison, the buckets, the filters.

Everything that a person chooses stands in the address, so that a page can be sent to somebody, and
every link to another page takes it along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from footfall.doors.web.params import Given, Parameter, read
from footfall.errors import RequestError, unknown
from footfall.localtime import EVERY
from footfall.query.question import check_dimensions, check_period

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

PRESETS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last7": "Last 7 days",
    "last30": "Last 30 days",
    "last90": "Last 90 days",
    "month": "This month",
    "last_month": "Last month",
    "year": "This year",
    "all": "All time",
}
USUAL = "last30"
COMPARISONS = {"previous": "Previous period", "year": "Year before", "none": "Nothing"}
CHOICES = (
    Parameter("period", "A period by its name.", values=tuple(PRESETS)),
    Parameter("from", "The first day."),
    Parameter("to", "The last day, included."),
    Parameter("compare", "What it is compared with.", values=tuple(COMPARISONS)),
    Parameter("every", "The length of buckets.", values=tuple(EVERY)),
    Parameter("where", "Only these: DIM=VALUE.", repeatable=True),
    Parameter("segment", "Only a named segment."),
)
Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class State:
    """The choices of one request, and the days that they mean today."""

    given: Given
    today: date
    own: tuple[str, ...] = ()
    """What else the page's own address says: what it is of."""

    @classmethod
    def of(cls, told: QueryParams, today: date, further: tuple[Parameter, ...] = ()) -> State:
        """The choices in an address. Raises RequestError where one of them is none."""
        given = read(told, (*CHOICES, *further))
        found = cls(given, today, tuple(each.name for each in further))
        for name, known in (("period", PRESETS), ("compare", COMPARISONS), ("every", EVERY)):
            value = given.one(name)
            if value is not None and value not in known:
                raise RequestError(unknown(name, value, known))
        check_dimensions(found.where)
        first, last = found.days()
        if first and last:
            check_period(first, last)
        return found

    @property
    def preset(self) -> str | None:
        """The period by its name; None where days were chosen."""
        if self.given.one("from") or self.given.one("to"):
            return None
        return self.given.one("period") or USUAL

    @property
    def compare(self) -> str:
        """What it is compared with."""
        return self.given.one("compare") or "previous"

    @property
    def every(self) -> str | None:
        """The length of buckets, where it was chosen."""
        return self.given.one("every")

    @property
    def segment(self) -> str | None:
        """The named segment, where one was chosen."""
        return self.given.one("segment")

    @property
    def where(self) -> Mapping[str, list[str | None]]:
        """The filters by dimension."""
        return self.given.where()

    def days(self) -> Days:
        """The first and the last day that are meant; None is as far as there are events."""
        if self.preset is None:
            return _day(self.given.one("from"), "from"), _day(self.given.one("to"), "to")
        return _days_of(self.preset, self.today)

    def query(self, **changes: str | list[str] | None) -> str:
        """The choices for another page, with some of them changed; None leaves one out."""
        return self._told(_NAMES, changes)

    def here(self, **changes: str | list[str] | None) -> str:
        """The choices for the same page, which stays the page of what it is of."""
        return self._told((*self.own, *_NAMES), changes)

    def kept(self, *changed: str) -> list[tuple[str, str]]:
        """What a form of the same page sends along, but for what it changes."""
        names = [each for each in (*self.own, *_NAMES) if each not in changed]
        return [(name, each) for name in names for each in self.given.many(name)]

    def _told(self, names: Sequence[str], changes: Mapping[str, str | list[str] | None]) -> str:
        kept = {name: list(self.given.many(name)) for name in names}
        for name, value in changes.items():
            kept[name] = [] if value is None else [value] if isinstance(value, str) else value
        told = urlencode([(name, each) for name, values in kept.items() for each in values if each])
        return f"?{told}" if told else ""

    def for_preset(self, name: str) -> str:
        """The same choices for a period by its name."""
        return self.here(**{"period": name, "from": None, "to": None})

    def for_days(self, first: date, last: date) -> str:
        """The same choices for these days."""
        return self.here(**{"period": None, "from": first.isoformat(), "to": last.isoformat()})

    def without(self, dimension: str, value: str | None) -> str:
        """The same choices without one of the filters."""
        told = f"{dimension}={value or ''}"
        return self.here(where=[each for each in self.given.many("where") if each != told])


_NAMES = tuple(each.name for each in CHOICES)


def usual_every(first: date, last: date) -> str:
    """Buckets of which a picture can show as many as there are."""
    days = (last - first).days + 1
    return next(
        (every for most, every in ((1, "hour"), (100, "day"), (500, "week")) if days <= most),
        "month",
    )


def _days_of(preset: str, today: date) -> Days:
    yesterday = today - timedelta(days=1)
    first_of_month = today.replace(day=1)
    last_month_end = first_of_month - timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "last7": (today - timedelta(days=7), yesterday),
        "last30": (today - timedelta(days=30), yesterday),
        "last90": (today - timedelta(days=90), yesterday),
        "month": (first_of_month, today),
        "last_month": (last_month_end.replace(day=1), last_month_end),
        "year": (today.replace(month=1, day=1), today),
        "all": (None, None),
    }[preset]


def _day(told: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError as error:
        raise RequestError(f"{name}={told} is no date; write it as 2026-01-31") from error
