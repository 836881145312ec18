"""The application: every address, and what answers there."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import duckdb
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from footfall.doors.web import api, static
from footfall.doors.web.asking import Memory
from footfall.doors.web.bell import Bell
from footfall.doors.web.dashboard import Pages
from footfall.doors.web.endpoints import ROOT
from footfall.doors.web.experiments import ExperimentPages
from footfall.doors.web.exports import Exports
from footfall.doors.web.frame import Desk
from footfall.doors.web.guard import Guard
from footfall.doors.web.problems import problem
from footfall.doors.web.render import page
from footfall.doors.web.suggest import Suggestions
from footfall.holding import Views
from footfall.unforeseen import told

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

CODES = {404: "not_found", 405: "method_not_allowed"}


def application(held: Views, further: Iterable[BaseRoute] = ()) -> Starlette:
    """The dashboard and the API of a workspace that this process holds, and `further` pages."""
    desk = Desk(held, Memory())
    return Starlette(
        routes=[
            *api.routes(held),
            *static.routes(),
            *Exports(desk).routes(),
            *Bell(desk).routes(),
            *Suggestions(desk).routes(),
            *ExperimentPages(desk).routes(),
            *Pages(desk).routes(),
            *further,
        ],
        middleware=[Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={
            HTTPException: _refused,
            duckdb.ConnectionException: _opened_anew,
            Exception: _unforeseen(held),
        },
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    code, detail = CODES.get(error.status_code, "refused"), str(error.detail)
    return _answer(request, error.status_code, code, detail)


async def _opened_anew(request: Request, _: Exception) -> Response:
    """The database is being opened anew: whoever asks again is answered."""
    answer = _answer(request, 503, "overloaded", "the numbers are being opened anew; ask again")
    answer.headers["retry-after"] = "1"
    return answer


def _unforeseen(held: Views) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What nobody foresaw: the server says where the details are, who asked only that it was so."""

    async def answer(request: Request, error: Exception) -> Response:
        sys.stderr.write(f"footfall: {told(error, [held.errors])}\n")
        return _answer(request, 500, "unforeseen", "something went wrong that nobody foresaw")

    return answer


def _answer(request: Request, status: int, code: str, detail: str) -> Response:
    """A problem as data, or as a page where a person reads it."""
    is_read = "text/html" in request.headers.get("accept", "")
    if is_read and not request.url.path.startswith(ROOT):
        return page("problem.html", status, title=HTTPStatus(status).phrase, detail=detail)
    return problem(status, code, detail)
