"""Drill-downs of the product and of the slow reference, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footfall.engine.duckdb import DuckEngine
from footfall.query.drilldown import Module, drill_down, experiences, question_of
from reference import Reference
from support.shop import Shop

Where = dict[str, tuple[str | None, ...]]


def drilled(shop: Shop, experience: str, where: Where | None = None) -> tuple[Module, ...]:
    """The modules of an experience over all time."""
    engine = DuckEngine(shop.con)
    return drill_down(engine, question_of(engine, experience, shop.period(), where or {}))


def ours(shop: Shop, days: Sequence[Any] = ()) -> dict[str, list[dict[str, Any]]]:
    """Every experience's modules as data; of some days or of all time."""
    engine, (first, last) = DuckEngine(shop.con), days or shop.period()
    found = {
        each: [
            module.to_json()
            for module in drill_down(engine, question_of(engine, each, (first, last), {}))
        ]
        for each in experiences(engine)
    }
    return {experience: modules for experience, modules in found.items() if modules}


def drilldown_differences(shop: Shop, reference: Reference) -> list[str]:
    """The modules of which the product and the reference say different things."""
    got, want = ours(shop), reference.drilldown()
    return [
        f"{experience}: got {mine}, not {theirs}"
        for experience in {**got, **want}
        for mine, theirs in _pairs(got.get(experience, []), want.get(experience, []))
        if mine != theirs
    ]


def _pairs(got: list[Any], want: list[Any]) -> list[tuple[Any, Any]]:
    longest = max(len(got), len(want))
    mine, theirs = (
        [_told(each) for each in modules] + [None] * (longest - len(modules))
        for modules in (got, want)
    )
    return list(zip(mine, theirs, strict=True))


def _told(module: dict[str, Any]) -> dict[str, Any]:
    """A module without the fields that nobody entered, or that have no name: they are absent."""
    fields = module["numbers"]["personal_data"]
    entered = {name: persons for name, persons in fields.items() if name and persons}
    return {**module, "numbers": {**module["numbers"], "personal_data": entered}}
