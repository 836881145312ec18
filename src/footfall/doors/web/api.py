"""The numbers as data, under `/api/v1`: what the commands answer with --format json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from footfall.doors.web.params import Given, Parameter, read
from footfall.doors.web.problems import problem_of
from footfall.errors import FootfallError, RequestError
from footfall.holding import Held
from footfall.localtime import EVERY
from footfall.query.compare import ALIGNED, COMPARED
from footfall.report.catalogue import catalogue_json
from footfall.report.data import any_json, kpis_json
from footfall.workspace import Workspace

if TYPE_CHECKING:
    from starlette.requests import Request

ROOT = "/api/v1"
SITE = Parameter("site", "The site; it may be left out where the workspace has one.")
PERIOD = (
    Parameter("from", "The first day, in the site's time zone.", example="2026-01-01"),
    Parameter("to", "The last day, included; without both, all time.", example="2026-01-31"),
)
BY = Parameter("by", "Cut by these dimensions, with commas between them.", example="device")
WHERE = Parameter(
    "where",
    "Only these: `DIM=VALUE`; the same dimension again means or, another one and; `DIM=` is "
    "without a value.",
    repeatable=True,
)
KPI = Parameter("kpi", "The KPIs; without any, all that have the dimensions.", repeatable=True)
BUCKETS = Parameter("every", "In buckets of this length.", values=tuple(EVERY))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A question that can be asked: its address, what it means, its parameters, its answer."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Workspace, Given], str]

    @property
    def path(self) -> str:
        """Its whole address."""
        return f"{ROOT}/{self.name}"


def _kpis(workspace: Workspace, given: Given) -> str:
    return kpis_json(
        workspace.kpis(
            given.many("kpi"),
            start=given.one("from"),
            end=given.one("to"),
            by=given.one("by") or (),
            every=given.one("every"),
            where=given.where(),
            segment=given.one("segment"),
            compare=given.one("compare"),
            align=given.one("align"),
            cumulate=given.flag("cumulate"),
            site=given.one("site"),
        )
    )


def _team(workspace: Workspace, given: Given) -> str:
    return any_json(
        workspace.team(
            start=given.one("from"),
            end=given.one("to"),
            every=given.one("every"),
            where=given.where(),
            site=given.one("site"),
        ).to_json()
    )


def _drilldown(workspace: Workspace, given: Given) -> str:
    experience = given.one("experience")
    if experience is None:
        raise RequestError("experience is missing: name the chat experience that is meant")
    return any_json(
        workspace.drilldown(
            experience,
            start=given.one("from"),
            end=given.one("to"),
            where=given.where(),
            answers=given.one("answers"),
            site=given.one("site"),
        ).to_json()
    )


def _catalogue(workspace: Workspace, given: Given) -> str:
    return any_json(catalogue_json(workspace.catalogue(workspace.site(given.one("site")))))


def _quality(workspace: Workspace, given: Given) -> str:
    return any_json(workspace.quality(given.one("site")).to_json())


FURTHER = (
    Parameter("segment", "Only a named segment of the workspace."),
    Parameter("compare", "With the previous days, or those a year before.", values=COMPARED),
    Parameter("align", "Compare by days, or so that weekdays meet.", values=ALIGNED),
    Parameter("cumulate", "Each bucket from the first day to its own end.", values=("true",)),
)
EXPERIENCE = Parameter("experience", "The chat experience.", is_required=True)
ANSWERS = Parameter("answers", "With what was typed: `promoter`, `passive`, `detractor` or `all`.")

ENDPOINTS = (
    Endpoint(
        "kpis", "The KPIs of a period.", (SITE, KPI, *PERIOD, BY, BUCKETS, WHERE, *FURTHER), _kpis
    ),
    Endpoint("team", "How the agents do.", (SITE, *PERIOD, BUCKETS, WHERE), _team),
    Endpoint(
        "drilldown",
        "The modules of a chat experience in order.",
        (SITE, EXPERIENCE, *PERIOD, WHERE, ANSWERS),
        _drilldown,
    ),
    Endpoint("catalogue", "What each KPI means.", (SITE,), _catalogue),
    Endpoint("quality", "What of the data could not be taken at its word.", (SITE,), _quality),
)


def routes(held: Held) -> list[Route]:
    """The API's addresses."""
    from footfall.doors.web.openapi import document  # noqa: PLC0415 - it speaks of these endpoints

    told = document(ENDPOINTS)
    return [
        *(Route(each.path, _handler(held, each), methods=["GET"]) for each in ENDPOINTS),
        Route(f"{ROOT}/openapi.json", lambda _: JSONResponse(told), methods=["GET"]),
    ]


def _handler(held: Held, endpoint: Endpoint) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        try:
            given = read(request.query_params, endpoint.parameters)
            with held.view() as workspace:
                text = endpoint.answer(workspace, given)
        except FootfallError as error:
            return problem_of(error)
        return Response(text, media_type="application/json")

    return handle
