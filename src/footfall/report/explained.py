"""An explanation as a page shows it: each measure with its things, in the site's locale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from footfall.catalogue.formula import Number
from footfall.explain import Explanation, Part, Thing
from footfall.explain.explanation import VALUE
from footfall.report.local import Local
from footfall.report.numbers import NOTHING


@dataclass(frozen=True, slots=True)
class Looked:
    """Something that was looked at, as it is shown."""

    time: str
    kind: str
    id: str
    adds: str
    why: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One measure: what it is, how many things it counts, and the things."""

    title: str
    what: str
    counted: str
    not_counted: str
    adds: str
    things: tuple[Looked, ...]
    more: str
    statements: tuple[str, ...]


def explained(told: Explanation, local: Local) -> list[Explained]:
    """The measures of a KPI."""
    return [_part(told, each, local) for each in told.parts]


def _part(told: Explanation, each: Part, local: Local) -> Explained:
    name = each.measure.rpartition(".")[2].replace("_", " ").capitalize()
    side = "" if each.side == VALUE else f" ({each.side})"
    split = f": {each.split}" if each.split else ""
    more = each.counted + each.not_counted - len(each.things)
    return Explained(
        f"{name}{split}{side}",
        each.what,
        local.count(each.counted),
        local.count(each.not_counted),
        "" if each.adds is None else _adds(told, each, each.adds, local),
        tuple(_thing(told, each, thing, local) for thing in each.things),
        local.count(more) if more else "",
        tuple(_said(sql, parameters) for sql, parameters in each.statements),
    )


def _thing(told: Explanation, each: Part, thing: Thing, local: Local) -> Looked:
    adds = _adds(told, each, thing.adds, local) if thing.counted else ""
    kind = thing.kind.replace("_", " ")
    return Looked(told.time(thing).replace("T", " "), kind, thing.id or NOTHING, adds, thing.why)


def _adds(told: Explanation, each: Part, number: Number, local: Local) -> str:
    """What is added; money in the site's currency."""
    if isinstance(number, Decimal) and told.is_money(each):
        return local.money(number)
    return local.count(number if isinstance(number, int | Decimal) else float(number))


def _said(sql: str, parameters: tuple[str, ...]) -> str:
    return sql + "".join(f"\n-- :p{at} = {value!r}" for at, value in enumerate(parameters))
