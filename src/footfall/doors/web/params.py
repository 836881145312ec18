"""The parameters of an address: the words of the command's options, each checked by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.errors import RequestError, unknown

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: what it means, and whether it may be there several times."""

    name: str
    about: str
    repeatable: bool = False
    example: str | None = None
    values: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one request."""

    values: dict[str, tuple[str, ...]]

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be there once; None without one."""
        found = self.values.get(name, ())
        return (found[0] or None) if found else None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a parameter."""
        return self.values.get(name, ())

    def flag(self, name: str) -> bool:
        """Whether something is wanted: `name`, `name=true`, `name=1`; or not: `false`, `0`."""
        if name not in self.values:
            return False
        told = self.values[name][0].lower()
        if told in ("", "1", "true", "yes"):
            return True
        if told in ("0", "false", "no"):
            return False
        raise RequestError(f"{name}={told}: write {name}=true, or leave it out")

    def where(self, name: str = "where") -> dict[str, list[str | None]]:
        """The conditions by dimension; `dim=` is without a value."""
        found: dict[str, list[str | None]] = {}
        for each in self.many(name):
            dimension, sign, value = each.partition("=")
            if not sign or not dimension.strip():
                raise RequestError(
                    f"{name}={each!r} is no condition; write {name}=DIM=VALUE, such as "
                    f"{name}=device=mobile, or {name}=DIM= for what has no value"
                )
            found.setdefault(dimension.strip(), []).append(value or None)
        return found


def read(told: QueryParams, known: Sequence[Parameter]) -> Given:
    """The parameters, where all of them are known. Raises RequestError."""
    names = {each.name: each for each in known}
    values: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(told.keys()):
        if name not in names:
            raise RequestError(unknown("parameter", name, names))
        values[name] = tuple(told.getlist(name))
        if len(values[name]) > 1 and not names[name].repeatable:
            raise RequestError(f"{name} is there {len(values[name])} times; give it once")
    return Given(values)


def described(known: Iterable[Parameter]) -> list[dict[str, object]]:
    """The parameters as OpenAPI has them."""
    return [_described(each) for each in known]


def _described(parameter: Parameter) -> dict[str, object]:
    value: dict[str, object] = {"type": "string"}
    if parameter.values:
        value["enum"] = list(parameter.values)
    schema = {"type": "array", "items": value} if parameter.repeatable else value
    told: dict[str, object] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.about,
        "schema": schema,
    }
    if parameter.repeatable:
        told |= {"style": "form", "explode": True}
    return told | ({"example": parameter.example} if parameter.example else {})
