"""Leaks: where people fall out of a funnel that could have gone on, and what that costs.

Of every step and segment ``(reference rate − rate) × entrants × value of the later steps``, with an
interval. It is called a leak only if the whole interval is above nothing, for all comparisons of
the report together: among many segments one is always the best by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from footfall.catalogue.funnel import Funnel
from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.money import CONTEXT
from footfall.query.acts import Asked, Segment
from footfall.query.findings import COUNT, FLAG, MONEY, NUMBER, RATE, TEXT, Findings
from footfall.query.funnel import Walked, walked
from footfall.query.intervals import Interval, critical, newcombe, wilson
from footfall.schema.facts import MONEY as MONEY_TYPE

AGAINST = ("best", "previous", "benchmark")
CONFIDENCE = 0.95
ENOUGH_ORDERS = 30
"""With fewer orders of its own a segment's later steps are worth what they are for everybody."""
FEWEST = 30
"""Where fewer people come nothing is called a leak, whatever the interval says."""
ORDER = "purchase"
COLUMNS = {
    "step": COUNT, "event": TEXT, "entrants": COUNT, "passed": COUNT, "rate": RATE,
    "reference": TEXT, "reference_rate": RATE,
    "lost": NUMBER, "lost_low": NUMBER, "lost_high": NUMBER,
    "value": MONEY, "lost_revenue": MONEY, "lost_revenue_low": MONEY, "lost_revenue_high": MONEY,
    "leak": FLAG,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LeakFindings(Findings):
    """What is lost, leaks first, the most costly first; ``leak`` says what is none of chance."""

    funnel: Funnel
    against: str


@dataclass(frozen=True)
class Place:
    """A step in a segment: how many came to it, and how many took it."""

    segment: Segment
    step: int
    entrants: int
    passed: int
    revenue: Decimal
    orders: int

    @property
    def rate(self) -> float:
        """The share of those who came that took the step."""
        return self.passed / self.entrants


@dataclass(frozen=True)
class _Reference:
    """What a place is held against: its name, its rate, and the interval of the difference."""

    name: str
    rate: float
    difference: Interval


def check_against(against: str, funnel: Funnel) -> None:
    """Refuses a reference that there is not."""
    if against not in AGAINST:
        raise RequestError(unknown("--against", against, AGAINST))
    if len(funnel.steps) < 2:
        raise RequestError("a leak is between two steps; give at least two")
    if against == "benchmark" and not any(step.benchmark for step in funnel.steps):
        raise RequestError(
            "no step of the funnel has a benchmark; give one in its file, such as "
            '{ event = "purchase", benchmark = 0.4 }'
        )


def leak_rows(
    engine: Engine, funnel: Funnel, asked: Asked, against: str, before: Asked | None
) -> tuple[dict[str, Any], ...]:
    """What is lost at each step in each segment, ranked; ``before`` is the period before this."""
    places = _places(engine, funnel, asked)
    earlier = _places(engine, funnel, before) if before else []
    return ranked(places, earlier, funnel, against)


def ranked(
    places: Sequence[Place], earlier: Sequence[Place], funnel: Funnel, against: str
) -> tuple[dict[str, Any], ...]:
    """The places at which something is lost: leaks first, then by what is lost."""
    z = critical(CONFIDENCE, _comparisons(places, against))
    rows = [
        row
        for place in places
        if (reference := _reference(place, places, earlier, funnel, against, z))
        for row in _rows(place, reference, _value(place, places, funnel), funnel)
    ]
    return tuple(sorted(rows, key=_rank))


def _rank(row: Mapping[str, Any]) -> tuple[bool, Decimal, float]:
    return not row["leak"], -(row["lost_revenue"] or Decimal(0)), -row["lost"]


def _places(engine: Engine, funnel: Funnel, asked: Asked) -> list[Place]:
    """Every step after the first, in every segment that somebody came to it in."""
    worth = _worth(engine, asked) if funnel.steps[-1].event == ORDER else {}
    return [
        place
        for each in walked(engine, funnel, asked)
        for place in _of_segment(each, len(funnel.steps), worth)
        if place.entrants
    ]


def _of_segment(found: Walked, steps: int, worth: Mapping[int, Decimal]) -> Iterator[Place]:
    last = found.walks.last[found.walks.took(steps - 1, found.cell)]
    known = [worth[order] for order in last.tolist() if order in worth]
    revenue = Decimal(0)
    for each in known:
        revenue = CONTEXT.add(revenue, each)
    for step in range(1, steps):
        yield Place(
            found.segment, step, found.count(step - 1), found.count(step), revenue, len(known)
        )


def _worth(engine: Engine, asked: Asked) -> dict[int, Decimal]:
    """The revenue of every order from the period's first day on that has one."""
    statement = (
        f"SELECT o.order_key, CAST(o.revenue AS {MONEY_TYPE}) AS worth FROM orders o "
        f"WHERE o.revenue IS NOT NULL AND o.day >= {asked.days[0]}"
    )
    return dict(engine.rows(statement, ()))


def _comparisons(places: Sequence[Place], against: str) -> int:
    """How many differences could have been called a leak by chance."""
    if against != "best":
        return len(places)
    per_step: dict[int, int] = {}
    for place in places:
        per_step[place.step] = per_step.get(place.step, 0) + 1
    return sum(many * (many - 1) // 2 for many in per_step.values())


def _reference(  # noqa: PLR0917 - a place, and all that it can be held against
    place: Place,
    places: Sequence[Place],
    earlier: Sequence[Place],
    funnel: Funnel,
    against: str,
    z: float,
) -> _Reference | None:
    if against == "benchmark":
        benchmark = funnel.steps[place.step].benchmark
        if benchmark is None:
            return None
        low, high = wilson(place.passed, place.entrants, z)
        return _Reference("benchmark", benchmark, (benchmark - high, benchmark - low))
    known = earlier if against == "previous" else places
    others = [each for each in known if each.step == place.step]
    if against == "previous":
        others = [each for each in others if each.segment == place.segment]
    # the best is the one that is good beyond doubt, not a handful of people who were lucky
    best = max(others, key=lambda each: wilson(each.passed, each.entrants, z)[0], default=None)
    if best is None or best is place:
        return None
    name = "previous period" if against == "previous" else _named(best.segment)
    difference = newcombe((best.passed, best.entrants), (place.passed, place.entrants), z)
    return _Reference(name, best.rate, difference)


def _named(segment: Segment) -> str:
    return ", ".join(f"{name}={value or ''}" for name, value in segment.items())


def _value(place: Place, places: Sequence[Place], funnel: Funnel) -> Decimal | None:
    """What one who takes the step is worth later on; unknown if the funnel ends with no order."""
    if funnel.steps[-1].event != ORDER:
        return None
    same_step = [each for each in places if each.step == place.step]
    own = [place] if place.orders >= ENOUGH_ORDERS else same_step
    passed = sum(each.passed for each in own)
    revenue = Decimal(0)
    for each in own:
        revenue = CONTEXT.add(revenue, each.revenue)
    return CONTEXT.divide(revenue, Decimal(passed)) if passed else None


def _rows(
    place: Place, reference: _Reference, value: Decimal | None, funnel: Funnel
) -> Iterator[dict[str, Any]]:
    """The place's row, if less is passed there than could be."""
    missing = reference.rate - place.rate
    if missing <= 0:
        return
    low, high = reference.difference
    lost = {"lost": missing, "lost_low": low, "lost_high": high}
    people = {name: share * place.entrants for name, share in lost.items()}
    yield {
        **place.segment,
        "step": place.step + 1,
        "event": funnel.steps[place.step].text,
        "entrants": place.entrants,
        "passed": place.passed,
        "rate": place.rate,
        "reference": reference.name,
        "reference_rate": reference.rate,
        **people,
        "value": value,
        "lost_revenue": _money(people["lost"], value),
        "lost_revenue_low": _money(people["lost_low"], value),
        "lost_revenue_high": _money(people["lost_high"], value),
        "leak": low > 0 and place.entrants >= FEWEST,
    }


def _money(people: float, value: Decimal | None) -> Decimal | None:
    return None if value is None else CONTEXT.multiply(Decimal(str(people)), value)
