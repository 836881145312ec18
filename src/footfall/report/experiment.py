"""The story of an experiment: what was tried, the decision and why, and every number behind it.

Made once, of words and written numbers, for the terminal, the page and the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from footfall.experiment.result import Impact, Money, Outcome, Reading, Report, SegmentReading
from footfall.report.chart import Chart, Series, Words, over_time
from footfall.report.local import Local
from footfall.report.numbers import NOTHING
from footfall.report.verdict import STATES, WITHHELD, Sentence, sentence, warnings
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
from footfall.settings import Site

WIDEST = 4.0
"""Intervals that are more times as wide as the latest one are not drawn: they hide it."""


LESS = frozenset({
    "Difference", "Significance", "People", "Control", "Variant", "Shrunk", "Control → variant",
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


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at before any effect: what was found, and whether that is fine."""

    what: str
    found: str
    is_fine: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """A variant's yearly money in words: the headline, and what stands beside it."""

    variant: str
    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An experiment as people read it."""

    id: str
    name: str
    hypothesis: str
    verdict: Sentence
    title: str
    is_untrusted: bool
    others: tuple[Sentence, ...]
    facts: tuple[tuple[str, str], ...]
    primary: Grid | None
    guardrails: Grid | None
    diagnostics: Grid | None
    segments: tuple[Grid, ...]
    worth: tuple[Worth, ...]
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]
    method: tuple[str, ...]


def story(report: Report, to: Writing) -> Story:
    """The story of a report."""
    design = report.design
    told = [sentence(report, ruling, to) for ruling in report.rulings]
    main = next(each for each in told if each.variant == report.headline.variant)
    several = len(told) > 1
    title = f"{main.word} {main.variant}" if main.word == "Ship" else main.word
    return Story(
        design.id, design.name, design.hypothesis, main, title, report.is_invalid,
        tuple(told) if several and not report.is_invalid else (),
        tuple(_facts(report, to)),
        _primary(report, to), _guardrails(report, to), _diagnostics(report, to),
        tuple(_segments(report, to)),
        tuple(_worth(report, each, to) for each in report.impacts) if report.primary else (),
        tuple(_checks(report, to)), tuple(warnings(report, to)), tuple(_method(report, to)),
    )  # fmt: skip


def _facts(report: Report, to: Writing) -> Iterator[tuple[str, str]]:
    design = report.design
    people = sum(report.checks.units.values())
    if report.through is not None:
        yield "Days", f"{to.day(design.start)} – {to.day(report.through)} ({report.days} days)"
    else:
        yield "Begins", to.day(design.start)
    if design.end and not report.is_over:
        yield "Planned until", to.day(design.end)
    if design.units:
        yield "Planned people", to.count(design.units)
    yield "People", to.count(people)
    shares = report.checks.expected
    yield "Allocation", " · ".join(f"{name} {to.share(x, 0)}" for name, x in shares.items())
    yield "Exposure id", design.experiment


# --- the KPIs ------------------------------------------------------------------------------


def _value(outcome: Outcome, value: float | None, to: Writing) -> str:
    return per_person(to, value, outcome.unit, outcome.is_ratio)


def _tone(outcome: Outcome, reading: Reading) -> str:
    """Good or bad where it is more than luck."""
    if not reading.is_significant or reading.difference is None:
        return ""
    return "good" if (reading.difference > 0) == (outcome.better == "higher") else "bad"


def _primary(report: Report, to: Writing) -> Grid | None:
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


def _guardrails(report: Report, to: Writing) -> Grid | None:
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


def _diagnostics(report: Report, to: Writing) -> Grid | None:
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


def _segments(report: Report, to: Writing) -> Iterator[Grid]:
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
            *names, "People", "Control → variant", "Lift", "Interval", "Adjusted p", "Shrunk",
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


# --- money ---------------------------------------------------------------------------------


def _worth(report: Report, told: Impact, to: Writing) -> Worth:
    if told.shrunk is None or told.raw is None:
        why = "; ".join(WITHHELD[code] for code in told.withheld)
        lines = [f"A year’s money is not told: {why}."]
        if told.range is not None:
            lines.append(f"It lies somewhere between {_money_range(told, to)} a year.")
        return Worth(told.variant, NOTHING, tuple(lines))
    lines = [
        f"between {_both(told.shrunk, to)}, with 95 %",
        (
            f"As measured: {to.amount(told.raw.value)} ({_both(told.raw, to)}); what wins is "
            "picked for being high, so the headline is drawn towards what effects usually are "
            f"(0 ± {to.share(told.prior_sd, 0)} of the control)."
        ),
    ]
    if told.by_rate is not None:
        lines.append(
            f"From conversion alone: {to.amount(told.by_rate.value)} ({_both(told.by_rate, to)}), "
            "which assumes the order value unchanged."
        )
    if told.disagree:
        lines.append("Both figures exclude each other: find out why before you use either.")
    lines.append(_assumed(report, told, to))
    return Worth(told.variant, f"{to.amount(told.shrunk.value)} a year", tuple(lines))


def _assumed(report: Report, told: Impact, to: Writing) -> str:
    return (
        f"Of {told.kpi.replace('_', ' ')} in {report.currency}, for "
        f"{to.count(round(told.units_per_year or 0))} people a year like those of these "
        f"{report.days} days (traffic {to.share(told.traffic, 0)}, season × "
        f"{to.decimal(told.seasonality, 2)}, lasting × {to.decimal(told.persistence, 2)}, known to "
        f"± {to.share(told.uncertainty, 0)}). Margin is not in it; people who come again make the "
        "year’s people fewer than this."
    )


def _both(money: Money, to: Writing) -> str:
    return f"{to.amount(money.interval.low)} and {to.amount(money.interval.high)}"


def _money_range(told: Impact, to: Writing) -> str:
    assert told.range is not None  # noqa: S101 - who asks has looked
    return f"{to.amount(told.range.low)} and {to.amount(told.range.high)}"


# --- checks and method ---------------------------------------------------------------------


def _checks(report: Report, to: Writing) -> Iterator[Check]:
    checks = report.checks
    got = ", ".join(f"{name} {to.count(n)}" for name, n in checks.units.items())
    p = checks.srm_p
    fine = p is None or min(p, checks.srm_p_before_exclusion or p) >= 0.001
    yield Check("Split as planned", f"{got} (p {p_value(to, p)})", fine)
    pairs = ", ".join(f"{pair}: {to.count(n)}" for pair, n in checks.several.items())
    share = to.share(checks.several_share, 2)
    yield Check(
        "Saw several variants, left out",
        f"{share} ({pairs})" if pairs else "nobody",
        checks.several_share <= 0.01,
    )
    yield Check("Exposed before the first day, left out", to.count(checks.early), True)  # noqa: FBT003
    strangers = sum(checks.strangers.values())
    yield Check("Exposed to unknown variants, left out", to.count(strangers), strangers == 0)
    if checks.overlaps:
        told = ", ".join(f"{each.experiment} ({to.count(each.units)})" for each in checks.overlaps)
        fine = not any(each.is_dependent for each in checks.overlaps)
        said = "their variants have nothing to do with these" if fine else "entangled with these"
        yield Check("In other experiments too", f"{told}: {said}", fine)


def _method(report: Report, to: Writing) -> Iterator[str]:
    design, outcome = report.design, report.primary
    looks = f"look {report.looks}" if design.is_planned else f"day {report.looks}"
    kinds = {"obf": "O’Brien–Fleming type", "pocock": "Pocock type"}
    level = to.share(design.alpha, 0)
    if design.is_planned:
        share = to.share(report.fraction or 0.0, 0)
        yield (
            f"Group-sequential, {kinds[design.spending]} (Lan–DeMets): {looks}, {share} of the "
            f"plan; two-sided {level} over all looks."
        )
    else:
        yield (
            f"Confidence sequence, right at every moment ({looks}); two-sided {level}. Without "
            "planned days or units it needs about half as many people again."
        )
    if outcome is None:
        return
    test = (
        "Fisher’s exact test, Newcombe’s interval"
        if outcome.test == "fisher"
        else ("Welch’s test of the difference, Fieller’s interval of the lift")
    )
    ratio = " (a ratio of two sums per person, delta method)" if outcome.is_ratio else ""
    yield f"{test}{ratio}. The unit is the person."
    if len(outcome.readings) > 1:
        yield "Several variants share the error (Holm)."
    if outcome.explained is not None:
        took = to.share(outcome.explained)
        names = ", ".join(design.covariates)
        yield (
            f"Adjusted by {names} of the {design.covariate_days} days before (CUPED): {took} less "
            "variance."
        )
    for each in (outcome, *report.guardrails):
        if each.cap is not None and each.cap.value is not None:
            cut = to.shown(each.cap.value, each.unit)
            yield (
                f"{each.name}: totals per person are cut at {cut} ({to.count(each.cap.units)} "
                f"people, {to.share(each.cap.removed)} of the sum)."
            )
    window = "to the end of the run"
    if design.window_ms is not None:
        window = f"for {to.count(design.window_ms / 86_400_000)} days"
    yield f"Outcomes count from a person’s first exposure on, {window}."
    yield f"Definitions {report.definitions}, events up to {to.count(report.as_of)}."


# --- pictures ------------------------------------------------------------------------------


def course_chart(report: Report, site: Site) -> Chart | None:
    """The primary's lift with its interval, look by look; None where there is nothing to see."""
    outcome = report.primary
    if outcome is None:
        return None
    known = [each for each in report.course if each.interval is not None]
    if not known:
        return None
    last = known[-1].interval
    assert last is not None  # noqa: S101 - those without are left out
    widest = WIDEST * (last.high - last.low)
    shown = [
        each for each in known if each.interval and each.interval.high - each.interval.low <= widest
    ]
    days = sorted({each.day for each in shown})
    every = [days[0] + timedelta(days=at) for at in range((days[-1] - days[0]).days + 1)]
    local = Local.of(site)
    lines = []
    for reading in outcome.readings:
        points = {each.day: each for each in shown if each.variant == reading.variant}
        found = [points.get(day) for day in every]
        lines.append(
            Series(
                reading.variant,
                tuple(each.lift if each else None for each in found),
                tuple(
                    f"{local.change(each.lift)} ({local.change(each.interval.low)} … "
                    f"{local.change(each.interval.high)})"
                    if each and each.lift is not None and each.interval
                    else NOTHING
                    for each in found
                ),
                band=tuple(
                    (each.interval.low, each.interval.high) if each and each.interval else None
                    for each in found
                ),
            )
        )  # fmt: skip
    title = f"Lift of {outcome.name.lower()} over control, with its interval at each look"
    labels = [day.isoformat() for day in every]
    chart = over_time(title, "lines", labels, "day", lines, Words(local, "rate"))
    return replace(chart, has_bands=True)
