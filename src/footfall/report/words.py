"""What a KPI is made of, in words: its formula, its measures, its dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footfall.catalogue import Kpi, Measure
from footfall.catalogue.words import describe, what
from footfall.schema.fact import (
    ASSET_DIMENSIONS,
    AUTO_MESSAGE_DIMENSIONS,
    CHAT_DIMENSIONS,
    COST_DIMENSIONS,
    EXPOSURE_DIMENSIONS,
    LINE_DIMENSIONS,
    SEARCH_DIMENSIONS,
    SESSION_DIMENSIONS,
    TALK_DIMENSIONS,
)

SIGNS = {" / ": " ÷ ", " * ": " × ", " - ": " − "}
_SETS = {
    "session": SESSION_DIMENSIONS,
    "exposure": EXPOSURE_DIMENSIONS,
    "asset": ASSET_DIMENSIONS,
    "line": LINE_DIMENSIONS,
    "talk": (*TALK_DIMENSIONS, "hour_of_day"),
    "auto message": AUTO_MESSAGE_DIMENSIONS,
    "chat": CHAT_DIMENSIONS,
    "cost": COST_DIMENSIONS,
    "search": SEARCH_DIMENSIONS,
}


def groups(kpis: Iterable[Kpi]) -> list[tuple[str, list[Kpi]]]:
    """KPIs by their group, in the order in which they come."""
    found: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        found.setdefault(kpi.group, []).append(kpi)
    return list(found.items())


def label(kpi: Kpi) -> str:
    """What a KPI is called where its values carry their unit themselves."""
    return kpi.name.removesuffix(" (s)").removesuffix(" (min)").removesuffix(" (%)")


def formula(kpi: Kpi) -> str:
    """The formula with the signs that people write; a measure alone in words."""
    if kpi.formula.text in kpi.measures:
        return what(kpi.measures[kpi.formula.text].sources[0])
    text = kpi.formula.text
    for plain, sign in SIGNS.items():
        text = text.replace(plain, sign)
    return text


def measures(kpi: Kpi) -> list[str]:
    """Where each name of the formula comes from."""
    kpis = [name.partition(".")[0] for name in kpi.measures]
    told = [
        # what another KPI is made of goes by that KPI's name, where it is made of one thing
        short if kpis.count(short) == 1 else name
        for name, short in zip(kpi.measures, kpis, strict=True)
    ]
    return [
        f"{name}: {_measure(measure)}"
        for name, measure in zip(told, kpi.measures.values(), strict=True)
    ]


def dimension_sets() -> Mapping[str, tuple[str, ...]]:
    """The sets that dimensions come in."""
    return _SETS


def named_sets(kpi: Kpi) -> dict[str, tuple[str, ...]]:
    """What a KPI can be cut by, set by set; what is in no whole set is a set of its own."""
    left = list(kpi.dimensions)
    found: dict[str, tuple[str, ...]] = {}
    for name, dimensions in _SETS.items():
        if all(each in left for each in dimensions):
            found[name] = dimensions
            left = [each for each in left if each not in dimensions]
    return found | {each: (each,) for each in left}


def _measure(measure: Measure) -> str:
    first, *others = [describe(source) for source in measure.sources]
    return "; ".join([first, *(f"where that is asked for, {other}" for other in others)])
