"""What a filter can be narrowed to: the values that a dimension has in the days of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from footfall.doors.web.build import biggest_first, named
from footfall.doors.web.frame import FURTHER, Desk, told
from footfall.doors.web.params import Parameter
from footfall.query.question import check_dimensions
from footfall.report.cells import Cube

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from footfall.doors.web.asking import Asker

MOST_VALUES = 100
ASKED = (*FURTHER, Parameter("dimension", "The dimension.", is_required=True))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the filter bar offers."""

    desk: Desk

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route("/s/{site}/values.json", told(self.values), methods=["GET"])]

    def values(self, request: Request) -> Response:
        """The values of a dimension, the biggest first, and what people call each."""
        with self.desk.asking(request, ASKED) as asker:
            dimension = asker.state.given.one("dimension") or ""
            check_dimensions((dimension,))
            return JSONResponse(
                [
                    {"value": each, "name": named(asker, dimension, each)}
                    for each in values_of(asker, dimension)[:MOST_VALUES]
                ]
            )


def values_of(asker: Asker, dimension: str, kpis: Iterable[str] = ()) -> list[str]:
    """The values that a dimension has under the page's filters, where these KPIs have a row.

    Without KPIs any of those that count: one of each kind of thing is enough.
    """
    answer = asker.kpis(kpis or _one_of_each(asker, dimension), by=(dimension,))
    if answer is None:
        return []
    return [value for (value,) in biggest_first(Cube(answer)) if value is not None]


def _one_of_each(asker: Asker, dimension: str) -> list[str]:
    counts = [kpi.id for kpi in asker.catalogue if not kpi.is_ratio and kpi.split is None]
    fits = asker.fitting(counts, (dimension,), tuple(asker.state.where), None)
    facts: dict[frozenset[str], str] = {}
    for each in fits:
        measures = asker.catalogue[each].measures.values()
        used = frozenset(source.fact.name for one in measures for source in one.sources)
        facts.setdefault(used, each)
    return list(facts.values())
