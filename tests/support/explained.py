"""Whether an explanation is of the number that it explains: the same counts, the same sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import median

from footfall.engine.duckdb import DuckEngine
from footfall.explain import Part, explain
from footfall.query.answer import Row, Value
from footfall.query.ask import ask
from footfall.query.question import Question
from support.shop import Shop

LAST_DECIMALS = Fraction(1, 10**12)


def explained(shop: Shop, question: Question, limit: int | None = None) -> tuple[Part, ...]:
    """The parts of the one KPI of a question."""
    shop.projection.use()
    return explain(shop.projection, DuckEngine(shop.con), question, limit)


def unlike(shop: Shop, question: Question) -> list[str]:
    """Where an explanation does not come to the number, in words."""
    rows = ask(DuckEngine(shop.con), question, shop.site.timezone)
    parts = explained(shop, question)
    return [each for row in rows for each in _unlike(question, row, parts)]


def _unlike(question: Question, row: Row, parts: Sequence[Part]) -> Iterator[str]:
    [kpi] = question.kpis
    split = row.segment[kpi.split.column] if kpi.split else None
    own = [part for part in parts if part.split == split]
    middle = any(measure.is_median for measure in kpi.measures.values())
    for side, number in (
        ("value", row.value), ("numerator", row.numerator), ("denominator", row.denominator),
    ):  # fmt: skip
        of_side = [part for part in own if part.side == side]
        if not of_side:
            continue
        told = _middle(of_side) if middle else _total(of_side)
        if not same(told, number):
            yield f"{kpi.id} {side}: explained {told}, is {number}"
    for part in own:
        counted = [thing for thing in part.things if thing.counted]
        if len(counted) != part.counted or len(part.things) - len(counted) != part.not_counted:
            yield f"{kpi.id} {part.measure}: not as many things as are told"
        if any(bool(thing.reason) == thing.counted or (thing.adds and thing.reason)
               for thing in part.things):  # fmt: skip
            yield f"{kpi.id} {part.measure}: a reason where it counts, or none where it does not"


def _total(parts: Sequence[Part]) -> Fraction:
    return sum(
        (Fraction(thing.adds) for part in parts for thing in part.things if thing.counted),
        Fraction(0),
    )


def _middle(parts: Sequence[Part]) -> Fraction | None:
    values = [Fraction(thing.adds) for part in parts for thing in part.things if thing.counted]
    return median(values) if values else None


def same(told: Fraction | None, number: Value) -> bool:
    """Whether what was explained is the number: floats to their last digits."""
    if told is None or number is None:
        return told is None and number is None
    off = abs(told - Fraction(number))
    return off <= (abs(told) * LAST_DECIMALS if isinstance(number, float) else 0)
