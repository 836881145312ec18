"""Forms that change something: only those of our own pages are taken.

A page elsewhere could have somebody's browser send a form here. It cannot read our pages, so it
does not know the word that each of their forms carries; and browsers say where a form comes from.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool

from footfall.doors.web.render import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

TOKEN = secrets.token_urlsafe(24)
"""What our forms carry, for as long as this process runs."""
LONGEST = 8192
KIND = "application/x-www-form-urlencoded"
Fields = dict[str, str]
Answer = Callable[["Request", Fields], "Response"]


def taken(answer: Answer, *, by_anybody: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Answers a form; one that is not of our pages is refused.

    `by_anybody`: what it does is secured by something else.
    """

    async def handle(request: Request) -> Response:
        fields = await _fields(request)
        if fields is None:
            return _refused("The form is too long, or no form.")
        if not by_anybody and not _is_ours(request, fields):
            return _refused("The form is not of a page of this server as it runs: open it again.")
        return await run_in_threadpool(answer, request, fields)

    return handle


async def _fields(request: Request) -> Fields | None:
    """What was filled in; None where that is too much, or something else than a form."""
    if not request.headers.get("content-type", KIND).startswith(KIND):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _is_ours(request: Request, fields: Fields) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "null")
    if origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    return secrets.compare_digest(fields.get("form", "").encode(), TOKEN.encode())


def _refused(why: str) -> Response:
    return page("problem.html", 403, title="That form was not taken", detail=why)
