"""A question: which KPIs, over which local days, in which buckets, cut by what, for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from footfall.catalogue import Catalogue, Kpi
from footfall.errors import RequestError, unknown
from footfall.localtime import EVERY
from footfall.query.segment import Segment
from footfall.schema.facts import FACTS


@dataclass(frozen=True)
class Question:
    """What is asked, over the local days from ``start`` to ``end``, both included.

    ``where``: for each dimension the values that are wanted, None for null; a row meets it if every
    dimension has one of its values. ``is_cumulated``: each bucket is asked from the period's start
    to its own end. ``moved``: the buckets are those of so many days later (`Comparison`).
    """

    kpis: tuple[Kpi, ...]
    start: date
    end: date
    by: tuple[str, ...] = ()
    every: str | None = None
    where: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    segment: Segment | None = None
    is_cumulated: bool = False
    moved: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions that it speaks of."""
        segment = self.segment.dimensions if self.segment else ()
        return tuple(dict.fromkeys((*self.by, *self.where, *segment)))

    @property
    def in_session(self) -> bool:
        """Whether it asks for what happened in sessions that did something."""
        return bool(self.segment and self.segment.session_facts)


def all_dimensions() -> tuple[str, ...]:
    """Every dimension of every fact."""
    return tuple(dict.fromkeys(name for fact in FACTS.values() for name in fact.legal_dimensions))


def check_dimensions(names: Iterable[str]) -> None:
    """Refuses a dimension that does not exist, with the nearest right word."""
    known = all_dimensions()
    for name in names:
        if name not in known:
            raise RequestError(unknown("dimension", name, sorted(known)))


def check_every(every: str | None) -> None:
    """Refuses a bucket length that does not exist."""
    if every is not None and every not in EVERY:
        raise RequestError(unknown("--every", every, EVERY))


def check_cumulated(every: str | None, *, cumulate: bool) -> None:
    """Refuses to cumulate where there is nothing over which."""
    if cumulate and every is None:
        raise RequestError("--cumulate goes from bucket to bucket: add --every day, week or month")


MOST_BUCKETS = 100_000
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}


def check_period(start: date, end: date) -> None:
    """Refuses a period that ends before it starts."""
    if end < start:
        raise RequestError(
            f"the period ends ({end}) before it starts ({start}); give the earlier day as --from"
        )


def check_buckets(start: date, end: date, every: str | None) -> None:
    """Refuses more buckets than anybody can read."""
    if every and ((end - start).days + 1) / _DAYS[every] > MOST_BUCKETS:
        raise RequestError(
            f"{start} to {end} has more than {MOST_BUCKETS:,} buckets by {every}; "
            "ask for a shorter period or longer buckets"
        )


def required(kpi: Kpi, where: Mapping[str, Collection[str | None]]) -> tuple[str, ...]:
    """The dimension that a KPI has a value by only, of which one value must be asked for."""
    if kpi.requires is None:
        return ()
    if len(where.get(kpi.requires, ())) != 1:
        raise RequestError(
            f"{kpi.id} has a value only by {kpi.requires}: add one --where {kpi.requires}=…"
        )
    return (kpi.requires,)


def choose(
    catalogue: Catalogue,
    ids: Sequence[str],
    by: Sequence[str],
    where: Collection[str],
    every: str | None = None,
    *,
    segment: Segment | None = None,
) -> tuple[tuple[Kpi, ...], tuple[Kpi, ...]]:
    """The KPIs that are asked for, and those left out because they lack a dimension or hours.

    Without ids all that have the dimensions are meant; a named KPI without them is refused.
    """
    asked = _Asked(tuple(by), tuple(dict.fromkeys((*by, *where))), every, segment)
    if not ids:
        fits = {kpi.id: kpi for kpi in catalogue if asked.fits(kpi)}
        return tuple(fits.values()), tuple(kpi for kpi in catalogue if kpi.id not in fits)
    chosen = tuple(catalogue[kpi_id] for kpi_id in dict.fromkeys(ids))
    for kpi in chosen:
        asked.refuse_unfit(kpi)
    return chosen, ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a KPI has to have: the dimensions, the hours, and what the segment is about."""

    by: tuple[str, ...]
    dimensions: tuple[str, ...]
    every: str | None
    segment: Segment | None

    def fits(self, kpi: Kpi) -> bool:
        """Whether a KPI has all of it."""
        has_required = kpi.requires is None or kpi.requires in self.by
        return has_required and self._has_buckets(kpi) and self._answers(kpi)

    def _has_buckets(self, kpi: Kpi) -> bool:
        return self.every != "hour" or not kpi.days_only

    def _answers(self, kpi: Kpi) -> bool:
        if self.segment is None:
            return kpi.answers(self.dimensions)
        dimensions = (*self.dimensions, *self.segment.dimensions)
        return kpi.answers(dimensions, in_session=bool(self.segment.session_facts))

    def refuse_unfit(self, kpi: Kpi) -> None:
        """Refuses a KPI that lacks something, in words."""
        if kpi.requires is not None and kpi.requires not in self.by:
            raise RequestError(
                f"{kpi.id} has a value only by {kpi.requires}: add --by {kpi.requires}"
            )
        for name in self.dimensions:
            if name not in kpi.dimensions:
                known = ", ".join(kpi.dimensions)
                raise RequestError(f"{kpi.id} has no dimension {name!r}; it has: {known}")
        if not kpi.answers(self.dimensions):
            together = ", ".join(self.dimensions)
            raise RequestError(f"{kpi.id} has no value by {together} together; ask one by one")
        if not self._answers(kpi):
            raise RequestError(self._without_segment(kpi))
        if not self._has_buckets(kpi):
            raise RequestError(
                f"--every hour: {kpi.id} comes from imported tables, which know days only; "
                "ask for --every day or longer"
            )

    def _without_segment(self, kpi: Kpi) -> str:
        assert self.segment is not None  # noqa: S101 - else the KPI would answer
        lacks = [name for name in self.segment.dimensions if name not in kpi.dimensions]
        named = f"segment {self.segment.id!r}"
        if lacks:
            known = ", ".join(kpi.dimensions)
            return f"{kpi.id} has no dimension {lacks[0]!r} of {named}; it has: {known}"
        about = ", ".join((*self.segment.dimensions, *self.segment.session_facts))
        return f"{kpi.id} is not of sessions, so it has no value in {named} (by {about})"
