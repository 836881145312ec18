"""The files that pages need: style, script and letters, all of them from here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from footfall.doors.web.problems import problem
from footfall.doors.web.render import STATIC

if TYPE_CHECKING:
    from starlette.requests import Request

KINDS = {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "theme.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "inter.woff2": "font/woff2",
    "inter-ext.woff2": "font/woff2",
}
FOR_EVER = "public, max-age=31536000, immutable"


def routes() -> list[Route]:
    """The files' addresses."""
    return [Route("/static/{name}", _file, methods=["GET"])]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in KINDS:
        return problem(404, "not_found", "there is no such file")
    keep = {"cache-control": FOR_EVER if "v" in request.query_params else "no-cache"}
    return Response(_content(name), media_type=KINDS[name], headers=keep)


@cache
def _content(name: str) -> bytes:
    return (STATIC / name).read_bytes()
