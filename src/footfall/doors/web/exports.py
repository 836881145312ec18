"""What can be taken away from the pages: CSV files of charts, tables, explanations and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from footfall.doors.web.frame import Desk, explained, told
from footfall.doors.web.params import Parameter
from footfall.doors.web.suggest import values_of
from footfall.report.data import kpis_csv
from footfall.report.drilldown import answers_csv
from footfall.report.explanation import explanation_csv

if TYPE_CHECKING:
    from starlette.requests import Request

EXPORTED = (
    Parameter("kpi", "The KPIs.", repeatable=True),
    Parameter("by", "Cut by this dimension."),
    Parameter("cumulate", "From the first day on."),
)
NPS_BANDS = ("promoters", "passives", "detractors")
TYPED = (Parameter("band", "Whose answers."),)


@dataclass(frozen=True, slots=True)
class Exports:
    """The files of a workspace's pages."""

    desk: Desk

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/s/{site}/export.csv", told(self.export), methods=["GET"]),
            Route("/s/{site}/answers.csv", told(self.answers), methods=["GET"]),
            Route("/s/{site}/explain/{kpi}/things.csv", told(self.things), methods=["GET"]),
        ]

    def export(self, request: Request) -> Response:
        """The numbers of a chart or a table as CSV."""
        with self.desk.asking(request, EXPORTED) as asker:
            given = asker.state.given
            answer = asker.kpis(
                given.many("kpi"),
                by=tuple((given.one("by") or "").split(",")) if given.one("by") else (),
                every=given.one("every"),
                cumulate=given.flag("cumulate"),
            )
            text = kpis_csv(answer) if answer else "kpi,bucket,value,numerator,denominator\n"
        return _csv(text, f"{asker.site.id}-{'-'.join(given.many('kpi')[:3]) or 'kpis'}")

    def things(self, request: Request) -> Response:
        """Everything that a KPI counted and did not count, as CSV."""
        with self.desk.asking(request) as asker:
            told = explained(asker, request, None)
            return _csv(explanation_csv(told), f"{asker.site.id}-{told.kpi.id}-explained")

    def answers(self, request: Request) -> Response:
        """What was typed about the recommendation, of one band, in every experience asked for."""
        with self.desk.asking(request, TYPED) as asker:
            band = asker.state.given.one("band") or "all"
            found = [
                asker.ask("drilldown", experience=each, answers=band)
                for each in values_of(asker, "experience", NPS_BANDS)
            ]
            return _csv(answers_csv(found), f"{asker.site.id}-answers-{band}")


def _csv(text: str, name: str) -> Response:
    """A file of numbers to be kept."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    headers = {"content-disposition": f'attachment; filename="{safe}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
