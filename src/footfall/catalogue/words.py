"""What a measure counts, in words."""

from __future__ import annotations

from footfall.catalogue.measure import Source


def describe(source: Source) -> str:
    """What a source counts, and what a row of its fact is."""
    return f"{what(source)}, a row being {source.fact.grain}"


def what(source: Source) -> str:
    """What a source counts."""
    fact = source.fact_name.replace("_", " ")
    column = (source.column or "").replace("_", " ")
    told = {
        "count": fact,
        "sum": f"Σ {column} of {fact}",
        "unique": f"different {column}s of {fact}",
        "known": f"{fact} of known {column}",
        "median": f"the middle {column} of {fact}",
    }[source.aggregate]
    conditions = [f"{name.replace('_', ' ')} {_wanted(value)}" for name, value in source.where]
    conditions += ["first ever in the time shown"] if source.newcomers else []
    conditions += ["channel with costs in the whole period"] if source.costed else []
    return f"{told} ({', '.join(conditions)})" if conditions else told


def _wanted(value: object) -> str:
    if isinstance(value, bool):
        return "= yes" if value else "= no"
    return "= " + (" or ".join(value) if isinstance(value, tuple) else str(value))
