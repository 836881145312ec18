"""The tables of an experiment's story: the primary, guardrails, diagnostics, segments.

Every cell is written already; where a lift has an interval, it can be drawn too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from footfall.experiment.result import Outcome, Reading, Report, SegmentReading
from footfall.report.verdict import STATES
from footfall.report.writing import (
    Writing,
    between,
    difference,
    differences,
    lift,
    nearly,
    p_value,
    per_person,
)

LESS = frozenset({
    "Difference", "Significance", "People", "Control", "Variant", "Shrunk", "Value",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a lift is, to be drawn: from 0 on both sides as far as the table's `reach`."""

    low: float
    high: float
    middle: float | None
    margin: float | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A written number, whether it is good, bad or neither, and how it is drawn."""

    text: str
    tone: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns' names (texts first, then numbers), and its rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: int = 1
    note: str = ""

    @property
    def less(self) -> frozenset[str]:
        """The columns of numbers that a narrow screen does without."""
        return LESS

    @property
    def reach(self) -> float:
        """How far from 0 its marks are drawn: most of them in full."""
        told = [cell.mark for row in self.rows for cell in row if cell.mark]
        ends = sorted(max(abs(mark.low), abs(mark.high)) for mark in told)
        margins = [abs(mark.margin) for mark in told if mark.margin is not None]
        if not ends:
            return 1.0
        middle = ends[len(ends) // 2]
        return max([min(ends[-1], 3 * middle), *(1.2 * each for each in margins)])


# --- the KPIs ------------------------------------------------------------------------------


def _value(outcome: Outcome, value: float | None, to: Writing) -> str:
    return per_person(to, value, outcome.unit, outcome.is_ratio)


def _tone(outcome: Outcome, reading: Reading) -> str:
    """Good or bad where it is more than luck."""
    if not reading.is_significant or reading.difference is None:
        return ""
    return "good" if (reading.difference > 0) == (outcome.better == "higher") else "bad"


def primary_grid(report: Report, to: Writing) -> Grid | None:
    """The primary: the control, and each other variant against it."""
    outcome = report.primary
    if outcome is None:
        return None
    control = outcome.control
    rows = [
        (
            Cell(control.variant),
            Cell(to.count(control.units)),
            Cell(_value(outcome, control.value, to)),
            *(Cell(text) for text in ("", "", "", "", "")),
        )
    ]
    for each in outcome.readings:
        tone = _tone(outcome, each)
        reached = "" if each.significance is None else nearly(to, each.significance)
        rows.append(
            (
                Cell(each.variant),
                Cell(to.count(each.units)),
                Cell(_value(outcome, each.value, to)),
                Cell(difference(to, each.difference, outcome.unit)),
                Cell(lift(to, each.lift), tone),
                Cell(_interval(each, outcome, to), tone, _mark(each, tone=tone)),
                Cell(p_value(to, each.p)),
                Cell(reached),
            )
        )
    heads = (
        "Variant", "People", outcome.name, "Difference", "Lift", "95 % interval", "p",
        "Significance",
    )  # fmt: skip
    return Grid(f"{outcome.name}, the primary", heads, tuple(rows), 1, _primary_note(report, to))


def _interval(reading: Reading, outcome: Outcome, to: Writing) -> str:
    """The lift's interval; the difference's where there is no lift; else why there is none."""
    if reading.lift_interval is not None:
        return between(to, reading.lift_interval)
    if reading.interval is not None:
        return differences(to, reading.interval, outcome.unit)
    return f"none: {reading.reason or 'nothing to compare'}"


def _primary_note(report: Report, to: Writing) -> str:
    outcome = report.primary
    assert outcome is not None  # noqa: S101 - there is a table of it
    said = []
    for each in outcome.readings:
        reached = "reached" if each.is_significant else "not reached"
        word = f"Significance of 95 % is {reached}"
        said.append(f"{word} by {each.variant}." if len(outcome.readings) > 1 else f"{word}.")
        if each.lift is None and each.lift_reason and each.reason is None:
            said.append(f"No lift: {each.lift_reason}.")
        if each.probability_better is not None:
            chance = nearly(to, each.probability_better)
            said.append(f"Chance of being better (prior: lifts of 0 ± 5 %): {chance}.")
    if outcome.raw:
        raw = ", ".join(
            f"{each.variant} {lift(to, each.lift)} ({between(to, each.lift_interval)})"
            for each in outcome.raw
        )
        said.append(f"Without cap and adjustment: {raw}.")
    return " ".join(said)


def guardrail_grid(report: Report, to: Writing) -> Grid | None:
    """The guardrails with their margins, and whether each holds."""
    if not report.guardrails:
        return None
    tones = {"pass": "good", "breach": "bad", "breach_confirmed": "bad"}
    rows = []
    for outcome in report.guardrails:
        for each in outcome.readings:
            state = STATES[each.state or "inconclusive"]
            worse = " (worse, tolerably)" if each.is_worse and each.state == "pass" else ""
            rows.append(
                (
                    *_named(report, outcome, each),
                    Cell(state + worse, tones.get(each.state or "", "")),
                    Cell(_value(outcome, outcome.control.value, to)),
                    Cell(_value(outcome, each.value, to)),
                    Cell(lift(to, each.lift)),
                    Cell(
                        _interval(each, outcome, to),
                        mark=_mark(each, _margin(outcome), tones.get(each.state or "", "")),
                    ),
                    Cell(lift(to, _margin(outcome))),
                )
            )
    names = ("Guardrail", *(("Variant",) if _has_several(report) else ()), "State")
    heads = (*names, "Control", "Variant", "Lift", "95 % interval", "Margin")
    note = "A guardrail holds when it is shown (one-sided 5 %) that it is no worse than its margin."
    return Grid("Guardrails", heads, tuple(rows), len(names), note)


def _margin(outcome: Outcome) -> float:
    """The worst change that is tolerated, in the KPI's own direction."""
    margin = outcome.margin or 0.0
    return -margin if outcome.better == "higher" else margin


def _mark(reading: Reading, margin: float | None = None, tone: str = "") -> Mark | None:
    if reading.lift_interval is None:
        return None
    return Mark(reading.lift_interval.low, reading.lift_interval.high, reading.lift, margin, tone)


def diagnostic_grid(report: Report, to: Writing) -> Grid | None:
    """The diagnostics, and whether they go the way the primary goes."""
    if not report.diagnostics:
        return None
    rows = [
        (
            *_named(report, outcome, each),
            Cell(each.agreement or "silent"),
            Cell(_value(outcome, outcome.control.value, to)),
            Cell(_value(outcome, each.value, to)),
            Cell(lift(to, each.lift)),
            Cell(_interval(each, outcome, to), mark=_mark(each)),
            Cell(p_value(to, each.adjusted_p)),
        )
        for outcome in report.diagnostics
        for each in outcome.readings
    ]
    names = ("Diagnostic", *(("Variant",) if _has_several(report) else ()), "Of the primary")
    heads = (*names, "Control", "Variant", "Lift", "95 % interval", "Adjusted p")
    note = "They may explain, and never decide. p is adjusted among them (Benjamini–Hochberg)."
    return Grid("Diagnostics", heads, tuple(rows), len(names), note)


def _named(report: Report, outcome: Outcome, reading: Reading) -> tuple[Cell, ...]:
    several = _has_several(report)
    return (Cell(outcome.name), Cell(reading.variant)) if several else (Cell(outcome.name),)


def _has_several(report: Report) -> bool:
    return len(report.rulings) > 1


# --- segments ------------------------------------------------------------------------------


def segment_grids(report: Report, to: Writing) -> Iterator[Grid]:
    """The primary by each dimension of segments."""
    outcome = report.primary
    if outcome is None:
        return
    for dimension in report.design.segments:
        told = [each for each in report.segments if each.dimension == dimension]
        if not told:
            continue
        title = f"By {dimension.replace('_', ' ')}"
        if len({each.value for each in told}) == 1:
            yield Grid(title, (), (), 0, "No value has enough people to be told apart.")
            continue
        rows = tuple(_segment(report, outcome, each, to) for each in told)
        names = ("Segment", *(("Variant",) if _has_several(report) else ()))
        heads = (
            *names, "People", "Value", "Lift", "Interval", "Adjusted p", "Shrunk",
        )  # fmt: skip
        yield Grid(title, heads, rows, len(names), _differs(report, dimension, to))


def _segment(
    report: Report, outcome: Outcome, told: SegmentReading, to: Writing
) -> tuple[Cell, ...]:
    reading = told.reading
    value = "(none)" if told.value is None else told.value
    names = (Cell(value), Cell(told.variant)) if _has_several(report) else (Cell(value),)
    tone = _tone(outcome, reading) if reading.is_significant else ""
    return (
        *names,
        Cell(f"{to.count(told.units)} ({to.share(told.share, 0)})"),
        Cell(_value(outcome, reading.value, to)),
        Cell(lift(to, reading.lift), tone),
        Cell(_interval(reading, outcome, to), mark=_mark(reading, tone=tone)),
        Cell(p_value(to, reading.p) if told.has_enough else "too few"),
        Cell(difference(to, told.shrunk, outcome.unit)),
    )


def _differs(report: Report, dimension: str, to: Writing) -> str:
    found = [each for each in report.differences if each.dimension == dimension]
    said = [
        f"The effect {'differs' if each.is_significant else 'does not clearly differ'} by "
        f"{dimension.replace('_', ' ')} (Q {to.decimal(each.q, 2)}, df {each.df}, "
        f"adjusted p {p_value(to, each.adjusted_p)})."
        for each in found
    ]
    return " ".join(said)
