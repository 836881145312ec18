"""The API in the words of OpenAPI, made from the endpoints themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from footfall.doors.web.params import described
from footfall.version import installed_version

if TYPE_CHECKING:
    from footfall.doors.web.endpoints import Endpoint

PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "code", "detail"],
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The description of the API."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Footfall",
            "summary": "The KPIs of a store",
            "version": installed_version(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {each.path: {"get": _operation(each)} for each in endpoints},
        "components": {"schemas": {"Problem": PROBLEM}},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    wrong = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    right = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": described(endpoint.parameters),
        "responses": {
            "200": {"description": endpoint.about, "content": right},
            "400": {"description": "A parameter is wrong (invalid_parameter).", "content": wrong},
        },
    }
