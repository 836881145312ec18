"""The parameters of an address: the words of the command's options, each checked by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from footfall.errors import RequestError, unknown
from footfall.query.said import read_where

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: what it means, what it can be, and how often it may be there.

    `word`: what a method calls it, where that is something else.
    """

    name: str
    about: str
    kind: str = "text"
    repeatable: bool = False
    values: tuple[str, ...] = ()
    is_required: bool = False
    word: str = ""


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

    def number(self, name: str) -> int | None:
        """A number of things, at least 1."""
        told = self.one(name)
        if told is not None and not (told.isdecimal() and told.isascii() and int(told)):
            raise RequestError(f"{name}={told} is no number of things; write such as {name}=100")
        return None if told is None else int(told)

    def where(self, name: str = "where") -> dict[str, list[str | None]]:
        """The conditions by dimension; `dim=` is without a value."""
        return read_where(self.many(name))

    def words(self, known: Iterable[Parameter]) -> dict[str, Any]:
        """What is given, as a method takes it."""
        return {
            each.word or each.name: self._value(each)
            for each in known
            if any(self.many(each.name)) or (each.kind == "flag" and each.name in self.values)
        }

    def _value(self, parameter: Parameter) -> Any:
        name = parameter.name
        match parameter.kind:
            case "number":
                return self.number(name)
            case "flag":
                return self.flag(name)
            case "where":
                return self.where(name)
        return self.many(name) if parameter.repeatable else self.one(name)


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
    missing = [
        each.name for each in known if each.is_required and not any(values.get(each.name, ()))
    ]
    if missing:
        raise RequestError(f"{missing[0]} is missing: {names[missing[0]].about}")
    return Given(values)


def described(known: Iterable[Parameter]) -> list[dict[str, object]]:
    """The parameters as OpenAPI has them."""
    return [_described(each) for each in known]


def _described(parameter: Parameter) -> dict[str, object]:
    types = {"number": "integer", "flag": "boolean"}
    value: dict[str, object] = {"type": types.get(parameter.kind, "string")}
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
    return told
