"""What went wrong with a request, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import re
from http import HTTPStatus

from starlette.responses import JSONResponse

from footfall.errors import FootfallError, RequestError

INVALID_PARAMETER = "invalid_parameter"
_OPTION = re.compile(r"--([a-z]+)")


class NotFoundError(RequestError):
    """There is no such page or thing."""


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """A problem as an answer."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return JSONResponse(told, status, media_type="application/problem+json")


def problem_of(error: FootfallError) -> JSONResponse:
    """What a question's fault is called over HTTP."""
    detail = said(error)
    if isinstance(error, NotFoundError):
        return problem(404, "not_found", detail)
    if isinstance(error, RequestError):
        return problem(400, INVALID_PARAMETER, detail)
    return problem(500, "failed", detail)


def said(error: FootfallError) -> str:
    """An error in the words of an address: `--from` is `from` there."""
    return _OPTION.sub(r"\1", str(error))
