"""The numbers as data, under `/api/v1`: what the commands answer with --format json."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from footfall.doors.web.endpoints import ENDPOINTS, ROOT, Endpoint
from footfall.doors.web.openapi import document
from footfall.doors.web.params import read
from footfall.doors.web.problems import problem_of
from footfall.errors import FootfallError
from footfall.holding import Views

if TYPE_CHECKING:
    from starlette.requests import Request


def routes(held: Views) -> list[Route]:
    """The API's addresses."""
    told = document(ENDPOINTS)
    return [
        *(Route(each.path, _handler(held, each), methods=["GET"]) for each in ENDPOINTS),
        Route(f"{ROOT}/openapi.json", lambda _: JSONResponse(told), methods=["GET"]),
    ]


def _handler(held: Views, endpoint: Endpoint) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        try:
            given = read(request.query_params, endpoint.parameters)
            with held.view() as workspace:
                text = endpoint.answer(workspace, given)
        except FootfallError as error:
            return problem_of(error)
        return Response(text, media_type="application/json")

    return handle
