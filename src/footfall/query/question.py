"""A question: which KPIs, over which local days, in which buckets, cut by what, for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from footfall.catalogue import Catalogue, Kpi
from footfall.errors import RequestError, unknown
from footfall.localtime import EVERY
from footfall.schema.facts import FACTS


@dataclass(frozen=True)
class Question:
    """What is asked, over the local days from ``start`` to ``end``, both included.

    ``where``: for each dimension the values that are wanted, None for null; a row meets it if every
    dimension has one of its values.
    """

    kpis: tuple[Kpi, ...]
    start: date
    end: date
    by: tuple[str, ...] = ()
    every: str | None = None
    where: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions that it speaks of."""
        return tuple(dict.fromkeys((*self.by, *self.where)))


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


def choose(
    catalogue: Catalogue,
    ids: Sequence[str],
    by: Sequence[str],
    where: Collection[str],
    every: str | None = None,
) -> tuple[tuple[Kpi, ...], tuple[Kpi, ...]]:
    """The KPIs that are asked for, and those left out because they lack a dimension or hours.

    Without ids all that have the dimensions are meant; a named KPI without them is refused.
    """
    dimensions = tuple(dict.fromkeys((*by, *where)))
    if not ids:
        fits = [kpi for kpi in catalogue if kpi.answers(dimensions) and _has_required(kpi, by)]
        fits = [kpi for kpi in fits if _has_buckets(kpi, every)]
        return tuple(fits), tuple(kpi for kpi in catalogue if kpi not in fits)
    chosen = tuple(catalogue[kpi_id] for kpi_id in dict.fromkeys(ids))
    for kpi in chosen:
        _refuse_unfit(kpi, by, dimensions)
        if not _has_buckets(kpi, every):
            raise RequestError(
                f"--every hour: {kpi.id} comes from imported tables, which know days only; "
                "ask for --every day or longer"
            )
    return chosen, ()


def _has_buckets(kpi: Kpi, every: str | None) -> bool:
    return every != "hour" or not kpi.days_only


def _has_required(kpi: Kpi, by: Sequence[str]) -> bool:
    return kpi.requires is None or kpi.requires in by


def _refuse_unfit(kpi: Kpi, by: Sequence[str], dimensions: Sequence[str]) -> None:
    if not _has_required(kpi, by):
        raise RequestError(f"{kpi.id} has a value only by {kpi.requires}: add --by {kpi.requires}")
    for name in dimensions:
        if name not in kpi.dimensions:
            known = ", ".join(kpi.dimensions)
            raise RequestError(f"{kpi.id} has no dimension {name!r}; it has: {known}")
    if not kpi.answers(dimensions):
        together = ", ".join(dimensions)
        raise RequestError(f"{kpi.id} has no value by {together} together; ask one by one")
