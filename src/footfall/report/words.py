"""What a KPI is made of, in words: its formula, its measures, its dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footfall.catalogue import Kpi, Measure
from footfall.catalogue.measure import Source
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
        return _what(kpi.measures[kpi.formula.text].sources[0])
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
    first, *others = [_source(source) for source in measure.sources]
    return "; ".join([first, *(f"where that is asked for, {other}" for other in others)])


def _source(source: Source) -> str:
    return f"{_what(source)}, a row being {source.fact.grain}"


def _what(source: Source) -> str:
    fact = source.fact_name.replace("_", " ")
    column = (source.column or "").replace("_", " ")
    what = {
        "count": fact,
        "sum": f"Σ {column} of {fact}",
        "unique": f"different {column}s of {fact}",
        "known": f"{fact} of known {column}",
        "median": f"the middle {column} of {fact}",
    }[source.aggregate]
    conditions = [f"{name.replace('_', ' ')} {_wanted(value)}" for name, value in source.where]
    conditions += ["first ever in the time shown"] if source.newcomers else []
    conditions += ["channel with costs in the whole period"] if source.costed else []
    return f"{what} ({', '.join(conditions)})" if conditions else what


def _wanted(value: object) -> str:
    if isinstance(value, bool):
        return "= yes" if value else "= no"
    return "= " + (" or ".join(value) if isinstance(value, tuple) else str(value))
