"""A number with what stands around it: its name and help, how it changed, what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.catalogue import Kpi
from footfall.report.local import Local
from footfall.report.words import label

if TYPE_CHECKING:
    from footfall.query.answer import Answer, Row, Value


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as people read it, and as data in full."""

    text: str
    plain: str


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a number is more or less than before, and whether that is good."""

    text: str
    previous: Shown
    verdict: str
    """`good`, `bad` or `even`."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One KPI of a page."""

    id: str
    label: str
    help: str
    value: Shown
    parts: str
    change: Change | None
    is_open: bool
    benchmark: str | None
    course: tuple[float | None, ...] = ()
    """Its values over time, for the small line."""


def tile_of(
    kpi: Kpi, row: Row | None, answer: Answer, local: Local, course: Sequence[Value] = ()
) -> Tile:
    """A KPI's tile; without a row it is 0, or has no value."""
    return Tile(
        kpi.id, label(kpi), kpi.help, value_of(kpi, row, answer, local),
        parts_of(kpi, row, local), change_of(kpi, row, answer, local), bool(row and row.is_open),
        kpi.benchmark, tuple(None if each is None else float(each) for each in course),
    )  # fmt: skip


def value_of(kpi: Kpi, row: Row | None, answer: Answer, local: Local) -> Shown:
    """What stands in a row."""
    nothing: Value = None if kpi.is_ratio else 0
    return shown(kpi, row.value if row else nothing, answer, local)


def shown(kpi: Kpi, value: Value, answer: Answer, local: Local) -> Shown:
    """A value of a KPI."""
    plain = answer.plain(value)
    return Shown(local.shown(value, kpi.unit), "" if plain is None else str(plain))


def parts_of(kpi: Kpi, row: Row | None, local: Local) -> str:
    """What a ratio is made of: `41 of 801`, `€1,249.50 ÷ 12`."""
    if row is None or row.value is None or not kpi.is_ratio:
        return ""
    below = local.part(row.denominator, kpi.unit)
    if not kpi.formula.is_ratio:
        return f"middle of {below}"
    if kpi.unit == "rate":
        return f"{local.part(row.numerator, kpi.unit)} of {below}"
    return f"{local.part(row.numerator, kpi.unit, above=True)} ÷ {below}"


def change_of(kpi: Kpi, row: Row | None, answer: Answer, local: Local) -> Change | None:
    """How a number changed; None where there is nothing to compare it with."""
    if answer.comparison is None or row is None or row.is_open:
        return None
    if row.change_points is not None:
        text, size = local.points(row.change_points, kpi.unit), row.change_points
    elif row.change is not None:
        text, size = local.change(row.change), row.change
    else:
        return None
    return Change(text, shown(kpi, row.previous, answer, local), _verdict(kpi, size))


def _verdict(kpi: Kpi, size: float) -> str:
    if not size or kpi.better == "neither":
        return "even"
    return "good" if (size > 0) == (kpi.better == "higher") else "bad"
